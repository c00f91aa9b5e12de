//! From a `.1337` file back to entries: as a source of a layer, and as the answer to a question.

use std::collections::HashMap;
use std::sync::Arc;

use semver::Version;

use crate::cache::{self, Pack};
use crate::diag::{Code, Diagnostic, Outcome, Place};
use crate::layer::TextLimits;
use crate::oid::Oid;
use crate::source::cache_diagnostic;

use super::model::{
    Body, Document, Entry, Escalation, Layer, Lexicon, Loaded, Origin, Policy, Priority, Register, Rule,
    SlotKind, SlotValue, SourceId, Stated, Statement, Template, TemplateExample, Term, Tombstone,
};
use super::to_cache::Meta;

/// Reads the statements of a cache that a layer names as its source; `shown` is what people call the file.
///
/// # Errors
/// The file is damaged or too new.
pub fn load<'a>(
    pack: &'a Pack,
    (layer, shown): (Layer, &Arc<str>),
    limits: Option<TextLimits>,
    loaded: &mut Loaded<'a>,
) -> Outcome<()> {
    let failed = |error: cache::Error| cache_diagnostic(&error, Arc::clone(shown));
    pack.verify(std::thread::available_parallelism().map_or(1, usize::from)).map_err(failed)?;
    let bytes = pack.meta().map_err(failed)?;
    let meta: Meta = serde_json::from_slice(bytes).map_err(|error| {
        let message = format!("`{shown}`: its description is malformed: {error}");
        Box::new(Diagnostic::error(Code::CacheCorrupt, message).at(Place::file(Arc::clone(shown))))
    })?;
    let mut reader = Reader::new(pack, Some(layer), std::mem::take(&mut loaded.names));
    for document in meta.documents {
        let Ok(version) = document.version.parse() else { continue };
        loaded.documents.push(Document {
            oid: document.oid,
            title: document.title.into(),
            version,
            language: document.language.map(Into::into),
            layer,
            source: reader.source(&document.source),
        });
    }
    let statements: Result<Vec<_>, _> = pack.entries().map(|entry| reader.statement(entry?)).collect();
    loaded.names = reader.names;
    let language = serde_json::from_slice::<Language<'a>>(bytes).ok().and_then(|head| head.language);
    for mut statement in statements.map_err(failed)? {
        // What the file's own pack did not have to state, another pack may have to.
        if let Statement::Define(entry) = &mut statement
            && entry.language.is_none()
        {
            Arc::make_mut(entry).language = language;
        }
        if let (Some(limits), Some(entry)) = (limits, statement.entry()) {
            within(entry, limits, shown)?;
        }
        loaded.statements.push(statement);
    }
    Ok(())
}

/// The texts of an entry are within the local layer's bounds, as those of a document have to be.
fn within(entry: &Entry<'_>, limits: TextLimits, shown: &Arc<str>) -> Outcome<()> {
    let (mut names, mut texts): (Vec<&str>, Vec<&str>) = (Vec::new(), entry.title.into_iter().collect());
    match &entry.body {
        Body::Lexicon(lexicon) => {
            for term in &lexicon.terms {
                names.push(term.term);
                names.extend(term.aliases().iter());
                texts.push(term.meaning);
                texts.extend(term.examples().iter());
            }
        }
        Body::Rule(rule) => {
            texts.extend([rule.event, rule.say]);
            texts.extend(&rule.acknowledge);
            texts.extend(rule.escalate.iter().flat_map(|step| [step.to, step.say]));
        }
        Body::Template(template) => {
            texts.push(template.text);
            texts.extend(template.examples.iter().map(|example| example.text));
        }
        Body::Policy(_) | Body::Alias(_) => {}
    }
    let (term, text) = (limits.max_term_chars, limits.max_text_chars);
    for (found, limit, name) in [(names, term, "max_term_chars"), (texts, text, "max_text_chars")] {
        let Some(long) = found.into_iter().find(|text| text.len() > limit && text.chars().count() > limit)
        else {
            continue;
        };
        let (oid, count) = (&entry.oid, long.chars().count());
        let message = format!("a text of `{oid}` has {count} characters, the local layer allows {limit}");
        let help =
            format!("shorten it where it was written, or raise `pack.limits.local.{name}` in aegis.yaml");
        let place = Place::file(Arc::clone(shown));
        return Err(Box::new(Diagnostic::error(Code::LimitExceeded, message).at(place).help(help)));
    }
    Ok(())
}

/// The language of a description, where it can be borrowed (a language tag has no escapes).
#[derive(serde::Deserialize)]
struct Language<'a> {
    #[serde(borrow, default)]
    language: Option<&'a str>,
}

/// Turns handles into entries, and numbers the sources that they name.
pub struct Reader<'p> {
    pack: &'p Pack,
    /// The layer that names the file, if it is read as a source.
    layer: Option<Layer>,
    /// The names of sources, old and new.
    pub names: Vec<Arc<str>>,
    known: HashMap<Box<str>, SourceId>,
    /// What the statements may still say, so that a file cannot say one thing in many places.
    budget: Budget,
}

/// Honest files have each record once; texts may be shared, within reason.
struct Budget {
    records: u64,
    text: u64,
}

impl Budget {
    fn new(pack: &Pack) -> Self {
        let of = |name: [u8; 4]| {
            pack.sections().find(|(section, ..)| section.0 == name).map_or(0, |found| found.2)
        };
        Self { records: of(*b"ENTR") + of(*b"TERM"), text: (64 << 20) + 16 * pack.size() as u64 }
    }

    /// Takes the bytes of a record.
    fn record(&mut self, bytes: u64) -> Option<()> {
        self.records = self.records.checked_sub(bytes)?;
        Some(())
    }

    /// Takes the texts of an entry that may be shared.
    fn texts(&mut self, entry: &Entry<'_>) -> Option<()> {
        let tags = entry.tags.iter().flatten().map(|tag| tag.len()).sum::<usize>();
        let body = match &entry.body {
            Body::Rule(rule) => {
                rule.event.len() + rule.escalate.iter().map(|step| step.to.len()).sum::<usize>()
            }
            Body::Template(template) => {
                let slots = template.slots.iter().map(|(name, _)| name.len());
                let values = template.examples.iter().flat_map(|example| &example.slots);
                slots.chain(values.map(|(name, _)| name.len())).sum()
            }
            Body::Lexicon(_) | Body::Policy(_) | Body::Alias(_) => 0,
        };
        self.text = self.text.checked_sub((tags + body + entry.language.map_or(0, str::len)) as u64)?;
        Some(())
    }
}

impl<'p> Reader<'p> {
    /// Reads for a layer, or each entry for its own.
    pub fn new(pack: &'p Pack, layer: Option<Layer>, names: Vec<Arc<str>>) -> Self {
        Self { pack, layer, names, known: HashMap::new(), budget: Budget::new(pack) }
    }

    fn source(&mut self, name: &str) -> SourceId {
        if let Some(known) = self.known.get(name) {
            return *known;
        }
        let number = self.names.len() as SourceId;
        self.names.push(name.into());
        self.known.insert(name.into(), number);
        number
    }

    fn stated(&mut self, origin: cache::Origin<'p>) -> Result<(Layer, SourceId, Version), cache::Error> {
        let layer = self.layer.unwrap_or(*Layer::ALL.get(origin.layer as usize).unwrap_or(&Layer::Global));
        let source = self.source(origin.source);
        let version = origin.version.parse().map_err(|_| self.malformed("a version is no SemVer"))?;
        Ok((layer, source, version))
    }

    fn malformed(&self, what: &'static str) -> cache::Error {
        cache::Error::Malformed { section: cache::Section(*b"ORIG"), offset: 0, what }
    }

    /// A definition or a tombstone.
    ///
    /// # Errors
    /// Its bytes are not what was written, or say something impossible.
    pub fn statement(&mut self, entry: cache::Entry<'p>) -> Result<Statement<'p>, cache::Error> {
        self.budget.record(entry.size()).ok_or_else(|| self.repeats())?;
        let (layer, source, version) = self.stated(entry.origin()?)?;
        let overrode = Layer::ALL.into_iter().rev().filter(|l| entry.overrode() & (1 << *l as u8) != 0);
        let mut origin = Origin {
            layer,
            source,
            line: entry.line(),
            index: 0,
            overrode: overrode.collect(),
            preferred: entry.is_preferred(),
        };
        let lost = !origin.overrode.is_empty();
        if self.layer.is_some() {
            (origin.overrode, origin.preferred) = (Vec::new(), false);
        }
        let oid = entry.oid()?;
        let body = match entry.body()? {
            cache::Body::Tombstone => {
                if lost {
                    origin.overrode = vec![layer];
                }
                return Ok(Statement::Remove(Box::new(Tombstone { oid, version, origin })));
            }
            cache::Body::Lexicon(terms) => Body::Lexicon(
                self.lexicon(terms, Stated { layer, source, version: version.clone(), index: 0 })?,
            ),
            cache::Body::Alias(target) => Body::Alias(target),
            cache::Body::Policy { applies_to, registers } => {
                let registers = registers.into_iter().map(|r| self.register(r)).collect::<Result<_, _>>()?;
                Body::Policy(Policy { applies_to, registers })
            }
            cache::Body::Rule { event, priority, say, acknowledge, escalate } => {
                let words = Priority::WORDS.get(priority as usize);
                let priority = words.ok_or_else(|| self.malformed("a priority is unknown"))?.1;
                let step = |e: cache::Escalation<'p>| Escalation { after_s: e.after_s, to: e.to, say: e.say };
                Body::Rule(Rule {
                    event,
                    priority,
                    say,
                    acknowledge,
                    escalate: escalate.into_iter().map(step).collect(),
                })
            }
            cache::Body::Template { text, slots, examples } => template(text, slots, examples),
        };
        let entry = Entry {
            oid,
            title: entry.title()?,
            version,
            refs: entry.refs()?,
            refs_from: None,
            tags: entry.tags()?,
            language: entry.language()?,
            is_final: entry.is_final(),
            origin,
            body,
        };
        self.budget.texts(&entry).ok_or_else(|| self.repeats())?;
        Ok(Statement::Define(Arc::new(entry)))
    }

    fn repeats(&self) -> cache::Error {
        let what = "the entries together say more than is written";
        cache::Error::Malformed { section: cache::Section(*b"ENTR"), offset: 0, what }
    }

    fn register(&self, number: u32) -> Result<Register, cache::Error> {
        let word =
            Register::WORDS.get(number as usize).ok_or_else(|| self.malformed("a register is unknown"))?;
        Ok(word.1)
    }

    fn lexicon(&mut self, terms: std::ops::Range<u32>, own: Stated) -> Result<Lexicon<'p>, cache::Error> {
        let mut lexicon = Lexicon { terms: Vec::new(), stated: vec![own] };
        for (index, term) in self.pack.terms_in(terms).enumerate() {
            let term = term?;
            self.budget.record(term.size()).ok_or_else(|| self.repeats())?;
            let (layer, source, version) = self.stated(term.origin()?)?;
            let stated = Stated { layer, source, version, index: 0 };
            let at = match lexicon.stated.iter().position(|known| *known == stated) {
                Some(at) => at,
                None => {
                    lexicon.stated.push(stated);
                    lexicon.stated.len() - 1
                }
            };
            let [aliases, examples] = term.lists()?;
            let (text, meaning) = (term.term()?, term.meaning()?);
            let stated = u8::try_from(at).map_err(|_| self.malformed("a lexicon has too many origins"))?;
            lexicon.terms.push(Term {
                register: self.register(u32::from(term.register()))?,
                line: term.line()?,
                index: index as u32,
                stated: stated.into(),
                ..Term::new(text, meaning, term.key()?).with(&aliases, &examples)
            });
        }
        // Merging unites sorted lists.
        if !lexicon.terms.is_sorted_by(|a, b| a.key < b.key) {
            return Err(self.malformed("the terms of a lexicon do not stand in the order of their keys"));
        }
        Ok(lexicon)
    }
}

fn template<'p>(text: &'p str, slots: Vec<cache::Slot<'p>>, examples: Vec<cache::Example<'p>>) -> Body<'p> {
    let slot = |slot: cache::Slot<'p>| {
        let kind = match slot.kind {
            0 => SlotKind::String,
            1 => SlotKind::Integer,
            _ => SlotKind::Enum(slot.values),
        };
        (slot.name, kind)
    };
    let value = |(name, value)| match value {
        cache::Value::Text(text) => (name, SlotValue::Text(text)),
        cache::Value::Integer(value) => (name, SlotValue::Integer(value)),
    };
    let example = |example: cache::Example<'p>| TemplateExample {
        slots: example.slots.into_iter().map(value).collect(),
        text: example.text,
    };
    Body::Template(Template {
        text,
        slots: slots.into_iter().map(slot).collect(),
        examples: examples.into_iter().map(example).collect(),
    })
}

/// An entry, and the names of the sources that it speaks of.
pub type Found<'p> = (Arc<Entry<'p>>, Vec<Arc<str>>);

/// The entry of an OID as a model, for exports and answers; and the names of its sources.
///
/// # Errors
/// Bytes on the way are not what was written.
pub fn find<'p>(pack: &'p Pack, oid: &Oid) -> Result<Option<Found<'p>>, cache::Error> {
    let Some(entry) = pack.find(oid)? else { return Ok(None) };
    let mut reader = Reader::new(pack, None, Vec::new());
    match reader.statement(entry)? {
        Statement::Define(entry) => Ok(Some((entry, reader.names))),
        Statement::Remove(_) => Ok(None),
    }
}

/// A merged pack's file, read whole.
pub struct Opened<'p> {
    /// What the file says of itself.
    pub meta: Meta,
    /// The entries, by OID.
    pub entries: Vec<Arc<Entry<'p>>>,
    /// The names of the sources.
    pub names: Vec<Arc<str>>,
}

impl<'p> Opened<'p> {
    /// Reads a merged pack's file. Tombstones, which only the files of layers have, are left out.
    ///
    /// # Errors
    /// Bytes on the way are not what was written.
    pub fn of(pack: &'p Pack) -> Result<Self, cache::Error> {
        let meta = serde_json::from_slice(pack.meta()?).map_err(|_| cache::Error::Malformed {
            section: cache::Section(*b"META"),
            offset: 0,
            what: "it is no description",
        })?;
        let mut reader = Reader::new(pack, None, Vec::new());
        let mut entries = Vec::with_capacity(pack.len() as usize);
        for entry in pack.entries() {
            if let Statement::Define(entry) = reader.statement(entry?)? {
                entries.push(entry);
            }
        }
        Ok(Self { meta, entries, names: reader.names })
    }
}

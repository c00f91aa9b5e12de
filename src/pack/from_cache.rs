//! From a `.1337` file back to entries: as a source of a layer, and as the answer to a question.

use std::collections::HashMap;
use std::sync::Arc;

use semver::Version;

use crate::cache::{self, Pack};
use crate::diag::{Code, Diagnostic, Outcome, Place};
use crate::oid::Oid;
use crate::source::SourceText;

use super::load::Loaded;
use super::model::{
    Body, Document, Entry, Escalation, Layer, Lexicon, Origin, Policy, Priority, Register, Rule, SlotKind,
    SlotValue, SourceId, Stated, Statement, Template, TemplateExample, Term,
};
use super::to_cache::Meta;

/// A diagnostic for a file that cannot be opened or asked.
pub fn diagnostic(error: &cache::Error, shown: Arc<str>) -> Box<Diagnostic> {
    let (code, help) = match error {
        cache::Error::Io(_) => (Code::SourceUnreadable, "give the user that runs aegis the right to read it"),
        cache::Error::TooNew { .. } | cache::Error::UnknownSection(_) => {
            (Code::CacheIncompatible, "update aegis: the file was written by a newer version")
        }
        _ => (Code::CacheCorrupt, "fetch or build the file again: what it says cannot be trusted"),
    };
    Box::new(Diagnostic::error(code, format!("`{shown}`: {error}")).at(Place::file(shown)).help(help))
}

/// Reads the statements of a cache that a layer names as its source.
///
/// # Errors
/// The file is damaged or too new.
pub fn load<'a>(pack: &'a Pack, source: &SourceText, loaded: &mut Loaded<'a>) -> Outcome<()> {
    let failed = |error: cache::Error| diagnostic(&error, source.file.shown.clone());
    pack.verify(std::thread::available_parallelism().map_or(1, usize::from)).map_err(failed)?;
    let bytes = pack.meta().map_err(failed)?;
    let meta: Meta = serde_json::from_slice(bytes).map_err(|error| {
        let message = format!("`{}`: its description is malformed: {error}", source.file.shown);
        Box::new(Diagnostic::error(Code::CacheCorrupt, message).at(Place::file(source.file.shown.clone())))
    })?;
    let mut reader = Reader::new(pack, Some(source.file.layer), std::mem::take(&mut loaded.names));
    for document in &meta.documents {
        let Ok(version) = document.version.parse() else { continue };
        loaded.documents.push(Document {
            oid: document.oid.clone(),
            title: "",
            version,
            language: None,
            layer: source.file.layer,
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
        loaded.statements.push(statement);
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
    known: HashMap<&'p str, SourceId>,
    base: usize,
}

impl<'p> Reader<'p> {
    /// Reads for a layer, or each entry for its own.
    pub fn new(pack: &'p Pack, layer: Option<Layer>, names: Vec<Arc<str>>) -> Self {
        let base = names.len();
        Self { pack, layer, names, known: HashMap::new(), base }
    }

    fn source(&mut self, name: &str) -> SourceId {
        if let Some(at) = self.names[self.base..].iter().position(|known| **known == *name) {
            return (self.base + at) as SourceId;
        }
        self.names.push(name.into());
        (self.names.len() - 1) as SourceId
    }

    fn stated(&mut self, origin: cache::Origin<'p>) -> Result<(Layer, SourceId, Version), cache::Error> {
        let layer = self.layer.unwrap_or(*Layer::ALL.get(origin.layer as usize).unwrap_or(&Layer::Global));
        let source = match self.known.get(origin.source) {
            Some(known) => *known,
            None => {
                let number = self.source(origin.source);
                self.known.insert(origin.source, number);
                number
            }
        };
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
        if self.layer.is_some() {
            (origin.overrode, origin.preferred) = (Vec::new(), false);
        }
        let oid = entry.oid()?;
        let body = match entry.body()? {
            cache::Body::Tombstone => return Ok(Statement::Remove { oid, version, origin }),
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
        Ok(Statement::Define(Arc::new(Entry {
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
        })))
    }

    fn register(&self, number: u32) -> Result<Register, cache::Error> {
        let word =
            Register::WORDS.get(number as usize).ok_or_else(|| self.malformed("a register is unknown"))?;
        Ok(word.1)
    }

    fn lexicon(&mut self, terms: std::ops::Range<u32>, own: Stated) -> Result<Lexicon<'p>, cache::Error> {
        let mut lexicon = Lexicon { terms: Vec::new(), stated: vec![own] };
        for (index, number) in terms.clone().enumerate() {
            let term = self.pack.term(number)?;
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
            lexicon.terms.push(Term {
                term: term.term()?,
                meaning: term.meaning()?,
                register: self.register(u32::from(term.register()))?,
                aliases: aliases.into(),
                examples: examples.into(),
                key: term.key()?,
                line: term.line(),
                index: index as u32,
                stated: u8::try_from(at).map_err(|_| self.malformed("a lexicon has too many origins"))?,
            });
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

/// The entry of an OID as a model, for exports and answers; and the names of its sources.
///
/// # Errors
/// Bytes on the way are not what was written.
pub fn find<'p>(pack: &'p Pack, oid: &Oid) -> Result<Option<(Arc<Entry<'p>>, Vec<Arc<str>>)>, cache::Error> {
    let Some(entry) = pack.find(oid)? else { return Ok(None) };
    let mut reader = Reader::new(pack, None, Vec::new());
    match reader.statement(entry)? {
        Statement::Define(entry) => Ok(Some((entry, reader.names))),
        Statement::Remove { .. } => Ok(None),
    }
}

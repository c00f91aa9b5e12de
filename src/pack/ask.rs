//! Questions to a compiled pack, with answers in the shapes that `inspect` prints and suites expect.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::cache::{self, Pack};
use crate::oid::Oid;
use crate::text::{self, TermSet, term_key};

use super::ask_layer::Keys;
use super::canonical;
use super::from_cache::{self, Reader};
use super::model::{Body, Entry, Named, Priority, Register, SlotValue, Statement};
use super::template;

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The file is damaged.
    #[error(transparent)]
    Cache(#[from] cache::Error),
    /// The question makes no sense for what the pack holds.
    #[error("{0}")]
    Question(String),
}

type Answer = Result<Value, AskError>;

/// A compiled pack, with what some questions need to be found once.
pub struct Asker<'p> {
    pack: &'p Pack,
    rules: BTreeMap<String, Vec<u32>>,
    policies: Vec<(Oid, u8)>,
}

impl<'p> Asker<'p> {
    /// Looks at all rules and policies once.
    ///
    /// # Errors
    /// The file is damaged.
    pub fn new(pack: &'p Pack) -> Result<Self, cache::Error> {
        let mut asker = Self { pack, rules: BTreeMap::new(), policies: Vec::new() };
        for entry in pack.entries() {
            let entry = entry?;
            match entry.kind() {
                1 => {
                    if let cache::Body::Rule { event, .. } = entry.body()? {
                        asker.rules.entry(event.to_owned()).or_default().push(entry.index());
                    }
                }
                3 => {
                    if let cache::Body::Policy { applies_to, registers } = entry.body()? {
                        let bits = registers.iter().fold(0, |bits, register| bits | 1_u8 << (register & 7));
                        asker.policies.extend(applies_to.into_iter().map(|oid| (oid, bits)));
                    }
                }
                _ => {}
            }
        }
        Ok(asker)
    }

    fn entry(&self, oid: &Oid) -> Result<Arc<Entry<'p>>, AskError> {
        let found = from_cache::find(self.pack, oid)?.map(|(entry, _)| entry);
        found.ok_or_else(|| AskError::Question(format!("the pack has no `{oid}`")))
    }

    /// Kind, version and layer of an OID; `null` if it is absent.
    ///
    /// # Errors
    /// The file is damaged; so for all that follow.
    pub fn resolve(&self, oid: &Oid) -> Answer {
        let found = from_cache::find(self.pack, oid)?;
        Ok(found.map_or(Value::Null, |(entry, _)| {
            json!({"kind": entry.body.kind(), "version": entry.version.to_string(), "layer": entry.origin.layer.as_str()})
        }))
    }

    /// The SHA-256 of an entry's canonical content, its layer, and of a lexicon how many terms each layer gave;
    /// each `null` if it is absent.
    ///
    /// # Errors
    /// See [`Asker::resolve`].
    pub fn digest(&self, oid: &Oid) -> Answer {
        let Some((entry, _)) = from_cache::find(self.pack, oid)? else {
            return Ok(json!({"sha256": null, "layer": null, "terms": null}));
        };
        let layer = entry.origin.layer.as_str();
        Ok(json!({"sha256": canonical::digest(&entry), "layer": layer, "terms": terms_by_layer(&entry)}))
    }

    /// How many entries stand at or below an OID, or are in the pack.
    ///
    /// # Errors
    /// See [`Asker::resolve`].
    pub fn count(&self, oid: Option<&Oid>) -> Result<u32, AskError> {
        let Some(oid) = oid else { return Ok(self.pack.len()) };
        let range = self.pack.range(oid)?;
        Ok(range.end.saturating_sub(range.start))
    }

    /// Where an alias ends; `null` if the OID is absent, is no alias, or leads nowhere.
    ///
    /// # Errors
    /// See [`Asker::resolve`].
    pub fn alias(&self, oid: &Oid) -> Answer {
        let mut next = oid.clone();
        for step in 0..=self.pack.len() {
            let Some(entry) = self.pack.find(&next)? else { return Ok(Value::Null) };
            match entry.body()? {
                cache::Body::Alias(target) => next = target,
                _ if step == 0 => return Ok(Value::Null),
                _ => return Ok(next.to_string().into()),
            }
        }
        Ok(Value::Null)
    }

    /// What a template renders to; `Err` of [`AskError::Question`] with the reason if a slot is invalid.
    ///
    /// # Errors
    /// See [`Asker::resolve`].
    pub fn render(
        &self,
        oid: &Oid,
        slots: &Named<'_, SlotValue<'_>>,
    ) -> Result<Result<String, String>, AskError> {
        let entry = self.entry(oid)?;
        let Body::Template(template) = &entry.body else {
            return Err(AskError::Question(format!("`{oid}` is a {}, no template", entry.body.kind())));
        };
        Ok(template::render(template.text, &template.slots, slots))
    }

    /// What is said when an event happens: by priority, then OID; escalations by delay.
    ///
    /// # Errors
    /// See [`Asker::resolve`].
    pub fn fire(&self, event: &str) -> Answer {
        let mut reader = Reader::new(self.pack, None, Vec::new());
        let mut fired = Vec::new();
        for &index in self.rules.get(event).into_iter().flatten() {
            if let Statement::Define(entry) = reader.statement(self.pack.entry(index)?)? {
                fired.push(entry);
            }
        }
        Ok(fire(&fired.iter().map(|entry| &**entry).collect::<Vec<_>>()))
    }

    /// The registers that the policies allow at an OID.
    pub fn registers(&self, oid: &Oid) -> Value {
        let applies: Vec<_> = self.policies.iter().filter(|(at, _)| at.is_prefix_of(oid)).collect();
        registers(applies.iter().map(|(at, bits)| (at.depth(), *bits)))
    }

    /// The OIDs whose nearest ancestor is this one; without one, those that have no ancestor.
    ///
    /// # Errors
    /// See [`Asker::resolve`].
    pub fn tree(&self, oid: Option<&Oid>) -> Answer {
        tree(self.pack, oid)
    }

    /// See [`lookup`].
    ///
    /// # Errors
    /// See [`Asker::resolve`].
    pub fn lookup(&self, term: &str) -> Answer {
        Ok(lookup(self.pack, term)?)
    }

    /// See [`scan`].
    ///
    /// # Errors
    /// See [`Asker::resolve`].
    pub fn scan(&self, text: &str) -> Answer {
        Ok(scan(self.pack, text)?)
    }
}

/// How many terms of a lexicon each layer gave; layers that gave none are not named.
pub fn terms_by_layer(entry: &Entry<'_>) -> Option<Value> {
    let Body::Lexicon(lexicon) = &entry.body else { return None };
    let mut counts = BTreeMap::new();
    for term in &lexicon.terms {
        let layer = lexicon.stated_of(term).map_or(entry.origin.layer, |s| s.layer);
        *counts.entry(layer.as_str()).or_insert(0_usize) += 1;
    }
    Some(json!(counts))
}

/// Rules that fire together, in the order in which they speak.
pub fn fire(rules: &[&Entry<'_>]) -> Value {
    let mut said: Vec<(Priority, &Oid, Value)> = Vec::new();
    for entry in rules {
        let Body::Rule(rule) = &entry.body else { continue };
        let mut steps: Vec<_> = rule.escalate.iter().collect();
        steps.sort_by_key(|step| step.after_s);
        let steps: Vec<_> = steps
            .iter()
            .map(|step| json!({"after_s": step.after_s, "to": step.to, "say": step.say}))
            .collect();
        let value = json!({
            "oid": entry.oid.to_string(), "priority": rule.priority.as_str(), "say": rule.say,
            "acknowledge": rule.acknowledge, "escalate": steps,
        });
        said.push((rule.priority, &entry.oid, value));
    }
    said.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    said.into_iter().map(|(_, _, value)| value).collect()
}

/// What several policies allow together: those of the longest prefix count, and all of them must allow.
pub fn registers(policies: impl Iterator<Item = (usize, u8)>) -> Value {
    let (mut longest, mut allowed) = (0, u8::MAX);
    for (length, bits) in policies {
        if length > longest {
            (longest, allowed) = (length, bits);
        } else if length == longest {
            allowed &= bits;
        }
    }
    Register::WORDS.iter().filter(|(_, r)| allowed & (1 << *r as u8) != 0).map(|(word, _)| *word).collect()
}

/// The senses of a term or alias, in look-up order.
///
/// # Errors
/// The file is damaged.
pub fn lookup(pack: &Pack, term: &str) -> Result<Value, cache::Error> {
    let senses = if pack.kind() == 0 {
        pack.lookup(term)?.map(|senses| senses.iter().collect::<Result<Vec<_>, _>>()).transpose()?
    } else {
        Keys::new(pack)?.find(&term_key(term))?
    };
    senses.unwrap_or_default().iter().map(sense_value).collect::<Result<Vec<_>, _>>().map(Value::Array)
}

fn sense_value(sense: &cache::Sense<'_>) -> Result<Value, cache::Error> {
    let layer = super::model::Layer::ALL.get(usize::from(sense.origin()?.layer)).map(|layer| layer.as_str());
    let register = Register::WORDS.get(usize::from(sense.register())).map(|(word, _)| *word);
    Ok(json!({
        "oid": sense.entry()?.oid()?.to_string(), "term": sense.term()?, "meaning": sense.meaning()?,
        "register": register, "layer": layer,
    }))
}

/// The occurrences of terms in a text: one element a sense, in bytes of the text.
///
/// # Errors
/// The file is damaged.
pub fn scan(pack: &Pack, text: &str) -> Result<Value, cache::Error> {
    let mut found = Vec::new();
    if pack.kind() == 0 {
        for hit in pack.scan(text)? {
            found.push((hit.range, hit.found.iter().collect::<Result<Vec<_>, _>>()?));
        }
    } else {
        let hits = text::scan(&text::Words::new(text), &Keys::new(pack)?)?;
        found.extend(hits.into_iter().map(|hit| (hit.range, hit.found)));
    }
    let mut hits = Vec::new();
    for (range, senses) in found {
        for sense in senses {
            hits.push(json!({
                "start": range.start, "end": range.end, "term": sense.term()?,
                "oid": sense.entry()?.oid()?.to_string(),
            }));
        }
    }
    Ok(hits.into())
}

/// The children of an OID; `null` if the pack does not have it. Without an OID, the entries without an ancestor.
///
/// # Errors
/// The file is damaged.
pub fn tree(pack: &Pack, oid: Option<&Oid>) -> Answer {
    let mut children = Vec::new();
    match oid {
        Some(oid) if pack.find(oid)?.is_none() => return Ok(Value::Null),
        Some(oid) => {
            for child in pack.children(oid)? {
                children.push(Value::from(child.oid()?.to_string()));
            }
        }
        None => {
            let mut at = 0;
            while at < pack.len() {
                let root = pack.entry(at)?.oid()?;
                at = pack.range(&root)?.end.max(at + 1);
                children.push(root.to_string().into());
            }
        }
    }
    Ok(children.into())
}

/// The entry of an OID as the export has it, or `null`.
///
/// # Errors
/// The file is damaged.
pub fn entry(pack: &Pack, oid: &Oid) -> Answer {
    let Some((entry, names)) = from_cache::find(pack, oid)? else { return Ok(Value::Null) };
    canonical::with_origin(&entry, &names).to_value().map_err(|e| AskError::Question(e.to_string()))
}

//! Entries as RFC 8785 canonical JSON: fields in the order of their names, defaults filled in.
//!
//! `serde_json` writes strings and integers exactly as RFC 8785 asks; that the field order here is right too is
//! proved by a property test against `serde_json_canonicalizer`.

use std::sync::Arc;

use semver::Version;
use serde::ser::{Serialize, SerializeMap, Serializer};
use sha2::{Digest, Sha256};

use super::model::{
    Body, Entry, Escalation, Lexicon, Named, Origin, SlotKind, SlotValue, Stated, TemplateExample, Term,
};

/// An entry as it is written, with or without where it comes from.
#[derive(Clone, Copy)]
pub struct View<'e, 'a> {
    entry: &'e Entry<'a>,
    sources: Option<&'e [Arc<str>]>,
    version: bool,
}

/// An entry with its origin, as the export has it. `sources` are the names of the sources.
pub fn with_origin<'e, 'a>(entry: &'e Entry<'a>, sources: &'e [Arc<str>]) -> View<'e, 'a> {
    View { entry, sources: Some(sources), version: true }
}

/// An entry without its and its terms' origin: what digests are made of.
pub fn without_origin<'e, 'a>(entry: &'e Entry<'a>) -> View<'e, 'a> {
    View { entry, sources: None, version: true }
}

/// The canonical bytes of an entry without version and origin: whether two statements say the same.
pub fn content(entry: &Entry<'_>) -> Vec<u8> {
    to_vec(&View { entry, sources: None, version: false })
}

/// The SHA-256 of the canonical entry without origins, as lower-case hex.
pub fn digest(entry: &Entry<'_>) -> String {
    hex(&Sha256::digest(to_vec(&without_origin(entry))))
}

/// JSON bytes of something whose fields are already in order. Such values cannot fail to be written.
pub fn to_vec(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

impl Serialize for View<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entry = self.entry;
        let mut map = serializer.serialize_map(None)?;
        match &entry.body {
            Body::Rule(rule) => map.serialize_entry("acknowledge", &rule.acknowledge)?,
            Body::Policy(policy) => map.serialize_entry("applies_to", &policy.applies_to)?,
            Body::Template(template) => map.serialize_entry("examples", &Examples(&template.examples))?,
            Body::Lexicon(_) | Body::Alias(_) => {}
        }
        if let Body::Rule(rule) = &entry.body {
            map.serialize_entry("escalate", &Escalations(&rule.escalate))?;
            map.serialize_entry("event", rule.event)?;
        }
        map.serialize_entry("final", &entry.is_final)?;
        map.serialize_entry("kind", entry.body.kind())?;
        if let Some(language) = entry.language {
            map.serialize_entry("language", language)?;
        }
        map.serialize_entry("oid", &entry.oid)?;
        if let Some(sources) = self.sources {
            let origin = OriginView { origin: &entry.origin, version: &entry.version, sources };
            map.serialize_entry("origin", &origin)?;
        }
        if let Body::Rule(rule) = &entry.body {
            map.serialize_entry("priority", rule.priority.as_str())?;
        }
        map.serialize_entry("refs", entry.refs())?;
        match &entry.body {
            Body::Policy(policy) => {
                let words: Vec<_> = policy.registers.iter().map(|r| r.as_str()).collect();
                map.serialize_entry("registers", &words)?;
            }
            Body::Rule(rule) => map.serialize_entry("say", rule.say)?,
            Body::Template(template) => map.serialize_entry("slots", &Slots(&template.slots))?,
            Body::Lexicon(_) | Body::Alias(_) => {}
        }
        map.serialize_entry("tags", entry.tags.as_deref().unwrap_or_default())?;
        match &entry.body {
            Body::Alias(target) => map.serialize_entry("target", target)?,
            Body::Lexicon(lexicon) => {
                map.serialize_entry("terms", &Terms { lexicon, sources: self.sources })?
            }
            Body::Template(template) => map.serialize_entry("text", template.text)?,
            Body::Rule(_) | Body::Policy(_) => {}
        }
        if let Some(title) = entry.title {
            map.serialize_entry("title", title)?;
        }
        if self.version {
            map.serialize_entry("version", &Display(&entry.version))?;
        }
        map.end()
    }
}

struct Display<'v>(&'v Version);

impl Serialize for Display<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }
}

fn source_name(sources: &[Arc<str>], number: u32) -> &str {
    sources.get(number as usize).map_or("", |name| name)
}

struct OriginView<'e> {
    origin: &'e Origin,
    version: &'e Version,
    sources: &'e [Arc<str>],
}

impl Serialize for OriginView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let origin = self.origin;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("layer", origin.layer.as_str())?;
        map.serialize_entry("line", &origin.line)?;
        let overrode: Vec<_> = origin.overrode.iter().map(|layer| layer.as_str()).collect();
        map.serialize_entry("overrode", &overrode)?;
        if origin.preferred {
            map.serialize_entry("preferred", &true)?;
        }
        map.serialize_entry("source", source_name(self.sources, origin.source))?;
        map.serialize_entry("version", &Display(self.version))?;
        map.end()
    }
}

struct Terms<'e, 'a> {
    lexicon: &'e Lexicon<'a>,
    sources: Option<&'e [Arc<str>]>,
}

impl Serialize for Terms<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let lexicon = self.lexicon;
        serializer.collect_seq(lexicon.terms.iter().map(|term| {
            let stated = self.sources.zip(lexicon.stated.get(term.stated as usize));
            TermView { term, stated }
        }))
    }
}

struct TermView<'e, 'a> {
    term: &'e Term<'a>,
    stated: Option<(&'e [Arc<str>], &'e Stated)>,
}

impl Serialize for TermView<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let term = self.term;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("aliases", &term.aliases)?;
        map.serialize_entry("examples", &term.examples)?;
        map.serialize_entry("meaning", term.meaning)?;
        if let Some((sources, stated)) = self.stated {
            map.serialize_entry("origin", &TermOrigin { stated, line: term.line, sources })?;
        }
        map.serialize_entry("register", term.register.as_str())?;
        map.serialize_entry("term", term.term)?;
        map.end()
    }
}

struct TermOrigin<'e> {
    stated: &'e Stated,
    line: u32,
    sources: &'e [Arc<str>],
}

impl Serialize for TermOrigin<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("layer", self.stated.layer.as_str())?;
        map.serialize_entry("line", &self.line)?;
        map.serialize_entry("source", source_name(self.sources, self.stated.source))?;
        map.serialize_entry("version", &Display(&self.stated.version))?;
        map.end()
    }
}

struct Escalations<'e, 'a>(&'e [Escalation<'a>]);

impl Serialize for Escalations<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Step<'e> {
            after_s: u64,
            say: &'e str,
            to: &'e str,
        }
        serializer.collect_seq(self.0.iter().map(|e| Step { after_s: e.after_s, say: e.say, to: e.to }))
    }
}

struct Slots<'e, 'a>(&'e Named<'a, SlotKind<'a>>);

impl Serialize for Slots<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Slot<'e> {
            r#type: &'e str,
            #[serde(skip_serializing_if = "Option::is_none")]
            values: Option<&'e [&'e str]>,
        }
        serializer.collect_map(self.0.iter().map(|(name, kind)| {
            let values = if let SlotKind::Enum(values) = kind { Some(values.as_slice()) } else { None };
            (name, Slot { r#type: kind.as_str(), values })
        }))
    }
}

/// Values of slots as a JSON object.
pub struct Values<'e, 'a>(pub &'e Named<'a, SlotValue<'a>>);

impl Serialize for Values<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

struct Examples<'e, 'a>(&'e [TemplateExample<'a>]);

impl Serialize for Examples<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Example<'e, 'a> {
            slots: Values<'e, 'a>,
            text: &'e str,
        }
        serializer.collect_seq(self.0.iter().map(|e| Example { slots: Values(&e.slots), text: e.text }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::arbitrary::{Documents, documents};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn entries_are_written_as_the_canonicalizer_would(documents in documents()) {
            let texts = Documents::new(documents);
            let (statements, names) = texts.statements();
            let mut entries = 0;
            for entry in statements.iter().filter_map(|statement| statement.entry()) {
                for bytes in [to_vec(&with_origin(entry, &names)), to_vec(&without_origin(entry)), content(entry)] {
                    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
                    let canonical = serde_json_canonicalizer::to_string(&value).unwrap();
                    prop_assert_eq!(String::from_utf8(bytes).unwrap(), canonical);
                }
                entries += 1;
            }
            prop_assert!(entries > 0);
        }
    }
}

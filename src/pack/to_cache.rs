//! From entries and tombstones to a `.1337` file.

use std::sync::Arc;

use crate::cache::layout::{EMPTY, TOMBSTONE, flag};
use crate::cache::writer::{EntryFields, Image, Ref, TermFields, TooLarge, Writer};
use crate::layer::Prefer;
use crate::oid::Oid;
use crate::text::term_key;

use super::canonical;
use super::model::{Body, Document, Entry, Layer, Lexicon, Origin, SlotKind, SlotValue, Statement, Template};

/// What a file says of itself beside its entries.
#[derive(Debug, Clone, Copy)]
pub struct Head<'h, 'a> {
    /// The pack's name.
    pub name: &'h str,
    /// The pack's OID.
    pub oid: &'h Oid,
    /// The pack's version.
    pub version: &'h str,
    /// The pack's language.
    pub language: &'h str,
    /// The documents: all of them for a merged pack, a layer's for a cache.
    pub documents: &'h [Document<'a>],
    /// The names of the sources.
    pub sources: &'h [Arc<str>],
    /// For a merged pack: what the layers are merged anew with.
    pub rules: Option<&'h MergeRules>,
}

/// What `runtime.1337` keeps so that its layers can be merged anew at run time.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MergeRules {
    /// Bounds of the local layer.
    pub limits: std::collections::BTreeMap<String, u64>,
    /// The operator's preferences.
    pub prefer: Vec<Prefer>,
}

/// The description of a file. Its fields are in canonical order.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Meta {
    /// The documents.
    pub documents: Vec<MetaDocument>,
    /// The pack's language.
    pub language: String,
    /// Bounds of the local layer, in `runtime.1337`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<std::collections::BTreeMap<String, u64>>,
    /// The pack's name.
    pub name: String,
    /// The pack's OID.
    pub oid: Oid,
    /// The operator's preferences, in `runtime.1337`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefer: Option<Vec<Prefer>>,
    /// The pack's version.
    pub version: String,
}

/// A document in the description.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MetaDocument {
    /// Its language, if it states one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What it is about.
    pub oid: Oid,
    /// The file.
    pub source: String,
    /// What people call it.
    pub title: String,
    /// Its version.
    pub version: String,
}

/// The merged pack as `runtime.1337`.
///
/// # Errors
/// It is too large for the format.
pub fn runtime(head: &Head<'_, '_>, entries: &[Arc<Entry<'_>>]) -> Result<Image, TooLarge> {
    let mut encoder = Encoder::new(head, true, entries.iter().map(|entry| &**entry));
    for entry in entries {
        encoder.entry(entry);
    }
    encoder.writer.finish(0, meta(head))
}

/// A layer as `caches/*.1337`: definitions and tombstones, as stated.
///
/// # Errors
/// It is too large for the format.
pub fn layer(head: &Head<'_, '_>, layer: Layer, statements: &[Statement<'_>]) -> Result<Image, TooLarge> {
    let mut encoder = Encoder::new(head, false, statements.iter().filter_map(Statement::entry));
    for statement in statements {
        match statement {
            Statement::Define(entry) => encoder.entry(entry),
            Statement::Remove { oid, version, origin } => {
                encoder.tombstone(oid, &version.to_string(), origin)
            }
        }
    }
    encoder.writer.finish(layer as u32 + 1, meta(head))
}

fn meta(head: &Head<'_, '_>) -> Vec<u8> {
    let document = |d: &Document<'_>| MetaDocument {
        language: d.language.as_deref().map(str::to_owned),
        oid: d.oid.clone(),
        source: head.sources.get(d.source as usize).map_or_else(String::new, |name| name.to_string()),
        title: d.title.clone().into_owned(),
        version: d.version.to_string(),
    };
    canonical::to_vec(&Meta {
        documents: head.documents.iter().map(document).collect(),
        language: head.language.to_owned(),
        limits: head.rules.map(|rules| rules.limits.clone()),
        name: head.name.to_owned(),
        oid: head.oid.clone(),
        prefer: head.rules.map(|rules| rules.prefer.clone()),
        version: head.version.to_owned(),
    })
}

/// The layers that lost, one bit each.
fn overrode(origin: &Origin) -> u8 {
    origin.overrode.iter().fold(0, |bits, layer| bits | 1 << *layer as u8)
}

struct Encoder<'h> {
    writer: Writer,
    /// A merged pack is asked for terms, a layer's cache is only merged: it has no index of keys.
    indexed: bool,
    sources: &'h [Arc<str>],
}

impl<'h> Encoder<'h> {
    fn new<'e, 'a: 'e>(
        head: &Head<'h, '_>,
        indexed: bool,
        entries: impl Iterator<Item = &'e Entry<'a>>,
    ) -> Self {
        let (mut strings, mut terms) = (0, 0);
        for entry in entries {
            if let Body::Lexicon(lexicon) = &entry.body {
                terms += lexicon.terms.len();
                let texts = lexicon.terms.iter().map(|t| {
                    let lists = t.examples.iter().chain(&t.aliases).map(|text| text.len()).sum::<usize>();
                    t.term.len() * 2 + t.meaning.len() + lists + 16
                });
                strings += texts.sum::<usize>();
            }
        }
        let keys = if indexed { terms + terms / 2 } else { 0 };
        Self { writer: Writer::with_capacity(strings, terms, keys), indexed, sources: head.sources }
    }

    fn origin(&mut self, source: u32, version: &str, layer: Layer) -> u32 {
        let name = self.sources.get(source as usize).map_or("", |name| name);
        self.writer.origin(name, version, layer as u8)
    }

    fn tombstone(&mut self, oid: &Oid, version: &str, origin: &Origin) {
        let number = self.origin(origin.source, version, origin.layer);
        let oid = self.writer.oid(oid);
        self.writer.entry(&EntryFields {
            oid,
            kind: TOMBSTONE,
            overrode: overrode(origin),
            origin: number,
            line: origin.line,
            ..EntryFields::default()
        });
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        let origin = self.origin(entry.origin.source, &entry.version.to_string(), entry.origin.layer);
        let mut fields = EntryFields {
            oid: self.writer.oid(&entry.oid),
            kind: entry.body.number(),
            overrode: overrode(&entry.origin),
            origin,
            line: entry.origin.line,
            ..EntryFields::default()
        };
        let mut set = |condition, bit| fields.flags |= if condition { bit } else { 0 };
        set(entry.is_final, flag::FINAL);
        set(entry.origin.preferred, flag::PREFERRED);
        set(entry.refs.is_some(), flag::REFS);
        set(entry.tags.is_some(), flag::TAGS);
        set(entry.title.is_some(), flag::TITLE);
        set(entry.language.is_some(), flag::LANGUAGE);
        if let Some(title) = entry.title {
            fields.title = self.writer.string(title);
        }
        if let Some(language) = entry.language {
            fields.language = self.writer.shared(language);
        }
        fields.lists = self.writer.here();
        if let Some(refs) = &entry.refs {
            self.oids(refs);
        }
        if let Some(tags) = &entry.tags {
            let tags: Vec<_> = tags.iter().map(|tag| self.writer.shared(tag)).collect();
            self.list(&tags);
        }
        if let Body::Lexicon(lexicon) = &entry.body {
            (fields.body, fields.count) = (self.writer.next_term(), lexicon.terms.len() as u32);
            self.lexicon(lexicon);
        } else {
            fields.body = self.body(&entry.body);
        }
        self.writer.entry(&fields);
    }

    fn list(&mut self, refs: &[Ref]) {
        self.writer.word(refs.len() as u32);
        for reference in refs {
            self.writer.reference(*reference);
        }
    }

    fn texts(&mut self, texts: &[&str]) {
        let refs: Vec<_> = texts.iter().map(|text| self.writer.string(text)).collect();
        self.list(&refs);
    }

    fn oids(&mut self, oids: &[Oid]) {
        let refs: Vec<_> = oids.iter().map(|oid| self.writer.oid(oid)).collect();
        self.list(&refs);
    }

    fn lexicon(&mut self, lexicon: &Lexicon<'_>) {
        let entry = self.writer.next_entry();
        let origins: Vec<_> = lexicon
            .stated
            .iter()
            .map(|s| (self.origin(s.source, &s.version.to_string(), s.layer), s.layer))
            .collect();
        for term in &lexicon.terms {
            let (origin, layer) = origins.get(term.stated as usize).copied().unwrap_or((0, Layer::Global));
            let number = self.writer.next_term();
            let text = self.writer.string(term.term);
            let key =
                if self.indexed { self.key(&term.key, term.term, text, number, layer) } else { [EMPTY, 0] };
            let aliases: Vec<_> = term.aliases.iter().map(|alias| self.alias(alias, number, layer)).collect();
            let mut lists = EMPTY;
            if !term.aliases.is_empty() || !term.examples.is_empty() {
                lists = self.writer.here();
                self.list(&aliases);
                self.texts(&term.examples);
            }
            let meaning = self.writer.string(term.meaning);
            let register = term.register as u8;
            self.writer.term(&TermFields {
                term: text,
                meaning,
                key,
                lists,
                entry,
                origin,
                line: term.line,
                register,
            });
        }
    }

    fn alias(&mut self, alias: &str, term: u32, layer: Layer) -> Ref {
        let text = self.writer.string(alias);
        if self.indexed {
            self.key(&term_key(alias), alias, text, term, layer);
        }
        text
    }

    /// Lets a key lead to a term; a text that is its own key is not written twice.
    fn key(&mut self, key: &str, text: &str, written: Ref, term: u32, layer: Layer) -> Ref {
        let reference = if key == text { written } else { self.writer.string(key) };
        self.writer.key(key, reference, term, layer as u8);
        reference
    }

    /// The body of anything but a lexicon; returns its first word.
    fn body(&mut self, body: &Body<'_>) -> u32 {
        match body {
            Body::Lexicon(_) => self.writer.here(),
            Body::Rule(rule) => {
                let (event, say) = (self.writer.shared(rule.event), self.writer.string(rule.say));
                let start = self.writer.here();
                self.writer.reference(event);
                self.writer.word(rule.priority as u32);
                self.writer.reference(say);
                self.texts(&rule.acknowledge);
                self.writer.word(rule.escalate.len() as u32);
                for step in &rule.escalate {
                    self.writer.long(step.after_s);
                    let refs = [self.writer.shared(step.to), self.writer.string(step.say)];
                    refs.into_iter().for_each(|reference| self.writer.reference(reference));
                }
                start
            }
            Body::Template(template) => self.template(template),
            Body::Policy(policy) => {
                let start = self.writer.here();
                self.oids(&policy.applies_to);
                self.writer.word(policy.registers.len() as u32);
                policy.registers.iter().for_each(|register| self.writer.word(*register as u32));
                start
            }
            Body::Alias(target) => {
                let start = self.writer.here();
                let target = self.writer.oid(target);
                self.writer.reference(target);
                start
            }
        }
    }

    fn template(&mut self, template: &Template<'_>) -> u32 {
        let start = self.writer.here();
        let text = self.writer.string(template.text);
        self.writer.reference(text);
        self.writer.word(template.slots.len() as u32);
        for (name, kind) in &template.slots {
            let name = self.writer.shared(name);
            self.writer.reference(name);
            match kind {
                SlotKind::String => [0, 0].into_iter().for_each(|word| self.writer.word(word)),
                SlotKind::Integer => [1, 0].into_iter().for_each(|word| self.writer.word(word)),
                SlotKind::Enum(values) => {
                    self.writer.word(2);
                    self.texts(values);
                }
            }
        }
        self.writer.word(template.examples.len() as u32);
        for example in &template.examples {
            let text = self.writer.string(example.text);
            self.writer.reference(text);
            self.writer.word(example.slots.len() as u32);
            for (name, value) in &example.slots {
                let name = self.writer.shared(name);
                self.writer.reference(name);
                match value {
                    SlotValue::Text(text) => {
                        let text = self.writer.string(text);
                        self.writer.word(0);
                        self.writer.reference(text);
                    }
                    SlotValue::Integer(value) => {
                        self.writer.word(1);
                        self.writer.long(*value as u64);
                    }
                }
            }
        }
        start
    }
}

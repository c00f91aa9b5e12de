//! From entries and tombstones to a `.1337` file.

mod body;

use std::collections::HashMap;
use std::sync::Arc;

use semver::Version;

use crate::cache::layout::{TOMBSTONE, flag};
use crate::cache::writer::{Batch, EntryFields, Image, Plan, Shared, TermFields, TooLarge, finish};
use crate::layer::Prefer;
use crate::oid::Oid;
use crate::parallel::*;

use super::canonical;
use super::model::{Body, Document, Entry, Layer, Lexicon, Origin, SourceId, Statement};
use body::body;

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
    let items: Vec<_> = entries.iter().map(|entry| Item::Define(entry)).collect();
    encode(head, 0, &items)
}

/// A layer as `caches/*.1337`: definitions and tombstones, as stated.
///
/// # Errors
/// It is too large for the format.
pub fn layer(head: &Head<'_, '_>, layer: Layer, statements: &[Statement<'_>]) -> Result<Image, TooLarge> {
    let mut items = Vec::with_capacity(statements.len());
    for statement in statements {
        items.push(match statement {
            Statement::Define(entry) => Item::Define(entry),
            Statement::Remove { oid, version, origin } => Item::Remove { oid, version, origin },
        });
    }
    encode(head, layer as u32 + 1, &items)
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

/// What is written at an OID.
#[derive(Clone, Copy)]
enum Item<'e, 'a> {
    Define(&'e Entry<'a>),
    Remove { oid: &'e Oid, version: &'e Version, origin: &'e Origin },
}

impl<'e, 'a> Item<'e, 'a> {
    fn oid(&self) -> &'e Oid {
        match self {
            Self::Define(entry) => &entry.oid,
            Self::Remove { oid, .. } => oid,
        }
    }

    fn lexicon(&self) -> Option<&'e Lexicon<'a>> {
        match self {
            Self::Define(Entry { body: Body::Lexicon(lexicon), .. }) => Some(lexicon),
            _ => None,
        }
    }

    /// What its texts weigh, roughly: batches should weigh the same.
    fn weight(&self) -> usize {
        self.lexicon().map_or(1, |lexicon| 1 + lexicon.terms.len())
    }
}

/// A batch has about so many entries and terms: a few hundred kilobytes.
const BATCH: usize = 4096;

fn encode(head: &Head<'_, '_>, kind: u32, items: &[Item<'_, '_>]) -> Result<Image, TooLarge> {
    let mut shared = Shared::default();
    let origins = Origins::new(head.sources, items, &mut shared);
    items.iter().for_each(|item| note(item, &mut shared));
    let (below, plan) = (below(items), Plan::new(kind == 0));
    let (mut ranges, mut from, mut first_term) = (Vec::new(), 0, 0_u32);
    let (mut weight, mut terms) = (0, 0_usize);
    for (index, item) in items.iter().enumerate() {
        weight += item.weight();
        terms += item.lexicon().map_or(0, |lexicon| lexicon.terms.len());
        if weight >= BATCH || index + 1 == items.len() {
            ranges.push((from..index + 1, first_term));
            from = index + 1;
            first_term = u32::try_from(terms).map_err(|_| TooLarge)?;
            weight = 0;
        }
    }
    u32::try_from(items.len()).map_err(|_| TooLarge)?;
    let batch = |(range, first_term): (std::ops::Range<usize>, u32)| {
        let batch = Batch::new(&plan, first_term);
        let mut encoder = Encoder { batch, shared: &shared, origins: &origins };
        range.for_each(|index| encoder.item(index as u32, &items[index], below[index]));
        encoder.batch.trim();
        encoder.batch
    };
    let batches = ranges.into_par_iter().map(batch).collect();
    finish(kind, meta(head), shared, batches)
}

/// How many items stand below each; they are in OID order.
fn below(items: &[Item<'_, '_>]) -> Vec<u32> {
    let mut below = vec![0; items.len()];
    let mut open: Vec<usize> = Vec::new();
    for index in 0..items.len() {
        while let Some(&last) = open.last()
            && !items[last].oid().is_prefix_of(items[index].oid())
        {
            open.pop();
            below[last] = (index - 1 - last) as u32;
        }
        open.push(index);
    }
    open.into_iter().for_each(|last| below[last] = (items.len() - 1 - last) as u32);
    below
}

/// Notes the texts that are likely to come again.
fn note<'e>(item: &Item<'e, '_>, shared: &mut Shared<'e>) {
    let Item::Define(entry) = item else { return };
    let mut note = |text: &&'e str| {
        shared.note(text);
    };
    entry.language.iter().for_each(&mut note);
    entry.tags.iter().flatten().for_each(&mut note);
    match &entry.body {
        Body::Rule(rule) => {
            note(&rule.event);
            rule.escalate.iter().for_each(|step| note(&step.to));
        }
        Body::Template(template) => {
            template.slots.iter().for_each(|(name, _)| note(name));
            template.examples.iter().flat_map(|example| &example.slots).for_each(|(name, _)| note(name));
        }
        Body::Lexicon(_) | Body::Policy(_) | Body::Alias(_) => {}
    }
}

/// The numbers of the origins of all items and terms.
struct Origins<'e>(HashMap<(SourceId, &'e Version, Layer), u32>);

impl<'e> Origins<'e> {
    fn new<'s>(names: &'s [Arc<str>], items: &[Item<'e, '_>], shared: &mut Shared<'s>) -> Self {
        let mut known = HashMap::new();
        let mut versions: HashMap<&Version, u32> = HashMap::new();
        let mut note = |source: SourceId, version: &'e Version, layer: Layer| {
            known.entry((source, version, layer)).or_insert_with(|| {
                let source = shared.note(names.get(source as usize).map_or("", |name| name));
                let version = *versions.entry(version).or_insert_with(|| shared.once(&version.to_string()));
                shared.origin(source, version, layer as u8)
            });
        };
        for item in items {
            match item {
                Item::Define(entry) => note(entry.origin.source, &entry.version, entry.origin.layer),
                Item::Remove { version, origin, .. } => note(origin.source, version, origin.layer),
            }
            let stated = item.lexicon().into_iter().flat_map(|lexicon| &lexicon.stated);
            stated.for_each(|stated| note(stated.source, &stated.version, stated.layer));
        }
        Self(known)
    }

    fn number(&self, source: SourceId, version: &'e Version, layer: Layer) -> u32 {
        self.0.get(&(source, version, layer)).copied().unwrap_or(0)
    }
}

struct Encoder<'p, 'e, 's> {
    batch: Batch<'p>,
    shared: &'s Shared<'e>,
    origins: &'s Origins<'e>,
}

impl<'e> Encoder<'_, 'e, '_> {
    fn item(&mut self, index: u32, item: &Item<'e, '_>, below: u32) {
        match item {
            Item::Define(entry) => self.entry(index, entry, below),
            Item::Remove { oid, version, origin } => {
                let number = self.origins.number(origin.source, version, origin.layer);
                let fields = EntryFields {
                    kind: TOMBSTONE,
                    flags: 0,
                    overrode: overrode(origin),
                    index,
                    oid,
                    below,
                    origin: number,
                    line: origin.line,
                };
                self.batch.entry(&fields, |_| {});
            }
        }
    }

    fn entry(&mut self, index: u32, entry: &'e Entry<'_>, below: u32) {
        let bit = |condition: bool, bit: u8| if condition { bit } else { 0 };
        let fields = EntryFields {
            kind: entry.body.number(),
            flags: bit(entry.is_final, flag::FINAL)
                | bit(entry.origin.preferred, flag::PREFERRED)
                | bit(entry.refs.is_some(), flag::REFS)
                | bit(entry.tags.is_some(), flag::TAGS)
                | bit(entry.title.is_some(), flag::TITLE)
                | bit(entry.language.is_some(), flag::LANGUAGE),
            overrode: overrode(&entry.origin),
            index,
            oid: &entry.oid,
            below,
            origin: self.origins.number(entry.origin.source, &entry.version, entry.origin.layer),
            line: entry.origin.line,
        };
        let (shared, first_term) = (self.shared, self.batch.next_term());
        self.batch.entry(&fields, |record| {
            if let Some(title) = entry.title {
                record.string(title);
            }
            if let Some(language) = entry.language {
                record.shared(shared, language);
            }
            if let Some(refs) = &entry.refs {
                record.oids(refs);
            }
            if let Some(tags) = &entry.tags {
                record.count(tags.len());
                tags.iter().for_each(|tag| record.shared(shared, tag));
            }
            body(&entry.body, first_term, shared, record);
        });
        if let Body::Lexicon(lexicon) = &entry.body {
            self.lexicon(index, lexicon);
        }
    }

    fn lexicon(&mut self, entry: u32, lexicon: &'e Lexicon<'_>) {
        let origin =
            |s: &'e super::model::Stated| (self.origins.number(s.source, &s.version, s.layer), s.layer);
        let origins: Vec<_> = lexicon.stated.iter().map(origin).collect();
        for term in &lexicon.terms {
            let (origin, layer) = origins.get(term.stated as usize).copied().unwrap_or((0, Layer::Global));
            self.batch.term(&TermFields {
                term: term.term,
                key: &term.key,
                meaning: term.meaning,
                aliases: &term.aliases,
                examples: &term.examples,
                register: term.register as u8,
                entry,
                origin,
                layer: layer as u8,
                line: term.line,
            });
        }
    }
}

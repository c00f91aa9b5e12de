//! From entries and tombstones to a `.1337` file.

mod encode;
mod items;

use std::sync::Arc;

use crate::cache::writer::{Failed, Frame, Image, Shared, Target, Task, TooLarge, write};
use crate::layer::Prefer;
use crate::oid::Oid;
use crate::parallel::*;

use super::canonical;
use super::model::{Document, Entry, Layer, Statement};
use encode::Encoder;
use items::{Heard, Item, Origins, below};

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
    /// For a merged pack: what the layers are merged anew with. For a layer's cache: the preferences that chose within
    /// the layer, if there are any.
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
    /// The operator's preferences in `runtime.1337`; in a layer's cache those that chose within the layer.
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

/// The merged pack as `runtime.1337`, in memory.
///
/// # Errors
/// It is too large for the format.
pub fn runtime(head: &Head<'_, '_>, entries: &[Arc<Entry<'_>>]) -> Result<Image, TooLarge> {
    let image = Image::default();
    // Memory takes everything that has room in it.
    write_runtime(head, entries, &image).map(|_| image).map_err(|_| TooLarge)
}

/// The merged pack as `runtime.1337`, written to its place; returns its size.
///
/// # Errors
/// It is too large for the format, or its place does not take it.
pub fn write_runtime(
    head: &Head<'_, '_>,
    entries: &[Arc<Entry<'_>>],
    target: &dyn Target,
) -> Result<u64, Failed> {
    let items: Vec<_> = entries.iter().map(|entry| Item::Define(entry)).collect();
    encode(head, 0, &items, target)
}

/// A layer as `caches/*.1337`, in memory: definitions and tombstones, as stated.
///
/// # Errors
/// It is too large for the format.
pub fn layer(head: &Head<'_, '_>, layer: Layer, statements: &[Statement<'_>]) -> Result<Image, TooLarge> {
    let image = Image::default();
    write_layer(head, layer, statements, &image).map(|_| image).map_err(|_| TooLarge)
}

/// A layer as `caches/*.1337`, written to its place; returns its size.
///
/// # Errors
/// It is too large for the format, or its place does not take it.
pub fn write_layer(
    head: &Head<'_, '_>,
    layer: Layer,
    statements: &[Statement<'_>],
    target: &dyn Target,
) -> Result<u64, Failed> {
    let mut items = Vec::with_capacity(statements.len());
    for statement in statements {
        items.push(match statement {
            Statement::Define(entry) => Item::Define(entry),
            Statement::Remove(tombstone) => Item::Remove(tombstone),
        });
    }
    encode(head, layer as u32 + 1, &items, target)
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
        limits: head.rules.map(|rules| rules.limits.clone()).filter(|limits| !limits.is_empty()),
        name: head.name.to_owned(),
        oid: head.oid.clone(),
        prefer: head.rules.map(|rules| rules.prefer.clone()),
        version: head.version.to_owned(),
    })
}

/// A task has about so many entries and terms: a few hundred kilobytes.
const TASK: usize = 2048;

fn encode(
    head: &Head<'_, '_>,
    kind: u32,
    items: &[Item<'_, '_>],
    target: &dyn Target,
) -> Result<u64, Failed> {
    let mut shared = Shared::default();
    let hear = || items.par_chunks(TASK).map(Heard::of).collect::<Vec<_>>();
    let (heard, (tasks, below)) = join(hear, || (tasks(items), below(items)));
    let (tasks, terms) = tasks?;
    let origins =
        Origins::new(head.sources, heard.iter().flat_map(|heard| heard.origins.iter()), &mut shared);
    heard.iter().flat_map(|heard| heard.texts.iter()).for_each(|text| _ = shared.note(text));
    let frame = Frame { kind, meta: meta(head), shared: &shared, tasks, terms };
    let encoder = Encoder { items, below, shared: &shared, origins: &origins };
    write(&frame, &encoder, target)
}

/// The items in tasks of the same weight, and how many terms they have.
fn tasks(items: &[Item<'_, '_>]) -> Result<(Vec<Task>, u32), TooLarge> {
    u32::try_from(items.len()).map_err(|_| TooLarge)?;
    let (mut tasks, mut from, mut first_term) = (Vec::new(), 0, 0_u32);
    let (mut weight, mut terms) = (0, 0_usize);
    for (index, item) in items.iter().enumerate() {
        weight += item.weight();
        terms += item.lexicon().map_or(0, |lexicon| lexicon.terms.len());
        if weight >= TASK || index + 1 == items.len() {
            tasks.push(Task { items: from..index + 1, first_term });
            from = index + 1;
            first_term = u32::try_from(terms).map_err(|_| TooLarge)?;
            weight = 0;
        }
    }
    Ok((tasks, first_term))
}

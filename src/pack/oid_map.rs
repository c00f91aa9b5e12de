//! The compiled OID map: `oid-map/v1`, canonical JSON.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;

use crate::oid::Oid;

use super::canonical;
use super::model::{Body, Entry};

/// The map, its fields in canonical order.
#[derive(Debug, Serialize)]
struct OidMap<'e> {
    aegis: &'static str,
    /// By the text of the OID, which is the order of RFC 8785 for ASCII.
    entries: BTreeMap<String, Row<'e>>,
    root: Vec<&'e Oid>,
}

#[derive(Debug, Serialize)]
struct Row<'e> {
    aliases: Vec<&'e Oid>,
    children: Vec<&'e Oid>,
    kind: &'static str,
    layer: &'static str,
    parent: Option<&'e Oid>,
    refs: &'e [Oid],
    sha256: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'e str>,
    version: String,
}

/// The nearest ancestor of each entry that is in the pack, by position. Entries are in OID order.
pub fn parents(entries: &[Arc<Entry<'_>>]) -> Vec<Option<usize>> {
    let mut open: Vec<usize> = Vec::new();
    let mut parents = Vec::with_capacity(entries.len());
    for (at, entry) in entries.iter().enumerate() {
        while open.last().is_some_and(|&top| !entries[top].oid.is_prefix_of(&entry.oid)) {
            open.pop();
        }
        parents.push(open.last().copied());
        open.push(at);
    }
    parents
}

/// The entry that an alias ends at, by position.
pub fn resolve_alias(entries: &[Arc<Entry<'_>>], mut at: usize) -> Option<usize> {
    for _ in 0..entries.len() {
        let Body::Alias(target) = &entries[at].body else { return Some(at) };
        at = entries.binary_search_by(|entry| entry.oid.cmp(target)).ok()?;
    }
    None
}

/// The map's canonical bytes.
pub fn oid_map(entries: &[Arc<Entry<'_>>]) -> Vec<u8> {
    let parents = parents(entries);
    let mut children: HashMap<usize, Vec<&Oid>> = HashMap::new();
    let mut aliases: HashMap<usize, Vec<&Oid>> = HashMap::new();
    let mut root = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        match parents[at] {
            Some(parent) => children.entry(parent).or_default().push(&entry.oid),
            None => root.push(&entry.oid),
        }
        if matches!(entry.body, Body::Alias(_))
            && let Some(end) = resolve_alias(entries, at)
        {
            aliases.entry(end).or_default().push(&entry.oid);
        }
    }
    let digests: Vec<_> = entries.par_iter().with_min_len(64).map(|entry| canonical::digest(entry)).collect();
    let rows = entries.iter().zip(digests).enumerate().map(|(at, (entry, sha256))| {
        let row = Row {
            aliases: aliases.remove(&at).unwrap_or_default(),
            children: children.remove(&at).unwrap_or_default(),
            kind: entry.body.kind(),
            layer: entry.origin.layer.as_str(),
            parent: parents[at].map(|parent| &entries[parent].oid),
            refs: entry.refs(),
            sha256,
            title: entry.title,
            version: entry.version.to_string(),
        };
        (entry.oid.to_string(), row)
    });
    canonical::to_vec(&OidMap { aegis: "oid-map/v1", entries: rows.collect(), root })
}

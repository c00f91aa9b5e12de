//! The compiled OID map: `oid-map/v1`, canonical JSON.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;

use crate::oid::Oid;

use super::canonical;
use super::model::{Body, Entry};

/// What the map says of an entry, its fields in canonical order.
#[derive(Debug, Serialize)]
struct Row<'e> {
    aliases: &'e [&'e Oid],
    children: &'e [&'e Oid],
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

/// How many rows are made at once.
const BATCH: usize = 2048;

/// Writes the map's canonical bytes.
///
/// # Errors
/// The writer's.
pub fn oid_map(entries: &[Arc<Entry<'_>>], out: &mut (impl Write + ?Sized)) -> io::Result<()> {
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
    let row = |(oid, at): &(String, usize)| {
        let entry = &entries[*at];
        let row = Row {
            aliases: aliases.get(at).map(Vec::as_slice).unwrap_or_default(),
            children: children.get(at).map(Vec::as_slice).unwrap_or_default(),
            kind: entry.body.kind(),
            layer: entry.origin.layer.as_str(),
            parent: parents[*at].map(|parent| &entries[parent].oid),
            refs: entry.refs(),
            sha256: canonical::digest(entry),
            title: entry.title,
            version: entry.version.to_string(),
        };
        let mut text = format!("\"{oid}\":").into_bytes();
        text.extend(canonical::to_vec(&row));
        text
    };
    // By the text of the OID, which is the order of RFC 8785 for ASCII.
    let mut order: Vec<_> =
        entries.iter().enumerate().map(|(at, entry)| (entry.oid.to_string(), at)).collect();
    order.par_sort_unstable();
    out.write_all(b"{\"aegis\":\"oid-map/v1\",\"entries\":{")?;
    let mut separator: &[u8] = b"";
    for batch in order.chunks(BATCH) {
        let rows: Vec<_> = batch.par_iter().with_min_len(64).map(row).collect();
        for row in rows {
            out.write_all(std::mem::replace(&mut separator, b","))?;
            out.write_all(&row)?;
        }
    }
    out.write_all(b"},\"root\":")?;
    out.write_all(&canonical::to_vec(&root))?;
    out.write_all(b"}")
}

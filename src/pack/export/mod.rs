//! The exports: `pack/v1` as canonical JSON, and as YAML for people; and what the content hash is made of.

mod yaml;

use std::io::{self, Write};
use std::sync::Arc;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::oid::Oid;

use super::canonical;
use super::model::Entry;

pub use yaml::yaml;

/// How many entries one task writes.
const CHUNK: usize = 512;

/// A pack as its exports name it.
#[derive(Debug, Clone, Copy)]
pub struct Named<'n> {
    /// The pack's name.
    pub name: &'n str,
    /// The pack's OID.
    pub oid: &'n Oid,
    /// The pack's language.
    pub language: &'n str,
    /// The pack's version.
    pub version: &'n str,
}

/// The bytes of entries, in pieces.
fn pieces<'e>(
    entries: &'e [Arc<Entry<'_>>],
    separator: &'static [u8],
    write: impl Fn(&Entry<'_>, &mut Vec<u8>) + Sync + 'e,
) -> impl Iterator<Item = Vec<u8>> + 'e {
    // A few chunks at a time: parallel, and bounded in memory.
    let batch = CHUNK * rayon::current_num_threads().max(1) * 4;
    entries.chunks(batch).enumerate().flat_map(move |(number, batch)| {
        let parts: Vec<_> = batch
            .par_chunks(CHUNK)
            .enumerate()
            .map(|(part, entries)| {
                let mut out = Vec::with_capacity(entries.len() * 512);
                for (i, entry) in entries.iter().enumerate() {
                    if number + part + i > 0 {
                        out.extend_from_slice(separator);
                    }
                    write(entry, &mut out);
                }
                out
            })
            .collect();
        parts.into_iter()
    })
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// Writes the JSON export.
///
/// # Errors
/// The writer's.
pub fn json(
    pack: &Named<'_>,
    entries: &[Arc<Entry<'_>>],
    sources: &[Arc<str>],
    out: &mut impl Write,
) -> io::Result<()> {
    out.write_all(b"{\"aegis\":\"pack/v1\",\"entries\":[")?;
    for piece in pieces(entries, b",", |entry, out| canonical::with_origin(entry, sources).write(out)) {
        out.write_all(&piece)?;
    }
    write!(out, "],{}", tail(pack, true))
}

fn tail(pack: &Named<'_>, version: bool) -> String {
    let mut tail = format!(
        "\"language\":{},\"name\":{},\"oid\":\"{}\"",
        quoted(pack.language),
        quoted(pack.name),
        pack.oid
    );
    if version {
        tail.push_str(&format!(",\"version\":{}", quoted(pack.version)));
    }
    tail.push('}');
    tail
}

/// The SHA-256 of the canonical pack without its version and all origins: whether it changed.
pub fn content_hash(pack: &Named<'_>, entries: &[Arc<Entry<'_>>]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"{\"aegis\":\"pack/v1\",\"entries\":[");
    // One buffer for all: the caller compiles the pack on the other threads meanwhile.
    let mut buffer = Vec::new();
    for (i, entry) in entries.iter().enumerate() {
        buffer.clear();
        if i > 0 {
            buffer.push(b',');
        }
        canonical::without_origin(entry).write(&mut buffer);
        hasher.update(&buffer);
    }
    hasher.update(b"],");
    hasher.update(tail(pack, false));
    canonical::hex(&hasher.finalize())
}

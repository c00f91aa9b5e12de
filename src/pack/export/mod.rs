//! The exports: `pack/v1` as canonical JSON, and as YAML for people; and what the content hash is made of.

mod yaml;

use std::io::{self, Write};
use std::sync::Arc;

use rayon::{join, prelude::*};
use sha2::{Digest, Sha256};

use crate::oid::Oid;

use super::canonical;
use super::model::Entry;

pub use yaml::yaml;

/// How many entries one task writes.
const CHUNK: usize = 128;

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

/// How many entries of a pack are written at once, to be hashed.
const BATCH: usize = 256;

/// The SHA-256 of the canonical pack without its version and all origins: whether it changed.
pub fn content_hash(pack: &Named<'_>, entries: &[Arc<Entry<'_>>]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"{\"aegis\":\"pack/v1\",\"entries\":[");
    let write = |entries: &[Arc<Entry<'_>>], out: &mut Vec<u8>| {
        out.clear();
        for entry in entries {
            out.push(b',');
            canonical::without_origin(entry).write(out);
        }
    };
    // While some are hashed, the next are written.
    let mut batches = entries.chunks(BATCH);
    let (mut ready, mut next, mut skipped) = (Vec::new(), Vec::new(), 1);
    write(batches.next().unwrap_or_default(), &mut ready);
    while !ready.is_empty() {
        let batch = batches.next().unwrap_or_default();
        join(|| hasher.update(&ready[skipped..]), || write(batch, &mut next));
        std::mem::swap(&mut ready, &mut next);
        skipped = 0;
    }
    hasher.update(b"],");
    hasher.update(tail(pack, false));
    canonical::hex(&hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::Layer;
    use crate::pack::decode::decode;
    use crate::pack::model::Statement;
    use crate::syntax::{Format, Text};

    #[test]
    fn the_content_hash_is_that_of_all_entries_however_many_are_written_at_once() {
        for count in [0, 1, BATCH - 1, BATCH, BATCH + 1, 3 * BATCH + 7] {
            let entries: Vec<_> = (1..=count)
                .map(|number| {
                    format!(
                        r#"{{"oid":"1.0.{number}","kind":"rule","title":"{number}","event":"e","say":"s"}}"#
                    )
                })
                .collect();
            let document = format!(
                r#"{{"aegis":"cache/v1","oid":"1.0","title":"T","version":"1.0.0","entries":[{}]}}"#,
                entries.join(",")
            );
            let text = Text::from_bytes(document.into_bytes(), Format::Json).unwrap();
            let tree = text.parse(Format::Json).unwrap().unwrap();
            let decoded = decode(&tree, Layer::Domain, 0, None);
            assert!(decoded.problems.is_empty(), "{:?}", decoded.problems);
            let defined =
                |statement| if let Statement::Define(entry) = statement { Some(entry) } else { None };
            let entries: Vec<_> = decoded.statements.into_iter().filter_map(defined).collect();
            assert_eq!(entries.len(), count);
            let oid = "1.0".parse().unwrap();
            let pack = Named { name: "n", oid: &oid, language: "en", version: "" };
            let mut expected = b"{\"aegis\":\"pack/v1\",\"entries\":[".to_vec();
            for (number, entry) in entries.iter().enumerate() {
                expected.extend_from_slice(if number == 0 { b"" } else { b"," });
                canonical::without_origin(entry).write(&mut expected);
            }
            expected.extend_from_slice(b"],");
            expected.extend_from_slice(tail(&pack, false).as_bytes());
            assert_eq!(content_hash(&pack, &entries), canonical::hex(&Sha256::digest(&expected)), "{count}");
        }
    }
}

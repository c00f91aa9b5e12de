//! The exports: `pack/v1` as canonical JSON, and as YAML for people; and what the content hash is made of.

use std::io::{self, Write};
use std::sync::Arc;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::oid::Oid;

use super::canonical;
use super::model::Entry;

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

/// The bytes of entries, separated by commas, in pieces.
fn pieces<'e>(
    entries: &'e [Arc<Entry<'_>>],
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
                        out.push(b',');
                    }
                    write(entry, &mut out);
                }
                out
            })
            .collect();
        parts.into_iter()
    })
}

fn write_json(value: &impl serde::Serialize, out: &mut Vec<u8>) {
    // Writing to memory cannot fail, and nothing here has a key that is no text.
    let _ = serde_json::to_writer(out, value);
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
    for piece in pieces(entries, |entry, out| write_json(&canonical::with_origin(entry, sources), out)) {
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
        write_json(&canonical::without_origin(entry), &mut buffer);
        hasher.update(&buffer);
    }
    hasher.update(b"],");
    hasher.update(tail(pack, false));
    canonical::hex(&hasher.finalize())
}

/// Writes the YAML export: block style, every string double-quoted, so that YAML 1.1 and 1.2 read the same.
///
/// # Errors
/// The writer's.
pub fn yaml(
    pack: &Named<'_>,
    entries: &[Arc<Entry<'_>>],
    sources: &[Arc<str>],
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, "# The merged pack, for people. Machines read pack.json or runtime.1337.")?;
    writeln!(out, "aegis: \"pack/v1\"")?;
    for (name, value) in [("name", pack.name), ("language", pack.language), ("version", pack.version)] {
        writeln!(out, "{name}: {}", yaml_string(value))?;
    }
    writeln!(out, "oid: \"{}\"", pack.oid)?;
    if entries.is_empty() {
        return writeln!(out, "entries: []");
    }
    writeln!(out, "entries:")?;
    for batch in entries.chunks(CHUNK * 4) {
        let parts: Vec<_> = batch
            .par_chunks(64)
            .map(|entries| {
                let mut text = String::new();
                for entry in entries {
                    let value =
                        serde_json::to_value(canonical::with_origin(entry, sources)).unwrap_or_default();
                    text.push_str("  -");
                    yaml_value(&value, 2, After::Dash, &mut text);
                }
                text
            })
            .collect();
        parts.iter().try_for_each(|part| out.write_all(part.as_bytes()))?;
    }
    Ok(())
}

/// What stands in front of a value on its first line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    Key,
    Dash,
}

/// Writes a value whose first line is already begun, and the end of its last line.
fn yaml_value(value: &serde_json::Value, depth: usize, after: After, out: &mut String) {
    let indent = |out: &mut String, depth: usize| out.extend(std::iter::repeat_n("  ", depth));
    match value {
        serde_json::Value::Object(map) if !map.is_empty() => {
            for (i, (key, value)) in map.iter().enumerate() {
                match (i, after) {
                    (0, After::Dash) => out.push(' '),
                    (0, After::Key) => {
                        out.push('\n');
                        indent(out, depth);
                    }
                    _ => indent(out, depth),
                }
                out.push_str(&yaml_key(key));
                out.push(':');
                yaml_value(value, depth + 1, After::Key, out);
            }
        }
        serde_json::Value::Array(items) if !items.is_empty() => {
            out.push('\n');
            for item in items {
                indent(out, depth);
                out.push('-');
                yaml_value(item, depth + 1, After::Dash, out);
            }
        }
        serde_json::Value::String(text) => {
            out.push(' ');
            out.push_str(&yaml_string(text));
            out.push('\n');
        }
        other => {
            out.push(' ');
            out.push_str(&other.to_string());
            out.push('\n');
        }
    }
}

/// Field names stand plain; names that authors chose are quoted like every string.
fn yaml_key(key: &str) -> String {
    const WORDS: [&str; 8] = ["true", "false", "yes", "no", "on", "off", "null", "y"];
    let plain = key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') && key.len() > 1;
    if plain && !WORDS.contains(&key) { key.to_owned() } else { yaml_string(key) }
}

/// A JSON string is a YAML one, but for characters that YAML 1.1 does not print or takes for line breaks.
fn yaml_string(text: &str) -> String {
    let json = quoted(text);
    let special = |c: char| {
        matches!(c, '\u{7F}'..='\u{9F}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
    };
    if !json.contains(special) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 8);
    for c in json.chars() {
        if special(c) {
            out.push_str(&format!("\\u{:04X}", c as u32));
        } else {
            out.push(c);
        }
    }
    out
}

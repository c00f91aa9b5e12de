//! The export for people: block style, every string double-quoted, so that YAML 1.1 and 1.2 read the same.

use std::io::{self, Write};
use std::sync::Arc;

use crate::pack::canonical::{self, Sink};
use crate::pack::model::Entry;

use super::{Named, pieces};

/// Writes the YAML export.
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
        let mut line = Vec::new();
        string(value, &mut line);
        write!(out, "{name}: ")?;
        out.write_all(&line)?;
        writeln!(out)?;
    }
    writeln!(out, "oid: \"{}\"", pack.oid)?;
    if entries.is_empty() {
        return writeln!(out, "entries: []");
    }
    writeln!(out, "entries:")?;
    let write = |entry: &Entry<'_>, out: &mut Vec<u8>| {
        out.extend_from_slice(b"  -");
        let mut sink = Block { out, depth: 1, begins: false, after_dash: true };
        canonical::with_origin(entry, sources).tell(&mut sink);
    };
    for piece in pieces(entries, b"", write) {
        out.write_all(&piece)?;
    }
    Ok(())
}

/// Block style. The first line of every value is begun by what it belongs to.
struct Block<'o> {
    out: &'o mut Vec<u8>,
    /// How many collections are open, the document's own included.
    depth: usize,
    /// Whether a mapping was opened and has no field yet,
    begins: bool,
    /// and whether it is an item of a list: its first field stands behind the dash.
    after_dash: bool,
}

impl Block<'_> {
    fn indent(&mut self) {
        (0..self.depth).for_each(|_| self.out.extend_from_slice(b"  "));
    }

    fn open(&mut self, is_empty: bool, empty: &[u8]) {
        if is_empty {
            self.out.extend_from_slice(empty);
        } else {
            self.depth += 1;
        }
    }

    /// The beginning of a field's line.
    fn line(&mut self) {
        match (self.begins, self.after_dash) {
            (true, true) => self.out.push(b' '),
            (true, false) => {
                self.out.push(b'\n');
                self.indent();
            }
            _ => self.indent(),
        }
        (self.begins, self.after_dash) = (false, false);
    }
}

impl Sink for Block<'_> {
    fn map(&mut self, is_empty: bool) {
        self.open(is_empty, b" {}\n");
        self.begins = !is_empty;
    }

    fn end_map(&mut self) {
        self.depth -= 1;
    }

    fn list(&mut self, is_empty: bool) {
        self.open(is_empty, b" []\n");
        if !is_empty {
            self.out.push(b'\n');
        }
    }

    fn item(&mut self) {
        self.indent();
        self.out.push(b'-');
        self.after_dash = true;
    }

    fn end_list(&mut self) {
        self.depth -= 1;
    }

    fn field(&mut self, name: &'static str) {
        self.line();
        self.out.extend_from_slice(name.as_bytes());
        self.out.push(b':');
    }

    fn name(&mut self, name: &str) {
        self.line();
        key(name, self.out);
        self.out.push(b':');
    }

    fn text(&mut self, text: &str) {
        self.after_dash = false;
        self.out.push(b' ');
        string(text, self.out);
        self.out.push(b'\n');
    }

    fn literal(&mut self, literal: &str) {
        self.after_dash = false;
        self.out.push(b' ');
        self.out.extend_from_slice(literal.as_bytes());
        self.out.push(b'\n');
    }
}

/// Names that could be field names stand plain, all others are quoted like every string.
fn key(key: &str, out: &mut Vec<u8>) {
    const WORDS: [&str; 8] = ["true", "false", "yes", "no", "on", "off", "null", "y"];
    let plain = key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') && key.len() > 1;
    if plain && !WORDS.contains(&key) { out.extend_from_slice(key.as_bytes()) } else { string(key, out) }
}

/// A JSON string is a YAML one, but for characters that YAML 1.1 does not print or takes for line breaks.
fn string(text: &str, out: &mut Vec<u8>) {
    let special = |c: char| {
        matches!(c, '\u{7F}'..='\u{9F}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
    };
    // All of them begin with one of these bytes; a few others do too.
    let may_be_special = |found, &byte: &u8| found | matches!(byte, 0x7F | 0xC2 | 0xE2 | 0xEF);
    if !text.as_bytes().iter().fold(false, may_be_special) || !text.contains(special) {
        return canonical::string(text, out);
    }
    let mut json = Vec::with_capacity(text.len() + 16);
    canonical::string(text, &mut json);
    for c in String::from_utf8_lossy(&json).chars() {
        if special(c) {
            out.extend_from_slice(format!("\\u{:04X}", c as u32).as_bytes());
        } else {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

//! JSON as RFC 8785 has it: no white space, the least escapes.

use super::walk::Sink;

/// Writes behind what is there.
pub(super) struct Json<'o>(pub(super) &'o mut Vec<u8>);

impl Json<'_> {
    /// A comma, but for the first in a collection: only an opening bracket ends what was written with one.
    fn separate(&mut self, open: u8) {
        if self.0.last() != Some(&open) {
            self.0.push(b',');
        }
    }
}

impl Sink for Json<'_> {
    fn map(&mut self, is_empty: bool) {
        self.0.extend_from_slice(if is_empty { b"{}" } else { b"{" });
    }

    fn end_map(&mut self) {
        self.0.push(b'}');
    }

    fn list(&mut self, is_empty: bool) {
        self.0.extend_from_slice(if is_empty { b"[]" } else { b"[" });
    }

    fn item(&mut self) {
        self.separate(b'[');
    }

    fn end_list(&mut self) {
        self.0.push(b']');
    }

    fn field(&mut self, name: &'static str) {
        self.separate(b'{');
        self.0.push(b'"');
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(b"\":");
    }

    fn name(&mut self, name: &str) {
        self.separate(b'{');
        self.text(name);
        self.0.push(b':');
    }

    fn text(&mut self, text: &str) {
        string(text, self.0);
    }

    fn literal(&mut self, literal: &str) {
        self.0.extend_from_slice(literal.as_bytes());
    }
}

/// A text as a JSON string.
pub fn string(text: &str, out: &mut Vec<u8>) {
    let is_special = |found, &byte: &u8| found | (byte < 0x20) | (byte == b'"') | (byte == b'\\');
    // Without a way out of the loop it is done many bytes at a time.
    if text.as_bytes().iter().fold(false, is_special) {
        // Writing to memory cannot fail, and a text is always a JSON string.
        let _ = serde_json::to_writer(out, text);
        return;
    }
    out.reserve(text.len() + 2);
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

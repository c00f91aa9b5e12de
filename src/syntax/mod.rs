//! YAML and JSON texts as one kind of tree that remembers where everything stood.
//!
//! The tree is a flat tape: one node of 12 bytes a value, strings borrowed from the text (or from the side
//! buffer of those that had escapes). Nothing here knows what a document means; see `pack::decode`.

mod decode;
mod json;
mod tree;
mod yaml;

use std::ops::Range;
use std::sync::OnceLock;

pub use decode::{Decoder, Problem, ProblemKind, suggest};
pub use tree::{Kind, Node, Step, Tree};

/// How deep collections may nest.
pub const MAX_DEPTH: usize = 128;
/// The largest text that is read at all, in bytes. Offsets are 32-bit, and a line of a gigabyte is no document.
pub const MAX_TEXT: u64 = 512 << 20;

/// The two forms of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// YAML 1.2, core schema, one document.
    Yaml,
    /// JSON (RFC 8259), no byte order mark.
    Json,
}

impl Format {
    /// The format that a file's name asks for.
    pub fn of(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1 {
            "yaml" | "yml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// Something that makes a text no YAML or JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The bytes of the text that are at fault.
    pub range: Range<usize>,
    /// What is wrong and why.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl SyntaxError {
    fn new(range: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { range, message: message.into(), help: help.into() }
    }
}

/// A text that has been read, with room for the strings that its escapes decode to. Trees borrow from it.
#[derive(Debug, Default)]
pub struct Text {
    text: String,
    decoded: OnceLock<String>,
}

impl Text {
    /// Takes the bytes of a file: UTF-8, a leading byte order mark dropped where the format allows it.
    ///
    /// # Errors
    /// Where the bytes stop being UTF-8. The text holds what was valid until there.
    pub fn from_bytes(bytes: Vec<u8>, format: Format) -> Result<Self, Box<(Self, SyntaxError)>> {
        let (mut text, error) = match String::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let mut bytes = error.into_bytes();
                let bad = bytes.get(at).copied().unwrap_or_default();
                bytes.truncate(at);
                let error = SyntaxError::new(
                    at..at,
                    format!("byte 0x{bad:02X} is not valid UTF-8 here"),
                    "save the file as UTF-8",
                );
                (String::from_utf8(bytes).unwrap_or_default(), Some(error))
            }
        };
        if format == Format::Yaml && text.starts_with('\u{FEFF}') {
            text.drain(..'\u{FEFF}'.len_utf8());
        }
        let text = Self { text, decoded: OnceLock::new() };
        match error {
            None => Ok(text),
            Some(error) => Err(Box::new((text, error))),
        }
    }

    /// A text made in memory.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), decoded: OnceLock::new() }
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Reads the text. `Ok(None)` is a text without any document.
    ///
    /// # Errors
    /// Every reason found why it is not one well-formed document, in order of place.
    pub fn parse(&self, format: Format) -> Result<Option<Tree<'_>>, Vec<SyntaxError>> {
        let mut builder = match format {
            Format::Yaml => yaml::parse(&self.text),
            Format::Json => json::parse(&self.text),
        };
        builder.errors.sort_by_key(|error| error.range.start);
        if !builder.errors.is_empty() {
            return Err(builder.errors);
        }
        if builder.nodes.is_empty() {
            return Ok(None);
        }
        // Parsing is deterministic: a second parse of the same text decodes the same strings.
        let decoded = self.decoded.get_or_init(|| builder.decoded);
        Ok(Some(Tree::new(&self.text, decoded, builder.nodes)))
    }
}

//! What can be wrong with a `.1337` file.

use std::fmt;

use super::layout;

/// A part of a file, by the name that its table gives it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Section(pub [u8; 4]);

impl Section {
    /// The fixed header and the section table.
    pub const HEADER: Self = Self(*b"HEAD");
    /// The lists of hashes.
    pub const TREE: Self = Self(*b"TREE");
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.0 {
            layout::section::META => "description",
            layout::section::STRINGS => "strings",
            layout::section::OIDS => "OIDs",
            layout::section::ORIGINS => "origins",
            layout::section::ENTRIES => "entries",
            layout::section::TERMS => "terms",
            layout::section::WORDS => "bodies",
            layout::section::KEYS => "key index",
            layout::section::POSTINGS => "postings",
            layout::section::FIRSTS => "scan index",
            [b'H', ..] => "header",
            [b'T', b'R', ..] => "hash tree",
            _ => "unknown",
        };
        write!(f, "{} ({what})", self.0.escape_ascii())
    }
}

impl fmt::Debug for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

/// Why a file cannot be opened or a question cannot be answered. Never a wrong answer instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file system failed.
    #[error("cannot read it: {0}")]
    Io(#[from] std::io::Error),
    /// It does not begin as a `.1337` file does.
    #[error("it is no .1337 file: the first eight bytes are not the format's")]
    NotACache,
    /// It asks for a newer reader.
    #[error(
        "it has format version {version} and needs a reader of version {oldest_reader}; this one reads 1"
    )]
    TooNew {
        /// The file's format version.
        version: u16,
        /// The oldest reader that can open it.
        oldest_reader: u16,
    },
    /// It has a section that has to be understood and is not.
    #[error("it has the section {0}, which this reader does not know but would have to")]
    UnknownSection(Section),
    /// It is shorter or longer than its header says.
    #[error("it has {found} bytes, its header says {expected}: it was cut off or something was appended")]
    Length {
        /// Bytes by the header.
        expected: u64,
        /// Bytes that there are.
        found: u64,
    },
    /// Bytes that are not what was written.
    #[error(
        "{} does not match its SHA-256 in the {length} bytes from offset {offset}",
        between(section, last)
    )]
    Hash {
        /// The section in which the chunk begins.
        section: Section,
        /// The section in which it ends: small ones share a chunk.
        last: Section,
        /// Where the chunk begins in the file.
        offset: u64,
        /// How long it is.
        length: u64,
    },
    /// The bytes are those that were written, but what they say is impossible.
    #[error("the section {section} is malformed at offset {offset}: {what}")]
    Malformed {
        /// The section.
        section: Section,
        /// Where in the section.
        offset: u64,
        /// What is impossible.
        what: &'static str,
    },
}

/// One section, or where a chunk that several share begins and ends.
fn between(first: &Section, last: &Section) -> String {
    if first == last {
        format!("the section {first}")
    } else {
        format!("what stands from the section {first} to {last}")
    }
}

//! What can be wrong with a `.1337` file.

use std::fmt;

use super::layout::section;

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
            section::META => "description",
            section::STRINGS => "strings",
            section::ORIGINS => "origins",
            section::ENTRY_POSITIONS => "positions of entries",
            section::ENTRIES => "entries",
            section::ENTRY_KEYS => "OID index",
            section::TERM_POSITIONS => "positions of terms",
            section::TERMS => "terms",
            section::TERM_KEYS => "key index",
            section::POSTINGS => "postings",
            section::FIRSTS => "first segments",
            section::LENGTHS => "lengths of keys",
            section::SECONDS => "beginnings of keys",
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
    #[error("the section {section} does not match its SHA-256 in the {length} bytes from offset {offset}")]
    Hash {
        /// The section: a chunk belongs to one.
        section: Section,
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

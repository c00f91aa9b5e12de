//! Problems that the pure steps find: they name a spot of a document; its line and column are looked up later.

use crate::diag::{Code, Severity};

use super::model::{Lexicon, Origin, SourceId, Term};

/// One step of a path inside an entry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seg {
    /// A field.
    Key(&'static str),
    /// A name that the author chose.
    Name(Box<str>),
    /// An index of a list, from 0.
    Index(u32),
}

/// A spot in a source, by structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The source.
    pub source: SourceId,
    /// The line of the entry or term, where nothing better is known.
    pub line: u32,
    /// The entry's index in its document.
    pub entry: u32,
    /// The path inside the entry.
    pub path: Vec<Seg>,
}

impl Spot {
    /// An entry as a whole.
    pub fn entry(origin: &Origin) -> Self {
        Self { source: origin.source, line: origin.line, entry: origin.index, path: Vec::new() }
    }

    /// Something inside a term: its own definition may be another than the entry's.
    pub fn term(lexicon: &Lexicon<'_>, term: &Term<'_>, path: impl IntoIterator<Item = Seg>) -> Self {
        let (source, entry) = lexicon.stated_of(term).map_or((0, 0), |s| (s.source, s.index));
        let mut full = vec![Seg::Key("terms"), Seg::Index(term.index)];
        full.extend(path);
        Self { source, line: term.line, entry, path: full }
    }

    /// Something inside an entry.
    pub fn inside(origin: &Origin, path: impl IntoIterator<Item = Seg>) -> Self {
        Self { path: path.into_iter().collect(), ..Self::entry(origin) }
    }
}

/// A problem of the merge or of the validation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong and why.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Where.
    pub spot: Option<Spot>,
    /// Other spots that matter.
    pub related: Vec<(Spot, String)>,
}

impl Problem {
    /// An error at a spot.
    pub fn error(code: Code, spot: Spot, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            help: help.into(),
            spot: Some(spot),
            related: Vec::new(),
        }
    }

    /// A warning at a spot.
    pub fn warning(code: Code, spot: Spot, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, spot, message, help) }
    }

    /// The same, with another spot that matters.
    #[must_use]
    pub fn related(mut self, spot: Spot, label: impl Into<String>) -> Self {
        self.related.push((spot, label.into()));
        self
    }
}

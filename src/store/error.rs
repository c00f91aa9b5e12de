//! What can go wrong with a store. No kind names a back end; each says what the caller may do about it.

use std::fmt;

use crate::diag::{Code, Diagnostic};

use super::key::Key;

/// What went wrong, as far as the caller can act on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StoreErrorKind {
    /// There is no such object.
    NotFound,
    /// There is one already, and the write was refused because of that.
    Exists,
    /// The store refuses what the caller asks. Not worth retrying.
    Denied,
    /// The store does not accept the caller's credentials, or there are none. Not worth retrying.
    Unknown,
    /// Another write to the same key was under way, and nothing was written. Worth retrying.
    Conflict,
    /// The store did not answer as it should: an I/O error, a time-out, a 5xx. Worth retrying.
    Unavailable,
    /// There is no room left.
    Full,
    /// What was to be written could not be read.
    SourceUnreadable,
    /// What was to be written is not what it was said to be; nothing was written.
    SourceChanged,
    /// Anything else. Not worth retrying.
    Other,
}

/// An operation on a store that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError {
    /// What the caller may do about it.
    pub kind: StoreErrorKind,
    message: String,
}

impl StoreError {
    /// An error with a whole sentence, without a final full stop.
    pub fn new(kind: StoreErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// An error of an operation (`read`, `write`, …) on an object, and why.
    pub fn on(kind: StoreErrorKind, doing: &str, key: &Key, why: impl fmt::Display) -> Self {
        Self::new(kind, format!("cannot {doing} `{key}` in the store: {why}"))
    }

    /// Whether there was no such object.
    pub fn is_not_found(&self) -> bool {
        self.kind == StoreErrorKind::NotFound
    }

    /// Whether the write was refused because the object is there already.
    pub fn is_exists(&self) -> bool {
        self.kind == StoreErrorKind::Exists
    }

    const fn code(&self) -> Code {
        match self.kind {
            StoreErrorKind::NotFound => Code::NotFound,
            StoreErrorKind::Exists => Code::ImmutableConflict,
            StoreErrorKind::SourceUnreadable => Code::SourceUnreadable,
            StoreErrorKind::SourceChanged => Code::HashMismatch,
            StoreErrorKind::Denied
            | StoreErrorKind::Unknown
            | StoreErrorKind::Conflict
            | StoreErrorKind::Unavailable
            | StoreErrorKind::Full
            | StoreErrorKind::Other => Code::StoreFailed,
        }
    }

    const fn help(&self) -> &'static str {
        match self.kind {
            StoreErrorKind::NotFound => {
                "check the store's URL and what is looked for; `aegis list` shows what is there"
            }
            StoreErrorKind::Exists => {
                "what is published never changes: publish other content as a new revision"
            }
            StoreErrorKind::Denied => "give the user that runs aegis the permission that it lacks here",
            StoreErrorKind::Unknown => "check the credentials that aegis runs with, or get new ones",
            StoreErrorKind::Conflict | StoreErrorKind::Unavailable => {
                "run the command again: what was already written is kept, and what is missing is added"
            }
            StoreErrorKind::Full => "make room and run the command again: what was already written is kept",
            StoreErrorKind::SourceUnreadable => "mend what the message names and run the command again",
            StoreErrorKind::SourceChanged => {
                "something changed the files while they were read: build again, and let nothing write there meanwhile"
            }
            StoreErrorKind::Other => "mend what the message names and run the command again",
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for StoreError {}

impl From<StoreError> for Diagnostic {
    fn from(error: StoreError) -> Self {
        let (code, help) = (error.code(), error.help());
        Self::error(code, error.message).help(help)
    }
}

impl From<StoreError> for Box<Diagnostic> {
    fn from(error: StoreError) -> Self {
        Self::new(error.into())
    }
}

/// An error and what caused it, in one line.
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure", feature = "oci"))]
pub(super) fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    use std::fmt::Write as _;
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let said = cause.to_string();
        if !text.ends_with(&said) {
            let _ = write!(text, ": {said}");
        }
        next = cause.source();
    }
    text
}

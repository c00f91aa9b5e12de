//! What can go wrong with a store. No kind names a back end; each says what the caller may do about it.

use std::fmt;

use crate::diag::{Code, Diagnostic};

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
    Unauthenticated,
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
            | StoreErrorKind::Unauthenticated
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
            StoreErrorKind::Unauthenticated => "check the credentials that aegis runs with, or get new ones",
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

/// What was being done when something failed: what every error begins with.
#[cfg_attr(
    not(any(feature = "s3", feature = "gcs", feature = "azure")),
    expect(
        dead_code,
        reason = "only stores on a network have permissions, and only some of them names for them"
    )
)]
#[derive(Debug, Clone, Copy)]
pub(super) struct Doing<'d> {
    /// `read`, `write`, …
    pub(super) verb: &'static str,
    /// The key or the folder.
    pub(super) what: &'d str,
    /// The permission that it takes, where the store has names for them.
    pub(super) permission: &'static str,
    /// The bucket, the container or the repository.
    pub(super) place: &'d str,
    /// The store's URL.
    pub(super) store: &'d str,
}

impl<'d> Doing<'d> {
    /// Something that is done in a store that has one place, and no names for permissions.
    pub(super) const fn plainly(verb: &'static str, what: &'d str, store: &'d str) -> Self {
        Self { verb, what, permission: "", place: store, store }
    }

    /// The error, and why.
    pub(super) fn because(self, kind: StoreErrorKind, why: impl fmt::Display) -> StoreError {
        let what = if self.what.is_empty() { "/" } else { self.what };
        StoreError::new(kind, format!("cannot {} `{what}` in the store {}: {why}", self.verb, self.store))
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

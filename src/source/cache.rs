//! What is wrong with a `.1337` file, told like every other problem.

use std::sync::Arc;

use crate::cache;
use crate::diag::{Code, Diagnostic, Place};

/// A diagnostic for a file that cannot be opened or asked.
pub fn cache_diagnostic(error: &cache::Error, shown: Arc<str>) -> Box<Diagnostic> {
    let (code, help) = match error {
        cache::Error::Io(_) => (Code::SourceUnreadable, "give the user that runs aegis the right to read it"),
        cache::Error::TooNew { .. } | cache::Error::UnknownSection(_) => {
            (Code::CacheIncompatible, "update aegis: the file was written by a newer version")
        }
        _ => (Code::CacheCorrupt, "fetch or build the file again: what it says cannot be trusted"),
    };
    Box::new(Diagnostic::error(code, format!("`{shown}`: {error}")).at(Place::file(shown)).help(help))
}

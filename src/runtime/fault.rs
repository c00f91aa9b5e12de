//! Why something is refused, and how it is said. Pure.

use crate::diag::{Code, Diagnostic};

use super::keep::Bad;
use super::served::Release;

/// Why something is refused.
#[derive(Debug, Default)]
pub(super) struct Fault {
    /// What is remembered as bad.
    pub(super) id: Option<String>,
    /// The pack, as far as it could be read.
    pub(super) release: Option<Release>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Whether it was known before.
    pub(super) is_known: bool,
}

/// What was known to be bad.
pub(super) fn known(bad: &Bad, id: String) -> Fault {
    Fault { id: Some(id), release: None, diagnostics: vec![*told(bad)], is_known: true }
}

/// What is remembered of something bad.
pub(super) fn told(bad: &Bad) -> Box<Diagnostic> {
    let code = Code::find(&bad.code).unwrap_or(Code::CacheCorrupt);
    let help = "publish or build another one; to have it judged anew, remove what the run time's own store says of \
                it under `bad/`";
    Box::new(Diagnostic::error(code, format!("{} (known since {})", bad.message, bad.at)).help(help))
}

/// What was revoked, and why.
pub(super) fn revoked(pack_hash: &str, reason: &str) -> Diagnostic {
    let why = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    Diagnostic::error(Code::Revoked, format!("the pack {pack_hash} was revoked{why}"))
        .help("deploy another pack; what was revoked is never served again")
}

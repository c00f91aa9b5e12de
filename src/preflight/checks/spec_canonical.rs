//! `spec.canonical`: `spec.json` is its own canonical form, byte for byte.

use crate::bot::revision::SPEC;
use crate::diag::{Code, Diagnostic, LineMap};
use crate::preflight::{Said, Subject};

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    let Some(bytes) = subject.files.spec.bytes() else { return Said::skip(subject.files.spec.why(SPEC)) };
    let Some(canonical) = subject.spec().and_then(|checked| checked.canonical.as_ref()) else {
        return Said::skip("spec.json is no JSON");
    };
    if bytes == canonical.as_bytes() {
        return Said::pass(format!("{} bytes", bytes.len()));
    }
    let at = bytes.iter().zip(canonical.as_bytes()).take_while(|(a, b)| a == b).count();
    let message = format!("`spec.json` is not in its canonical form: byte {at} is the first that differs");
    let text = String::from_utf8_lossy(bytes);
    let place = LineMap::new(&text).place(subject.shown(SPEC), at..at + 1, String::new());
    let help =
        "build the revision again: `aegis bot build` writes the canonical form (`aegis canonicalize` alone)";
    Said::of(vec![Diagnostic::error(Code::NotCanonical, message).at(place).help(help)])
}

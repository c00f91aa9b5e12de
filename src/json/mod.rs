//! JSON as RFC 8785 (JCS) wants it: what is ambiguous is refused with its place, what is left has exactly one form.
//!
//! The grammar (RFC 8259), duplicate keys, lone surrogates, a byte order mark and the nesting are refused by `syntax`,
//! which reads the text; numbers that no double holds are refused here. Knows no document, reads no file.

mod canonical;
mod judge;
mod number;
mod tape;

use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Diagnostics, LineMap};
use crate::syntax::{Format, Kind, SyntaxError, Text, Tree};

pub use canonical::{canonical, canonical_of, compare_keys};
pub use judge::{Complaint, Judge, below, find};
pub use number::{Refusal, value};
pub use tape::to_value;

/// Reads a text whose every part has one meaning (RFC 7493).
///
/// # Errors
/// Every reason found why it has none, in order of place.
pub fn parse(text: &Text) -> Result<Tree<'_>, Vec<SyntaxError>> {
    let Some(tree) = text.parse(Format::Json)? else {
        return Err(vec![SyntaxError {
            range: 0..0,
            message: "the text is empty: there is no JSON value in it".to_owned(),
            help: "write a JSON value".to_owned(),
        }]);
    };
    let errors = refused_numbers(&tree);
    if errors.is_empty() { Ok(tree) } else { Err(errors) }
}

/// The canonical form of a document, in bytes.
///
/// # Errors
/// `JSON_INVALID` for every reason found why the document has no canonical form.
pub fn canonicalize(bytes: Vec<u8>, shown: &Arc<str>) -> Result<String, Diagnostics> {
    let text = Text::from_bytes(bytes, Format::Json)
        .map_err(|failed| diagnose(&failed.0, vec![failed.1.clone()], shown))?;
    let tree = parse(&text).map_err(|errors| diagnose(&text, errors, shown))?;
    Ok(canonical(&tree))
}

/// What people read of the errors of a text.
pub fn diagnose(text: &Text, errors: Vec<SyntaxError>, shown: &Arc<str>) -> Diagnostics {
    let lines = LineMap::new(text.as_str());
    let mut diagnostics = Diagnostics::new();
    for error in errors {
        let place = lines.place(Arc::clone(shown), error.range, String::new());
        diagnostics.push(Diagnostic::error(Code::JsonInvalid, error.message).at(place).help(error.help));
    }
    diagnostics
}

fn refused_numbers(tree: &Tree<'_>) -> Vec<SyntaxError> {
    let mut errors = Vec::new();
    for node in tree.nodes() {
        if !matches!(node.kind(), Kind::Int | Kind::Float) {
            continue;
        }
        if let Err(refusal) = number::check(node.raw()) {
            let (message, help) = refusal.words(node.raw());
            errors.push(SyntaxError { range: node.range(), message, help });
        }
    }
    errors
}

#[cfg(test)]
mod tests;

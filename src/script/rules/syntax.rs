//! `syntax`: a script that does not parse.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "syntax",
    why: "a script that does not parse is not judged further",
    help: "correct the script at this place; what follows was not judged",
    refused: "const = 1;",
    instead: "const answer = 1;",
    names: &[],
};

/// A finding of this rule.
pub(in crate::script) fn finding(span: oxc_span::Span, found: &str) -> crate::script::filter::Finding {
    crate::script::filter::Finding::of(&RULE, span, found.trim_end_matches('.'))
}

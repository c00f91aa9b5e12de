//! `SPEC_INVALID_SCHEMA`: a regular expression means the same to RE2 and to ECMAScript, and cannot take for ever.

use crate::bot::pattern;
use crate::bot::view::{View, text};
use crate::diag::Code;

use super::Findings;

pub(super) fn check<'t, 'a>(view: &View<'t, 'a>, found: &mut Findings<'t, 'a>) {
    for (_, step) in view.steps().filter(|(_, step)| step.kind == "validate") {
        let inner = step.node.get("schema").and_then(|schema| text(schema, "pattern"));
        for pattern in text(step.node, "regex").into_iter().chain(inner) {
            if let Err(fault) = pattern::check(pattern.raw()) {
                let message = format!(
                    "this is no regular expression that a spec may hold: {}, at character {}",
                    fault.message,
                    fault.at + 1
                );
                found.error(Code::SpecInvalidSchema, pattern, message, fault.help);
            }
        }
    }
}

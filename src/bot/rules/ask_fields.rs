//! `SPEC_INVALID_SCHEMA`: an `ask` saves what people write, which is a text, so it saves into a `string` field.

use crate::bot::view::{View, text};
use crate::diag::Code;

use super::{Findings, short};

pub(super) fn check<'t, 'a>(view: &View<'t, 'a>, found: &mut Findings<'t, 'a>) {
    for (_, step) in view.steps().filter(|(_, step)| step.kind == "ask") {
        let Some(save) = text(step.node, "save") else { continue };
        let kind = view.fields.get(save.raw()).and_then(|field| text(*field, "type"));
        if let Some(kind) = kind.filter(|kind| kind.raw() != "string") {
            let message = format!(
                "an answer is a text, and the state field `{}` is of type `{}`",
                short(save.raw()),
                short(kind.raw())
            );
            let help = "save into a `string` field; a `validate` can ask for digits";
            found.error(Code::SpecInvalidSchema, save, message, help).related = Some((kind, "declared here"));
        }
    }
}

//! `LIMIT_EXCEEDED`: a spec is at most 512 KB in its canonical form, and the defaults of its state 64 KB.

use crate::bot::view::View;
use crate::diag::Code;
use crate::json::canonical_of;

use super::Findings;

/// The largest canonical spec, in bytes.
const MOST_SPEC: usize = 512 << 10;
/// The largest state, in bytes.
const MOST_STATE: usize = 64 << 10;

pub(super) fn check<'t, 'a>(view: &View<'t, 'a>, found: &mut Findings<'t, 'a>) {
    let size = canonical_of(view.root).len();
    if size > MOST_SPEC {
        let message = format!("the spec has {size} bytes in its canonical form, and {MOST_SPEC} are allowed");
        let help = "move what is not dialogue to an API, or make two bots of it";
        found.error(Code::LimitExceeded, view.root, message, help);
    }
    let Some(fields) = view.root.get("state").and_then(|state| state.get("fields")) else { return };
    // `{"name":default,…}`: two braces, and a comma but for one.
    let members = fields.entries().filter_map(|(name, field)| Some((name, field.get("default")?)));
    let sizes = members.map(|(name, value)| canonical_of(name).len() + canonical_of(value).len() + 2);
    let size = 1 + sizes.sum::<usize>().max(1);
    if size > MOST_STATE {
        let message = format!("the defaults of the state have {size} bytes, and {MOST_STATE} are allowed");
        found.error(Code::LimitExceeded, fields, message, "keep less in the state");
    }
}

//! `SECURITY_VIOLATION`: every API call goes to a host that is written out, allowed, and spoken to with `https`.

use crate::bot::host::template_host;
use crate::bot::view::{View, text};
use crate::diag::Code;

use super::Findings;
use super::substitutions::places;

pub(super) fn check<'t, 'a>(view: &View<'t, 'a>, found: &mut Findings<'t, 'a>) {
    // Without a list the schema complains of that, and nothing is known of any host.
    let Some(allowed) = view.allowed_hosts() else { return };
    for (_, step) in view.steps().filter(|(_, step)| step.kind == "apiCall") {
        let Some(url) = text(step.node, "url") else { continue };
        if let Err(refused) = template_host(|value| fill(url.raw(), value), allowed.iter().copied()) {
            let (message, help) = refused.words();
            found.error(Code::SecurityViolation, url, message, help);
        }
    }
}

/// An address with a value in the place of each substitution.
fn fill(address: &str, value: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    for place in places(address) {
        out.push_str(&address[at..place.start]);
        out.push_str(value);
        at = place.end;
    }
    out.push_str(&address[at..]);
    out
}

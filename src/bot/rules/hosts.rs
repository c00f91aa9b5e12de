//! `SECURITY_VIOLATION`: every API call goes to a host that is written out, allowed, and spoken to with `https`.

use crate::bot::host::template_host;
use crate::bot::view::{View, items, text};
use crate::diag::Code;

use super::Findings;
use super::substitutions::places;

pub(super) fn check<'t, 'a>(view: &View<'t, 'a>, found: &mut Findings<'t, 'a>) {
    let list = view.root.get("security").and_then(|security| security.get("outboundAllowList"));
    let allowed: Vec<&str> =
        list.into_iter().flat_map(|list| items(list)).filter_map(|host| host.as_str()).collect();
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

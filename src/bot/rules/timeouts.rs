//! `LIMIT_EXCEEDED`: no step waits longer for an API than `security.apiCall.timeoutMs` allows.

use crate::bot::view::{View, number};
use crate::diag::Code;

use super::Findings;

pub(super) fn check<'t, 'a>(view: &View<'t, 'a>, found: &mut Findings<'t, 'a>) {
    let limits = view.root.get("security").and_then(|security| security.get("apiCall"));
    let Some((limits, most)) = limits.and_then(|limits| Some((limits, number(limits, "timeoutMs")?))) else {
        return;
    };
    for (_, step) in view.steps().filter(|(_, step)| step.kind == "apiCall") {
        let Some(node) = step.node.get("timeoutMs") else { continue };
        if number(step.node, "timeoutMs").is_some_and(|wanted| wanted > most) {
            let message =
                format!("this step waits {} ms, and `security.apiCall.timeoutMs` allows {most}", node.raw());
            let help = "wait no longer than the limit, or leave `timeoutMs` out: the limit holds then";
            let limit = limits.get("timeoutMs").unwrap_or(limits);
            found.error(Code::LimitExceeded, node, message, help).related = Some((limit, "the limit"));
        }
    }
}

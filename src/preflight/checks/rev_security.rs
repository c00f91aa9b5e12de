//! `rev.security`: the passport repeats the security of the spec.

use crate::diag::{Code, Diagnostic};
use crate::preflight::{Said, Subject};

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    let passport = match subject.passport() {
        Ok(passport) => passport,
        Err(why) => return Said::skip(why),
    };
    let Some(spec) = subject.spec().and_then(|checked| checked.spec.as_ref()) else {
        return Said::skip("the spec cannot be read");
    };
    let (own, theirs) = (&passport.security, &spec.security);
    let pairs = [
        ("outboundAllowList", own.outbound_allow_list == theirs.outbound_allow_list),
        ("maxApiResponseKB", own.max_api_response_kb == theirs.max_api_response_kb),
        ("apiCall", own.api_call == theirs.api_call),
    ];
    let wrong = pairs.into_iter().filter(|(_, same)| !same).map(|(name, _)| {
        let message = format!("`security.{name}` of the passport is not that of the spec");
        let help = "build the revision again: who trusts the passport would allow what the spec does not";
        Diagnostic::error(Code::SecurityMismatch, message)
            .at(subject.rev_place(&format!("/security/{name}")))
            .help(help)
            .related(subject.spec_place(&format!("/security/{name}")), "the spec's")
    });
    Said::of(wrong.collect())
}

//! `bot.ast`: the script uses nothing but what scripts may use.

use crate::diag::Code;
use crate::preflight::{Said, Subject};

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    let parses = |verdict: &crate::script::filter::Verdict| {
        verdict.findings.iter().all(|finding| finding.code != Code::BotSyntax)
    };
    match (subject.verdict().map(parses), subject.findings(Code::SecurityViolation)) {
        (Ok(true), Ok(findings)) => {
            Said::of(findings).noting("a filter: the isolate at run time stays necessary")
        }
        (Ok(false), _) => Said::skip("bot.js does not parse"),
        (Err(why), _) | (_, Err(why)) => Said::skip(why),
    }
}

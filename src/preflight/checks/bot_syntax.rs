//! `bot.syntax`: the script is JavaScript.

use crate::diag::Code;
use crate::preflight::{Said, Subject};

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    match subject.findings(Code::BotSyntax) {
        Ok(findings) => Said::of(findings),
        Err(why) => Said::skip(why),
    }
}

//! `rev.schema`: `rev.json` has the form of a passport, is canonical, and names the files by their keys.

use crate::bot::revision::{Artifacts, REV};
use crate::diag::{Code, Diagnostic};
use crate::preflight::{Said, Subject};

const REBUILD: &str = "build the revision again: `aegis bot build` writes this file";

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    let Some(bytes) = subject.files.rev.bytes() else { return Said::skip(subject.files.rev.why(REV)) };
    let mut problems = subject.rev_problems().to_vec();
    let Ok(passport) = subject.passport() else { return Said::of(problems) };
    let mut tell = |pointer: &str, message: String| {
        problems
            .push(Diagnostic::error(Code::RevInvalid, message).at(subject.rev_place(pointer)).help(REBUILD));
    };
    let bot = subject.spec().and_then(|checked| checked.spec.as_ref()).map(|spec| spec.meta.bot_id.as_str());
    if let Some(bot) = bot {
        let expected = Artifacts::of(bot, &passport.rev_hash);
        let own = &passport.artifacts;
        for (name, own, expected) in [
            ("bot.js", &own.script, &expected.script),
            ("rev.json", &own.rev, &expected.rev),
            ("spec.json", &own.spec, &expected.spec),
        ] {
            if own != expected {
                tell(
                    &format!("/artifacts/{name}"),
                    format!("the key of `{name}` is `{expected}`, not `{own}`"),
                );
            }
        }
        if let Some(folder) = subject.files.bot.as_deref().filter(|folder| *folder != bot) {
            tell("/artifacts", format!("the bot is `{bot}`, and the revision stands under `{folder}`"));
        }
    }
    let canonical = serde_json::from_slice(bytes).map(|value| crate::bot::value::canonical(&value));
    if canonical.is_ok_and(|canonical| canonical.as_bytes() != bytes) {
        tell("", "`rev.json` is not in its canonical form".to_owned());
    }
    Said::of(problems)
}

//! `rev.hashes`: the files have the SHA-256 that the passport says.

use crate::bot::revision::{SCRIPT, SPEC, sha256};
use crate::diag::{Code, Diagnostic};
use crate::preflight::{Said, Subject};

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    let passport = match subject.passport() {
        Ok(passport) => passport,
        Err(why) => return Said::skip(why),
    };
    let mut wrong = Vec::new();
    let mut unread = Vec::new();
    for (name, said) in [(SCRIPT, &passport.hashes.script), (SPEC, &passport.hashes.spec)] {
        let content = subject.files.get(name);
        let Some(bytes) = content.bytes() else {
            unread.push(content.why(name));
            continue;
        };
        let found = sha256(bytes);
        if found != *said {
            let message = format!("`{name}` has the SHA-256 {found}, and the passport says {said}");
            let place = subject.rev_place(&format!("/hashes/{name}"));
            let help = "one of the two was changed after the build: build the revision again";
            wrong.push(Diagnostic::error(Code::HashMismatch, message).at(place).help(help));
        }
    }
    if wrong.is_empty() && !unread.is_empty() { Said::skip(unread.join(", ")) } else { Said::of(wrong) }
}

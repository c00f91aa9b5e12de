//! `rev.sizes`: the files have the sizes that the passport says.

use crate::bot::revision::{SCRIPT, SPEC};
use crate::diag::{Code, Diagnostic};
use crate::preflight::{Content, Said, Subject};

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    let passport = match subject.passport() {
        Ok(passport) => passport,
        Err(why) => return Said::skip(why),
    };
    let mut wrong = Vec::new();
    let mut unread = Vec::new();
    for (name, said) in [(SCRIPT, passport.sizes.script), (SPEC, passport.sizes.spec)] {
        let found = match subject.files.get(name) {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::TooLarge(size) => *size,
            other => {
                unread.push(other.why(name));
                continue;
            }
        };
        if found != said {
            let message = format!("`{name}` has {found} bytes, and the passport says {said}");
            let place = subject.rev_place(&format!("/sizes/{name}"));
            let help = "one of the two was changed after the build: build the revision again";
            wrong.push(Diagnostic::error(Code::SizeMismatch, message).at(place).help(help));
        }
    }
    if wrong.is_empty() && !unread.is_empty() { Said::skip(unread.join(", ")) } else { Said::of(wrong) }
}

//! `rev.revHash`: the identity of the revision is that of its spec and its build, and the name of its folder.

use crate::bot::revision::{SPEC, rev_hash, sha256};
use crate::diag::{Code, Diagnostic};
use crate::preflight::{Said, Subject};

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    let passport = match subject.passport() {
        Ok(passport) => passport,
        Err(why) => return Said::skip(why),
    };
    let place = || subject.rev_place("/revHash");
    let mut wrong = Vec::new();
    let bytes = subject.files.spec.bytes();
    if let Some(bytes) = bytes {
        let found = rev_hash(&passport.build, &sha256(bytes));
        if found != passport.rev_hash {
            let message = format!(
                "spec and build have the revHash {found}, and the passport says {}",
                passport.rev_hash
            );
            let help = "the spec or the build was changed after the revision was made: build it again";
            wrong.push(Diagnostic::error(Code::RevhashMismatch, message).at(place()).help(help));
        }
    }
    if let Some(name) = subject.files.name.as_ref().filter(|name| **name != passport.rev_hash) {
        let message =
            format!("the revision stands in the folder `{name}`, and its revHash is {}", passport.rev_hash);
        let help = "a revision stands in a folder that is called as its revHash: rename the folder back";
        wrong.push(Diagnostic::error(Code::RevhashMismatch, message).at(place()).help(help));
    }
    if wrong.is_empty() && bytes.is_none() {
        return Said::skip(subject.files.spec.why(SPEC));
    }
    Said::of(wrong).noting(passport.rev_hash.get(..16).unwrap_or_default())
}

//! `files`: the three files are there, and nothing beside them but `revoked.json`.

use crate::bot::revision::FILES;
use crate::diag::{Code, Diagnostic, Place};
use crate::preflight::{Content, Said, Subject};

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    let mut wrong = Vec::new();
    for (name, content) in subject.files.all() {
        let place = Place::file(subject.shown(name));
        match content {
            Content::Missing => {
                let message = format!("`{name}` is missing");
                let help = "put it back from another copy of the revision, or build the revision again";
                wrong.push(Diagnostic::error(Code::FileMissing, message).at(place).help(help));
            }
            Content::NoFile(what) => {
                let message = format!("`{name}` is {what}, which is not followed");
                let help = "put the file itself there";
                wrong.push(Diagnostic::error(Code::UnexpectedFile, message).at(place).help(help));
            }
            Content::TooLarge(_) | Content::Bytes(_) => {}
        }
    }
    for stray in &subject.files.strays {
        let message = format!("`{}` ({}) does not belong to a revision", stray.name, stray.what);
        let help = format!(
            "take it away: a revision is {}, and `revoked.json` where it was revoked",
            FILES.join(", ")
        );
        let place = Place::file(subject.shown(&stray.name));
        wrong.push(Diagnostic::error(Code::UnexpectedFile, message).at(place).help(help));
    }
    Said::of(wrong)
}

//! `bot.syntax`: the script is JavaScript.

use crate::preflight::{Said, Subject};

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    match subject.script() {
        Ok(_) => Said::skip("this version does not judge scripts yet"),
        Err(why) => Said::skip(why),
    }
}

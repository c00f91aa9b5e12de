//! `bot.coldStart`: the script is ready within 400 ms.

use crate::preflight::{Said, Subject};

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    match subject.script() {
        Ok(_) => Said::skip("this version does not run scripts yet"),
        Err(why) => Said::skip(why),
    }
}

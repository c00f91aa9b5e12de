//! `bot.ast`: the script uses nothing but what scripts may use.

use crate::preflight::{Said, Subject};

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    match subject.script() {
        Ok(_) => Said::skip("this version does not judge scripts yet"),
        Err(why) => Said::skip(why),
    }
}

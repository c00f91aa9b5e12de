//! `bot.update`: no update fails, takes too long or too much.

use crate::preflight::{Said, Subject};

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    match subject.played() {
        Ok(played) => Said::of(played.failures.clone()),
        Err(why) => Said::skip(why),
    }
}

//! `bot.coldStart`: the script is ready within 400 ms.

use crate::preflight::{Said, Subject};

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    match subject.playable() {
        Ok((play, script)) => match play.cold_start(&script) {
            Ok(took) => Said::pass(format!("{:.1} ms of 400", took.as_secs_f64() * 1e3)),
            Err(failed) => Said::of(vec![*failed]),
        },
        Err(why) => Said::skip(why),
    }
}

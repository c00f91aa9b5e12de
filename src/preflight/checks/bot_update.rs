//! `bot.update`: no update fails, takes too long or too much; the first one, of the cold start, included.

use crate::diag::{Code, Diagnostic};
use crate::preflight::{Said, Subject};

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    let first = match subject.started() {
        // That the first update came late is what `bot.coldStart` says.
        Ok(Err(failed)) if failed.code != Code::ColdStartExceeded => Some(failed.clone()),
        _ => None,
    };
    let others = match subject.played() {
        Ok(played) => played.failures.as_slice(),
        Err(_) if first.is_some() => &[],
        Err(why) => return Said::skip(why),
    };
    let is_new = |failed: &Diagnostic| {
        !others.iter().any(|one| (one.code, &one.place) == (failed.code, &failed.place))
    };
    Said::of(first.filter(is_new).into_iter().chain(others.iter().cloned()).collect())
}

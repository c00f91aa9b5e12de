//! `bot.coldStart`: the script is ready within 400 ms.

use crate::diag::Code;
use crate::preflight::{Said, Subject};

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    match subject.started() {
        Ok(Ok(took)) => Said::pass(format!("{:.1} ms of 400", took.as_secs_f64() * 1e3)),
        Ok(Err(failed)) if failed.code == Code::ColdStartExceeded => Said::of(vec![failed.clone()]),
        // How a script fails that is not slow is for `bot.update` to tell.
        Ok(Err(failed)) => Said::skip(format!("the script fails before it is ready: {}", failed.code)),
        Err(why) => Said::skip(why),
    }
}

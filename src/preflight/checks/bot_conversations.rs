//! `bot.conversations`: the script does what its spec says.

use crate::preflight::{Said, Subject};

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    match subject.played() {
        Ok(played) => match &played.skipped {
            // What failed is said; what was not run after that is no pass.
            Some(why) if played.failed.is_empty() => {
                Said::skip(format!("{} of {}: {why}", played.ran, played.conversations))
            }
            _ => Said::of(played.failed.clone()).noting(format!("{} conversations", played.conversations)),
        },
        Err(why) => Said::skip(why),
    }
}

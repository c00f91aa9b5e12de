//! Bots that were judged, on their way to a store: a few go out together, so that what is there is listed once, and
//! memory is bounded.

use crate::diag::{Code, Diagnostics};
use crate::report::Report;
use crate::store::Store;

use super::bots::{Ready, send_all};

/// So many revisions, or so many bytes, go out together.
const TOGETHER: (usize, usize) = (512, 32 << 20);

/// Where they go: the store, its URL, and whether one that honours no conditions is accepted.
pub(super) type To<'t> = (&'t dyn Store, &'t str, bool);

/// Bots that wait for others.
#[derive(Default)]
pub(super) struct Waiting {
    /// Each with what is said of it before what came of it.
    ready: Vec<Ready>,
    headings: Vec<String>,
    bytes: usize,
}

impl Waiting {
    /// Lets one wait. `heading` is what people read of it before what comes of it.
    pub(super) fn push(&mut self, one: Ready, heading: String) {
        self.bytes += one.size();
        self.ready.push(one);
        self.headings.push(heading);
    }

    /// Whether no other should wait with them.
    pub(super) fn is_full(&self) -> bool {
        self.ready.len() >= TOGETHER.0 || self.bytes >= TOGETHER.1
    }

    /// Sends what waits; `told` hears when one is done. What came of them goes into the report.
    ///
    /// # Errors
    /// What was wrong with any of them, when all were tried; or the store failed.
    pub(super) fn send(
        &mut self,
        to: To<'_>,
        told: &(dyn Fn() + Sync),
        report: &mut Report,
    ) -> Result<(), Diagnostics> {
        let Self { ready, headings, .. } = std::mem::take(self);
        if ready.is_empty() {
            return Ok(());
        }
        let sent = send_all(&ready, to, told, report)?;
        let mut failed = Diagnostics::new();
        for (heading, sent) in headings.into_iter().zip(sent) {
            match sent {
                Some(Ok(line)) => report.story += &(heading + &line),
                Some(Err(wrong)) => failed.extend(wrong),
                None => {}
            }
        }
        if failed.is_empty() { Ok(()) } else { Err(failed) }
    }
}

/// Whether nothing else need be tried after this: a store that does not answer does not answer for the next one either; what is
/// wrong with one revision is no reason to leave out the others.
pub(super) fn is_over(went: Result<(), Diagnostics>, report: &mut Report) -> bool {
    let Err(failed) = went else { return false };
    let is_over = failed.iter().any(|one| matches!(one.code, Code::StoreFailed | Code::StoreUnsafe));
    report.diagnostics.extend(failed);
    is_over
}

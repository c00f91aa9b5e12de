//! Whether a revision was revoked: asked of the store again and again, for a revocation may come at any time.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::store::revoke::{self, Revocation};
use crate::store::{Folder, Store, layout};

use super::problem::Problem;

/// How long the store may take to say whether something was revoked, before what was known last counts.
const PATIENCE: Duration = Duration::from_secs(3);

/// As a request for a revoked revision is answered.
pub(super) fn problem(revocation: &Revocation) -> Problem {
    let or = |text: &str, other: &'static str| {
        if text.is_empty() { other.to_owned() } else { text.to_owned() }
    };
    let reason = or(&revocation.reason, "no reason is given");
    let (by, at) = (or(&revocation.by, "?"), or(&revocation.at, "?"));
    Problem::revoked(format!("the revision was revoked by {by} at {at}: {reason}"))
}

/// What is known of a revision's revocation. It is final once it is there.
#[derive(Debug)]
pub(super) struct Standing {
    folder: Folder,
    start: Instant,
    /// When it was asked last, in milliseconds since the start; 0 is never.
    asked: AtomicU64,
    revoked: OnceLock<Revocation>,
    flight: tokio::sync::Mutex<()>,
}

impl Standing {
    /// Nothing is known yet.
    pub(super) fn new(folder: Folder) -> Self {
        let (asked, revoked) = (AtomicU64::new(0), OnceLock::new());
        Self { folder, start: Instant::now(), asked, revoked, flight: tokio::sync::Mutex::default() }
    }

    /// The revocation, if there is one; what was asked within `ttl` counts. A store that does not answer changes
    /// nothing, once it has.
    ///
    /// # Errors
    /// The store failed, and it was never known.
    pub(super) async fn revoked(
        &self,
        store: &dyn Store,
        ttl: Duration,
    ) -> Result<Option<&Revocation>, Problem> {
        if self.is_fresh(ttl) {
            return Ok(self.revoked.get());
        }
        let _flight = self.flight.lock().await;
        if self.is_fresh(ttl) {
            return Ok(self.revoked.get());
        }
        let is_known = self.asked.load(Ordering::Relaxed) > 0;
        match tokio::time::timeout(PATIENCE, self.ask(store)).await {
            Ok(Ok(Some(revocation))) => {
                let _ = self.revoked.set(revocation);
            }
            Ok(Ok(None)) => {}
            Ok(Err(_)) | Err(_) if is_known => {}
            Ok(Err(problem)) => return Err(problem),
            Err(_) => {
                return Err(Problem::unavailable(
                    "the store does not say in time whether the revision was revoked",
                ));
            }
        }
        self.asked.store(self.now(), Ordering::Relaxed);
        Ok(self.revoked.get())
    }

    fn is_fresh(&self, ttl: Duration) -> bool {
        let asked = self.asked.load(Ordering::Relaxed);
        self.revoked.get().is_some()
            || asked > 0 && self.now() - asked.min(self.now()) < ttl.as_millis() as u64
    }

    fn now(&self) -> u64 {
        self.start.elapsed().as_millis() as u64 + 1
    }

    async fn ask(&self, store: &dyn Store) -> Result<Option<Revocation>, Problem> {
        let key = self.folder.key(layout::REVOKED).map_err(|error| Problem::not_found(error.to_string()))?;
        Ok(revoke::at(store, &key).await?)
    }
}

//! Sending again what another write was in the way of, or what a server did not answer as it should: with pauses that grow, and
//! differ from client to client, so that those who collided do not collide again.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use super::error::{StoreError, StoreErrorKind};

/// How often one request is sent before its failure is believed: with the pauses about ten seconds.
#[cfg(any(feature = "gcs", feature = "azure", feature = "oci"))]
pub(super) const ATTEMPTS: u32 = 6;
/// The longest pause.
const LONGEST: Duration = Duration::from_secs(5);

/// The pauses between attempts.
pub(super) struct Pauses(Duration);

impl Pauses {
    /// Pauses from the shortest on.
    pub(super) const fn new() -> Self {
        Self(Duration::from_millis(50))
    }

    /// Pauses; the next one will be twice as long.
    pub(super) async fn pause(&mut self) {
        tokio::time::sleep(jitter(self.0)).await;
        self.0 = (self.0 * 2).min(LONGEST);
    }
}

/// How often something was tried, and whether it is tried again.
pub(super) struct Attempts {
    kinds: &'static [StoreErrorKind],
    left: u32,
    /// When the first of them failed: how long that one took is no reason to give up.
    failed: Option<Instant>,
    pauses: Pauses,
}

impl Attempts {
    /// Of requests that a store did not answer as it should: [`ATTEMPTS`] of them.
    #[cfg(any(feature = "gcs", feature = "oci"))]
    pub(super) fn of_requests() -> Self {
        Self { kinds: &[StoreErrorKind::Unavailable], left: ATTEMPTS, failed: None, pauses: Pauses::new() }
    }

    /// Of writes that another one was in the way of: for as long as a minute.
    #[cfg(any(feature = "s3", feature = "gcs"))]
    pub(super) fn of_writes() -> Self {
        Self { kinds: &[StoreErrorKind::Conflict], left: u32::MAX, failed: None, pauses: Pauses::new() }
    }

    /// Of writes to a store whose client sends none again that may have been done: what was done is there the next time.
    #[cfg(feature = "azure")]
    pub(super) fn of_lost_writes() -> Self {
        let kinds = &[StoreErrorKind::Conflict, StoreErrorKind::Unavailable];
        Self { kinds, left: ATTEMPTS, failed: None, pauses: Pauses::new() }
    }

    /// Whether to try again after this error; if so, after a pause.
    pub(super) async fn again(&mut self, error: &StoreError) -> bool {
        const DEADLINE: Duration = Duration::from_secs(60);
        self.left -= 1;
        let since = self.failed.get_or_insert_with(Instant::now).elapsed();
        if !self.kinds.contains(&error.kind) || self.left == 0 || since > DEADLINE {
            return false;
        }
        self.pauses.pause().await;
        true
    }
}

/// Between half and the whole of a pause.
fn jitter(pause: Duration) -> Duration {
    static TURN: AtomicU64 = AtomicU64::new(0);
    let clock = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().subsec_nanos();
    let seed =
        u64::from(clock) ^ u64::from(std::process::id()) << 20 ^ TURN.fetch_add(1, Ordering::Relaxed) << 40;
    let part = (seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32;
    pause / 2 + (pause / 2).mul_f64(f64::from(part) / f64::from(u32::MAX))
}

#[cfg(all(test, any(feature = "gcs", feature = "oci")))]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_the_first_attempt_does_not_count() {
        let failed = |kind| StoreError::new(kind, "as the test has it");
        let again = |attempts: &mut Attempts, kind| {
            crate::store::block_on(attempts.again(&failed(kind))).unwrap_or_default()
        };
        let mut attempts = Attempts::of_requests();
        assert!(again(&mut attempts, StoreErrorKind::Unavailable), "however long it took");
        attempts.failed = Instant::now().checked_sub(Duration::from_secs(61));
        assert!(!again(&mut attempts, StoreErrorKind::Unavailable), "a minute is over since it failed first");
        let mut attempts = Attempts::of_requests();
        assert!(!again(&mut attempts, StoreErrorKind::Denied));
        attempts.left = 1;
        assert!(!again(&mut attempts, StoreErrorKind::Unavailable), "that was the last");
    }
}

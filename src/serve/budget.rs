//! How much memory contents may take together, cached or on their way to a slow reader: a number that is never exceeded.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Permits count in units of this many bytes.
const UNIT: usize = 1024;

/// The memory for contents.
#[derive(Debug, Clone)]
pub(super) struct Budget {
    semaphore: Arc<Semaphore>,
    units: usize,
}

/// Some of it, until dropped.
#[derive(Debug)]
pub(super) struct Permit(#[expect(dead_code, reason = "it counts until it is dropped")] OwnedSemaphorePermit);

impl Budget {
    /// So many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        let units = (bytes / UNIT).clamp(1, u32::MAX as usize);
        Self { semaphore: Arc::new(Semaphore::new(units)), units }
    }

    /// How many bytes there are.
    pub(super) const fn size(&self) -> usize {
        self.units * UNIT
    }

    /// How many of them are taken.
    pub(super) fn used(&self) -> usize {
        (self.units - self.semaphore.available_permits().min(self.units)) * UNIT
    }

    /// Takes some, if there are as many left.
    pub(super) fn take(&self, bytes: usize) -> Option<Permit> {
        let units = u32::try_from(bytes.div_ceil(UNIT)).ok()?;
        Arc::clone(&self.semaphore).try_acquire_many_owned(units).ok().map(Permit)
    }
}

/// Content that counts for as long as anybody holds a piece of it.
pub(super) fn counted(bytes: Vec<u8>, permit: Permit) -> Bytes {
    Bytes::from_owner(Counted { bytes, _permit: permit })
}

struct Counted {
    bytes: Vec<u8>,
    _permit: Permit,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_counts_until_its_last_piece_is_gone() {
        let budget = Budget::new(10 * UNIT);
        let permit = budget.take(8 * UNIT).unwrap();
        assert!(budget.take(3 * UNIT).is_none());
        let bytes = counted(vec![7; 8 * UNIT], permit);
        let piece = bytes.slice(3..5);
        drop(bytes);
        assert_eq!(budget.used(), 8 * UNIT);
        assert_eq!(&*piece, &[7, 7]);
        drop(piece);
        assert_eq!((budget.used(), budget.size()), (0, 10 * UNIT));
        assert!(budget.take(11 * UNIT).is_none());
    }
}

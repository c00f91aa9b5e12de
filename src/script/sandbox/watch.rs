//! The watch over a running script: its time and its memory. The engine asks it again and again, whenever it loops, calls or
//! allocates, and stops when told. May not look at what the script does.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

/// What a script that has to stop may still allocate, in bytes at a time and in all beyond the limit: an error with its
/// stack trace, and what the engine needs to unwind. All else is refused, so that a loop over costly native functions, which
/// the engine interrupts only once in ten thousand turns, gets to that point at once.
const LAST_WORDS: usize = 1 << 10;
const GRACE: usize = 4 << 20;
/// An allocation of this size, in bytes, is worth a look at the clock; of smaller ones each of so many.
const LARGE: usize = 64 << 10;
const SMALL: u32 = 4096;
/// Of jobs, each of so many.
const JOBS: u32 = 16;

/// Time that this thread has worked. A busy machine does not fail a bot, as a clock on the wall would.
pub(super) fn worked() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Says when a script has to stop.
#[derive(Debug)]
pub(super) struct Watch {
    used: Cell<usize>,
    limit: usize,
    full: Cell<bool>,
    until: Cell<Duration>,
    late: Cell<bool>,
    looks: Cell<u32>,
}

impl Watch {
    /// A watch over at most `limit` bytes, that ends nothing for want of time yet.
    pub(super) fn new(limit: usize) -> Rc<Self> {
        Rc::new(Self {
            used: Cell::new(0),
            limit,
            full: Cell::new(false),
            until: Cell::new(Duration::MAX),
            late: Cell::new(false),
            looks: Cell::new(0),
        })
    }

    /// From now on the script has `limit`.
    pub(super) fn start(&self, limit: Duration) {
        self.late.set(false);
        self.until.set(worked().saturating_add(limit));
    }

    /// Whether the script has to stop.
    pub(super) fn is_over(&self) -> bool {
        self.late.get() || self.full.get()
    }

    /// The same, with a look at the clock.
    pub(super) fn look(&self) -> bool {
        if !self.is_over() && worked() > self.until.get() {
            self.late.set(true);
        }
        self.is_over()
    }

    /// The same for those who ask at every job.
    pub(super) fn look_at_times(&self) -> bool {
        self.one_in(JOBS);
        self.is_over()
    }

    fn one_in(&self, times: u32) {
        self.looks.set(self.looks.get().wrapping_add(1));
        if self.looks.get().is_multiple_of(times) {
            self.look();
        }
    }

    /// Whether it was the memory.
    pub(super) fn is_full(&self) -> bool {
        self.full.get()
    }

    /// The memory limit in bytes.
    pub(super) fn memory_limit(&self) -> usize {
        self.limit
    }

    /// Whether `size` more bytes may be taken.
    pub(super) fn admits(&self, size: usize) -> bool {
        let wanted = self.used.get().saturating_add(size);
        if wanted > self.limit {
            self.full.set(true);
        }
        self.one_in(if size < LARGE { SMALL } else { 1 });
        !self.is_over() || (size <= LAST_WORDS && wanted <= self.limit.saturating_add(GRACE))
    }

    /// They are taken.
    pub(super) fn add(&self, size: usize) {
        self.used.set(self.used.get().saturating_add(size));
    }

    /// They are given back.
    pub(super) fn subtract(&self, size: usize) {
        self.used.set(self.used.get().saturating_sub(size));
    }

    /// How many bytes are taken.
    #[cfg(test)]
    pub(super) fn used(&self) -> usize {
        self.used.get()
    }
}

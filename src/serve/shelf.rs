//! What was read lately, by its path: immutable, bounded by the budget, the longest unasked goes first.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::asset::Asset;
use super::budget::{Budget, Permit};

/// What an entry takes beside its content, in bytes: headers, path, bookkeeping.
pub(super) const OVERHEAD: usize = 2048;

/// The shelf.
#[derive(Debug)]
pub(super) struct Shelf {
    budget: Budget,
    /// No single content may take more than this.
    largest: usize,
    clock: AtomicU64,
    /// How many were taken off to make room.
    pub(super) evicted: AtomicU64,
    books: RwLock<HashMap<Box<str>, Book>>,
}

#[derive(Debug)]
struct Book {
    asset: Arc<Asset>,
    used: AtomicU64,
}

impl Shelf {
    /// An empty one.
    pub(super) fn new(budget: Budget) -> Self {
        let largest = budget.size() / 8;
        let (clock, evicted) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { budget, largest, clock, evicted, books: RwLock::default() }
    }

    /// The budget that it shares with all contents.
    pub(super) const fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Whether content of this size is kept at all.
    pub(super) const fn takes(&self, size: u64) -> bool {
        size <= self.largest as u64
    }

    /// How many contents stand here.
    pub(super) fn len(&self) -> usize {
        self.books.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// What was put here under a path.
    pub(super) fn get(&self, path: &str) -> Option<Arc<Asset>> {
        let books = self.books.read().unwrap_or_else(PoisonError::into_inner);
        let book = books.get(path)?;
        let now = self.clock.load(Ordering::Relaxed);
        // Written only when something was put or taken since: readers of one thing do not fight for its line.
        if book.used.load(Ordering::Relaxed) != now {
            book.used.store(now, Ordering::Relaxed);
        }
        Some(Arc::clone(&book.asset))
    }

    /// Puts something here.
    pub(super) fn put(&self, path: &str, asset: Arc<Asset>) {
        let used = AtomicU64::new(self.clock.fetch_add(1, Ordering::Relaxed) + 1);
        let mut books = self.books.write().unwrap_or_else(PoisonError::into_inner);
        books.insert(path.into(), Book { asset, used });
    }

    /// Takes memory for content, and makes room for it. `None` if what is in use leaves too little.
    pub(super) fn room(&self, bytes: usize) -> Option<Permit> {
        loop {
            if let Some(permit) = self.budget.take(bytes) {
                return Some(permit);
            }
            if bytes > self.budget.size() || !self.evict() {
                return None;
            }
        }
    }

    /// Takes off the eighth that was unasked longest, at least one. False if there is nothing left.
    fn evict(&self) -> bool {
        let mut books = self.books.write().unwrap_or_else(PoisonError::into_inner);
        let mut ages: Vec<u64> = books.values().map(|book| book.used.load(Ordering::Relaxed)).collect();
        if ages.is_empty() {
            return false;
        }
        let nth = ages.len() / 8;
        let (_, &mut limit, _) = ages.select_nth_unstable(nth);
        let before = books.len();
        books.retain(|_, book| book.used.load(Ordering::Relaxed) > limit);
        self.evicted.fetch_add((before - books.len()) as u64, Ordering::Relaxed);
        self.clock.fetch_add(1, Ordering::Relaxed);
        true
    }
}

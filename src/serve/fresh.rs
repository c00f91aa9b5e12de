//! Answers of the store that may change: each is asked for once at a time, believed for a moment, and outlives the store's
//! absence.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::problem::Problem;

/// Answers by name.
#[derive(Debug)]
pub(super) struct Fresh<V> {
    /// For how long an answer is believed.
    ttl: Duration,
    /// How many answers are kept.
    most: usize,
    /// How long the store may take while there is an older answer.
    patience: Duration,
    /// Whether an answer can change no more.
    is_final: fn(&V) -> bool,
    /// Whether an answer is worth its memory.
    is_kept: fn(&V) -> bool,
    cells: Mutex<HashMap<String, Arc<Cell<V>>>>,
}

#[derive(Debug)]
struct Cell<V> {
    known: Mutex<Option<(Instant, V)>>,
    flight: tokio::sync::Mutex<()>,
}

impl<V: Clone + Send> Fresh<V> {
    /// None yet.
    pub(super) fn new(ttl: Duration, most: usize, is_final: fn(&V) -> bool) -> Self {
        let patience = Duration::from_secs(3);
        Self { ttl, most, patience, is_final, is_kept: |_| true, cells: Mutex::default() }
    }

    /// The same, which forgets at once what is not worth its memory.
    pub(super) fn keeping(self, is_kept: fn(&V) -> bool) -> Self {
        Self { is_kept, ..self }
    }

    /// The answer of a name: the one that is known, or what `ask` gives. If that fails, an older answer stands in.
    ///
    /// # Errors
    /// `ask` failed, and there is no older answer.
    pub(super) async fn get<F>(&self, name: &str, ask: impl FnOnce() -> F + Send) -> Result<V, Problem>
    where
        F: Future<Output = Result<V, Problem>> + Send,
    {
        let cell = self.cell(name);
        if let Some(value) = self.current(&cell) {
            return Ok(value);
        }
        let _flight = cell.flight.lock().await;
        if let Some(value) = self.current(&cell) {
            return Ok(value);
        }
        let older = cell.known().as_ref().map(|(_, value)| value.clone());
        let answer = match older {
            None => ask().await?,
            Some(older) => match tokio::time::timeout(self.patience, ask()).await {
                Ok(Ok(value)) => value,
                // Tried again when this one has aged as well: a store that is down is not asked at every request.
                Ok(Err(_)) | Err(_) => older,
            },
        };
        if (self.is_kept)(&answer) {
            *cell.known() = Some((Instant::now(), answer.clone()));
        } else {
            *cell.known() = None;
            self.cells.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
        }
        Ok(answer)
    }

    fn current(&self, cell: &Cell<V>) -> Option<V> {
        let known = cell.known();
        let (at, value) = known.as_ref()?;
        (at.elapsed() < self.ttl || (self.is_final)(value)).then(|| value.clone())
    }

    fn cell(&self, name: &str) -> Arc<Cell<V>> {
        let mut cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cell) = cells.get(name) {
            return Arc::clone(cell);
        }
        if cells.len() >= self.most {
            // Those go that somebody waits for least: the older half. Who holds one keeps it.
            let mut ages: Vec<_> = cells.values().map(|cell| cell.age()).collect();
            let middle = ages.len() / 2;
            let (_, &mut limit, _) = ages.select_nth_unstable(middle);
            cells.retain(|_, cell| cell.age() > limit);
        }
        let cell = Arc::new(Cell { known: Mutex::default(), flight: tokio::sync::Mutex::default() });
        cells.insert(name.to_owned(), Arc::clone(&cell));
        cell
    }
}

impl<V> Cell<V> {
    fn known(&self) -> std::sync::MutexGuard<'_, Option<(Instant, V)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn age(&self) -> Option<Instant> {
        self.known().as_ref().map(|(at, _)| *at)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn run<T>(future: impl Future<Output = T>) -> T {
        crate::store::block_on(future).unwrap()
    }

    #[test]
    fn one_asks_for_all_and_an_older_answer_stands_in() {
        let fresh = Fresh::new(Duration::from_millis(30), 8, |_: &usize| false);
        let asked = AtomicUsize::new(0);
        let ask = || async {
            let number = asked.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(5)).await;
            if number == 1 { Err(Problem::unavailable("down")) } else { Ok(number) }
        };
        run(async {
            let (a, b) = tokio::join!(fresh.get("x", ask), fresh.get("x", ask));
            assert_eq!((a.unwrap(), b.unwrap()), (0, 0));
            tokio::time::sleep(Duration::from_millis(40)).await;
            assert_eq!(fresh.get("x", ask).await.unwrap(), 0, "the store is down");
            tokio::time::sleep(Duration::from_millis(40)).await;
            assert_eq!(fresh.get("x", ask).await.unwrap(), 2);
        });
        assert_eq!(asked.load(Ordering::Relaxed), 3);
    }

    #[test]
    fn what_is_final_is_asked_for_once_and_there_are_never_too_many() {
        let fresh = Fresh::new(Duration::ZERO, 4, |_: &u32| true);
        run(async {
            assert_eq!(fresh.get("x", || async { Ok(1) }).await.unwrap(), 1);
            assert_eq!(fresh.get("x", || async { Ok(2) }).await.unwrap(), 1);
            for number in 0..100 {
                fresh.get(&number.to_string(), || async { Ok(number) }).await.unwrap();
                assert!(fresh.cells.lock().unwrap().len() <= 4);
            }
        });
    }
}

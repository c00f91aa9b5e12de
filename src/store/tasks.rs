//! Running what is asynchronous: one future from synchronous code, and a few at a time.

use std::cell::OnceCell;
use std::future::Future;
use std::sync::{Mutex, PoisonError};

use tokio::runtime::Runtime;

use crate::diag::{Code, Diagnostic, Outcome};

thread_local! {
    /// What drives the stores of this thread: connections stay open from one call to the next.
    static RUNTIME: OnceCell<Runtime> = const { OnceCell::new() };
}

/// Runs a future to its end on this thread. It must not be called inside another future.
///
/// # Errors
/// The runtime cannot be built: the process has no file descriptors left, for one.
pub fn block_on<F: Future>(future: F) -> Outcome<F::Output> {
    RUNTIME.with(|cell| {
        if let Some(runtime) = cell.get() {
            return Ok(runtime.block_on(future));
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| {
            let message = format!("cannot start what drives the store: {error}");
            Box::new(
                Diagnostic::error(Code::StoreFailed, message)
                    .help("raise the limits of the process and run it again"),
            )
        })?;
        Ok(cell.get_or_init(|| runtime).block_on(future))
    })
}

/// What all of these give, in their order, four at a time, unless one fails. With four the memory is bounded, and a
/// store's latency is mostly hidden.
pub(super) async fn all<T, E>(tasks: Vec<impl Future<Output = Result<T, E>>>) -> Result<Vec<T>, E> {
    let queue = Queue::new(tasks);
    tokio::try_join!(queue.work(), queue.work(), queue.work(), queue.work())?;
    Ok(queue.results())
}

/// The same for small things, sixteen at a time.
pub(super) async fn many<T, E>(tasks: Vec<impl Future<Output = Result<T, E>>>) -> Result<Vec<T>, E> {
    let queue = Queue::new(tasks);
    let four = async || tokio::try_join!(queue.work(), queue.work(), queue.work(), queue.work());
    tokio::try_join!(four(), four(), four(), four())?;
    Ok(queue.results())
}

/// Tasks that wait for a worker, and what those gave that are done.
struct Queue<F, T> {
    tasks: Mutex<std::iter::Enumerate<std::vec::IntoIter<F>>>,
    results: Mutex<Vec<Option<T>>>,
}

impl<F: Future<Output = Result<T, E>>, T, E> Queue<F, T> {
    fn new(tasks: Vec<F>) -> Self {
        let results = Mutex::new(tasks.iter().map(|_| None).collect());
        Self { tasks: Mutex::new(tasks.into_iter().enumerate()), results }
    }

    fn next(&self) -> Option<(usize, F)> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).next()
    }

    /// Does one task after the other.
    async fn work(&self) -> Result<(), E> {
        while let Some((number, task)) = self.next() {
            let result = task.await?;
            self.results.lock().unwrap_or_else(PoisonError::into_inner)[number] = Some(result);
        }
        Ok(())
    }

    fn results(self) -> Vec<T> {
        self.results.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn four_at_a_time_in_order_until_one_fails() {
        let (now, most) = (Cell::new(0), Cell::new(0));
        let work = async |number: u32| {
            now.set(now.get() + 1);
            most.set(most.get().max(now.get()));
            for _ in 0..number % 3 {
                tokio::task::yield_now().await;
            }
            now.set(now.get() - 1);
            if number == 20 { Err("failed") } else { Ok(number) }
        };
        let run = |numbers: std::ops::Range<u32>| block_on(all(numbers.map(&work).collect())).unwrap();
        assert_eq!(run(0..20), Ok((0..20).collect()));
        assert_eq!((now.get(), most.get()), (0, 4));
        assert_eq!(run(10..30), Err("failed"));
        assert_eq!(run(0..0), Ok(vec![]));
        most.set(0);
        now.set(0);
        assert_eq!(block_on(many((21..90).map(&work).collect())).unwrap(), Ok((21..90).collect::<Vec<_>>()));
        assert_eq!((now.get(), most.get()), (0, 16));
    }
}

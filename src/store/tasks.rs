//! Running what is asynchronous: one future from synchronous code, and a few at a time.

use std::cell::OnceCell;
use std::future::Future;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
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
    together(tasks, 4).await
}

/// The same for small things, thirty-two at a time: what a request takes is waiting, for the most part.
pub(super) async fn many<T, E>(tasks: Vec<impl Future<Output = Result<T, E>>>) -> Result<Vec<T>, E> {
    together(tasks, 32).await
}

/// Each is looked at when it may go on, and not whenever another may: with the layers that a request goes through, that
/// is most of what a small one costs.
async fn together<T, E>(tasks: Vec<impl Future<Output = Result<T, E>>>, most: usize) -> Result<Vec<T>, E> {
    let mut results: Vec<_> = tasks.iter().map(|_| None).collect();
    let mut waiting = tasks.into_iter().enumerate().map(|(number, task)| async move { (number, task.await) });
    let mut running: FuturesUnordered<_> = waiting.by_ref().take(most).collect();
    while let Some((number, result)) = running.next().await {
        results[number] = Some(result?);
        running.extend(waiting.next());
    }
    Ok(results.into_iter().flatten().collect())
}

/// How many pieces of large objects are in memory at a time, of however many objects: with those of 8 MiB that bounds it.
#[cfg(any(feature = "s3", feature = "azure"))]
static PIECES: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(6);

/// Room for a piece, from before it is read until it was sent. Only who has something under way, or nothing yet, may wait for it.
#[cfg(any(feature = "s3", feature = "azure"))]
pub(super) async fn room() -> Option<tokio::sync::SemaphorePermit<'static>> {
    // It is never closed.
    PIECES.acquire().await.ok()
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
        assert_eq!((now.get(), most.get()), (0, 32));
    }
}

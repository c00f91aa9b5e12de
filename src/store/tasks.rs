//! Running what is asynchronous: one future from synchronous code, and a few at a time.

use std::future::Future;
use std::sync::{Mutex, PoisonError};

use crate::diag::{Code, Diagnostic, Outcome};

/// Runs a future to its end on this thread. Commands call it once; it must not be called inside another future.
///
/// # Errors
/// The runtime cannot be built: the process has no file descriptors left, for one.
pub fn block_on<F: Future>(future: F) -> Outcome<F::Output> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| {
        let message = format!("cannot start what drives the store: {error}");
        Box::new(
            Diagnostic::error(Code::StoreFailed, message)
                .help("raise the limits of the process and run it again"),
        )
    })?;
    Ok(runtime.block_on(future))
}

/// What all of these give, in their order, four at a time, unless one fails. With four the memory is bounded, and a
/// store's latency is mostly hidden.
pub(super) async fn all<T, E>(tasks: Vec<impl Future<Output = Result<T, E>>>) -> Result<Vec<T>, E> {
    let mut results: Vec<_> = tasks.iter().map(|_| None).collect();
    let queue = Mutex::new(tasks.into_iter().zip(&mut results));
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let worker = || async {
        while let Some((task, result)) = next() {
            *result = Some(task.await?);
        }
        Ok(())
    };
    tokio::try_join!(worker(), worker(), worker(), worker())?;
    drop(queue);
    Ok(results.into_iter().flatten().collect())
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
    }
}

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

/// Does some work with every item, four at a time, until all is done or one fails. With four the memory is bounded,
/// and a store's latency is mostly hidden.
pub(super) async fn each<I, E>(items: Vec<I>, work: impl AsyncFn(I) -> Result<(), E>) -> Result<(), E> {
    let queue = Mutex::new(items.into_iter());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let worker = async || {
        while let Some(item) = next() {
            work(item).await?;
        }
        Ok(())
    };
    tokio::try_join!(worker(), worker(), worker(), worker())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_at_a_time_and_the_first_failure_ends_it() {
        let (now, most) = (Mutex::new(0), Mutex::new(0));
        let work = async |fail: bool| {
            let at_work = {
                let mut now = now.lock().unwrap();
                *now += 1;
                *now
            };
            let mut greatest = most.lock().unwrap();
            *greatest = at_work.max(*greatest);
            drop(greatest);
            tokio::task::yield_now().await;
            *now.lock().unwrap() -= 1;
            if fail { Err("failed") } else { Ok(()) }
        };
        assert_eq!(block_on(each(vec![false; 20], &work)).unwrap(), Ok(()));
        assert_eq!(*most.lock().unwrap(), 4);
        assert_eq!(block_on(each(vec![false, true, false], &work)).unwrap(), Err("failed"));
    }
}

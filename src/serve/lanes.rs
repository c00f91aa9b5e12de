//! The threads that answer. Each has connections of its own and looks after them alone: no request wakes a second thread, and
//! none waits for what another thread holds.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::TcpStream;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// Threads that answer. Dropped, they end, and cut what they have not brought to its end.
pub struct Lanes(Vec<Lane>);

struct Lane {
    handle: Handle,
    open: Arc<AtomicUsize>,
    /// Dropped, it ends the thread.
    _end: oneshot::Sender<()>,
}

impl Lanes {
    /// So many threads, at least one.
    ///
    /// # Errors
    /// The process may have no more threads or files.
    pub fn new(count: usize) -> io::Result<Self> {
        (0..count.max(1)).map(|_| Lane::new()).collect::<io::Result<_>>().map(Self)
    }

    /// Gives a connection to the thread with the fewest.
    pub(super) fn spawn<F>(&self, stream: TcpStream, serve: impl FnOnce(TcpStream) -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let lane = self.0.iter().min_by_key(|lane| lane.open.load(Ordering::Relaxed));
        // What looks after a socket is the thread that it was opened in, until it is opened in another one.
        let (Some(lane), Ok(stream)) = (lane, stream.into_std()) else { return };
        let open = Open::new(&lane.open);
        lane.handle.spawn(async move {
            if let Ok(stream) = TcpStream::from_std(stream) {
                serve(stream).await;
            }
            drop(open);
        });
    }
}

impl Lane {
    fn new() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (handle, (end, ended)) = (runtime.handle().clone(), oneshot::channel());
        std::thread::Builder::new().name("answers".to_owned()).spawn(move || {
            let _ = runtime.block_on(ended);
            // What reads a file or encodes has no connection to wait for it any more.
            runtime.shutdown_background();
        })?;
        Ok(Self { handle, open: Arc::default(), _end: end })
    }
}

/// A connection that counts.
struct Open(Arc<AtomicUsize>);

impl Open {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn connections_are_shared_out_and_those_that_ended_make_room() {
        let lanes = Lanes::new(2).unwrap();
        let open = || -> Vec<_> { lanes.0.iter().map(|lane| lane.open.load(Ordering::Relaxed)).collect() };
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
            let mut clients = Vec::new();
            for _ in 0..4 {
                clients.push(TcpStream::connect(listener.local_addr().unwrap()).await.unwrap());
                let tell = tell.clone();
                lanes.spawn(listener.accept().await.unwrap().0, |stream| async move {
                    let _ = tell.send(std::thread::current().id());
                    // Until the client is gone.
                    let _ = stream.readable().await;
                });
            }
            let mut threads = BTreeMap::new();
            for _ in 0..4 {
                *threads.entry(format!("{:?}", told.recv().await.unwrap())).or_insert(0) += 1;
            }
            assert_eq!(threads.into_values().collect::<Vec<_>>(), [2, 2]);
            assert_eq!(open(), [2, 2]);
            clients.clear();
            while open() != [0, 0] {
                tokio::task::yield_now().await;
            }
        });
    }
}

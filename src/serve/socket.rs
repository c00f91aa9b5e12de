//! A client's connection, which is cut when the client takes nothing for too long, or too little.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

use super::Gateway;

/// How many bytes a second a client that keeps us waiting has to take, seen over the whole wait.
const SLOWEST: u64 = 1024;

/// A connection.
pub(super) struct Socket {
    stream: TcpStream,
    gateway: Arc<Gateway>,
    /// How long a client may take nothing.
    patience: Duration,
    wait: Option<Wait>,
}

/// A client that does not take what is there for it.
struct Wait {
    since: Instant,
    taken: u64,
    sleep: Pin<Box<Sleep>>,
}

impl Socket {
    pub(super) fn new(stream: TcpStream, gateway: Arc<Gateway>, patience: Duration) -> Self {
        Self { stream, gateway, patience, wait: None }
    }

    /// Waits for the client to take something, until it may be given up.
    fn waiting(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let patience = self.patience;
        let wait = self.wait.get_or_insert_with(|| {
            let sleep = Box::pin(tokio::time::sleep(patience));
            Wait { since: Instant::now(), taken: 0, sleep }
        });
        ready!(wait.sleep.as_mut().poll(context));
        self.gateway.metrics.cut.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client is too slow")))
    }

    fn wrote(
        &mut self,
        written: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        let Poll::Ready(written) = written else { return self.waiting(context) };
        if let (Some(wait), Ok(count)) = (&mut self.wait, &written) {
            wait.taken += *count as u64;
            // It has as long as before, and as what it took since is worth.
            let worth = Duration::from_millis(wait.taken.saturating_mul(1000) / SLOWEST);
            wait.sleep.as_mut().reset(wait.since + (self.patience + worth).min(Duration::from_secs(86_400)));
        }
        Poll::Ready(written)
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.wrote(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Everything was taken: the next answer begins anew.
        self.wait = None;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

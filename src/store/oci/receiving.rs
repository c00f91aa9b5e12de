//! Content on its way from a registry: no more of it than was announced.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;

/// A stream that breaks off as soon as more comes than was announced: what is said to be small is kept in memory.
pub(super) struct Bounded<S> {
    stream: S,
    left: u64,
}

impl<S> Bounded<S> {
    /// A stream of so many bytes.
    pub(super) const fn new(stream: S, expected: u64) -> Self {
        Self { stream, left: expected }
    }
}

impl<S, E> Stream for Bounded<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: std::error::Error + Send + Sync + 'static,
{
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.stream).poll_next(context).map(|piece| {
            Some(piece?.map_err(std::io::Error::other).and_then(|piece| {
                let left = self.left.checked_sub(piece.len() as u64);
                self.left = left.ok_or_else(|| std::io::Error::other("more bytes come than it has"))?;
                Ok(piece)
            }))
        })
    }
}

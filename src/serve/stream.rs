//! Content that is too large to be kept: a piece at a time from the store to the client, never more than a few pieces in
//! memory, and never to its end if it is not what was published.

use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::store::{Chunks, Digest, Key, Store};

use super::budget::{Budget, Permit};
use super::problem::Problem;

/// What a stream may hold in memory at once: a piece of the store being read, one being checked, one being sent, and some air.
const HELD: usize = 5 << 20;

/// An object of the store.
#[derive(Debug)]
pub(super) struct Stored {
    /// Where it is.
    pub(super) store: Arc<dyn Store>,
    /// Its key.
    pub(super) key: Key,
    /// How many bytes it has.
    pub(super) size: u64,
    /// The SHA-256 that it must have.
    pub sha256: Digest,
}

impl Stored {
    /// Its bytes, or some of them.
    ///
    /// # Errors
    /// The store failed, or too many streams are under way.
    pub(super) async fn body(&self, range: Option<Range<u64>>, budget: &Budget) -> Result<Body, Problem> {
        let Some(permit) = budget.take(HELD) else {
            return Err(Problem::unavailable("too many large files are being sent: try again"));
        };
        let expected = range.is_none().then_some(self.sha256);
        let length = range.as_ref().map_or(self.size, |range| range.end - range.start);
        let object = self.store.get(&self.key, range).await?;
        let (sender, receiver) = channel(1);
        tokio::spawn(pump(object.body, sender, expected, length));
        Ok(Body::new(Pieces { receiver, left: length, _permit: permit }))
    }
}

/// Moves pieces until there are no more, the client is gone, or something is wrong.
async fn pump(
    mut chunks: Box<dyn Chunks>,
    sender: Sender<io::Result<Bytes>>,
    expected: Option<Digest>,
    mut left: u64,
) {
    let mut hasher = Sha256::new();
    loop {
        let piece = match chunks.next().await {
            Ok(Some(piece)) => piece,
            // Fewer bytes than were promised: the connection is cut, which tells the client.
            Ok(None) => return,
            Err(error) => {
                let _ = sender.send(Err(io::Error::other(error.to_string()))).await;
                return;
            }
        };
        left = left.saturating_sub(piece.len() as u64);
        if let Some(expected) = expected {
            hasher.update(&piece);
            if left == 0 && Digest::from(hasher.clone()) != expected {
                let _ = sender.send(Err(io::Error::other("it is not what was published"))).await;
                return;
            }
        }
        if sender.send(Ok(piece.into())).await.is_err() || left == 0 {
            return;
        }
    }
}

struct Pieces {
    receiver: Receiver<io::Result<Bytes>>,
    left: u64,
    _permit: Permit,
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.receiver.poll_recv(context).map(|received| match received {
            Some(Ok(mut bytes)) => {
                bytes.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
                self.left -= bytes.len() as u64;
                Some(Ok(Frame::data(bytes)))
            }
            Some(Err(error)) => Some(Err(error)),
            None => Some(Err(io::Error::other("it ended too early"))),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

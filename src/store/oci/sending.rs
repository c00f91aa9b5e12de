//! Content on its way to a registry: a piece at a time, watched, and read again where it has to be sent again.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use oci_client::errors::OciDistributionError as Failed;
use tokio::sync::mpsc::{Receiver, channel};

use crate::store::body::Parts;
use crate::store::error::StoreError;
use crate::store::{Chunks, Payload};

/// How long a registry may take nothing of what is sent, or say nothing after it.
pub(super) const SILENCE: Duration = Duration::from_secs(180);
/// Content that can be read again.
#[async_trait]
pub(super) trait Content: Send + Sync {
    /// The content from its beginning.
    async fn chunks(&self) -> Result<Box<dyn Chunks>, StoreError>;
}

#[async_trait]
impl Content for Payload {
    async fn chunks(&self) -> Result<Box<dyn Chunks>, StoreError> {
        self.open().await
    }
}

/// Content as the stream that the client takes: a task reads it, and a few pieces wait to be sent.
pub(super) struct Pieces(Receiver<Result<Bytes, Failed>>, Taken);

/// How many pieces were taken.
pub(super) type Taken = Arc<AtomicU64>;

/// Waits for an upload for as long as something of it is taken; `None` if nothing is any more.
pub(super) async fn watched<T>(upload: impl Future<Output = T>, taken: &AtomicU64) -> Option<T> {
    let mut upload = std::pin::pin!(upload);
    let mut before = 0;
    loop {
        if let Ok(done) = tokio::time::timeout(SILENCE, &mut upload).await {
            return Some(done);
        }
        let now = taken.load(Ordering::Relaxed);
        if now == before {
            return None;
        }
        before = now;
    }
}

/// Why the content could not be read.
pub(super) type Fault = Arc<Mutex<Option<StoreError>>>;

impl Pieces {
    /// The stream, why it broke off if it did, and how much of it was taken.
    pub(super) fn of(chunks: Box<dyn Chunks>) -> (Self, Fault, Taken) {
        let (sender, receiver) = channel(2);
        let fault = Fault::default();
        let told = Arc::clone(&fault);
        tokio::spawn(async move {
            let mut parts = Parts::new(chunks, 1 << 20);
            loop {
                let piece = match parts.next().await {
                    Ok(Some(piece)) => Ok(Bytes::from(piece)),
                    Ok(None) => return,
                    Err(error) => {
                        let message = error.to_string();
                        *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                        Err(Failed::GenericError(Some(message)))
                    }
                };
                let is_last = piece.is_err();
                if sender.send(piece).await.is_err() || is_last {
                    return;
                }
            }
        });
        let taken = Taken::default();
        (Self(receiver, Arc::clone(&taken)), fault, taken)
    }
}

impl futures_core::Stream for Pieces {
    type Item = Result<Bytes, Failed>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        let piece = self.0.poll_recv(context);
        if piece.is_ready() {
            self.1.fetch_add(1, Ordering::Relaxed);
        }
        piece
    }
}

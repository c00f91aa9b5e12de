//! The body of an answer as the content that was asked for: cut to a range where a server sends more, and an error where it
//! ends too early. An answer that is cut off is never a shorter object.

use std::ops::Range;

use super::error::{Doing, StoreError, StoreErrorKind};

/// What is still to come of an answer.
pub(super) struct Cutter {
    /// The object, and the store that it is in.
    name: String,
    at: u64,
    /// How many bytes the answer has.
    expected: u64,
    /// The part that was asked for, where the server sends the whole.
    cut: Option<Range<u64>>,
}

impl Cutter {
    /// An answer of `expected` bytes about what is read.
    pub(super) fn new(reading: Doing<'_>, expected: u64, cut: Option<Range<u64>>) -> Self {
        let name = format!("`{}` in the store {}", reading.what, reading.store);
        Self { name, at: 0, expected, cut }
    }

    /// What of the next piece was asked for; nothing if none of it was.
    pub(super) fn take(&mut self, piece: &[u8]) -> Option<Vec<u8>> {
        let start = self.at;
        self.at += piece.len() as u64;
        let wanted = match &self.cut {
            None => 0..piece.len(),
            Some(range) => {
                let inside = |at: u64| at.saturating_sub(start).min(piece.len() as u64) as usize;
                inside(range.start)..inside(range.end)
            }
        };
        (!wanted.is_empty()).then(|| piece[wanted].to_vec())
    }

    /// Whether the answer may end here.
    pub(super) fn end(&self) -> Result<(), StoreError> {
        if self.at == self.expected {
            return Ok(());
        }
        Err(self.failed(&format!("{} of {} bytes came", self.at, self.expected)))
    }

    /// That it broke off.
    pub(super) fn failed(&self, why: &str) -> StoreError {
        let message = format!("cannot read {} to its end: {why}", self.name);
        StoreError::new(StoreErrorKind::Unavailable, message)
    }
}

/// The body of an empty range.
pub(super) struct Nothing;

#[async_trait::async_trait]
impl super::Chunks for Nothing {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(None)
    }
}

/// The body of an answer that comes as a stream.
#[cfg(any(feature = "gcs", feature = "azure", feature = "oci"))]
pub(super) struct Streamed<S> {
    pub(super) stream: S,
    pub(super) cutter: Cutter,
}

#[cfg(any(feature = "gcs", feature = "azure", feature = "oci"))]
#[async_trait::async_trait]
impl<S, E> super::Chunks for Streamed<S>
where
    S: futures_core::Stream<Item = Result<bytes::Bytes, E>> + Send + Unpin,
    E: std::error::Error + Send + Sync + 'static,
{
    async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        loop {
            let stream = &mut self.stream;
            let piece = std::future::poll_fn(|context| std::pin::Pin::new(&mut *stream).poll_next(context));
            match piece.await {
                None => return self.cutter.end().map(|()| None),
                Some(Err(error)) => return Err(self.cutter.failed(&super::error::causes(&error))),
                Some(Ok(piece)) => {
                    if let Some(piece) = self.cutter.take(&piece) {
                        return Ok(Some(piece));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_cut_to_the_range() {
        let taken = |cut, pieces: &[&str]| {
            let mut cutter = Cutter::new(Doing::plainly("read", "x", "s3://bucket"), 10, cut);
            let parts: Vec<_> = pieces.iter().filter_map(|piece| cutter.take(piece.as_bytes())).collect();
            assert!(cutter.end().is_ok());
            String::from_utf8(parts.concat()).unwrap()
        };
        let pieces = ["012", "", "3456", "789"];
        assert_eq!(taken(None, &pieces), "0123456789");
        assert_eq!(taken(Some(2..5), &pieces), "234");
        assert_eq!(taken(Some(0..99), &pieces), "0123456789");
        assert_eq!(taken(Some(10..20), &pieces), "");
        let mut cutter = Cutter::new(Doing::plainly("read", "x", "s3://bucket"), 10, None);
        cutter.take(b"012");
        assert!(cutter.end().unwrap_err().to_string().contains("3 of 10 bytes"));
    }
}

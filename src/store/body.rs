//! Content on its way into a store and out of it: in chunks, and checked against its SHA-256 as it passes.

use std::fs::File;
use std::io::{Read, Take};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};

use crate::files;

use super::error::{StoreError, StoreErrorKind};
use super::hash::Digest;
use super::meter::Meter;

/// The size of a chunk that is read from a file, in bytes.
const CHUNK: usize = 1 << 20;

/// Content, a piece at a time.
#[async_trait]
pub trait Chunks: Send {
    /// The next piece, which is not empty; `None` after the last.
    ///
    /// # Errors
    /// Why the content cannot be read to its end.
    async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError>;
}

/// What is to be written, with the size and the SHA-256 that it must turn out to have.
///
/// A back end reads it with [`Payload::open`], and lets the object become visible only after the last chunk came
/// without an error. It may open it again to send it again.
#[derive(Debug, Clone)]
pub struct Payload {
    source: Source,
    size: u64,
    sha256: Digest,
    meter: Option<Arc<Meter>>,
}

#[derive(Debug, Clone)]
enum Source {
    Bytes(Arc<[u8]>),
    File(PathBuf),
}

impl Payload {
    /// Bytes in memory.
    pub fn bytes(bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        Self {
            size: bytes.len() as u64,
            sha256: Digest::of(&bytes),
            source: Source::Bytes(bytes),
            meter: None,
        }
    }

    /// A file that is said to have this size and this SHA-256. It is not looked at before it is sent.
    pub fn file(path: impl Into<PathBuf>, size: u64, sha256: Digest) -> Self {
        Self { source: Source::File(path.into()), size, sha256, meter: None }
    }

    /// The same, counted by a meter whenever it passes.
    pub(super) fn metered(&self, meter: &Arc<Meter>) -> Self {
        Self { meter: Some(Arc::clone(meter)), ..self.clone() }
    }

    /// The same, and what counts it: for who reads it long before it has passed.
    #[cfg(any(feature = "s3", feature = "azure"))]
    pub(super) fn counted(&self) -> (Self, super::meter::Count) {
        (Self { meter: None, ..self.clone() }, super::meter::Count::new(self.meter.as_ref(), self.size))
    }

    /// How many bytes it has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Its SHA-256.
    pub const fn sha256(&self) -> Digest {
        self.sha256
    }

    /// The file that holds it, if it is in one.
    #[cfg(feature = "s3")]
    pub(super) fn path(&self) -> Option<&Path> {
        match &self.source {
            Source::Bytes(_) => None,
            Source::File(path) => Some(path),
        }
    }

    /// Starts to read it. Instead of the end comes an error if size or SHA-256 are not as they were said to be.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub async fn open(&self) -> Result<Box<dyn Chunks>, StoreError> {
        let chunks: Box<dyn Chunks> = match &self.source {
            Source::Bytes(bytes) => Box::new(OneChunk(Some(bytes.to_vec()))),
            Source::File(path) => {
                let path = path.clone();
                let check = Check { hasher: Sha256::new(), seen: 0, size: self.size, sha256: self.sha256 };
                let reader = blocking(move || match files::open(&path) {
                    // One byte more than expected is enough to see that the file has grown.
                    Ok((file, _)) => Ok(Reader {
                        file: file.take(check.size.saturating_add(1)),
                        name: path,
                        check: Some(check),
                    }),
                    Err(error) => Err(unreadable(&path, &error)),
                });
                Box::new(FileChunks(Some(reader.await??)))
            }
        };
        Ok(match &self.meter {
            Some(meter) => meter.watch(self.size, chunks),
            None => chunks,
        })
    }

    /// All of it in memory, checked.
    ///
    /// # Errors
    /// As [`Payload::open`] and its chunks.
    pub async fn read(&self) -> Result<Vec<u8>, StoreError> {
        if let Source::Bytes(bytes) = &self.source {
            return Ok(bytes.to_vec());
        }
        let mut chunks = self.open().await?;
        let mut all = Vec::new();
        while let Some(chunk) = chunks.next().await? {
            all.extend_from_slice(&chunk);
        }
        Ok(all)
    }
}

/// The content of an open file between two offsets, for a back end whose objects are files.
pub(super) fn of_file(file: File, name: &str, length: u64) -> Box<dyn Chunks> {
    Box::new(FileChunks(Some(Reader { file: file.take(length), name: name.into(), check: None })))
}

/// The content in pieces of one size, but the last.
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure", feature = "oci"))]
pub(super) struct Parts {
    chunks: Box<dyn Chunks>,
    left: Vec<u8>,
    size: usize,
}

#[cfg(any(feature = "s3", feature = "gcs", feature = "azure", feature = "oci"))]
impl Parts {
    /// Pieces of `size` bytes.
    pub(super) fn new(chunks: Box<dyn Chunks>, size: usize) -> Self {
        Self { chunks, left: Vec::new(), size }
    }

    /// The next piece; `None` after the last.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        // The last chunk of a piece may go beyond its end. Growing as needed would take up to twice as much.
        self.left.reserve_exact((self.size + CHUNK).saturating_sub(self.left.len()));
        while self.left.len() < self.size {
            match self.chunks.next().await? {
                Some(chunk) => self.left.extend_from_slice(&chunk),
                None => break,
            }
        }
        if self.left.is_empty() {
            return Ok(None);
        }
        let rest = self.left.split_off(self.size.min(self.left.len()));
        Ok(Some(std::mem::replace(&mut self.left, rest)))
    }
}

/// Work that may block, off the thread that drives the others.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StoreError> {
    let task = tokio::task::spawn_blocking(work);
    task.await.map_err(|error| {
        StoreError::new(StoreErrorKind::Other, format!("a task of the store stopped: {error}"))
    })
}

struct OneChunk(Option<Vec<u8>>);

#[async_trait]
impl Chunks for OneChunk {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0.take().filter(|bytes| !bytes.is_empty()))
    }
}

/// `None` after the end or an error.
struct FileChunks(Option<Reader>);

#[async_trait]
impl Chunks for FileChunks {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(mut reader) = self.0.take() else { return Ok(None) };
        let (reader, chunk) = blocking(move || {
            let chunk = reader.chunk();
            (reader, chunk)
        })
        .await?;
        let chunk = chunk?;
        if chunk.is_some() {
            self.0 = Some(reader);
        }
        Ok(chunk)
    }
}

struct Reader {
    file: Take<File>,
    name: PathBuf,
    check: Option<Check>,
}

struct Check {
    hasher: Sha256,
    seen: u64,
    size: u64,
    sha256: Digest,
}

impl Reader {
    fn chunk(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        let mut chunk = Vec::with_capacity(CHUNK.min(self.file.limit() as usize));
        let read = self.file.by_ref().take(CHUNK as u64).read_to_end(&mut chunk);
        read.map_err(|error| match self.check {
            Some(_) => unreadable(&self.name, &error),
            None => {
                let message = format!("cannot read `{}` in the store: {error}", self.name.display());
                StoreError::new(StoreErrorKind::Unavailable, message)
            }
        })?;
        if let Some(check) = &mut self.check {
            check.hasher.update(&chunk);
            check.seen += chunk.len() as u64;
        }
        if !chunk.is_empty() {
            return Ok(Some(chunk));
        }
        self.check.take().map_or(Ok(()), |check| check.finish(&self.name))?;
        Ok(None)
    }
}

impl Check {
    fn finish(self, name: &Path) -> Result<(), StoreError> {
        let (expected, sha256) = (self.sha256, Digest::from(self.hasher));
        if self.seen == self.size && sha256 == expected {
            return Ok(());
        }
        let found = match self.seen.cmp(&self.size) {
            std::cmp::Ordering::Less => format!("it has {} bytes instead of {}", self.seen, self.size),
            std::cmp::Ordering::Equal => format!("its SHA-256 is {sha256} instead of {expected}"),
            std::cmp::Ordering::Greater => format!("it has more than {} bytes", self.size),
        };
        let message = format!(
            "`{}` is not what was to be published: {found}; nothing of it was written",
            name.display()
        );
        Err(StoreError::new(StoreErrorKind::SourceChanged, message))
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::new(StoreErrorKind::SourceUnreadable, format!("cannot read `{}`: {error}", path.display()))
}

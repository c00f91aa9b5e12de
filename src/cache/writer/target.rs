//! Where a file is written. Its pieces are not made in their order, and never all kept: what is done goes out.

use std::fs::File;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use crate::blocks::Blocks;

/// A place for a file that is new. Pieces come in any order of their places, and two may come at the same time, but never two for
/// the same bytes.
pub trait Target: Sync {
    /// Writes a piece.
    ///
    /// # Errors
    /// The system's: a full disk, for one.
    fn write_at(&self, bytes: &[u8], at: u64) -> io::Result<()>;
}

impl Target for File {
    #[cfg(unix)]
    fn write_at(&self, bytes: &[u8], at: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::write_all_at(self, bytes, at)
    }

    #[cfg(not(unix))]
    fn write_at(&self, bytes: &[u8], at: u64) -> io::Result<()> {
        use std::io::{Seek as _, SeekFrom};
        // A place is said and then written to: nobody may come between.
        static TURN: Mutex<()> = Mutex::new(());
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let mut file = self;
        file.seek(SeekFrom::Start(at))?;
        file.write_all(bytes)
    }
}

/// A place that takes pieces in large blocks.
pub(super) struct InBlocks<'t> {
    target: &'t dyn Target,
    blocks: Mutex<Blocks>,
}

impl<'t> InBlocks<'t> {
    pub(super) fn new(target: &'t dyn Target) -> Self {
        Self { target, blocks: Mutex::default() }
    }

    /// Writes what waits. Nothing is complete before.
    pub(super) fn finish(&self) -> io::Result<()> {
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        blocks.finish(|bytes, at| self.target.write_at(bytes, at))
    }
}

impl Target for InBlocks<'_> {
    fn write_at(&self, bytes: &[u8], at: u64) -> io::Result<()> {
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        blocks.write(bytes, at, |bytes, at| self.target.write_at(bytes, at))
    }
}

/// A file in memory.
#[derive(Debug, Default)]
pub struct Image(Mutex<Vec<u8>>);

impl Target for Image {
    fn write_at(&self, bytes: &[u8], at: u64) -> io::Result<()> {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = usize::try_from(at).map_err(io::Error::other)?;
        let end = at + bytes.len();
        if file.len() < end {
            file.resize(end, 0);
        }
        file[at..end].copy_from_slice(bytes);
        Ok(())
    }
}

impl Image {
    /// Writes the file.
    ///
    /// # Errors
    /// The writer's.
    pub fn write(&self, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
        out.write_all(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

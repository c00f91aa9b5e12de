//! The bytes of a file: mapped, or in memory.

use std::fs::File;
use std::path::Path;

use memmap2::{Mmap, MmapOptions};

/// Bytes that do not move while they are borrowed.
pub(super) enum Bytes {
    /// A read-only map of a file.
    Mapped(Mmap),
    /// A copy in memory.
    Owned(Box<[u8]>),
}

impl Bytes {
    pub(super) fn map(path: &Path) -> std::io::Result<Self> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(std::io::Error::other("it is not a regular file"));
        }
        if metadata.len() == 0 {
            return Ok(Self::Owned(Box::default()));
        }
        let length = usize::try_from(metadata.len()).map_err(std::io::Error::other)?;
        // SAFETY: the map is read-only and private to this process. That the file does not change or shrink while
        // it is mapped is the caller's promise, documented at `Pack::open`; runtime directories are swapped, never
        // written in place.
        #[expect(unsafe_code, reason = "a memory map cannot be made safely; see the proof above")]
        let map = unsafe { MmapOptions::new().len(length).map(&file)? };
        Ok(Self::Mapped(map))
    }
}

/// Bytes of a cache line.
pub(super) const LINE: usize = 64;

/// Lets the processor fetch some cache lines of bytes, from a place on: what is read one after the other is waited for
/// together then. Where the place is behind the end nothing comes of it.
#[inline(always)]
pub(super) fn fetch(bytes: &[u8], from: usize, lines: usize) {
    #[cfg(target_arch = "x86_64")]
    for line in 0..lines {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let place = bytes.as_ptr().wrapping_add(from).wrapping_add(line * LINE);
        // SAFETY: a prefetch reads nothing: it is a hint that an address may soon be read, and of no consequence
        // where the address is nobody's, as it may be behind the end of the file.
        #[expect(unsafe_code, reason = "the intrinsic takes a pointer; see the proof above")]
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(place.cast());
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (bytes, from, lines, LINE);
}

impl std::ops::Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Owned(bytes) => bytes,
        }
    }
}

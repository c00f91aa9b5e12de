//! The bytes of a file: mapped, or in memory.

use std::borrow::Cow;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
#[cfg(unix)]
use std::os::unix::fs::FileExt;
use std::path::Path;

use memmap2::{Mmap, MmapOptions};

/// Bytes that do not move while they are borrowed.
pub(super) struct Bytes {
    whole: Whole,
    /// Copies of the first bytes and of the last ones.
    ends: Box<[u8]>,
}

enum Whole {
    /// A read-only map of a file, and the file.
    Mapped(Mmap, File),
    /// A copy in memory.
    Owned(Box<[u8]>),
}

/// How much is copied of a mapped file: a header with its table, and the upper lists of a tree. What opening reads of them is a
/// part of a page each, and the first touch of a page of a map costs as much as reading all of that.
const HEAD: usize = 1 << 10;
const TAIL: usize = 8 << 10;

impl Bytes {
    pub(super) fn map(path: &Path) -> std::io::Result<Self> {
        let mut file = File::open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(std::io::Error::other("it is not a regular file"));
        }
        let length = usize::try_from(metadata.len()).map_err(std::io::Error::other)?;
        if length < HEAD + TAIL {
            let mut bytes = Vec::with_capacity(length);
            file.read_to_end(&mut bytes)?;
            return Ok(Self::owned(bytes));
        }
        let mut ends = vec![0; HEAD + TAIL].into_boxed_slice();
        let (head, tail) = ends.split_at_mut(HEAD);
        file.read_exact(head)?;
        file.seek(SeekFrom::Start((length - TAIL) as u64))?;
        file.read_exact(tail)?;
        // SAFETY: the map is read-only and private to this process. That the file does not change or shrink while
        // it is mapped is the caller's promise, documented at `Pack::open`; runtime directories are swapped, never
        // written in place.
        #[expect(unsafe_code, reason = "a memory map cannot be made safely; see the proof above")]
        let map = unsafe { MmapOptions::new().len(length).map(&file)? };
        Ok(Self { whole: Whole::Mapped(map, file), ends })
    }

    /// Says that all of the file will be asked for: what is not in memory yet comes in large pages then, where the system has such for
    /// files.
    pub(super) fn expect_all(&self) {
        // What comes of it does not matter: it is a hint.
        #[cfg(target_os = "linux")]
        if let Whole::Mapped(map, _) = &self.whole {
            let _ = map.advise(memmap2::Advice::HugePage);
        }
    }

    pub(super) fn owned(bytes: Vec<u8>) -> Self {
        Self { whole: Whole::Owned(bytes.into()), ends: Box::default() }
    }

    /// Some bytes, those near an end from the copies; none where they are not there.
    pub(super) fn piece(&self, range: Range<usize>) -> &[u8] {
        self.copy(&range).or_else(|| self.get(range)).unwrap_or_default()
    }

    fn copy(&self, range: &Range<usize>) -> Option<&[u8]> {
        if self.ends.is_empty() {
            return None;
        }
        let (head, tail) = self.ends.split_at(HEAD);
        let behind = self.len() - TAIL;
        match range.start.checked_sub(behind) {
            Some(start) => tail.get(start..range.end.saturating_sub(behind)),
            None => head.get(range.clone()),
        }
    }

    /// The same of what few ask for, read from the file, which costs less than a page of the map.
    pub(super) fn read(&self, range: Range<usize>) -> Cow<'_, [u8]> {
        #[cfg(unix)]
        if let (Whole::Mapped(_, file), None) = (&self.whole, self.copy(&range)) {
            let mut read = vec![0; range.len()];
            if file.read_exact_at(&mut read, range.start as u64).is_ok() {
                return read.into();
            }
        }
        self.piece(range).into()
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
        match &self.whole {
            Whole::Mapped(map, _) => map,
            Whole::Owned(bytes) => bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A file of that many bytes, opened.
    fn mapped(length: usize) -> (Vec<u8>, Bytes) {
        let bytes: Vec<u8> = (0..length as u32).map(|at| (at * 31 + at / 251) as u8).collect();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &bytes).unwrap();
        let opened = Bytes::map(file.path()).unwrap();
        (bytes, opened)
    }

    #[test]
    fn a_file_of_every_size_about_its_ends_is_all_there() {
        for length in [0, 1, HEAD, TAIL, HEAD + TAIL - 1, HEAD + TAIL, HEAD + TAIL + 1, 3 * TAIL] {
            let (bytes, opened) = mapped(length);
            assert_eq!(*opened, *bytes, "{length}");
        }
        assert!(Bytes::map(std::env::temp_dir().as_path()).is_err(), "a folder is no file");
    }

    proptest! {
        #[test]
        fn a_piece_is_the_same_from_the_map_the_copies_and_the_file(
            length in HEAD..4 * TAIL, from in 0..4 * TAIL, count in 0_usize..2000,
        ) {
            let (bytes, opened) = mapped(length);
            let expected = bytes.get(from..from + count).unwrap_or_default();
            prop_assert_eq!(opened.piece(from..from + count), expected);
            opened.expect_all();
            prop_assert_eq!(&*opened.read(from..from + count), expected);
            let owned = Bytes::owned(bytes.clone());
            prop_assert_eq!(&*owned.read(from..from + count), expected);
        }
    }
}

//! Files that are written in large blocks, at places that are multiples of their size.
//!
//! A kernel that can keeps what one write brings as one large page of its cache; Linux 6.18 with ext4 is one. A map of such a file
//! needs one entry for two megabytes where it needs 512 otherwise; who looks here and there in a large file waits less for the tables
//! of the memory.

use std::io;

/// A large page of x86-64, and of AArch64 whose small ones have 4 KiB.
const BLOCK: usize = 2 << 20;

/// What waits until its block is full.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    at: u64,
    waiting: Vec<u8>,
}

impl Blocks {
    /// Writes bytes that belong at a place of a file, through a closure that takes bytes and their place. What does not fill a
    /// block waits: for what comes behind it, or until something comes that belongs elsewhere.
    ///
    /// # Errors
    /// The closure's. The file is not whole then.
    pub(crate) fn write(
        &mut self,
        mut bytes: &[u8],
        mut at: u64,
        mut out: impl FnMut(&[u8], u64) -> io::Result<()>,
    ) -> io::Result<()> {
        if self.at + self.waiting.len() as u64 != at {
            self.finish(&mut out)?;
            self.at = at;
        }
        while !bytes.is_empty() {
            let room = BLOCK - (at % BLOCK as u64) as usize;
            let length = if bytes.len() >= room && self.waiting.is_empty() {
                // What reaches the end of a block by itself goes out as it is, with all whole blocks behind it.
                let length = room + (bytes.len() - room) / BLOCK * BLOCK;
                out(&bytes[..length], at)?;
                self.at += length as u64;
                length
            } else {
                let length = room.min(bytes.len());
                self.waiting.extend_from_slice(&bytes[..length]);
                if length == room {
                    self.finish(&mut out)?;
                }
                length
            };
            at += length as u64;
            bytes = &bytes[length..];
        }
        Ok(())
    }

    /// Writes what waits.
    ///
    /// # Errors
    /// The closure's.
    pub(crate) fn finish(&mut self, mut out: impl FnMut(&[u8], u64) -> io::Result<()>) -> io::Result<()> {
        if !self.waiting.is_empty() {
            out(&self.waiting, self.at)?;
            self.at += self.waiting.len() as u64;
            self.waiting.clear();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What was written, and where.
    #[derive(Default)]
    struct File {
        bytes: Vec<u8>,
        writes: Vec<(u64, usize)>,
    }

    impl File {
        fn put(&mut self, bytes: &[u8], at: u64) -> io::Result<()> {
            let (start, end) = (at as usize, at as usize + bytes.len());
            self.bytes.resize(self.bytes.len().max(end), 0);
            self.bytes[start..end].copy_from_slice(bytes);
            self.writes.push((at, bytes.len()));
            Ok(())
        }
    }

    #[test]
    fn pieces_in_a_row_go_out_in_whole_blocks() {
        let (mut file, mut blocks) = (File::default(), Blocks::default());
        let piece = vec![7; 300_000];
        for number in 0..20 {
            blocks.write(&piece, 300_000 * number, |bytes, at| file.put(bytes, at)).unwrap();
        }
        blocks.finish(|bytes, at| file.put(bytes, at)).unwrap();
        let block = BLOCK as u64;
        assert_eq!(file.writes, [(0, BLOCK), (block, BLOCK), (2 * block, 6_000_000 - 2 * BLOCK)]);
        assert_eq!(file.bytes, vec![7; 6_000_000]);
    }

    #[test]
    fn what_is_large_is_not_copied_and_ends_with_a_block() {
        let (mut file, mut blocks) = (File::default(), Blocks::default());
        let piece = vec![7; 3 * BLOCK];
        blocks.write(&piece, 1000, |bytes, at| file.put(bytes, at)).unwrap();
        assert_eq!(file.writes, [(1000, 3 * BLOCK - 1000)]);
        blocks.finish(|bytes, at| file.put(bytes, at)).unwrap();
        assert_eq!(file.writes[1..], [(3 * BLOCK as u64, 1000)]);
    }

    #[test]
    fn a_failure_is_told() {
        let mut blocks = Blocks::default();
        blocks.write(&[1; 10], 0, |_, _| Err(io::ErrorKind::StorageFull.into())).unwrap();
        let full = |_: &[u8], _| Err(io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!(blocks.finish(full).unwrap_err().kind(), io::ErrorKind::StorageFull);
    }

    proptest! {
        #[test]
        fn the_file_is_what_was_written(
            pieces in prop::collection::vec((0_u64..3 * BLOCK as u64, 0_usize..2 * BLOCK + 9, any::<u8>(), any::<bool>()), 1..9)
        ) {
            let (mut file, mut expected, mut blocks) = (File::default(), File::default(), Blocks::default());
            let mut end = 0;
            for (place, length, byte, follows) in pieces {
                let at = if follows { end } else { place };
                let piece = vec![byte; length];
                blocks.write(&piece, at, |bytes, at| file.put(bytes, at)).unwrap();
                expected.put(&piece, at).unwrap();
                end = at + length as u64;
            }
            blocks.finish(|bytes, at| file.put(bytes, at)).unwrap();
            file.bytes.resize(file.bytes.len().max(expected.bytes.len()), 0);
            prop_assert!(file.bytes == expected.bytes);
            prop_assert!(blocks.waiting.capacity() <= 2 * BLOCK);
        }
    }
}

//! The SHA-256 tree: opened by its root, checked chunk by chunk at first touch, or whole.
//!
//! Every byte is covered: the root covers header, section table and the topmost list of hashes; each list covers
//! the chunks of the list below it; the lowest covers the chunks of the sections. Padding is part of a chunk.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use super::error::{Error, Section};
use super::layout::{HASH, header, levels};

/// The tree over one file's bytes.
pub(super) struct Tree {
    /// Where the chunks begin: after the section table.
    start: u64,
    /// Two to this power is the size of a chunk.
    chunk_log2: u32,
    /// From the chunks up: where each level's data is, and which of its chunks were found good.
    levels: Vec<Level>,
}

struct Level {
    /// What this level's hashes cover.
    data: Range<u64>,
    /// Where its hashes stand.
    hashes: u64,
    checked: Box<[AtomicU64]>,
}

impl Tree {
    /// Lays the tree over a file of which only the header's fields are known, and checks the root.
    pub(super) fn open(bytes: &[u8], start: u64, data_end: u64, chunk_log2: u32) -> Result<Self, Error> {
        let malformed = |what| Error::Malformed { section: Section::TREE, offset: 0, what };
        if !(10..=24).contains(&chunk_log2) || data_end < start {
            return Err(malformed("its measures are impossible"));
        }
        let mut tree = Self { start, chunk_log2, levels: Vec::new() };
        let (mut data, mut at) = (start..data_end, data_end);
        for count in levels(data_end - start, 1 << chunk_log2) {
            let words = count.div_ceil(64) as usize;
            let end = count.checked_mul(HASH as u64).and_then(|n| at.checked_add(n));
            let end =
                end.filter(|&end| end <= bytes.len() as u64).ok_or_else(|| malformed("it is cut off"))?;
            let checked = (0..words).map(|_| AtomicU64::new(0)).collect();
            tree.levels.push(Level { data, hashes: at, checked });
            (data, at) = (at..end, end);
        }
        if at != bytes.len() as u64 {
            return Err(malformed("it does not end where the file ends"));
        }
        let top = tree.levels.last().map_or(at, |level| level.hashes);
        let expected = &bytes[header::ROOT..header::ROOT + HASH];
        if root(&bytes[..start as usize], &bytes[top as usize..])[..] != *expected {
            return Err(Error::Hash {
                section: Section::HEADER,
                last: Section::TREE,
                offset: 0,
                length: start,
            });
        }
        Ok(tree)
    }

    /// Makes sure that these bytes are what was written. `Err` is the chunk that is not.
    pub(super) fn check(&self, bytes: &[u8], range: Range<u64>) -> Result<(), Range<u64>> {
        if range.is_empty() {
            return Ok(());
        }
        let first = (range.start - self.start) >> self.chunk_log2;
        let last = (range.end - 1 - self.start) >> self.chunk_log2;
        (first..=last).try_for_each(|chunk| self.check_chunk(bytes, 0, chunk))
    }

    fn check_chunk(&self, bytes: &[u8], level: usize, chunk: u64) -> Result<(), Range<u64>> {
        let here = &self.levels[level];
        let (word, bit) = ((chunk / 64) as usize, 1 << (chunk % 64));
        if here.checked[word].load(Ordering::Acquire) & bit != 0 {
            return Ok(());
        }
        let hash = here.hashes + chunk * HASH as u64;
        if level + 1 < self.levels.len() {
            let above = (hash - self.levels[level + 1].data.start) >> self.chunk_log2;
            self.check_chunk(bytes, level + 1, above)?;
        }
        let start = here.data.start + (chunk << self.chunk_log2);
        let end = (start + (1 << self.chunk_log2)).min(here.data.end);
        let (data, hash) = (start as usize..end as usize, hash as usize..hash as usize + HASH);
        if Sha256::digest(&bytes[data])[..] != bytes[hash] {
            return Err(start..end);
        }
        here.checked[word].fetch_or(bit, Ordering::Release);
        Ok(())
    }

    /// Checks every chunk, with as many threads as asked.
    pub(super) fn check_all(&self, bytes: &[u8], threads: usize) -> Result<(), Range<u64>> {
        let chunks = (self.levels[0].data.end - self.start).div_ceil(1 << self.chunk_log2);
        let threads = (threads.max(1) as u64).min(chunks.max(1));
        let part = |number: u64| {
            let range = number * chunks / threads..(number + 1) * chunks / threads;
            range.into_iter().try_for_each(|chunk| self.check_chunk(bytes, 0, chunk))
        };
        if threads == 1 {
            return part(0);
        }
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|number| scope.spawn(move || part(number))).collect();
            let results = workers.into_iter().map(|worker| worker.join().unwrap_or(Err(0..0)));
            results.fold(Ok(()), Result::and)
        })
    }
}

/// The root: SHA-256 over the header and section table without the root itself, then the topmost list.
pub(super) fn root(head: &[u8], top: &[u8]) -> [u8; HASH] {
    let mut hasher = Sha256::new();
    hasher.update(&head[..header::ROOT]);
    hasher.update(&head[header::ROOT + HASH..]);
    hasher.update(top);
    hasher.finalize().into()
}

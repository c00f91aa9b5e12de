//! The SHA-256 tree: opened by its root, checked chunk by chunk at first touch, or whole.
//!
//! Every byte is covered: the root covers header and section table, and with them the hash of the topmost list; each
//! list covers the chunks of the list below it; the lowest covers the chunks of the sections. No chunk belongs to two
//! sections; the padding behind a section belongs to its last chunk.

use std::borrow::Cow;
use std::ops::{Range, RangeInclusive};
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use crate::digest;

use super::error::{Error, Section};
use super::layout::{HASH, header, levels};
use super::map::{Bytes, LINE, fetch};
use super::table::Span;

/// The tree over one file's bytes.
pub(super) struct Tree {
    /// Two to this power is the size of a chunk.
    chunk_log2: u32,
    /// The lists, from that of the sections' chunks up.
    levels: Vec<Level>,
    /// Which chunks were found good, those of each list from its own word on.
    checked: Box<[AtomicU64]>,
    /// How many chunks of each section, by its row, were not found good so far.
    left: Box<[AtomicU64]>,
    /// How often a chunk was touched that was not checked.
    touches: AtomicU64,
}

/// Who touches no more chunks than that asks a question or two.
const FEW: u64 = 8;

/// How many cache lines of a chunk are fetched before it is hashed, at most.
const FETCHED: usize = 16;

struct Level {
    /// Where its hashes stand.
    hashes: Range<u64>,
    /// Where the bits of the chunks that they are of begin.
    bits: u64,
}

/// What a hash is of: a chunk of the sections (level 0), or of a list.
struct Piece {
    level: usize,
    chunk: u64,
    data: Range<u64>,
    section: Section,
    /// The section's row, if it is one of its chunks.
    row: Option<u32>,
}

impl Piece {
    fn of(span: &Span, chunk: u64, data: Range<u64>) -> Self {
        let chunk = span.first_chunk + chunk;
        Self { level: 0, chunk, data, section: Section(span.name), row: Some(span.row) }
    }

    fn range(&self) -> Range<usize> {
        self.data.start as usize..self.data.end as usize
    }
}

/// What the header says of the tree.
pub(super) struct Measures {
    pub(super) chunk_log2: u32,
    pub(super) chunks: u64,
    /// Where the sections begin.
    pub(super) start: u64,
    /// Where they end and the lists begin.
    pub(super) data_end: u64,
}

impl Tree {
    /// Lays the tree over a file of which only the header's fields are known, and checks root and topmost list.
    pub(super) fn open(bytes: &Bytes, measures: &Measures) -> Result<Self, Error> {
        let malformed = |what| Error::Malformed { section: Section::HEADER, offset: 0, what };
        let Measures { chunk_log2, chunks, start, data_end } = *measures;
        let length = bytes.len() as u64;
        if !(10..=24).contains(&chunk_log2) || data_end < start || data_end > length {
            return Err(malformed("its measures are impossible"));
        }
        if chunks > (length - data_end) / HASH as u64 {
            return Err(malformed("the hash tree is cut off"));
        }
        let (mut at, mut bits) = (data_end, 0);
        let mut lists = Vec::with_capacity(8);
        for count in levels(chunks, chunk_log2) {
            let hashes = at..at + count * HASH as u64;
            at = hashes.end;
            lists.push(Level { hashes, bits });
            bits += count.next_multiple_of(64);
        }
        if at != length {
            return Err(malformed("the hash tree does not end where the file ends"));
        }
        if root(bytes.piece(0..start as usize))[..] != *bytes.piece(header::ROOT..header::ROOT + HASH) {
            return Err(Error::Hash { section: Section::HEADER, offset: 0, length: start });
        }
        let top = lists.last().map_or(at..at, |level| level.hashes.clone());
        let found = Sha256::digest(bytes.piece(top.start as usize..top.end as usize));
        if found[..] != *bytes.piece(header::TOP..header::TOP + HASH) {
            let (offset, length) = (top.start, top.end - top.start);
            return Err(Error::Hash { section: Section::TREE, offset, length });
        }
        let checked = (0..bits / 64).map(|_| AtomicU64::new(0)).collect();
        Ok(Self { chunk_log2, levels: lists, checked, left: Box::default(), touches: AtomicU64::new(0) })
    }

    /// Takes in which sections the chunks belong to.
    pub(super) fn cover(&mut self, spans: &[Span]) {
        self.left = spans.iter().map(|span| AtomicU64::new(span.chunks(self.chunk_log2))).collect();
    }

    /// Makes sure that bytes of a section are what was written.
    #[inline(always)]
    pub(super) fn check(&self, bytes: &Bytes, span: &Span, range: Range<u64>) -> Result<(), Error> {
        if range.is_empty() {
            return Ok(());
        }
        let (first, last) = (range.start >> self.chunk_log2, (range.end - 1) >> self.chunk_log2);
        // Both are asked, so that nothing waits for whether they are one.
        let ends = self.is_checked(0, span.first_chunk + first) & self.is_checked(0, span.first_chunk + last);
        if ends && last - first <= 1 { Ok(()) } else { self.check_each(bytes, span, first..=last) }
    }

    /// Whether all chunks of a section were found good: then nothing more has to be asked of it. Where many questions are asked
    /// it comes to that soon.
    #[inline(always)]
    pub(super) fn is_whole(&self, span: &Span) -> bool {
        self.left.get(span.row as usize).is_some_and(|left| left.load(Ordering::Acquire) == 0)
    }

    /// Whether the chunk of a byte of a section was found good already.
    #[inline(always)]
    pub(super) fn is_good(&self, span: &Span, at: u64) -> bool {
        self.is_whole(span) || self.is_checked(0, span.first_chunk + (at >> self.chunk_log2))
    }

    /// Whether the chunks from a byte of a section to another are known to be good. Where not all of the section is, of two it may
    /// be that this is not seen, and more are not looked at. Nothing waits for whether it is one or two.
    #[inline(always)]
    pub(super) fn are_good(&self, span: &Span, first: u64, last: u64) -> bool {
        if self.is_whole(span) {
            return true;
        }
        let [first, last] = [first, last].map(|at| at >> self.chunk_log2);
        let (chunk, more) = (span.first_chunk + first, last - first);
        let Some(word) = self.checked.get((chunk / 64) as usize) else { return false };
        // The bit of the first, and that of the second if there is one: it may stand in the next word.
        let wanted = 1 | more << 1;
        more <= 1 && !(word.load(Ordering::Acquire) >> (chunk % 64)) & wanted == 0
    }

    #[cold]
    fn check_each(&self, bytes: &Bytes, span: &Span, chunks: RangeInclusive<u64>) -> Result<(), Error> {
        for chunk in chunks {
            if !self.is_checked(0, span.first_chunk + chunk) {
                self.check_touched(bytes, span, chunk)?;
            }
        }
        Ok(())
    }

    /// Whether a bit is set. Those of the sections' chunks stand first.
    #[inline(always)]
    fn is_checked(&self, bits: u64, chunk: u64) -> bool {
        let word = self.checked.get(((bits + chunk) / 64) as usize);
        word.is_some_and(|word| word.load(Ordering::Acquire) & 1 << (chunk % 64) != 0)
    }

    /// A chunk of a section that is touched, and neighbours of it that are new: hashed in pairs they take less time than one
    /// by one, and waits for memory overlap. What is wrong with a neighbour is told when that is touched.
    #[cold]
    fn check_touched(&self, bytes: &Bytes, span: &Span, chunk: u64) -> Result<(), Error> {
        let count = self.at_once();
        if count == 1 {
            return self.check_chunk(bytes, span, chunk);
        }
        let first = chunk & !(count - 1);
        let end = (first + count).min(span.chunks(self.chunk_log2));
        let is_new = |chunk: u64| chunk < end && !self.is_checked(0, span.first_chunk + chunk);
        let mut own = None;
        let soon = |chunk: u64| {
            if chunk < end {
                self.fetch_two(bytes, span, chunk)
            }
        };
        // Memory is asked for the first four, and then for two more whenever two are hashed.
        soon(first);
        soon(first + 2);
        for even in (first..end).step_by(2) {
            soon(even + 4);
            let odd = even + 1;
            if is_new(even) && is_new(odd) {
                let [one, two] = self.two(bytes, span, even);
                let found = [(even, one), (odd, two)].into_iter().find(|(number, _)| *number == chunk);
                own = found.map(|(_, found)| found).or(own);
            } else if even | 1 == chunk | 1 {
                own = Some(self.check_chunk(bytes, span, chunk));
            }
        }
        own.unwrap_or_else(|| self.check_chunk(bytes, span, chunk))
    }

    /// How many chunks are hashed when one is touched: the more were touched already, the more will be. A power of two.
    fn at_once(&self) -> u64 {
        let touches = self.touches.fetch_add(1, Ordering::Relaxed);
        if !digest::is_paired() {
            return 1;
        }
        match touches {
            ..FEW => 1,
            FEW..64 => 2,
            64..512 => 4,
            512..2048 => 8,
            _ => 16,
        }
    }

    /// A chunk of a section against its hash.
    fn check_chunk(&self, bytes: &Bytes, span: &Span, chunk: u64) -> Result<(), Error> {
        let start = span.offset + (chunk << self.chunk_log2);
        let data = start..(start + (1 << self.chunk_log2)).min(span.end);
        self.compare(bytes, &Piece::of(span, chunk, data))
    }

    /// A chunk of a section and the next one, hashed together.
    fn check_two(&self, bytes: &Bytes, span: &Span, chunk: u64) -> Result<(), Error> {
        self.fetch_two(bytes, span, chunk);
        let [one, two] = self.two(bytes, span, chunk);
        one.and(two)
    }

    fn two(&self, bytes: &Bytes, span: &Span, chunk: u64) -> [Result<(), Error>; 2] {
        let start = |chunk: u64| (span.offset + (chunk << self.chunk_log2)).min(span.end);
        let data = [start(chunk)..start(chunk + 1), start(chunk + 1)..start(chunk + 2)];
        let of = |range: &Range<u64>| bytes.get(range.start as usize..range.end as usize).unwrap_or_default();
        let found = digest::pair([of(&data[0]), of(&data[1])]);
        let [one, two] = data;
        [(chunk, found[0], one), (chunk + 1, found[1], two)]
            .map(|(chunk, found, data)| self.judge(bytes, &Piece::of(span, chunk, data), found))
    }

    /// Lets the processor fetch two chunks, or what comes first of them, and what they are compared with.
    fn fetch_two(&self, bytes: &Bytes, span: &Span, chunk: u64) {
        fetch(bytes, self.hash_at(0, span.first_chunk + chunk), 1);
        for chunk in [chunk, chunk + 1] {
            let start = (span.offset + (chunk << self.chunk_log2)) as usize;
            fetch(bytes, start, FETCHED.min(1 << self.chunk_log2 >> LINE.ilog2()));
        }
    }

    /// The chunk of a list that has the hash of a piece, if it was not checked before.
    fn above(&self, piece: &Piece) -> Option<Piece> {
        // The topmost list was checked when the file was opened.
        let (level, chunk) = (piece.level + 1, (piece.chunk * HASH as u64) >> self.chunk_log2);
        if level == self.levels.len() || self.is_checked(self.levels[level].bits, chunk) {
            return None;
        }
        let list = &self.levels[piece.level].hashes;
        let start = list.start + (chunk << self.chunk_log2);
        let data = start..(start + (1 << self.chunk_log2)).min(list.end);
        Some(Piece { level, chunk, data, section: Section::TREE, row: None })
    }

    /// Where the hash of a chunk stands.
    fn hash_at(&self, level: usize, chunk: u64) -> usize {
        (self.levels[level].hashes.start + chunk * HASH as u64) as usize
    }

    /// Bytes of a list. The upper ones are short, and soon known: they are not worth pages of a map of their own. The lowest is worth
    /// them as soon as many chunks are touched.
    fn list<'b>(&self, bytes: &'b Bytes, level: usize, range: Range<usize>) -> Cow<'b, [u8]> {
        let is_mapped = level == 0 && self.touches.load(Ordering::Relaxed) > FEW;
        if is_mapped { bytes.piece(range).into() } else { bytes.read(range) }
    }

    /// A piece against its hash. Where the list with the hash is to be checked too, both are hashed together.
    fn compare(&self, bytes: &Bytes, piece: &Piece) -> Result<(), Error> {
        let data = match piece.level.checked_sub(1) {
            None => bytes.piece(piece.range()).into(),
            Some(level) => self.list(bytes, level, piece.range()),
        };
        let Some(above) = self.above(piece) else {
            return self.judge(bytes, piece, Sha256::digest(data).into());
        };
        let list = self.list(bytes, piece.level, above.range());
        let [found, found_above] = digest::pair([&data, &list]);
        self.judge(bytes, &above, found_above)?;
        let from = self.hash_at(piece.level, piece.chunk) - above.range().start;
        self.settle(piece, found, list.get(from..from + HASH).unwrap_or_default())
    }

    /// What was found against what a list, which is checked first, has of a piece.
    fn judge(&self, bytes: &Bytes, piece: &Piece, found: [u8; HASH]) -> Result<(), Error> {
        if let Some(above) = self.above(piece) {
            self.compare(bytes, &above)?;
        }
        let hash = self.hash_at(piece.level, piece.chunk);
        self.settle(piece, found, &self.list(bytes, piece.level, hash..hash + HASH))
    }

    /// What was found against what a list that is known to be good has.
    fn settle(&self, piece: &Piece, found: [u8; HASH], expected: &[u8]) -> Result<(), Error> {
        let Piece { level, chunk, ref data, section, row } = *piece;
        if found[..] != *expected {
            return Err(Error::Hash { section, offset: data.start, length: data.end - data.start });
        }
        if let Some(word) = self.checked.get(((self.levels[level].bits + chunk) / 64) as usize) {
            let bit = 1 << (chunk % 64);
            let before = word.fetch_or(bit, Ordering::Release);
            if let Some(left) = row.and_then(|row| self.left.get(row as usize)).filter(|_| before & bit == 0)
            {
                left.fetch_sub(1, Ordering::Release);
            }
        }
        Ok(())
    }

    /// Checks every chunk, with as many threads as asked. Of several that are wrong the first is told.
    pub(super) fn check_all(&self, bytes: &Bytes, spans: &[Span], threads: usize) -> Result<(), Error> {
        bytes.expect_all();
        // The lowest list is read through the map then.
        self.touches.fetch_max(FEW + 1, Ordering::Relaxed);
        let chunks = spans.iter().map(|span| span.chunks(self.chunk_log2)).sum::<u64>();
        let threads = (threads.max(1) as u64).min(chunks.div_ceil(64).max(1));
        let part = |number: u64| {
            let range = number * chunks / threads..(number + 1) * chunks / threads;
            spans.iter().try_for_each(|span| {
                let first = range.start.max(span.first_chunk);
                let last = range.end.min(span.first_chunk + span.chunks(self.chunk_log2));
                let mut chunks = first..last;
                while let Some(chunk) = chunks.next() {
                    let chunk = chunk - span.first_chunk;
                    match chunks.next() {
                        Some(_) => self.check_two(bytes, span, chunk)?,
                        None => self.check_chunk(bytes, span, chunk)?,
                    }
                }
                Ok(())
            })
        };
        if threads == 1 {
            return part(0);
        }
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|number| scope.spawn(move || part(number))).collect();
            let lost = || Error::Io(std::io::Error::other("a thread that verified stopped"));
            let results = workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| Err(lost())));
            results.fold(Ok(()), Result::and)
        })
    }
}

/// The root: SHA-256 over the header and section table without the root itself.
pub(super) fn root(head: &[u8]) -> [u8; HASH] {
    let mut hasher = Sha256::new();
    hasher.update(&head[..header::ROOT]);
    hasher.update(&head[header::ROOT + HASH..]);
    hasher.finalize().into()
}

#[cfg(test)]
mod tests;

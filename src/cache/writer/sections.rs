//! The sections of a file under construction: written and hashed piece by piece, then closed by lists and header.

use std::io;
use std::ops::Range;

use sha2::{Digest, Sha256};

use crate::cache::integrity::root;
use crate::cache::layout::{self, ALIGNMENT, CHUNK_LOG2, HASH, PARTS, Part, header};
use crate::digest;
use crate::parallel::*;

use super::Target;

/// Where the first section begins.
const START: usize = (layout::HEADER + PARTS * layout::ROW).next_multiple_of(ALIGNMENT);

/// A section under construction.
pub(super) struct Section {
    at: u64,
    length: u64,
    items: u64,
    /// The hashes of its full chunks.
    hashes: Vec<u8>,
    /// What is written, but not hashed: less than a chunk.
    rest: Vec<u8>,
}

impl Section {
    /// One that begins behind another. Of that, only the length has to be known.
    fn after(at: u64) -> Self {
        Self { at, length: 0, items: 0, hashes: Vec::new(), rest: Vec::new() }
    }

    /// The one behind it, which begins where this one ends if it has so many bytes.
    pub(super) fn behind(&self, length: u64) -> Self {
        Self::after((self.at + length).next_multiple_of(ALIGNMENT as u64))
    }

    /// The bytes that it has so far.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Writes pieces behind what is there.
    pub(super) fn append(&mut self, pieces: &[&[u8]], target: &dyn Target) -> io::Result<()> {
        let (mut at, rest) = (self.at + self.length, std::mem::take(&mut self.rest));
        let mut all = vec![&rest[..]];
        all.extend(pieces);
        let total = all.iter().map(|piece| piece.len()).sum::<usize>();
        let full = total >> CHUNK_LOG2 << CHUNK_LOG2;
        // One core writes, the other hashes.
        let write = || {
            pieces.iter().try_for_each(|piece| {
                let written = target.write_at(piece, at);
                at += piece.len() as u64;
                written
            })
        };
        let (hashes, written) = join(|| hash_chunks(&all, full), write);
        written?;
        self.length += (total - rest.len()) as u64;
        self.hashes.extend(hashes);
        // The pieces that reach beyond the last full chunk.
        let mut end = total;
        let mut left: Vec<&[u8]> = Vec::new();
        for piece in all.iter().rev() {
            let start = end - piece.len();
            left.push(&piece[full.saturating_sub(start).min(piece.len())..]);
            end = start;
            if start <= full {
                break;
            }
        }
        self.rest = left.into_iter().rev().flatten().copied().collect();
        Ok(())
    }

    /// Ends it: pads it and hashes what is left.
    pub(super) fn end(&mut self, items: u64, target: &dyn Target) -> io::Result<()> {
        self.items = items;
        let padded = self.length.next_multiple_of(ALIGNMENT as u64);
        let padding = &[0; ALIGNMENT][..(padded - self.length) as usize];
        target.write_at(padding, self.at + self.length)?;
        self.rest.extend_from_slice(padding);
        let last = hash_chunks(&[&self.rest], self.rest.len());
        self.hashes.extend(last);
        Ok(())
    }
}

/// The sections of a file, in its order.
pub(super) struct Sections {
    done: Vec<Section>,
    next: u64,
}

impl Sections {
    pub(super) fn new() -> Self {
        Self { done: Vec::with_capacity(PARTS), next: START as u64 }
    }

    /// Writes the next section, whole.
    pub(super) fn add(&mut self, pieces: &[&[u8]], items: u64, target: &dyn Target) -> io::Result<()> {
        let mut section = self.open();
        section.append(pieces, target)?;
        section.end(items, target)?;
        self.push(section);
        Ok(())
    }

    /// Begins the next section.
    pub(super) fn open(&self) -> Section {
        Section::after(self.next)
    }

    /// Takes the section that comes next. It was ended.
    pub(super) fn push(&mut self, section: Section) {
        debug_assert_eq!(section.at, self.next, "sections come in their order");
        self.next = section.behind(section.length).at;
        self.done.push(section);
    }

    /// Writes the lists of hashes and the header. The size of the file.
    pub(super) fn finish(self, kind: u32, target: &dyn Target) -> io::Result<u64> {
        debug_assert_eq!(self.done.len(), PARTS, "all sections are there, if only empty");
        let mut head = vec![0; START];
        let mut list = Vec::new();
        for (part, section) in Part::ALL.into_iter().zip(&self.done) {
            let row = layout::HEADER + part as usize * layout::ROW;
            put(&mut head, row, &part.name());
            put(&mut head, row + 4, &layout::CRITICAL.to_le_bytes());
            put(&mut head, row + 8, &section.at.to_le_bytes());
            put(&mut head, row + 16, &section.length.to_le_bytes());
            put(&mut head, row + 24, &section.items.to_le_bytes());
            list.extend_from_slice(&section.hashes);
        }
        let chunks = (list.len() / HASH) as u64;
        let mut lists = vec![list];
        for _ in 1..layout::levels(chunks, CHUNK_LOG2).len() {
            let below = &lists[lists.len() - 1];
            let above = hash_chunks(&[below], below.len());
            lists.push(above);
        }
        let total = self.next + lists.iter().map(|list| list.len() as u64).sum::<u64>();
        put(&mut head, 0, &layout::MAGIC);
        put(&mut head, header::VERSION, &layout::VERSION.to_le_bytes());
        put(&mut head, header::OLDEST_READER, &layout::OLDEST_READER.to_le_bytes());
        put(&mut head, header::KIND, &kind.to_le_bytes());
        put(&mut head, header::LENGTH, &total.to_le_bytes());
        put(&mut head, header::SECTIONS, &(PARTS as u32).to_le_bytes());
        put(&mut head, header::CHUNK, &CHUNK_LOG2.to_le_bytes());
        put(&mut head, header::DATA_END, &self.next.to_le_bytes());
        put(&mut head, header::CHUNKS, &chunks.to_le_bytes());
        put(&mut head, header::TOP, &Sha256::digest(&lists[lists.len() - 1]));
        let root = root(&head);
        put(&mut head, header::ROOT, &root);
        let mut at = self.next;
        for list in &lists {
            target.write_at(list, at)?;
            at += list.len() as u64;
        }
        target.write_at(&head, 0)?;
        Ok(total)
    }
}

/// The SHA-256 of each chunk of what the pieces are together up to `total`, one after the other.
fn hash_chunks(pieces: &[&[u8]], total: usize) -> Vec<u8> {
    let chunk = 1 << CHUNK_LOG2;
    let mut starts = Vec::with_capacity(pieces.len());
    pieces.iter().fold(0, |at, piece| {
        starts.push(at);
        at + piece.len()
    });
    let count = total.div_ceil(chunk);
    // A task begins where a piece is looked for, and goes through the pieces from there.
    let hash = |task: usize| {
        let chunks = task * TASK..((task + 1) * TASK).min(count);
        let first = starts.partition_point(|&start| start <= chunks.start * chunk) - 1;
        let (mut piece, mut joined) = (first, Vec::new());
        let ranges: Vec<_> = chunks
            .map(|number| {
                let range = number * chunk..((number + 1) * chunk).min(total);
                while starts[piece] + pieces[piece].len() <= range.start {
                    piece += 1;
                }
                if starts[piece] + pieces[piece].len() >= range.end {
                    return Chunk::Within(
                        &pieces[piece][range.start - starts[piece]..range.end - starts[piece]],
                    );
                }
                let from = joined.len();
                for (piece, &start) in pieces[piece..].iter().zip(&starts[piece..]) {
                    if start >= range.end {
                        break;
                    }
                    let from = range.start.saturating_sub(start).min(piece.len());
                    joined.extend_from_slice(&piece[from..(range.end - start).min(piece.len())]);
                }
                Chunk::Joined(from..joined.len())
            })
            .collect();
        digest::all(ranges.iter().map(|chunk| match chunk {
            Chunk::Within(bytes) => bytes,
            Chunk::Joined(range) => &joined[range.clone()],
        }))
    };
    let hashes: Vec<_> = (0..count.div_ceil(TASK)).into_par_iter().map(hash).collect();
    let mut all = Vec::with_capacity(count * HASH);
    hashes.iter().for_each(|hashes| all.extend_from_slice(hashes.as_flattened()));
    all
}

/// How many chunks one core hashes before it looks for more work.
const TASK: usize = 64;

/// Where the bytes of a chunk are.
enum Chunk<'p> {
    /// In one piece.
    Within(&'p [u8]),
    /// In several, put together.
    Joined(Range<usize>),
}

fn put(file: &mut [u8], at: usize, bytes: &[u8]) {
    file[at..at + bytes.len()].copy_from_slice(bytes);
}

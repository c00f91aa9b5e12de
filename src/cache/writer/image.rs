//! A finished file, in pieces: laid out, hashed, never copied into one.

use sha2::{Digest, Sha256};

use crate::cache::integrity::root;
use crate::cache::layout::{self, ALIGNMENT, HASH, PARTS, Part, header};
use crate::parallel::*;

use super::Pieces;

/// A finished file.
pub struct Image {
    /// Header and section table, sections with their padding, lists of hashes.
    pieces: Vec<Vec<u8>>,
}

impl Image {
    /// Lays out the sections and hashes them; `counts` are those of entries and terms.
    pub(super) fn new(kind: u32, parts: [Pieces; PARTS], counts: [usize; 2]) -> Self {
        let start = (layout::HEADER + PARTS * layout::ROW).next_multiple_of(ALIGNMENT);
        let mut head = vec![0; start];
        let mut pieces = Vec::new();
        let mut list = Vec::new();
        let mut at = start;
        for (part, mut section) in Part::ALL.into_iter().zip(parts) {
            let length = section.iter().map(Vec::len).sum::<usize>();
            let padding = length.next_multiple_of(ALIGNMENT) - length;
            section.push(vec![0; padding]);
            list.extend(hash_chunks(&section, length + padding, layout::CHUNK_LOG2));
            let items = match (part, part.item_size()) {
                (Part::Entries, _) => counts[0] as u64,
                (_, Some(size)) => length as u64 / size,
                (_, None) => counts[1] as u64,
            };
            let row = layout::HEADER + part as usize * layout::ROW;
            put(&mut head, row, &part.name());
            put(&mut head, row + 4, &layout::CRITICAL.to_le_bytes());
            put(&mut head, row + 8, &(at as u64).to_le_bytes());
            put(&mut head, row + 16, &(length as u64).to_le_bytes());
            put(&mut head, row + 24, &items.to_le_bytes());
            at += length + padding;
            pieces.extend(section);
        }
        let chunks = (list.len() / HASH) as u64;
        let mut lists = vec![list];
        for _ in 1..layout::levels(chunks, layout::CHUNK_LOG2).len() {
            let below = &lists[lists.len() - 1..];
            let above = hash_chunks(below, below[0].len(), layout::CHUNK_LOG2);
            lists.push(above);
        }
        let total = at + lists.iter().map(Vec::len).sum::<usize>();
        put(&mut head, 0, &layout::MAGIC);
        put(&mut head, header::VERSION, &layout::VERSION.to_le_bytes());
        put(&mut head, header::OLDEST_READER, &layout::OLDEST_READER.to_le_bytes());
        put(&mut head, header::KIND, &kind.to_le_bytes());
        put(&mut head, header::LENGTH, &(total as u64).to_le_bytes());
        put(&mut head, header::SECTIONS, &(PARTS as u32).to_le_bytes());
        put(&mut head, header::CHUNK, &layout::CHUNK_LOG2.to_le_bytes());
        put(&mut head, header::DATA_END, &(at as u64).to_le_bytes());
        put(&mut head, header::CHUNKS, &chunks.to_le_bytes());
        put(&mut head, header::TOP, &Sha256::digest(&lists[lists.len() - 1]));
        let root = root(&head);
        put(&mut head, header::ROOT, &root);
        pieces.insert(0, head);
        pieces.extend(lists);
        Self { pieces }
    }

    /// The root of its hash tree.
    pub fn root(&self) -> &[u8] {
        &self.pieces[0][header::ROOT..header::ROOT + HASH]
    }

    /// Writes the file.
    ///
    /// # Errors
    /// The writer's.
    pub fn write(&self, out: &mut (impl std::io::Write + ?Sized)) -> std::io::Result<()> {
        self.pieces.iter().try_for_each(|piece| out.write_all(piece))
    }

    /// The file in memory.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.pieces.concat()
    }
}

/// The SHA-256 of each chunk of what the pieces are together, one after the other.
fn hash_chunks(pieces: &[Vec<u8>], total: usize, chunk_log2: u32) -> Vec<u8> {
    let chunk = 1 << chunk_log2;
    let mut starts = Vec::with_capacity(pieces.len());
    pieces.iter().fold(0, |at, piece| {
        starts.push(at);
        at + piece.len()
    });
    let hash = |number: usize| -> [u8; HASH] {
        let range = number * chunk..((number + 1) * chunk).min(total);
        let first = starts.partition_point(|&start| start <= range.start) - 1;
        let mut hasher = Sha256::new();
        for (piece, &start) in pieces[first..].iter().zip(&starts[first..]) {
            if start >= range.end {
                break;
            }
            let from = range.start.saturating_sub(start).min(piece.len());
            hasher.update(&piece[from..(range.end - start).min(piece.len())]);
        }
        hasher.finalize().into()
    };
    let hashes: Vec<_> = (0..total.div_ceil(chunk)).into_par_iter().with_min_len(64).map(hash).collect();
    hashes.into_flattened()
}

fn put(file: &mut [u8], at: usize, bytes: &[u8]) {
    file[at..at + bytes.len()].copy_from_slice(bytes);
}

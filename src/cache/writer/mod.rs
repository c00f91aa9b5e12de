//! Laying out a `.1337` file. Deterministic: the same calls give the same bytes, whatever the threads.
//!
//! Entries and terms are encoded in batches that know nothing of each other, so that they can be made in parallel; what
//! refers to places in the file (positions, tables, postings) is made when all batches are there.

mod batch;
mod image;
mod record;
mod shared;
mod tables;

pub use batch::{Batch, EntryFields, Plan, TermFields};
pub use image::Image;
pub use record::Record;
pub use shared::Shared;

use super::layout::{PARTS, Part, UNIT};
use tables::{Slots, firsts, keys, seconds};

/// The file would need a number that does not fit in 32 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a section would be larger than 16 GiB, or one entry or term than 1 GiB")]
pub struct TooLarge;

/// What a section is made of, one after the other.
type Pieces = Vec<Vec<u8>>;

/// The finished file: `kind` 0 for a merged pack, 1 to 3 for a layer; `meta` its description.
///
/// # Errors
/// A section is too large for the format.
pub fn finish(
    kind: u32,
    meta: Vec<u8>,
    shared: Shared<'_>,
    batches: Vec<Batch<'_>>,
) -> Result<Image, TooLarge> {
    if batches.iter().any(|batch| batch.too_large) {
        return Err(TooLarge);
    }
    let entries = Bases::new(batches.iter().map(|batch| batch.entries.len()))?;
    let terms = Bases::new(batches.iter().map(|batch| batch.terms.len()))?;
    let entry_positions = entries.absolute(batches.iter().map(|batch| &batch.entry_positions));
    let term_positions = terms.absolute(batches.iter().map(|batch| &batch.term_positions));
    let counts = [entry_positions.len() / 4, batches.iter().map(|batch| batch.count as usize).sum()];
    let mut parts: [Pieces; PARTS] = Default::default();
    let (mut entry_pieces, mut term_pieces) = (Pieces::new(), Pieces::new());
    let (mut oids, mut senses) = (Vec::new(), Vec::new());
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for (number, batch) in batches.into_iter().enumerate() {
        entry_pieces.push(batch.entries);
        term_pieces.push(batch.terms);
        oids.push((entries.0[number], batch.oids));
        senses.push((terms.0[number], batch.keys));
        first.push(batch.firsts);
        second.push(batch.seconds);
    }
    let (term_keys, postings) = keys(senses)?;
    let (firsts, lengths) = firsts(first);
    parts[Part::Meta as usize] = vec![meta];
    (parts[Part::Strings as usize], parts[Part::Origins as usize]) = shared.into_pieces()?;
    parts[Part::EntryPositions as usize] = vec![entry_positions];
    parts[Part::Entries as usize] = entry_pieces;
    parts[Part::EntryKeys as usize] = vec![Slots::of_oids(oids)];
    parts[Part::TermPositions as usize] = vec![term_positions];
    parts[Part::Terms as usize] = term_pieces;
    parts[Part::TermKeys as usize] = vec![term_keys];
    parts[Part::Postings as usize] = vec![postings];
    parts[Part::Firsts as usize] = vec![firsts];
    parts[Part::Lengths as usize] = vec![lengths];
    parts[Part::Seconds as usize] = vec![seconds(second)];
    Ok(Image::new(kind, parts, counts))
}

/// Where each batch begins in its section, in units.
struct Bases(Vec<u32>);

impl Bases {
    fn new(lengths: impl Iterator<Item = usize>) -> Result<Self, TooLarge> {
        let mut at = 0_usize;
        let base = |length: usize| {
            let base = u32::try_from(at / UNIT);
            at += length;
            base
        };
        let bases = Self(lengths.map(base).collect::<Result<_, _>>().map_err(|_| TooLarge)?);
        u32::try_from(at / UNIT).map(|_| bases).map_err(|_| TooLarge)
    }

    /// Positions in the batches as positions in the section, as bytes.
    fn absolute<'b>(&self, positions: impl Iterator<Item = &'b Vec<u32>>) -> Vec<u8> {
        let all =
            self.0.iter().zip(positions).flat_map(|(base, batch)| batch.iter().map(move |at| base + at));
        all.flat_map(u32::to_le_bytes).collect()
    }
}

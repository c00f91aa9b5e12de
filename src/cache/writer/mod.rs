//! Laying out a `.1337` file. Deterministic: the same calls give the same bytes, whatever the threads.
//!
//! Entries and terms are encoded task by task, in parallel. The terms, which are nearly all of a file, go out as soon as
//! they are encoded, a few tasks at a time: what a file costs in memory is what it is looked up by.

mod entries;
mod record;
mod sections;
mod shared;
mod tables;
mod target;
mod terms;

use std::io;
use std::ops::Range;

pub use entries::{Entries, EntryFields};
pub use record::Record;
pub use shared::Shared;
pub use target::{Image, Target};
pub use terms::{Plan, TermFields, Terms};

use super::layout::{STRIDE, UNIT};
use crate::parallel::*;
use sections::{Section, Sections};
use tables::{Parts, Slots, firsts, keys, seconds};
use target::InBlocks;
use terms::Key;

/// The file would need a number that does not fit in 32 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a section would be larger than 16 GiB, or one entry or term than 1 GiB")]
pub struct TooLarge;

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// It does not fit into the format.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// It could not be written to its place.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Some items of a file: one core encodes them.
#[derive(Debug, Clone)]
pub struct Task {
    /// Which of all.
    pub items: Range<usize>,
    /// The number of their first term among all terms.
    pub first_term: u32,
}

/// What is written.
pub trait Encode: Sync {
    /// Encodes the entries of some items.
    fn entries(&self, task: &Task, out: &mut Entries);

    /// Encodes their terms.
    fn terms(&self, task: &Task, out: &mut Terms<'_>);
}

/// What a file has beside entries and terms.
pub struct Frame<'f> {
    /// 0 for a merged pack, 1 to 3 for a layer.
    pub kind: u32,
    /// Its description.
    pub meta: Vec<u8>,
    /// What its records share.
    pub shared: &'f Shared<'f>,
    /// Its items, all of them in their order.
    pub tasks: Vec<Task>,
    /// How many terms they have.
    pub terms: u32,
}

/// Writes a file; returns its size.
///
/// # Errors
/// It is too large for the format, or its place does not take it.
pub fn write(frame: &Frame<'_>, encode: &impl Encode, target: &dyn Target) -> Result<u64, Failed> {
    // Entries and terms go out at the same time: each has its blocks.
    let [beside, target] = &[(); 2].map(|()| InBlocks::new(target));
    let plan = Plan::new(frame.kind == 0);
    let mut sections = Sections::new();
    let [strings, origins] = frame.shared.pieces()?;
    sections.add(&[&frame.meta], frame.meta.len() as u64, beside)?;
    sections.add(&[strings], strings.len() as u64, beside)?;
    sections.add(&[origins], (origins.len() / super::layout::ORIGIN) as u64, beside)?;
    let entries = Encoded::new(frame, encode)?;
    let (mut own, mut term_positions) = entries.sections(sections.open());
    let positions = u64::from(frame.terms.div_ceil(STRIDE));
    let section = term_positions.behind(positions * 4);
    // Terms have aliases, about one of two: what is not asked for at once is copied when it grows.
    let room = if plan.is_indexed { frame.terms as usize / 2 * 3 } else { 0 };
    let mut out = Out { section, positions: Vec::with_capacity(positions as usize), keys: Parts::new(room) };
    let (written, terms) =
        join(|| entries.write(&mut own, beside), || out.terms(frame, &plan, encode, target));
    written?;
    terms?;
    term_positions.append(&[&bytes(&out.positions, u32::to_le_bytes)], beside)?;
    term_positions.end(positions, beside)?;
    beside.finish()?;
    out.section.end(frame.terms.into(), target)?;
    own.into_iter().chain([term_positions, out.section]).for_each(|section| sections.push(section));
    let (first, second): (Vec<_>, Vec<_>) =
        plan.into_notes().into_iter().map(|notes| (notes.firsts, notes.seconds)).unzip();
    let look_up = || -> Result<(), Failed> {
        let (term_keys, postings) = keys(out.keys)?;
        sections.add(&[&term_keys], (term_keys.len() / super::layout::BUCKET) as u64, target)?;
        Ok(sections.add(&[&postings], (postings.len() / 4) as u64, target)?)
    };
    let filters = || (firsts(first.into_iter()), seconds(second.into_iter()));
    let (done, ((firsts, lengths), seconds)) = join(look_up, filters);
    done?;
    sections.add(&[&firsts], (firsts.len() / 8) as u64, target)?;
    sections.add(&[&lengths], (lengths.len() / 2) as u64, target)?;
    sections.add(&[&seconds], (seconds.len() / 8) as u64, target)?;
    let size = sections.finish(frame.kind, target)?;
    target.finish()?;
    Ok(size)
}

/// The entries: they are kept until all are encoded, because their positions stand in front of them.
struct Encoded {
    batches: Vec<Entries>,
    positions: Vec<u32>,
    length: u64,
    /// The hashes of OIDs, if they are looked up, with the entries' positions.
    oids: Vec<(u64, u32)>,
}

impl Encoded {
    fn new(frame: &Frame<'_>, encode: &impl Encode) -> Result<Self, TooLarge> {
        let batch = |task: &Task| {
            let mut entries = Entries::default();
            encode.entries(task, &mut entries);
            entries
        };
        let batches: Vec<_> = frame.tasks.par_iter().with_max_len(1).map(batch).collect();
        let (mut positions, mut oids) = (Vec::new(), Vec::new());
        let mut length = 0;
        for batch in &batches {
            let base = base(length, batch.too_large)?;
            length += batch.bytes().len() as u64;
            positions.extend(batch.positions.iter().map(|at| base + at));
            if frame.kind == 0 {
                oids.extend(batch.oids.iter().map(|(hash, at)| (*hash, base + at)));
            }
        }
        base(length, false)?;
        Ok(Self { batches, positions, length, oids })
    }

    /// Their sections, from the first on, and the one behind.
    fn sections(&self, positions: Section) -> ([Section; 3], Section) {
        let records = positions.behind(self.positions.len() as u64 * 4);
        let keys = records.behind(self.length);
        let next = keys.behind((Slots::buckets(self.oids.len()) * super::layout::BUCKET) as u64);
        ([positions, records, keys], next)
    }

    fn write(self, [positions, records, keys]: &mut [Section; 3], target: &dyn Target) -> io::Result<()> {
        let entries = self.positions.len() as u64;
        positions.append(&[&bytes(&self.positions, u32::to_le_bytes)], target)?;
        positions.end(entries, target)?;
        records.append(&self.batches.iter().map(Entries::bytes).collect::<Vec<_>>(), target)?;
        records.end(entries, target)?;
        let table = Slots::of_oids(&self.oids);
        keys.append(&[&table], target)?;
        keys.end((table.len() / super::layout::BUCKET) as u64, target)
    }
}

/// Where a batch begins in its section, in units.
fn base(length: u64, too_large: bool) -> Result<u32, TooLarge> {
    u32::try_from(length / UNIT as u64).ok().filter(|_| !too_large).ok_or(TooLarge)
}

/// Numbers as a file has them.
fn bytes<const N: usize, T: Copy>(numbers: &[T], to_bytes: impl Fn(T) -> [u8; N]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(numbers.len() * N);
    numbers.iter().for_each(|&number| bytes.extend_from_slice(&to_bytes(number)));
    bytes
}

/// The terms that went out, and what is known of them.
struct Out {
    section: Section,
    positions: Vec<u32>,
    keys: Parts<Key>,
}

impl Out {
    /// Encodes and writes all terms: while some are encoded, those before them are hashed and written.
    fn terms(
        &mut self,
        frame: &Frame<'_>,
        plan: &Plan,
        encode: &impl Encode,
        target: &dyn Target,
    ) -> Result<(), Failed> {
        let width = (threads() * 3).min(frame.tasks.len()).max(1);
        let [mut ready, mut free] =
            [(); 2].map(|()| (0..width).map(|_| Terms::new(plan)).collect::<Vec<_>>());
        let fill = |tasks: &[Task], batches: &mut Vec<Terms<'_>>| {
            batches.par_iter_mut().zip(tasks.par_iter()).with_max_len(1).for_each(|(batch, task)| {
                batch.restart(task.first_term);
                encode.terms(task, batch);
                batch.end();
            });
        };
        let mut waves = frame.tasks.chunks(width);
        let mut wave = waves.next().unwrap_or_default();
        fill(wave, &mut ready);
        while !wave.is_empty() {
            let next = waves.next().unwrap_or_default();
            let (written, ()) = join(|| self.take(&ready[..wave.len()], target), || fill(next, &mut free));
            written?;
            std::mem::swap(&mut ready, &mut free);
            wave = next;
        }
        Ok(())
    }

    fn take(&mut self, batches: &[Terms<'_>], target: &dyn Target) -> Result<(), Failed> {
        let mut length = self.section.length();
        for batch in batches {
            let base = base(length, batch.too_large)?;
            length += batch.bytes().len() as u64;
            self.positions.extend(batch.positions.iter().map(|at| base + at));
            batch.keys.iter().for_each(|key| {
                self.keys.push(key.hash, Key { position: base + key.position, ..*key });
            });
        }
        base(length, false)?;
        let pieces: Vec<_> = batches.iter().map(Terms::bytes).collect();
        Ok(self.section.append(&pieces, target)?)
    }
}

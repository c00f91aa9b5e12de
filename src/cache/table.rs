//! The section table: read once when a file is opened, and judged before anything is asked.

use super::error::{Error, Section};
use super::integrity::Measures;
use super::layout::{self, PARTS, Part, STRIDE};
use super::wire::{u32_at, u64_at};

/// A stretch of the file that belongs to one section, known or not.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Span {
    pub(super) name: [u8; 4],
    pub(super) offset: u64,
    /// Bytes that the section says are its own.
    pub(super) length: u64,
    pub(super) items: u64,
    /// Where the next section begins: the padding before it belongs here.
    pub(super) end: u64,
    /// The number of its first chunk.
    pub(super) first_chunk: u64,
    /// Its row in the table.
    pub(super) row: u32,
}

impl Span {
    pub(super) fn chunks(&self, chunk_log2: u32) -> u64 {
        (self.end - self.offset).div_ceil(1 << chunk_log2)
    }
}

/// What a table says.
pub(super) struct Table {
    /// The sections of this version, by their [`Part`].
    pub(super) known: [Span; PARTS],
    /// All sections, in their order.
    pub(super) all: Box<[Span]>,
}

/// Reads a table whose bytes are known to be what was written. Sections follow each other without overlap and fill
/// the file's data; every one of version 1 is there once, and has as many items as its length says.
pub(super) fn read(table: &[u8], measures: &Measures) -> Result<Table, Error> {
    let all = spans(table, measures)?;
    let mut known = [Span::default(); PARTS];
    for (row, span) in table.chunks_exact(layout::ROW).zip(&all) {
        let Some(part) = Part::ALL.into_iter().find(|part| part.name() == span.name) else {
            if u32_at(row, 4) & layout::CRITICAL != 0 {
                return Err(Error::UnknownSection(Section(span.name)));
            }
            continue;
        };
        let place = &mut known[part as usize];
        if place.name == span.name {
            return Err(malformed(span.name, "it is stated twice"));
        }
        check(part, span)?;
        *place = *span;
    }
    for part in Part::ALL {
        if known[part as usize].name != part.name() {
            return Err(malformed(part.name(), "there is no such section"));
        }
    }
    check_together(&known)?;
    Ok(Table { known, all })
}

fn spans(table: &[u8], measures: &Measures) -> Result<Box<[Span]>, Error> {
    let row = |row: &[u8]| Span {
        name: [row[0], row[1], row[2], row[3]],
        offset: u64_at(row, 8),
        length: u64_at(row, 16),
        items: u64_at(row, 24),
        ..Span::default()
    };
    let mut spans: Box<[Span]> = table.chunks_exact(layout::ROW).map(row).collect();
    for (span, row) in spans.iter_mut().zip(0..) {
        span.row = row;
    }
    let (mut end, mut chunks) = (measures.data_end, 0);
    for span in spans.iter_mut().rev() {
        let own = span.offset.checked_add(span.length);
        if span.offset < measures.start || own.is_none_or(|own| own > end) {
            return Err(malformed(span.name, "it lies outside its place"));
        }
        span.end = end;
        end = span.offset;
    }
    if end != if spans.is_empty() { measures.data_end } else { measures.start } {
        return Err(malformed(Section::HEADER.0, "the sections do not begin where they have to"));
    }
    for span in &mut spans {
        span.first_chunk = chunks;
        chunks += span.chunks(measures.chunk_log2);
    }
    if chunks != measures.chunks {
        return Err(malformed(Section::HEADER.0, "the sections have not as many chunks as it says"));
    }
    Ok(spans)
}

fn check(part: Part, span: &Span) -> Result<(), Error> {
    // A count that the bytes do not bear out would let a loop over it run for hours.
    let fits = match part.item_size() {
        Some(size) => span.items.checked_mul(size) == Some(span.length),
        None => span.items <= span.length / layout::UNIT as u64,
    };
    if span.items > u64::from(u32::MAX) && !matches!(part, Part::Strings) || !fits {
        return Err(malformed(span.name, "its length is not that of its items"));
    }
    Ok(())
}

/// Counts of sections that speak of each other.
fn check_together(known: &[Span; PARTS]) -> Result<(), Error> {
    let items = |part: Part| known[part as usize].items;
    if items(Part::EntryPositions) != items(Part::Entries) {
        return Err(malformed(Part::EntryPositions.name(), "it has not a position for each entry"));
    }
    if items(Part::TermPositions) != items(Part::Terms).div_ceil(u64::from(STRIDE)) {
        return Err(malformed(Part::TermPositions.name(), "it has not a position for every sixteenth term"));
    }
    Ok(())
}

fn malformed(name: [u8; 4], what: &'static str) -> Error {
    Error::Malformed { section: Section(name), offset: 0, what }
}

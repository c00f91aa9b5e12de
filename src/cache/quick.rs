//! Look-ups as nearly all of them go: each chunk on the way was found good before, the key stands where its hash leads, and
//! the record begins with short numbers. Here is not judged what is wrong, and not gone on: then [`Found::Unknown`] lets the
//! general way decide, which asks everything anew. A processor looks some hundred instructions ahead; the fewer a question
//! takes, the sooner the next one waits for memory beside it.

use super::entry::Entry;
use super::hash::Coming;
use super::index::{Slot, home, matches, slot_of, tag};
use super::layout::{BUCKET, Part, UNIT, bucket};
use super::lookup::Senses;
use super::reader::Pack;
use super::table::Span;
use super::term::Term;
use super::wire::u32_at;

/// What came of it.
pub(super) enum Found<T> {
    One(T),
    Nothing,
    Unknown,
}

impl<T> Found<T> {
    /// What comes of what was found; unknown if nothing does.
    #[inline(always)]
    fn and_then<U>(self, then: impl FnOnce(T) -> Option<U>) -> Found<U> {
        match self {
            Self::One(found) => then(found).map_or(Found::Unknown, Found::One),
            Self::Nothing => Found::Nothing,
            Self::Unknown => Found::Unknown,
        }
    }
}

/// A record that a slot leads to.
pub(super) struct Candidate<'p> {
    pub(super) position: u32,
    pub(super) bytes: &'p [u8],
    /// The first eight bytes.
    pub(super) head: u64,
    slot: Slot,
}

/// The first byte of a record whose length takes more bytes than that.
const LONG: u64 = 0x80;

impl Pack {
    /// The slot of the first key that has the tag of a hash, and its value.
    #[inline(always)]
    fn slot(&self, keys: &Span, hash: u64) -> Found<(Slot, u32)> {
        let first = home(hash, keys.items);
        // Nearly all keys stand in their own bucket or in the next one.
        for number in first..first + 3 {
            let start = number * BUCKET as u64;
            // Where there are no buckets, this is not one either. What is asked of the last one's next goes on with the first.
            if number >= keys.items || !self.is_good(keys, start) {
                return Found::Unknown;
            }
            let bytes = self.all_bytes().get((keys.offset + start) as usize..);
            let Some(bucket) = bytes.and_then(|bytes| bytes.first_chunk()) else { return Found::Unknown };
            let bits = matches(bucket, tag(hash));
            if bits != 0 {
                let slot = slot_of(bits.trailing_zeros() as usize);
                if slot >= usize::from(bucket[bucket::USED]) {
                    return Found::Unknown;
                }
                return Found::One((Slot::new(number, slot), u32_at(bucket, bucket::VALUES + 4 * slot)));
            }
            if bucket[bucket::GOES_ON] == 0 {
                return Found::Nothing;
            }
        }
        Found::Unknown
    }

    /// The record at a position.
    #[inline(always)]
    fn candidate(&self, records: &Span, (slot, position): (Slot, u32)) -> Option<Candidate<'_>> {
        let start = u64::from(position) * UNIT as u64;
        let place = (records.offset + start) as usize;
        self.fetch_behind(place);
        let bytes = self.all_bytes().get(place..)?;
        let head = u64::from_le_bytes(*bytes.first_chunk()?);
        let length = (head & 0x7F) * UNIT as u64;
        let end = start + length;
        let is_there = head & LONG == 0
            && length > 0
            && end <= records.length
            && self.is_good(records, start) & self.is_good(records, end - 1);
        let bytes = bytes.get(..length as usize).filter(|_| is_there)?;
        Some(Candidate { position, bytes, head, slot })
    }

    /// The senses of a key with this hash.
    #[inline(always)]
    pub(super) fn quick_senses(&self, key: &[u8], hash: u64) -> Found<Senses<'_>> {
        self.slot(self.span(Part::TermKeys), hash).and_then(|slot| {
            let found = self.candidate(self.span(Part::Terms), slot)?;
            Some(Senses::new(Term::quick(self, &found, key)?, found.slot))
        })
    }

    /// The entry with an OID's key.
    #[inline(always)]
    pub(super) fn quick_entry(&self, key: &[u8], hash: u64) -> Found<Entry<'_>> {
        self.slot(self.span(Part::EntryKeys), hash).and_then(|slot| {
            let found = self.candidate(self.span(Part::Entries), slot)?;
            Entry::quick(self, &found, key)
        })
    }
}

/// The key of a simple text, and its hash.
#[inline(always)]
pub(super) fn simple_hash(text: &[u8], key: &mut [u8; crate::text::SIMPLE]) -> Option<u64> {
    let mut coming = Coming::new();
    let last = crate::text::simple_key(text, key, |word| coming.add(word))?;
    Some(coming.end(last, text.len() % 8))
}

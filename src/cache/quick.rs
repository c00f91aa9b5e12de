//! Look-ups as nearly all of them go: each chunk on the way was found good before, the key stands where its hash leads, and
//! the record begins with short numbers. Here is not judged what is wrong, and not gone on: then [`Unknown`] lets the
//! general way decide, which asks everything anew. A processor looks some hundred instructions ahead; the fewer a question
//! takes, the sooner the next one waits for memory beside it.

use crate::text::{SIMPLE, simple_key};

use super::entry::Entry;
use super::hash::hash_of_words;
use super::index::{Slot, home, matches, slot_of, tag};
use super::layout::{BUCKET, Part, UNIT, bucket};
use super::lookup::Senses;
use super::map::{LINE, fetch};
use super::reader::Pack;
use super::table::Span;
use super::term::Term;
use super::wire::u32_at;

/// It is not what is usual, and nothing was found out: the general way decides.
pub(super) struct Unknown;

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
    fn slot(&self, keys: &Span, hash: u64) -> Result<Option<(Slot, u32)>, Unknown> {
        let first = home(hash, keys.items);
        // Nearly all keys stand in their own bucket or in the next one.
        for number in first..first + 3 {
            let start = number * BUCKET as u64;
            // Where there are no buckets, this is not one either. What is asked of the last one's next goes on with the first.
            if number >= keys.items || !self.tree().is_good(keys, start) {
                return Err(Unknown);
            }
            let bytes = self.all_bytes().get((keys.offset + start) as usize..);
            let Some(bucket) = bytes.and_then(|bytes| bytes.first_chunk()) else { return Err(Unknown) };
            let bits = matches(bucket, tag(hash));
            if bits != 0 {
                let slot = slot_of(bits.trailing_zeros() as usize);
                if slot >= usize::from(bucket[bucket::USED]) {
                    return Err(Unknown);
                }
                return Ok(Some((Slot::new(number, slot), u32_at(bucket, bucket::VALUES + 4 * slot))));
            }
            if bucket[bucket::GOES_ON] == 0 {
                return Ok(None);
            }
        }
        Err(Unknown)
    }

    /// The record that a hash leads to: its key is the only one that it can be.
    #[inline(always)]
    fn candidate(&self, keys: Part, records: Part, hash: u64) -> Result<Option<Candidate<'_>>, Unknown> {
        let Some((slot, position)) = self.slot(self.span(keys), hash)? else { return Ok(None) };
        let records = self.span(records);
        let start = u64::from(position) * UNIT as u64;
        let place = (records.offset + start) as usize;
        // A record has two or three lines: the second would be waited for when the first is there.
        fetch(self.all_bytes(), place + LINE, 2);
        let bytes = self.all_bytes().get(place..).ok_or(Unknown)?;
        let head = u64::from_le_bytes(*bytes.first_chunk().ok_or(Unknown)?);
        let length = (head & 0x7F) * UNIT as u64;
        let end = start + length;
        let is_there = head & LONG == 0
            && length > 0
            && end <= records.length
            && self.tree().are_good(records, start, end - 1);
        let bytes = bytes.get(..length as usize).filter(|_| is_there).ok_or(Unknown)?;
        Ok(Some(Candidate { position, bytes, head, slot }))
    }

    /// The senses of a key with this hash.
    #[inline(always)]
    pub(super) fn quick_senses(&self, key: &[u8], hash: u64) -> Result<Option<Senses<'_>>, Unknown> {
        let Some(found) = self.candidate(Part::TermKeys, Part::Terms, hash)? else { return Ok(None) };
        let term = Term::quick(self, &found, key).ok_or(Unknown)?;
        Ok(Some(Senses::new(term, found.slot)))
    }

    /// The entry with an OID's key.
    #[inline(always)]
    pub(super) fn quick_entry(&self, key: &[u8], hash: u64) -> Result<Option<Entry<'_>>, Unknown> {
        let Some(found) = self.candidate(Part::EntryKeys, Part::Entries, hash)? else { return Ok(None) };
        Ok(Some(Entry::quick(self, &found, key).ok_or(Unknown)?))
    }
}

/// The key of a simple text, and its hash.
#[inline(always)]
pub(super) fn simple_hash(text: &[u8], key: &mut [u8; SIMPLE]) -> Option<u64> {
    simple_key(text, key).then(|| hash_of_words(key, text.len()))
}

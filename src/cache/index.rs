//! The hash tables: buckets of a cache line each, and what passes a full one goes on to the next.

use super::error::Error;
use super::layout::{BUCKET, Part, bucket, reduce};
use super::reader::Pack;
use super::wire::u32_at;

/// The bits of a hash that a slot keeps.
pub(super) fn tag(hash: u64) -> u16 {
    hash as u16
}

/// The bucket where the search for a hash begins.
pub(super) fn home(hash: u64, buckets: u64) -> u64 {
    reduce(hash >> 32, buckets)
}

/// Four tags, the same or not as another four: bit 16 n is set if the n-th is.
#[cfg(any(test, not(all(target_arch = "x86_64", target_feature = "sse2"))))]
fn same(tags: u64, wanted: u64) -> u64 {
    const LOW: u64 = 0x7FFF_7FFF_7FFF_7FFF;
    let differ = tags ^ wanted;
    !((differ & LOW).wrapping_add(LOW) | differ | LOW) >> 15
}

/// Which slots have a tag: the bit of slot 4 n + m is 16 m + n.
#[cfg(any(test, not(all(target_arch = "x86_64", target_feature = "sse2"))))]
fn matches_of_words(bucket: &[u8; BUCKET], tag: u16) -> u64 {
    let wanted = u64::from(tag) * 0x0001_0001_0001_0001;
    let (words, _) = bucket.as_chunks::<8>();
    // The third word has two tags; behind them values begin.
    let last = same(u64::from_le_bytes(words[2]), wanted) & 0x0000_0000_0001_0001;
    same(u64::from_le_bytes(words[0]), wanted) | same(u64::from_le_bytes(words[1]), wanted) << 1 | last << 2
}

/// Which slots have a tag: each slot has a bit, in an order that [`slot_of`] knows.
#[inline(always)]
#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
pub(super) fn matches(bucket: &[u8; BUCKET], tag: u16) -> u64 {
    matches_of_words(bucket, tag)
}

/// The slot of a bit.
#[inline(always)]
#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
pub(super) fn slot_of(bit: usize) -> usize {
    bit / 16 + bit % 16 * 4
}

/// The same: bit 2 n of slot n.
#[inline(always)]
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
pub(super) fn matches(bucket: &[u8; BUCKET], tag: u16) -> u64 {
    use std::arch::x86_64::{_mm_cmpeq_epi16, _mm_movemask_epi8, _mm_set_epi64x, _mm_set1_epi16};
    let word = |at: usize| i64::from_le_bytes(bucket.as_chunks::<8>().0[at]);
    let equal = |high: i64, low: i64| {
        // SAFETY: they compute with values and touch no memory, and their instructions are SSE2's, for which this is
        // compiled; every x86-64 has them.
        #[expect(unsafe_code, reason = "the intrinsics ask for SSE2; see the proof above")]
        let bits = unsafe {
            _mm_movemask_epi8(_mm_cmpeq_epi16(_mm_set_epi64x(high, low), _mm_set1_epi16(tag as i16)))
        };
        bits as u32
    };
    let (eight, two) = (equal(word(1), word(0)), equal(0, word(2)));
    // The third word has two tags; behind them values begin.
    u64::from(eight & 0x5555 | (two & 5) << 16)
}

/// The slot of a bit.
#[inline(always)]
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
pub(super) fn slot_of(bit: usize) -> usize {
    bit / 2
}

/// A slot of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    /// Its bucket.
    bucket: u32,
    /// Which of its slots.
    number: u8,
}

impl Slot {
    #[inline(always)]
    pub(super) fn new(bucket: u64, number: usize) -> Self {
        Self { bucket: bucket as u32, number: number as u8 }
    }
}

impl Pack {
    /// Walks the values of a hash table that may be those of a hash, until `accept` takes one.
    #[inline(always)]
    pub(super) fn search<T>(
        &self,
        table: Part,
        hash: u64,
        mut accept: impl FnMut(u32, Slot) -> Result<Option<T>, Error>,
    ) -> Result<Option<T>, Error> {
        let buckets = self.items(table);
        let (mut at, wanted) = (home(hash, buckets), tag(hash));
        for _ in 0..buckets {
            let bytes = self.bucket(table, at)?;
            let mut bits = matches(bytes, wanted);
            while bits != 0 {
                let number = slot_of(bits.trailing_zeros() as usize);
                bits &= bits - 1;
                if number >= usize::from(bytes[bucket::USED]) {
                    continue;
                }
                let value = u32_at(bytes, bucket::VALUES + 4 * number);
                if let Some(found) = accept(value, Slot::new(at, number))? {
                    return Ok(Some(found));
                }
            }
            if bytes[bucket::GOES_ON] == 0 {
                return Ok(None);
            }
            at = if at + 1 == buckets { 0 } else { at + 1 };
        }
        Ok(None)
    }

    /// The slots of a slot's bucket whose keys have several senses.
    fn lists(&self, slot: Slot) -> Result<u16, Error> {
        let bucket = self.bucket(Part::TermKeys, u64::from(slot.bucket))?;
        Ok(u16::from_le_bytes([bucket[bucket::LISTS], bucket[bucket::LISTS + 1]]))
    }

    /// Whether the key of a slot has further senses.
    pub(super) fn has_posting(&self, slot: Slot) -> bool {
        // The bucket was read before, when the slot was found.
        self.lists(slot).is_ok_and(|lists| lists >> slot.number & 1 != 0)
    }

    /// Where the posting of a slot stands: of its bucket's first one it is known, the others follow.
    pub(super) fn posting(&self, slot: Slot) -> Result<Option<u32>, Error> {
        let lists = self.lists(slot)?;
        if lists >> slot.number & 1 == 0 {
            return Ok(None);
        }
        let mut at = self.word(Part::Postings, u64::from(slot.bucket))?;
        let before = (lists & ((1 << slot.number) - 1)).count_ones();
        for _ in 0..before {
            let count = self.word(Part::Postings, u64::from(at))?;
            let next = at.checked_add(count).and_then(|next| next.checked_add(1));
            at = next.ok_or_else(|| self.malformed(Part::Postings, 4 * u64::from(at), "it is too long"))?;
        }
        Ok(Some(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(bucket: &[u8; BUCKET], tag: u16) -> Vec<usize> {
        let bits = matches(bucket, tag);
        (0..64).filter(|bit| bits & 1 << bit != 0).map(slot_of).collect()
    }

    #[test]
    fn slots_are_found_by_their_tags_and_nothing_else_is() {
        for wanted in [0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF] {
            for number in 0..super::super::layout::SLOTS {
                let mut bytes = [0_u8; BUCKET];
                bytes.fill(wanted as u8 ^ 0x40);
                bytes[2 * number..2 * number + 2].copy_from_slice(&u16::to_le_bytes(wanted));
                assert_eq!(slots(&bytes, wanted), [number], "{wanted} {number}");
                let bit = 1 << (number % 4 * 16 + number / 4);
                assert_eq!(matches_of_words(&bytes, wanted), bit, "{wanted} {number}");
            }
            // One bit of difference is a difference, also beside equal ones.
            for bit in 0..16 {
                let mut bytes = [0xAA_u8; BUCKET];
                (0..4).for_each(|at| bytes[2 * at..2 * at + 2].copy_from_slice(&wanted.to_le_bytes()));
                bytes[2..4].copy_from_slice(&(wanted ^ 1 << bit).to_le_bytes());
                assert_eq!(slots(&bytes, wanted), [0, 2, 3], "{wanted} {bit}");
                let bits = 1 | 1 << 32 | 1 << 48;
                assert_eq!(matches_of_words(&bytes, wanted), bits, "{wanted} {bit}");
            }
        }
    }
}

//! The hash tables: buckets of a cache line each, and what passes a full one goes on to the next.

use super::error::Error;
use super::layout::{BUCKET, Part, SLOTS, bucket, reduce};
use super::reader::{Pack, u32_at};

/// The bits of a hash that a slot keeps.
pub(super) fn tag(hash: u64) -> u16 {
    hash as u16
}

/// The bucket where the search for a hash begins.
pub(super) fn home(hash: u64, buckets: u64) -> u64 {
    reduce(hash >> 32, buckets)
}

/// Which slots have a tag, a bit each.
#[inline]
fn matches(bucket: &[u8; BUCKET], tag: u16) -> u32 {
    let wanted = tag.to_le_bytes();
    let (tags, _) = bucket[..bucket::VALUES].as_chunks::<2>();
    let bits = tags.iter().enumerate().fold(0, |bits, (at, tag)| bits | u32::from(*tag == wanted) << at);
    bits & ((1 << bucket[bucket::USED].min(SLOTS as u8)) - 1)
}

impl Pack {
    /// Walks the values of a hash table that may be those of a hash, until `accept` takes one. It is told whether the
    /// value is a posting's.
    #[inline]
    pub(super) fn search<T>(
        &self,
        table: Part,
        hash: u64,
        mut accept: impl FnMut(u32, bool) -> Result<Option<T>, Error>,
    ) -> Result<Option<T>, Error> {
        let buckets = self.items(table);
        let (mut at, wanted) = (home(hash, buckets), tag(hash));
        for _ in 0..buckets {
            let bytes: &[u8; BUCKET] = self.item(table, at)?;
            let mut bits = matches(bytes, wanted);
            while bits != 0 {
                let slot = bits.trailing_zeros() as usize;
                let value = u32_at(bytes, bucket::VALUES + 4 * slot);
                let lists = u16::from_le_bytes([bytes[bucket::LISTS], bytes[bucket::LISTS + 1]]);
                if let Some(found) = accept(value, lists & 1 << slot != 0)? {
                    return Ok(Some(found));
                }
                bits &= bits - 1;
            }
            if bytes[bucket::GOES_ON] == 0 {
                return Ok(None);
            }
            at = if at + 1 == buckets { 0 } else { at + 1 };
        }
        Ok(None)
    }
}

//! The hash tables, the postings, and what a scan asks first.

use crate::cache::index::{home, tag};
use crate::cache::layout::{BUCKET, SLOTS, bucket, reduce};
use crate::cache::lookup::filter_bits;
use crate::parallel::*;

use super::terms::{Firsts, Key, join_items};
use super::{TooLarge, bytes};

/// A hash table that is being filled. Keys come in the order of their hashes.
pub(super) struct Slots {
    bytes: Vec<u8>,
    buckets: u64,
    /// The keys that have several senses: bucket, slot, and which of the senses.
    several: Vec<(u32, u8, std::ops::Range<usize>)>,
}

impl Slots {
    /// How many buckets there are for that many keys: three quarters of the slots are taken.
    pub(super) fn buckets(keys: usize) -> usize {
        (keys * 2).div_ceil(15)
    }

    /// Room for that many keys.
    fn new(keys: usize) -> Self {
        let buckets = Self::buckets(keys);
        Self { bytes: vec![0; buckets * BUCKET], buckets: buckets as u64, several: Vec::new() }
    }

    /// Returns bucket and slot.
    fn insert(&mut self, hash: u64, value: u32) -> (u32, u8) {
        let mut at = home(hash, self.buckets);
        loop {
            let start = at as usize * BUCKET;
            let bytes = &mut self.bytes[start..start + BUCKET];
            let slot = usize::from(bytes[bucket::USED]);
            if slot < SLOTS {
                bytes[2 * slot..2 * slot + 2].copy_from_slice(&tag(hash).to_le_bytes());
                let place = bucket::VALUES + 4 * slot;
                bytes[place..place + 4].copy_from_slice(&value.to_le_bytes());
                bytes[bucket::USED] += 1;
                return (at as u32, slot as u8);
            }
            bytes[bucket::GOES_ON] = 1;
            at = if at + 1 == self.buckets { 0 } else { at + 1 };
        }
    }

    /// The table from OIDs to entries, from their hashes and positions.
    pub(super) fn of_oids(oids: &[(u64, u32)]) -> Vec<u8> {
        let mut parts = Parts::new(oids.len());
        oids.iter().for_each(|oid| parts.push(oid.0, *oid));
        parts.sort(|oid| *oid, |_| ());
        let mut slots = Self::new(oids.len());
        for &(hash, position) in parts.parts.iter().flatten() {
            slots.insert(hash, position);
        }
        slots.bytes
    }
}

/// Items by the first bits of their hashes: a part is sorted near the core, and all of them one after the other are in the
/// order of their hashes.
pub(super) struct Parts<T> {
    parts: Vec<Vec<T>>,
    bits: u32,
}

/// How many items a part has, about, unless there are more than 256 parts of them.
const PART: usize = 4096;

impl<T: Copy + Send> Parts<T> {
    /// For about that many.
    pub(super) fn new(count: usize) -> Self {
        let bits = (count / PART).max(1).ilog2().min(8);
        // Parts are not equally large: what does not fit at once is copied when it grows.
        let room = (count >> bits) / 8 * 9;
        Self { parts: (0..1 << bits).map(|_| Vec::with_capacity(room)).collect(), bits }
    }

    #[inline]
    pub(super) fn push(&mut self, hash: u64, item: T) {
        let part = hash.checked_shr(u64::BITS - self.bits).unwrap_or(0);
        self.parts[part as usize].push(item);
    }

    /// Brings each part into order: that of the hashes and, where they are equal, that of what is told of the items. Then does
    /// something with each, near the core; returns what came of it.
    fn sort<O: Ord, R: Send>(
        &mut self,
        order: impl Fn(&T) -> (u64, O) + Send + Sync,
        then: impl Fn(&mut Vec<T>) -> R + Send + Sync,
    ) -> Vec<R> {
        let bits = self.bits;
        let sort_one = |part: &mut Vec<T>| {
            sort(part, bits, &order);
            then(part)
        };
        self.parts.par_iter_mut().map(sort_one).collect()
    }
}

/// How many items are sorted by comparing them, about: hashes are as good as random, so that the bits of one tell where it
/// belongs.
const GROUP: usize = 2;

/// Sorts items whose hashes agree in that many first bits.
fn sort<T: Copy, O: Ord>(items: &mut [T], skipped: u32, order: &impl Fn(&T) -> (u64, O)) {
    let bits = (items.len() / GROUP).max(1).ilog2();
    let group = |item: &T| (order(item).0 << skipped).checked_shr(u64::BITS - bits).unwrap_or(0) as usize;
    // Where each group ends, then where the last of its items went: in the end, where it begins.
    let mut places = vec![0; 1 << bits];
    items.iter().for_each(|item| places[group(item)] += 1);
    let mut end = 0;
    places.iter_mut().for_each(|place| {
        end += *place;
        *place = end;
    });
    let scattered = items.to_vec();
    for item in &scattered {
        let place = &mut places[group(item)];
        *place -= 1;
        items[*place] = *item;
    }
    let ends = places.iter().skip(1).copied().chain([items.len()]);
    for (&start, end) in places.iter().zip(ends) {
        items[start..end].sort_unstable_by_key(order);
    }
}

/// The table from keys to terms, and the postings of those that have several senses.
pub(super) fn keys(mut all: Parts<Key>) -> Result<(Vec<u8>, Vec<u8>), TooLarge> {
    // By key, then as senses are ordered: most specific layer first, then by OID, which is the terms' order.
    let order = |key: &Key| (key.hash, (std::cmp::Reverse(key.layer), key.position));
    let same = |a: &Key, b: &Key| (a.hash, a.check) == (b.hash, b.check);
    let counts = all.sort(order, |part| part.chunk_by(same).count());
    let mut slots = Slots::new(counts.into_iter().sum());
    let mut more = Vec::new();
    for part in &mut all.parts {
        let mut rest = &mut part[..];
        while let [first, behind @ ..] = &*rest {
            // Most have a hash of their own.
            let count = 1 + behind.iter().take_while(|key| key.hash == first.hash).count();
            let (alike, others) = rest.split_at_mut(count);
            match alike {
                [key] => _ = slots.insert(key.hash, key.position),
                _ => slots.keys(alike, &mut more),
            }
            rest = others;
        }
    }
    let postings = slots.postings(&more)?;
    Ok((slots.bytes, postings))
}

impl Slots {
    /// Inserts keys with the same hash.
    fn keys(&mut self, mut rest: &mut [Key], more: &mut Vec<u32>) {
        // All are one key, but for what happens to two hashes once in an age.
        while let Some(first) = rest.first() {
            let check = first.check;
            // Stable: the order of senses stays.
            rest.sort_by_key(|key| key.check != check);
            let count = rest.partition_point(|key| key.check == check);
            let (one, others) = rest.split_at_mut(count);
            self.senses(one, more);
            rest = others;
        }
    }

    /// Inserts a key: the first sense, and which of the further ones are its own.
    fn senses(&mut self, senses: &[Key], more: &mut Vec<u32>) {
        let (bucket, slot) = self.insert(senses[0].hash, senses[0].position);
        let from = more.len();
        // A term that has a key twice (an alias that folds to the term) is one sense.
        let others = senses.windows(2).filter(|two| two[0].position != two[1].position);
        more.extend(others.map(|two| two[1].position));
        if more.len() > from {
            let at = bucket as usize * BUCKET + bucket::LISTS + usize::from(slot / 8);
            self.bytes[at] |= 1 << (slot % 8);
            self.several.push((bucket, slot, from..more.len()));
        }
    }

    /// Where the postings of each bucket begin, then the postings, in the order of buckets and slots.
    fn postings(&mut self, more: &[u32]) -> Result<Vec<u8>, TooLarge> {
        // Nearly in order: only what went on to another bucket is not.
        self.several.sort_unstable_by_key(|(bucket, slot, _)| (*bucket, *slot));
        let total = self.buckets as usize + self.several.len() + more.len();
        u32::try_from(total).map_err(|_| TooLarge)?;
        let mut words: Vec<u8> = Vec::with_capacity(total * 4);
        let (mut at, mut several) = (self.buckets as u32, self.several.iter().peekable());
        for bucket in 0..self.buckets as u32 {
            words.extend_from_slice(&at.to_le_bytes());
            while let Some((_, _, senses)) = several.next_if(|(own, ..)| *own == bucket) {
                at += 1 + senses.len() as u32;
            }
        }
        for (_, _, senses) in &self.several {
            words.extend_from_slice(&(senses.len() as u32).to_le_bytes());
            more[senses.clone()].iter().for_each(|word| words.extend_from_slice(&word.to_le_bytes()));
        }
        Ok(words)
    }
}

/// The filter of first segments, and what is known of each.
pub(super) fn firsts(batches: impl Iterator<Item = Firsts>) -> (Vec<u8>, Vec<u8>) {
    let mut all = Firsts::default();
    for (hash, item) in batches.flatten() {
        join_items(all.entry(hash).or_default(), item);
    }
    let mut items = vec![0_u16; all.len()];
    let places = items.len() as u64;
    for (&hash, &item) in &all {
        join_items(&mut items[reduce(hash, places) as usize], item);
    }
    let filter = filter(all.len(), all.into_keys());
    (filter, bytes(&items, u16::to_le_bytes))
}

/// The filter of beginnings up to the second word.
pub(super) fn seconds(batches: impl Iterator<Item = Vec<u64>>) -> Vec<u8> {
    let batches: Vec<Vec<u64>> = batches.collect();
    let mut all = Parts::new(batches.iter().map(Vec::len).sum());
    batches.iter().flatten().for_each(|&hash| all.push(hash, hash));
    let counts = all.sort(
        |&hash| (hash, ()),
        |part| {
            part.dedup();
            part.len()
        },
    );
    filter(counts.into_iter().sum(), all.parts.into_iter().flatten())
}

/// A Bloom filter with ten bits a hash: 3 of 100 others pass it.
fn filter(count: usize, hashes: impl Iterator<Item = u64>) -> Vec<u8> {
    let mut words = vec![0_u64; (count * 5).div_ceil(32)];
    let length = words.len() as u64;
    hashes.for_each(|hash| words[reduce(hash >> 32, length) as usize] |= filter_bits(hash));
    bytes(&words, u64::to_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_are_sorted_as_all_would_be(
            items in prop::collection::vec((any::<u64>(), any::<u8>()), 0..400),
            alike in prop::collection::vec((0_u64..9, any::<u8>()), 0..40), room in 0_usize..40_000,
        ) {
            let mut all: Vec<_> = items.into_iter().chain(alike).collect();
            let mut parts = Parts::new(room);
            all.iter().for_each(|&(hash, more)| parts.push(hash, (hash, more)));
            parts.sort(|&item| item, |_| ());
            all.sort_unstable();
            prop_assert_eq!(parts.parts.concat(), all);
        }
    }
}

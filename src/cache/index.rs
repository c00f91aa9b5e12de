//! The hash tables: open addressing, linear probing, slots of eight bytes, a power of two of them.

use super::layout::EMPTY;

/// Slots for that many keys: at most three quarters are taken.
pub(super) fn slots(keys: usize) -> usize {
    (keys + keys / 3 + 1).next_power_of_two()
}

/// The slot where a hash's search begins, and the 32 bits of it that a slot keeps.
pub(super) fn split(hash: u64, slots: u64) -> (u64, u32) {
    (hash & (slots - 1), (hash >> 32) as u32)
}

/// What a slot holds: the kept bits and a value; `None` ends a search.
pub(super) fn slot(bytes: [u8; 8]) -> Option<(u32, u32)> {
    let [a, b, c, d, e, f, g, h] = bytes;
    let value = u32::from_le_bytes([e, f, g, h]);
    (value != EMPTY).then(|| (u32::from_le_bytes([a, b, c, d]), value))
}

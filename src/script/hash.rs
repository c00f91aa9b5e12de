//! Fast hashes: one for small integer keys that we number ourselves, and one for the names of a script.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

/// Multiplies and rotates, as rustc's own does.
#[derive(Default, Clone, Copy)]
pub(super) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u32(&mut self, value: u32) {
        self.write_u64(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(5) ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

/// A map from our own numbers.
pub(super) type IdMap<K, V> = HashMap<K, V, BuildHasherDefault<IdHasher>>;
/// A set of our own numbers.
pub(super) type IdSet<K> = HashSet<K, BuildHasherDefault<IdHasher>>;

/// Hashes names, with a secret of its own: a script cannot choose names that get in each other's way.
pub(super) struct TextState([u64; 2]);

impl Default for TextState {
    fn default() -> Self {
        let random = RandomState::new();
        Self([random.hash_one(0), random.hash_one(1) | 1])
    }
}

impl BuildHasher for TextState {
    type Hasher = TextHasher;

    fn build_hasher(&self) -> TextHasher {
        TextHasher { so_far: self.0[0], secret: self.0[1] }
    }
}

/// Multiplies by the secret and folds the product, eight bytes a step.
pub(super) struct TextHasher {
    so_far: u64,
    secret: u64,
}

impl Hasher for TextHasher {
    fn finish(&self) -> u64 {
        self.so_far
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.write_u64(u64::from_le_bytes(*word));
        }
        // The length tells apart what ends in zeros.
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.write_u64(u64::from_le_bytes(last) ^ (bytes.len() as u64) << 56);
    }

    fn write_u8(&mut self, _: u8) {
        // What ends a text; its length has told that already.
    }

    fn write_u64(&mut self, value: u64) {
        let product = u128::from(self.so_far ^ value) * u128::from(self.secret);
        self.so_far = product as u64 ^ (product >> 64) as u64;
    }
}

//! A fast hash for short texts that a document chooses: with a secret of its own, so that nobody can choose texts that get in
//! each other's way.

use std::hash::{BuildHasher, Hasher, RandomState};

/// A secret, chosen at random.
#[derive(Debug, Clone)]
pub(crate) struct TextState([u64; 2]);

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
pub(crate) struct TextHasher {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_hashes_of_their_own_with_each_secret() {
        let state = TextState::default();
        let texts: Vec<String> = (0..40)
            .flat_map(|n| ["", "\0", "a"].map(|piece| format!("{}{}", piece.repeat(n), n % 3)))
            .collect();
        for one in &texts {
            for other in &texts {
                assert_eq!(one == other, state.hash_one(one.as_str()) == state.hash_one(other.as_str()));
            }
        }
        assert_ne!(state.hash_one("a"), TextState::default().hash_one("a"));
    }
}

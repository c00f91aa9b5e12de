//! The hash of the tables: eight bytes a step, and any beginning of a text on the way.

use crate::text::{SIMPLE, rest};

const START: u64 = 0x9E37_79B9_7F4A_7C15;
const MULTIPLIER: u64 = 0xD6E8_FEB8_6659_FD93;

fn step(state: u64, word: u64) -> u64 {
    let state = (state ^ word).wrapping_mul(MULTIPLIER);
    state ^ (state >> 32)
}

/// What `count` last bytes add, less than eight: a word filled up with zeros.
#[inline]
fn finish(state: u64, word: u64, count: usize) -> u64 {
    let mut hash = step(state, word | (count as u64) << 56);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    hash ^ (hash >> 33)
}

#[inline]
fn steps(state: u64, words: &[[u8; 8]]) -> u64 {
    words.iter().fold(state, |state, word| step(state, u64::from_le_bytes(*word)))
}

/// The hash of a key.
#[inline]
pub(super) fn hash(bytes: &[u8]) -> u64 {
    finish(steps(START, bytes.as_chunks().0), rest(bytes), bytes.len() % 8)
}

/// The hash of a key that is shorter than its buffer, which is filled up with zeros.
#[inline(always)]
pub(super) fn hash_of_words(buffer: &[u8; SIMPLE], length: usize) -> u64 {
    let (full, words) = (length / 8, buffer.as_chunks().0);
    let last = words.get(full).map_or(0, |word| u64::from_le_bytes(*word));
    finish(steps(START, words.get(..full).unwrap_or_default()), last, length % 8)
}

/// The hashes of beginnings of a text, the later ones from what the earlier ones left.
pub(super) struct Beginnings<'t> {
    bytes: &'t [u8],
    state: u64,
    done: usize,
}

impl<'t> Beginnings<'t> {
    pub(super) fn new(bytes: &'t [u8]) -> Self {
        Self { bytes, state: START, done: 0 }
    }

    /// The hash of the first `end` bytes. The ends ascend.
    pub(super) fn until(&mut self, end: usize) -> u64 {
        let (words, left) = self.bytes[self.done..end].as_chunks();
        self.state = steps(self.state, words);
        self.done += words.len() * 8;
        finish(self.state, rest(&self.bytes[..end]), left.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_have_the_hashes_that_they_have_alone() {
        let text: Vec<u8> = (0..60).collect();
        let mut beginnings = Beginnings::new(&text);
        for end in 0..=text.len() {
            assert_eq!(beginnings.until(end), hash(&text[..end]), "{end}");
        }
    }

    #[test]
    fn a_key_in_a_buffer_has_the_hash_that_it_has_elsewhere() {
        let text: Vec<u8> = (1..=64).collect();
        for length in 0..=text.len() {
            let mut buffer = [0; SIMPLE];
            buffer[..length].copy_from_slice(&text[..length]);
            assert_eq!(hash_of_words(&buffer, length), hash(&text[..length]), "{length}");
        }
    }

    #[test]
    fn what_the_page_says_of_the_hash_holds() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/format-1337.md");
        let page = std::fs::read_to_string(page).unwrap();
        for text in ["", "a", "forkie", "fork lift", "grosse halle", "grüße aus köln"] {
            let row = format!("`{:016X}`", hash(text.as_bytes()));
            assert!(page.contains(&row), "{text:?} has the hash {row}, the page says otherwise");
        }
    }
}

//! The hash of the tables: eight bytes a step, and any beginning of a text on the way.

const START: u64 = 0x9E37_79B9_7F4A_7C15;
const MULTIPLIER: u64 = 0xD6E8_FEB8_6659_FD93;

fn step(state: u64, word: u64) -> u64 {
    let state = (state ^ word).wrapping_mul(MULTIPLIER);
    state ^ (state >> 32)
}

fn finish(state: u64, rest: &[u8]) -> u64 {
    let mut word = [0; 8];
    word[..rest.len()].copy_from_slice(rest);
    word[7] = rest.len() as u8;
    let mut hash = step(state, u64::from_le_bytes(word));
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    hash ^ (hash >> 33)
}

/// The hash of a key.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    finish(words.iter().fold(START, |state, word| step(state, u64::from_le_bytes(*word))), rest)
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
        let (words, rest) = self.bytes[self.done..end].as_chunks::<8>();
        self.state = words.iter().fold(self.state, |state, word| step(state, u64::from_le_bytes(*word)));
        self.done += words.len() * 8;
        finish(self.state, rest)
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
    fn what_the_page_says_of_the_hash_holds() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/format-1337.md");
        let page = std::fs::read_to_string(page).unwrap();
        for text in ["", "a", "forkie", "fork lift", "grosse halle", "grüße aus köln"] {
            let row = format!("`{:016X}`", hash(text.as_bytes()));
            assert!(page.contains(&row), "{text:?} has the hash {row}, the page says otherwise");
        }
    }
}

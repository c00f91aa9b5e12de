//! SHA-256 of two messages at once.
//!
//! The instructions that processors have for SHA-256 wait for each other: the next round needs what the last one gave.
//! A core that works at two messages in turns fills these waits and hashes nearly twice as much. Where there are no
//! such instructions, and for one message, this is the `sha2` crate.
//!
//! FIPS 180-4, <https://csrc.nist.gov/pubs/fips/180-4/upd1/final>.

#[cfg(feature = "cli")]
mod files;
#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(feature = "cli")]
pub(crate) use files::{Hashed, files};

use sha2::block_api::compress256;

/// The bytes of a digest.
pub(crate) const LENGTH: usize = 32;

type Block = [u8; 64];
type State = [u32; 8];

/// The fractional parts of the square roots of the first eight primes (FIPS 180-4, 5.3.3).
const START: State =
    [0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19];

/// A message that is hashed piece by piece.
#[derive(Clone)]
pub(crate) struct Hasher {
    state: State,
    length: u64,
    /// What has come, but makes no block yet: as many bytes as the length has beyond whole blocks.
    rest: Block,
}

impl Default for Hasher {
    fn default() -> Self {
        Self { state: START, length: 0, rest: [0; 64] }
    }
}

impl Hasher {
    /// How many bytes have come.
    #[cfg(feature = "cli")]
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// The digest of what has come.
    #[cfg(feature = "cli")]
    pub(crate) fn finish(mut self) -> [u8; LENGTH] {
        let (tail, blocks) = self.tail();
        compress256(&mut self.state, &tail[..blocks]);
        self.digest()
    }

    fn filled(&self) -> usize {
        (self.length % 64) as usize
    }

    /// Takes what fills the block that was begun; returns the whole blocks that follow, and notes what is behind them.
    fn take<'b>(&mut self, mut bytes: &'b [u8]) -> &'b [Block] {
        let filled = self.filled();
        self.length += bytes.len() as u64;
        if filled > 0 {
            let (head, tail) = bytes.split_at(bytes.len().min(64 - filled));
            self.rest[filled..filled + head.len()].copy_from_slice(head);
            if filled + head.len() < 64 {
                return &[];
            }
            compress256(&mut self.state, std::slice::from_ref(&self.rest));
            bytes = tail;
        }
        let (blocks, rest) = bytes.as_chunks::<64>();
        self.rest[..rest.len()].copy_from_slice(rest);
        blocks
    }

    /// The last one or two blocks: what is left, a bit, zeros, and the length in bits (FIPS 180-4, 5.1.1).
    fn tail(&self) -> ([Block; 2], usize) {
        let (mut tail, filled) = ([[0; 64]; 2], self.filled());
        let blocks = if filled < 56 { 1 } else { 2 };
        let bytes = tail.as_flattened_mut();
        bytes[..filled].copy_from_slice(&self.rest[..filled]);
        bytes[filled] = 0x80;
        bytes[64 * blocks - 8..64 * blocks].copy_from_slice(&(self.length * 8).to_be_bytes());
        (tail, blocks)
    }

    fn digest(&self) -> [u8; LENGTH] {
        let mut digest = [0; LENGTH];
        for (bytes, word) in digest.as_chunks_mut::<4>().0.iter_mut().zip(self.state) {
            *bytes = word.to_be_bytes();
        }
        digest
    }
}

/// The next pieces of two messages: best of the same length.
pub(crate) fn update(hashers: &mut [Hasher; 2], bytes: [&[u8]; 2]) {
    let [one, two] = hashers;
    let blocks = [one.take(bytes[0]), two.take(bytes[1])];
    compress([&mut one.state, &mut two.state], blocks);
}

/// The digests of two messages that came piece by piece.
pub(crate) fn finish([mut one, mut two]: [Hasher; 2]) -> [[u8; LENGTH]; 2] {
    let [(tail_one, blocks_one), (tail_two, blocks_two)] = [one.tail(), two.tail()];
    compress([&mut one.state, &mut two.state], [&tail_one[..blocks_one], &tail_two[..blocks_two]]);
    [one.digest(), two.digest()]
}

/// Whether two messages take next to no longer than one.
pub(crate) fn is_paired() -> bool {
    #[cfg(target_arch = "x86_64")]
    let is_paired = x86::is_there();
    #[cfg(not(target_arch = "x86_64"))]
    let is_paired = false;
    is_paired
}

/// The digests of two messages, of whatever lengths.
pub(crate) fn pair(messages: [&[u8]; 2]) -> [[u8; LENGTH]; 2] {
    let mut hashers = [Hasher::default(), Hasher::default()];
    update(&mut hashers, messages);
    finish(hashers)
}

/// The digests of messages, in their order. Neighbours are hashed together: the nearer their lengths, the better.
pub(crate) fn all<'m>(messages: impl IntoIterator<Item = &'m [u8]>) -> Vec<[u8; LENGTH]> {
    let mut messages = messages.into_iter();
    let mut digests = Vec::with_capacity(messages.size_hint().0);
    while let Some(first) = messages.next() {
        let second = messages.next();
        let two = pair([first, second.unwrap_or_default()]);
        digests.extend_from_slice(&two[..1 + usize::from(second.is_some())]);
    }
    digests
}

/// Takes blocks of two messages in: together as far as both have some.
fn compress([one, two]: [&mut State; 2], [blocks_one, blocks_two]: [&[Block]; 2]) {
    let mut both = 0;
    #[cfg(target_arch = "x86_64")]
    if x86::is_there() {
        both = blocks_one.len().min(blocks_two.len());
        x86::compress([one, two], [&blocks_one[..both], &blocks_two[..both]]);
    }
    compress256(one, &blocks_one[both..]);
    compress256(two, &blocks_two[both..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use sha2::{Digest as _, Sha256};

    fn alone(message: &[u8]) -> [u8; LENGTH] {
        Sha256::digest(message).into()
    }

    #[test]
    fn the_digests_of_the_standard() {
        // FIPS 180-2, appendix B.1 and B.2.
        let hex = |digest: [u8; LENGTH]| digest.map(|byte| format!("{byte:02x}")).concat();
        let [one, two] = pair([b"abc", b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"]);
        assert_eq!(hex(one), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(hex(two), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    }

    #[test]
    fn every_length_about_the_blocks() {
        let bytes: Vec<u8> = (0..400_u32).map(|i| (i * 7 + i / 3) as u8).collect();
        for a in 0..200 {
            for b in [0, 1, 55, 56, 63, 64, 65, 119, 120, 127, 128, 129, a, 400 - a] {
                let (a, b) = (&bytes[..a], &bytes[400 - b..]);
                assert_eq!(pair([a, b]), [alone(a), alone(b)], "{} and {}", a.len(), b.len());
            }
        }
    }

    proptest! {
        #[test]
        fn they_are_those_of_one_after_the_other(
            messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..3000), 0..6),
        ) {
            let expected: Vec<_> = messages.iter().map(|message| alone(message)).collect();
            prop_assert_eq!(all(messages.iter().map(Vec::as_slice)), expected);
        }

        #[test]
        fn pieces_are_what_they_are_together(
            pieces in prop::collection::vec((0_usize..200, 0_usize..200), 0..12), bytes in prop::collection::vec(any::<u8>(), 4800),
        ) {
            let (mut hashers, mut ends) = ([Hasher::default(), Hasher::default()], (0, 0));
            for (a, b) in pieces {
                update(&mut hashers, [&bytes[ends.0..ends.0 + a], &bytes[ends.1..ends.1 + b]]);
                ends = (ends.0 + a, ends.1 + b);
            }
            prop_assert_eq!(finish(hashers), [alone(&bytes[..ends.0]), alone(&bytes[..ends.1])]);
        }
    }
}

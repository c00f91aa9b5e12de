//! Keys of short texts by instructions that take as many bytes as there are, and judge all of them at once: AVX-512 for bytes
//! and words, in vectors of 32 bytes (Intel SDM, volume 1, chapter 15). A short key costs a third of what it costs elsewhere,
//! and nothing waits for how long it is. Pure.

use std::arch::x86_64::{
    __mmask32, _mm256_cmpeq_epi8_mask, _mm256_cmple_epu8_mask, _mm256_mask_add_epi8, _mm256_maskz_loadu_epi8,
    _mm256_set1_epi8, _mm256_storeu_si256, _mm256_sub_epi8,
};

use super::eight::SIMPLE;

/// The longest text, in bytes.
const LONGEST: usize = 32;

/// Writes the key of a simple text as [`simple_key`](super::simple_key) does; whether it is simple. `None` if the text is longer than that, or the processor lacks the instructions.
#[inline(always)]
pub(super) fn masked_key(text: &[u8], key: &mut [u8; SIMPLE]) -> Option<bool> {
    if text.len() > LONGEST || !is_x86_feature_detected!("avx512bw") || !is_x86_feature_detected!("avx512vl")
    {
        return None;
    }
    // SAFETY: the processor has what the function was compiled for, and the text has at most 32 bytes.
    #[expect(unsafe_code, reason = "a call of a function for a certain processor; see the proof above")]
    Some(unsafe { fold(text, key) })
}

/// See above.
///
/// SAFETY: the text has at most 32 bytes. All else is asked of the processor alone.
#[target_feature(enable = "avx512bw,avx512vl")]
#[expect(unsafe_code, reason = "the processor reads and writes by address; see the proofs")]
unsafe fn fold(text: &[u8], key: &mut [u8; SIMPLE]) -> bool {
    let inside = ((1_u64 << text.len()) - 1) as __mmask32;
    // SAFETY: a byte is read only where its bit is set: those of the text.
    let bytes = unsafe { _mm256_maskz_loadu_epi8(inside, text.as_ptr().cast()) };
    let all = |byte: u8| _mm256_set1_epi8(byte as i8);
    let is = |byte: u8| _mm256_cmpeq_epi8_mask(bytes, all(byte));
    let is_from =
        |first: u8, last: u8| _mm256_cmple_epu8_mask(_mm256_sub_epi8(bytes, all(first)), all(last - first));
    // What these mean is written in `eight`, for the same with other instructions.
    let allowed = is_from(b' ', 0xBF) & !is(0x9F) | is(0xC3);
    let capitals = is_from(0x80, 0x9E) & !is(0x97) | is_from(b'A', b'Z');
    let spaces = is(b' ');
    let folded = _mm256_mask_add_epi8(bytes, capitals, bytes, all(0x20));
    // SAFETY: the key has 64 bytes.
    unsafe { _mm256_storeu_si256(key.as_mut_ptr().cast(), folded) };
    let last = inside ^ inside >> 1;
    let wrong = inside & !allowed | spaces & (spaces << 1 | 1 | last);
    wrong == 0 && inside != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::eight::by_sixteen;
    use proptest::prelude::*;

    /// Where the processor has no such instructions there is nothing to compare.
    fn check(text: &[u8]) {
        let (mut key, mut expected) = ([0; SIMPLE], [0; SIMPLE]);
        let Some(is_simple) = masked_key(text, &mut key) else { return };
        assert_eq!(is_simple, by_sixteen(text, &mut expected), "{text:?}");
        assert!(!is_simple || key == expected, "{text:?}");
    }

    #[test]
    fn every_pair_of_bytes_is_judged_as_elsewhere() {
        for pair in 0..=u16::MAX {
            let [a, b] = pair.to_le_bytes();
            check(&[a, b]);
            check(&[b'x', a, b, b'Y']);
        }
    }

    proptest! {
        #[test]
        fn keys_are_those_of_other_processors(bytes in prop::collection::vec(any::<u8>(), 0..34), text in "[ -~À-ÿ]{0,20}") {
            check(&bytes);
            check(text.as_bytes());
        }
    }
}

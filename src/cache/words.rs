//! Comparing keys sixteen bytes a step, so that what is compared does not decide how far the processor may look ahead.

use crate::text::{STEP, Sixteen};

/// The first half and the last half of some bytes, which may overlap.
#[inline(always)]
fn eights(bytes: &[u8]) -> Option<Sixteen> {
    let [first, last] = [bytes.first_chunk()?, bytes.last_chunk()?].map(|word| u64::from_le_bytes(*word));
    Some(Sixteen::of_words([first, last]))
}

/// The same of fewer.
#[inline(always)]
fn fours(bytes: &[u8]) -> Option<Sixteen> {
    let [first, last] =
        [bytes.first_chunk()?, bytes.last_chunk()?].map(|word| u32::from_le_bytes(*word).into());
    Some(Sixteen::of_words([first, last]))
}

/// At most three bytes: the first, one in the middle and the last, which may be the same.
#[inline(always)]
fn few(bytes: &[u8]) -> Sixteen {
    let at = |at: usize| bytes.get(at).map_or(0, |byte| u64::from(*byte));
    Sixteen::of_words([at(0) | at(bytes.len() / 2) << 8 | at(bytes.len().saturating_sub(1)) << 16, 0])
}

/// Whether a text is a key, byte by byte after a change of each. Where it ends is asked last and how many steps it takes
/// is the key's matter alone: else the processor, which has the key at hand and waits for the text, would have to guess it.
#[inline(always)]
fn compare(text: &[u8], key: &[u8], change: impl Fn(Sixteen) -> Sixteen) -> bool {
    let Some(begin) = text.get(..key.len()) else { return false };
    let is_as_long = text.len() == key.len();
    let same = |a: Sixteen, b: Sixteen| change(a).is_same(b);
    // The last sixteen bytes overlap those before; where there are no sixteen, twice eight or four may be.
    if let (Some(last), Some(key_last)) = (begin.last_chunk::<STEP>(), key.last_chunk::<STEP>()) {
        let mut all = same(Sixteen::of(last), Sixteen::of(key_last));
        for (a, b) in begin.as_chunks().0.iter().zip(key.as_chunks().0) {
            all &= same(Sixteen::of(a), Sixteen::of(b));
        }
        return all & is_as_long;
    }
    let (a, b) = match (eights(begin), eights(key)) {
        (Some(a), Some(b)) => (a, b),
        _ => match (fours(begin), fours(key)) {
            (Some(a), Some(b)) => (a, b),
            _ => (few(begin), few(key)),
        },
    };
    same(a, b) & is_as_long
}

/// Whether two keys are the same.
#[inline(always)]
pub(super) fn is_same(text: &[u8], key: &[u8]) -> bool {
    compare(text, key, |bytes| bytes)
}

/// Whether a text with `A` to `Z` in lower case is a key.
#[inline(always)]
pub(super) fn is_lower(text: &[u8], key: &[u8]) -> bool {
    compare(text, key, Sixteen::lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_lowered_as_ascii_and_compared() {
        for byte in 0..=255_u8 {
            let text: Vec<u8> = (0..40).map(|at: u8| byte.wrapping_add(at.wrapping_mul(37))).collect();
            for length in 0..text.len() {
                let text = &text[..length];
                let key = text.to_ascii_lowercase();
                assert!(is_lower(text, &key) && is_same(text, text), "{text:?}");
                for at in 0..length {
                    for bit in 0..8 {
                        let mut other = key.clone();
                        other[at] ^= 1 << bit;
                        assert!(!is_lower(text, &other) && !is_same(&key, &other), "{text:?} {other:?}");
                    }
                }
                assert!(!is_lower(text, &[&key[..], b"a"].concat()));
            }
        }
    }
}

//! Comparing keys eight bytes a step, so that what is compared does not decide how far the processor may look ahead.

use crate::text::lower;

/// Whether a text is a key, byte by byte after a change of each eight. Where it ends is asked last and how many steps it takes
/// is the key's matter alone: else the processor, which has the key at hand and waits for the text, would have to guess it.
#[inline(always)]
fn compare(text: &[u8], key: &[u8], change: impl Fn(u64) -> u64) -> bool {
    let Some(begin) = text.get(..key.len()) else { return false };
    let is_as_long = text.len() == key.len();
    let differ = |a: &[u8; 8], b: &[u8; 8]| change(u64::from_le_bytes(*a)) ^ u64::from_le_bytes(*b);
    let (texts, keys) = (begin.as_chunks::<8>().0, key.as_chunks::<8>().0);
    let all = texts.iter().zip(keys).fold(0, |all, (a, b)| all | differ(a, b));
    // The last eight bytes overlap those before; where there are no eight, twice four may be.
    if let (Some(a), Some(b)) = (begin.last_chunk(), key.last_chunk()) {
        return (all | differ(a, b) == 0) & is_as_long;
    }
    let differ = |a: &[u8; 4], b: &[u8; 4]| {
        change(u64::from(u32::from_le_bytes(*a))) ^ u64::from(u32::from_le_bytes(*b))
    };
    if let (Some(a), Some(b), Some(c), Some(d)) =
        (begin.first_chunk(), key.first_chunk(), begin.last_chunk(), key.last_chunk())
    {
        return (differ(a, b) | differ(c, d) == 0) & is_as_long;
    }
    let each = begin.iter().zip(key);
    (each.fold(0, |all, (a, b)| all | change(u64::from(*a)) ^ u64::from(*b)) == 0) & is_as_long
}

/// Whether two keys are the same.
#[inline(always)]
pub(super) fn is_same(text: &[u8], key: &[u8]) -> bool {
    compare(text, key, |word| word)
}

/// Whether a text with `A` to `Z` in lower case is a key.
#[inline(always)]
pub(super) fn is_lower(text: &[u8], key: &[u8]) -> bool {
    compare(text, key, lower)
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

//! Bytes, eight or sixteen a step: no step waits for what a byte is, and nothing is read back in other pieces than it was
//! written in, so a processor may look ahead from one question to the next.

use super::sixteen::{STEP, Sixteen};

/// The bytes behind the last full eight, filled up with zeros.
#[inline]
pub(crate) fn rest(bytes: &[u8]) -> u64 {
    let count = bytes.len() % 8;
    if let Some(last) = bytes.last_chunk() {
        // In two steps: where no byte is left, all eight go.
        return u64::from_le_bytes(*last) >> 8 >> (8 * (7 - count));
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let [first, last] = [*first, *last].map(|four| u64::from(u32::from_le_bytes(four)));
        return first | last << (8 * (count - 4));
    }
    let Some(last) = count.checked_sub(1) else { return 0 };
    let at = |at: usize| u64::from(bytes[at]) << (8 * at);
    at(0) | at(count / 2) | at(last)
}

/// The longest text that [`simple_key`] takes, in bytes.
pub const SIMPLE: usize = 64;

/// The key of a text of ASCII and the letters from U+00C0 to U+00FF but `ß`, whose white space is single spaces within it:
/// so a key needs no more than small letters. Written into a buffer of zeros; it is as long as the text, and what is behind it stays
/// zero. Whether the text is one of those; of every other one nothing is known then.
#[inline(always)]
pub fn simple_key(text: &[u8], key: &mut [u8; SIMPLE]) -> bool {
    #[cfg(target_arch = "x86_64")]
    if let Some(is_simple) = super::masked::masked_key(text, key) {
        return is_simple;
    }
    by_sixteen(text, key)
}

/// See above.
#[inline(always)]
pub(super) fn by_sixteen(text: &[u8], key: &mut [u8; SIMPLE]) -> bool {
    if text.len() > SIMPLE {
        return false;
    }
    let mut places = key.as_chunks_mut().0.iter_mut();
    // In one piece, so that whoever reads a part of it does not wait for two.
    let mut write = |folded: Sixteen| {
        if let Some(place) = places.next() {
            folded.write(place);
        }
    };
    // A space at the beginning follows one, and so does the end.
    let (mut found, mut before) = (0, 1);
    let (steps, left) = text.as_chunks::<STEP>();
    for step in steps {
        let judged = judge(Sixteen::of(step));
        found |= judged.wrong | judged.spaces & (judged.spaces << 1 | before);
        before = judged.spaces >> 15 & 1;
        write(judged.folded);
    }
    // What is behind the text is judged as a letter and made zero again.
    let (last, count) = (rest(text), left.len());
    let first = left.first_chunk().map(|word| u64::from_le_bytes(*word));
    let words = if let Some(first) = first { [first, last] } else { [last, 0] };
    let judged = judge(Sixteen::of_words(words));
    let inside = (1 << count) - 1;
    let spaces = judged.spaces & inside;
    found |= judged.wrong & inside | spaces & (spaces << 1 | before);
    before = (spaces << 1 | before) >> count;
    if count > 0 {
        write(judged.folded);
    }
    found | before & 1 == 0
}

/// What there is to say of sixteen bytes of UTF-8, a bit each.
struct Judged {
    /// What does not belong into a simple text: controls, and what leads to or belongs to other characters.
    wrong: u32,
    spaces: u32,
    /// With small letters. Zero stays zero.
    folded: Sixteen,
}

#[inline(always)]
fn judge(bytes: Sixteen) -> Judged {
    let is = |byte| bytes.is(Sixteen::all(byte));
    // Behind the one leading byte that is allowed everything is allowed but the end of `ß`.
    let allowed = bytes.is_from(b' ', 0xBF).and_not(is(0x9F)).or(is(0xC3));
    // The letters behind `C3` that have a small one are `80` to `9E` but the sign `×`, at the same distance as in ASCII.
    let capitals = bytes.is_from(0x80, 0x9E).and_not(is(0x97)).or(bytes.is_from(b'A', b'Z'));
    Judged {
        wrong: allowed.high_bits() ^ 0xFFFF,
        spaces: is(b' ').high_bits(),
        folded: bytes.or(capitals.and(Sixteen::all(0x20))),
    }
}

/// Texts that are longer, in bytes, are left to the standard library: most are shorter, and it is good at long ones.
const SHORT: usize = 512;

/// The bytes as a text, if they are UTF-8.
#[inline]
pub fn utf8(bytes: &[u8]) -> Option<&str> {
    if bytes.len() <= SHORT && is_of_short_characters(bytes) {
        // SAFETY: no byte is C0, C1 or E0 to FF; one of 80 to BF stands right behind each of C2 to DF, and nowhere else:
        // not first, and C2 to DF not last. So the bytes are a row of ASCII and of well-formed sequences of two
        // bytes (Unicode, table 3-7). That the function finds just this is tested below against the standard library,
        // and by the fuzz target `cache`.
        #[expect(unsafe_code, reason = "what was proved is not proved again; see above")]
        return Some(unsafe { std::str::from_utf8_unchecked(bytes) });
    }
    std::str::from_utf8(bytes).ok()
}

/// Whether bytes are at least 17 and UTF-8 of characters of one and two bytes: sixteen a step, each beside the next, and
/// the last step overlapping the one before.
#[inline]
fn is_of_short_characters(bytes: &[u8]) -> bool {
    let Some(end) = bytes.len().checked_sub(17) else { return false };
    let is_lead = |byte: u8| byte.wrapping_sub(0xC2) < 0x1E;
    let is_behind = |byte: u8| byte & 0xC0 == 0x80;
    let is_other = |byte: u8| byte >= 0xE0 || byte & 0xFE == 0xC0;
    let wrong = |at: usize| {
        let sixteen = |at: usize| bytes.get(at..).and_then(|bytes| bytes.first_chunk::<16>());
        let (Some(these), Some(next)) = (sixteen(at), sixteen(at + 1)) else { return true };
        let mut wrong = false;
        for (&byte, &next) in these.iter().zip(next) {
            wrong |= (is_lead(byte) != is_behind(next)) | is_other(byte);
        }
        wrong
    };
    let (first, last) = (bytes[0], bytes[end + 16]);
    let mut all = is_behind(first) | is_lead(last) | is_other(last);
    let mut at = 0;
    while at < end {
        all |= wrong(at);
        at += 16;
    }
    !(all | wrong(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::term_key;
    use proptest::prelude::*;

    #[test]
    fn what_is_left_of_every_length_is_what_stands_there() {
        let bytes: Vec<u8> = (1..=40).collect();
        for length in 0..bytes.len() {
            let left = &bytes[length / 8 * 8..length];
            let mut word = [0; 8];
            word[..left.len()].copy_from_slice(left);
            assert_eq!(rest(&bytes[..length]), u64::from_le_bytes(word), "{length}");
        }
    }

    #[test]
    fn every_pair_of_bytes_at_every_place_is_judged_as_the_standard_library_does() {
        for length in [16, 17, 18, 33, 40] {
            for at in 0..length - 1 {
                for pair in 0..=u16::MAX {
                    let mut bytes = vec![b'a'; length];
                    bytes[at..at + 2].copy_from_slice(&pair.to_le_bytes());
                    let expected = std::str::from_utf8(&bytes).ok();
                    assert_eq!(utf8(&bytes), expected, "{bytes:?}");
                    // What it finds, it finds all of: only longer characters are left to the library.
                    let is_short = expected.is_some() && length > 16;
                    assert_eq!(is_of_short_characters(&bytes), is_short, "{bytes:?}");
                }
            }
        }
    }

    fn check_key(text: &str) -> Option<usize> {
        let [mut buffer, mut sixteen] = [[0; SIMPLE]; 2];
        let is_simple = simple_key(text.as_bytes(), &mut buffer);
        assert_eq!(by_sixteen(text.as_bytes(), &mut sixteen), is_simple, "{text:?}");
        let length = text.len();
        if is_simple {
            assert_eq!(&buffer[..length], term_key(text).as_bytes(), "{text:?}");
            assert!(buffer[length..].iter().all(|byte| *byte == 0), "{text:?}");
            assert_eq!(buffer, sixteen, "{text:?}");
        }
        is_simple.then_some(length)
    }

    #[test]
    fn every_character_is_simple_or_not() {
        for c in '\0'..=char::MAX {
            for text in
                [format!("{c}"), format!("Ab {c}z"), format!("seven b{c} and more"), format!("{c}{c}")]
            {
                let key = check_key(&text);
                let simple = matches!(c, '!'..='~' | '\x7F' | 'À'..='ÿ') && c != 'ß';
                assert!(key.is_some() == simple || c == ' ', "{text:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn simple_keys_are_the_keys(text in "[ -~À-ÿ]{0,20}|[ A-Za-zÄÖÜäöüß]{0,140}|\\PC{0,20}") {
            check_key(&text);
        }

        #[test]
        fn texts_are_texts(bytes in prop::collection::vec(any::<u8>(), 0..60), text in "[ -~À-ÿ€😀]{0,60}|[ -ÿ]{400,600}") {
            prop_assert_eq!(utf8(&bytes), std::str::from_utf8(&bytes).ok());
            prop_assert_eq!(utf8(text.as_bytes()), Some(&*text));
        }
    }
}

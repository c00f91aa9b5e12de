//! Keys of questions, without the heap where the text is short and simple (see `segments`).

use super::term_key;

/// The longest key that is made without allocation, in bytes.
const SHORT: usize = 256;

/// Calls with the bytes of a text's key.
#[inline]
pub fn with_key<R>(text: &str, ask: impl FnOnce(&[u8]) -> R) -> R {
    let mut buffer = [0; SHORT];
    match short_key(text.as_bytes(), &mut buffer) {
        Some(length) => ask(&buffer[..length]),
        None => ask(term_key(text).as_bytes()),
    }
}

/// Writes the key of a simple text; `None` if it is not simple or too long.
#[inline]
fn short_key(text: &[u8], key: &mut [u8; SHORT]) -> Option<usize> {
    // A character of two bytes becomes two, and a space is written with what follows it.
    if text.len() + 2 > SHORT {
        return None;
    }
    let (mut at, mut length, mut gap) = (0, 0, false);
    while let Some(&byte) = text.get(at) {
        at += 1;
        if matches!(byte, b' ' | b'\t'..=b'\r') {
            gap = length > 0;
            continue;
        }
        if gap {
            key[length] = b' ';
            length += 1;
            gap = false;
        }
        if byte < 0x80 {
            key[length] = byte.to_ascii_lowercase();
            length += 1;
            continue;
        }
        if byte != 0xC3 {
            return None;
        }
        let (first, second) = match *text.get(at)? {
            0x9F => (b's', b's'),
            second @ (0x80..=0x96 | 0x98..=0x9E) => (byte, second + 0x20),
            second => (byte, second),
        };
        (key[length], key[length + 1]) = (first, second);
        length += 2;
        at += 1;
    }
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn short_keys_are_the_keys(text in "[ -~\\t\\n\\x0B\\x0C\\r\\x1C-\\x1FÀ-ÿ\u{A0}\u{301}ſ]{0,20}") {
            with_key(&text, |key| assert_eq!(key, term_key(&text).as_bytes(), "{text:?}"));
        }

        #[test]
        fn so_are_those_of_long_texts(text in "[aÄß ]{100,300}") {
            with_key(&text, |key| assert_eq!(key, term_key(&text).as_bytes()));
        }
    }
}

//! How a key begins, by its segments: what a scan asks before it looks a key up.

use std::borrow::Cow;

#[cfg(doc)]
use super::scan::TermSet;
use super::scan::Words;
use super::segments::{Kind, Segments};

/// How a key begins: what a set keeps for [`TermSet::first`] and [`TermSet::goes_on`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape<'k> {
    /// The folded first segment.
    pub first: Cow<'k, str>,
    /// The folded segments up to the second that is no space, if there is one.
    pub second: Option<Cow<'k, str>>,
    /// How many segments the key has, or a text that has it: what follows a space in its segment, a combining mark, stands
    /// alone behind a line break.
    pub count: usize,
}

/// The shape of a key; none of the empty one.
pub fn shape(key: &str) -> Option<Shape<'_>> {
    plain_shape(key).or_else(|| cut_shape(key))
}

/// The shape of a key of up to 64 bytes of the letters, digits and signs of [`SORTS`], with single spaces between them, as most
/// keys are: whether two of them have a boundary between them does not depend on a third.
fn plain_shape(key: &str) -> Option<Shape<'_>> {
    let bytes = key.as_bytes();
    if bytes.is_empty() || bytes.len() > 64 {
        return None;
    }
    // A bit a byte: no branch depends on what they are.
    let (mut words, mut spaces, mut seen) = (0_u64, 0_u64, 0);
    for (at, &byte) in bytes.iter().enumerate() {
        let sort = SORTS[usize::from(byte)];
        seen |= sort;
        words |= u64::from(sort & WORD) << at;
        spaces |= u64::from(sort == SPACE) << at;
    }
    let edges = 1 | 1 << (bytes.len() - 1);
    if seen & ELSE != 0 || spaces & (spaces << 1 | edges) != 0 {
        return None;
    }
    let starts = (u64::MAX >> (64 - bytes.len())) & !spaces & !(words & words << 1);
    // A word ends where no byte of it follows, a sign behind itself.
    let end = |start: u32| (start + (!words >> start).trailing_zeros().max(1)) as usize;
    let second = starts & (starts - 1);
    let first = key[..end(0).min(bytes.len())].into();
    let second = (second != 0).then(|| key[..end(second.trailing_zeros()).min(bytes.len())].into());
    Some(Shape { first, second, count: (starts.count_ones() + spaces.count_ones()) as usize })
}

/// A segment with its neighbours of the same sort.
const WORD: u8 = 1;
const SPACE: u8 = 2;
/// A segment of its own.
const SIGN: u8 = 4;
/// What is not looked at here.
const ELSE: u8 = 8;

/// What the bytes of a plain key are.
const SORTS: [u8; 256] = {
    let mut sorts = [ELSE; 256];
    let mut byte = 0;
    while byte < 256 {
        sorts[byte] = match byte as u8 {
            b'a'..=b'z' | b'0'..=b'9' | b'_' => WORD,
            b' ' => SPACE,
            b'-' | b'/' | b'(' | b')' | b'+' | b'&' => SIGN,
            // U+00C0 to U+00FF are letters, but for the signs of multiplication and division.
            0xC3 => WORD,
            0x97 | 0xB7 => ELSE,
            0x80..=0xBF => WORD,
            _ => ELSE,
        };
        byte += 1;
    }
    sorts
};

fn cut_shape(key: &str) -> Option<Shape<'_>> {
    let (mut first, mut second, mut count) = (0, 0, 0);
    for segment in Segments::new(key) {
        match segment.kind {
            Kind::Any => return long_shape(key),
            // A key has no white space but single spaces.
            Kind::Space => {}
            Kind::Folded | Kind::Simple if count > 0 && second == 0 => second = segment.end,
            Kind::Folded | Kind::Simple => {}
        }
        if count == 0 {
            first = segment.end;
        }
        count += 1;
    }
    let second = (second > 0).then(|| key[..second].into());
    (count > 0).then(|| Shape { first: key[..first].into(), second, count })
}

fn long_shape(key: &str) -> Option<Shape<'_>> {
    let words = Words::new(key);
    let second = (1..words.len()).find(|&at| !words.is_space(at));
    let goes_on = |at: &usize| words.run(*at, 1).starts_with(' ') && !words.is_space(*at);
    (!words.is_empty()).then(|| Shape {
        first: words.run(0, 1).to_owned().into(),
        second: second.map(|at| words.run(0, at + 1).to_owned().into()),
        count: words.len() + (0..words.len()).filter(goes_on).count(),
    })
}

/// The folded first segment of a key, and how many segments it has: what a set keeps for [`TermSet::longest`].
pub fn first_word(key: &str) -> Option<(Cow<'_, str>, usize)> {
    shape(key).map(|shape| (shape.first, shape.count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_of_as_many_bytes_as_a_word_has_bits_are_as_others() {
        for length in 60..70 {
            for (middle, end) in [
                ("a", "b"),
                ("-", "a"),
                ("a", "-"),
                (" a", "b"),
                ("a", " b"),
                ("-", "-"),
                ("ä", "ö"),
                (" ", "ö"),
            ] {
                let rest = length - middle.len() - end.len();
                for at in [0, 1, rest / 2, rest - 1, rest] {
                    let key = format!("{}{middle}{}{end}", "a".repeat(at), "a".repeat(rest - at));
                    if crate::text::term_key(&key) == key {
                        assert_eq!(plain_shape(&key), cut_shape(&key).filter(|_| length <= 64), "{key:?}");
                    }
                }
            }
        }
    }

    proptest! {
        #[test]
        fn the_short_way_to_a_shape_is_the_long_one(text in "[a-z0-9äß .:'_+-]{0,16}") {
            let key = crate::text::term_key(&text);
            prop_assert_eq!(shape(&key), long_shape(&key));
        }

        #[test]
        fn plain_keys_have_the_shape_that_cutting_gives(key in "[a-z0-9_à-öø-ÿ/()+&-]{1,4}( [a-z0-9_é-]{1,3}){0,4}") {
            prop_assert_eq!(plain_shape(&key), cut_shape(&key));
            prop_assert!(plain_shape(&key).is_some());
        }

        #[test]
        fn whatever_has_a_plain_shape_has_the_same_by_cutting(text in "[a-c1. ,'_éÉ×÷ǎ\u{301}(-]{0,8}") {
            if let Some(shape) = plain_shape(&text) {
                prop_assert_eq!(Some(shape), cut_shape(&text));
            }
        }
    }
}

//! How a key begins, by its segments: what a scan asks before it looks a key up.

use std::borrow::Cow;

#[cfg(doc)]
use super::scan::TermSet;
use super::scan::Words;
use super::segments::{Kind, Segments};
use super::{STEP, Sixteen, rest};

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

/// The shape of a key of up to 64 bytes of the letters, digits and signs of [`Sorts`], with single spaces between them, as most
/// keys are: whether two of them have a boundary between them does not depend on a third.
fn plain_shape(key: &str) -> Option<Shape<'_>> {
    let bytes = key.as_bytes();
    if bytes.is_empty() || bytes.len() > 64 {
        return None;
    }
    let Sorts { words, spaces, signs } = Sorts::of(bytes);
    let (all, edges) = (u64::MAX >> (64 - bytes.len()), 1 | 1 << (bytes.len() - 1));
    if words | spaces | signs != all || spaces & (spaces << 1 | edges) != 0 {
        return None;
    }
    let starts = all & !spaces & !(words & words << 1);
    // A word ends where no byte of it follows, a sign behind itself.
    let end = |start: u32| (start + (!words >> start).trailing_zeros().max(1)) as usize;
    let second = starts & (starts - 1);
    let first = key[..end(0).min(bytes.len())].into();
    let second = (second != 0).then(|| key[..end(second.trailing_zeros()).min(bytes.len())].into());
    Some(Shape { first, second, count: (starts.count_ones() + spaces.count_ones()) as usize })
}

/// What the bytes of a plain key are: a bit a byte, so that no branch depends on what they are.
#[derive(Default)]
struct Sorts {
    /// A segment with its neighbours of the same sort.
    words: u64,
    spaces: u64,
    /// Each a segment of its own.
    signs: u64,
}

impl Sorts {
    /// Of at most 64 bytes.
    #[inline]
    fn of(bytes: &[u8]) -> Self {
        let mut sorts = Self::default();
        if let Some(last) = bytes.last_chunk() {
            let (steps, _) = bytes.as_chunks();
            steps.iter().zip((0..).step_by(STEP)).for_each(|(step, at)| sorts.add(Sixteen::of(step), at));
            // It overlaps the one before: what is said twice is the same.
            sorts.add(Sixteen::of(last), bytes.len() - STEP);
        } else {
            let words = match bytes.split_first_chunk() {
                Some((first, behind)) => [u64::from_le_bytes(*first), rest(behind)],
                None => [rest(bytes), 0],
            };
            sorts.add(Sixteen::of_words(words), 0);
        }
        sorts
    }

    /// Takes in some bytes, from a place on. What fills them up is of no sort.
    #[inline(always)]
    fn add(&mut self, bytes: Sixteen, at: usize) {
        let is = |byte: u8| bytes.is(Sixteen::all(byte));
        let is_letter = bytes.is_from(b'a', b'z').or(bytes.is_from(b'0', b'9')).or(is(b'_'));
        // U+00C0 to U+00FF are letters, but for the signs of multiplication and division.
        let is_latin = bytes.is_from(0x80, 0xBF).and_not(is(0x97).or(is(0xB7))).or(is(0xC3));
        let is_sign = bytes.is_from(b'(', b')').or(is(b'+')).or(is(b'-')).or(is(b'/')).or(is(b'&'));
        self.words |= u64::from(is_letter.or(is_latin).high_bits()) << at;
        self.spaces |= u64::from(is(b' ').high_bits()) << at;
        self.signs |= u64::from(is_sign.high_bits()) << at;
    }
}

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

    #[test]
    fn every_byte_is_of_one_sort_wherever_it_stands() {
        for byte in 0..=255_u8 {
            let expected = match byte {
                b'a'..=b'z' | b'0'..=b'9' | b'_' | 0xC3 => [true, false, false],
                0x97 | 0xB7 => [false; 3],
                0x80..=0xBF => [true, false, false],
                b' ' => [false, true, false],
                b'-' | b'/' | b'(' | b')' | b'+' | b'&' => [false, false, true],
                _ => [false; 3],
            };
            for length in 1..=64 {
                for at in [0, length / 2, length - 1] {
                    let mut bytes = vec![b'!'; length];
                    bytes[at] = byte;
                    let Sorts { words, spaces, signs } = Sorts::of(&bytes);
                    let found = [words, spaces, signs];
                    assert_eq!(found, expected.map(|is| u64::from(is) << at), "{byte} of {length} at {at}");
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
        fn plain_keys_have_the_shape_that_cutting_gives(key in "[a-z0-9_à-öø-ÿ/()+&-]{1,16}( [a-z0-9_é-]{1,3}){0,4}") {
            prop_assert_eq!(plain_shape(&key), cut_shape(&key));
            prop_assert!(plain_shape(&key).is_some());
        }

        #[test]
        fn whatever_has_a_plain_shape_has_the_same_by_cutting(
            text in "([a-z0-9éß]{1,9}[ /-]){0,3}[a-c1. ,'_éÉ×÷ǎ\u{301}(-]{0,8}[a-z]{0,20}",
        ) {
            if let Some(shape) = plain_shape(&text) {
                prop_assert_eq!(Some(shape), cut_shape(&text));
            }
        }
    }
}

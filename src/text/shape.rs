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

/// The shape of a key of words of `a` to `z` and digits with single spaces between them, as most keys are: no two of these
/// characters have a boundary between them.
fn plain_shape(key: &str) -> Option<Shape<'_>> {
    let (mut ends, mut words, mut before) = ([0; 2], 0, b' ');
    for (at, byte) in key.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => {}
            b' ' if before != b' ' => {
                if let Some(end) = ends.get_mut(words) {
                    *end = at;
                }
                words += 1;
            }
            _ => return None,
        }
        before = byte;
    }
    if before == b' ' {
        return None;
    }
    if let Some(end) = ends.get_mut(words) {
        *end = key.len();
    }
    let second = (words > 0).then(|| key[..ends[1]].into());
    Some(Shape { first: key[..ends[0]].into(), second, count: 2 * words + 1 })
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

    proptest! {
        #[test]
        fn the_short_way_to_a_shape_is_the_long_one(text in "[a-z0-9äß .:'_+-]{0,16}") {
            let key = crate::text::term_key(&text);
            prop_assert_eq!(shape(&key), long_shape(&key));
        }

        #[test]
        fn plain_keys_have_the_shape_that_cutting_gives(key in "[a-z0-9]{1,4}( [a-z0-9]{1,3}){0,4}") {
            prop_assert_eq!(plain_shape(&key), cut_shape(&key));
            prop_assert!(plain_shape(&key).is_some());
        }

        #[test]
        fn whatever_has_a_plain_shape_has_the_same_by_cutting(text in "[a-c1. ,'_é-]{0,8}") {
            if let Some(shape) = plain_shape(&text) {
                prop_assert_eq!(Some(shape), cut_shape(&text));
            }
        }
    }
}

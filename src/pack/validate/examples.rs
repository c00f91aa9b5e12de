//! `EXAMPLE_MISMATCH`: a term stands in each of its examples, by itself or by an alias, between word boundaries.

use crate::diag::Code;
use crate::pack::model::{Body, Entry, Term};
use crate::pack::problem::{Problem, Seg, Spot};
use crate::text::{Words, term_key};

pub(super) fn check(entry: &Entry<'_>, problems: &mut Vec<Problem>) {
    let Body::Lexicon(lexicon) = &entry.body else { return };
    let mut words = Words::default();
    for term in lexicon.terms.iter() {
        for (i, example) in term.examples.iter().enumerate() {
            if stands_plainly(example, &term.key) || stands(&mut words, example, term) {
                continue;
            }
            let path = [Seg::Key("examples"), Seg::Index(i as u32)];
            problems.push(Problem::error(
                Code::ExampleMismatch,
                Spot::term(lexicon, term, path),
                format!("neither `{}` nor an alias of it stands in this example as a word of its own", term.term),
                "use the term as it is written, or add the form that the example uses to `aliases`",
            ));
        }
    }
}

fn stands(words: &mut Words, example: &str, term: &Term<'_>) -> bool {
    words.set(example);
    words.contain(&term.key) || term.aliases.iter().any(|alias| words.contain(&term_key(alias)))
}

/// The common case without cutting the text into words: the key in an ASCII text, a space or an end on both sides
/// (between a space and a letter or digit there is always a boundary).
fn stands_plainly(example: &str, key: &str) -> bool {
    let (example, key) = (example.as_bytes(), key.as_bytes());
    let is_word = |b: &u8| b.is_ascii_alphanumeric();
    if !example.is_ascii() || !key.first().is_some_and(is_word) || !key.last().is_some_and(is_word) {
        return false;
    }
    let ends_at = |end: usize| match example.get(end..) {
        None | Some([] | [b' ', ..] | [b'.' | b',' | b'!' | b'?'] | [b'.' | b',' | b'!' | b'?', b' ', ..]) => true,
        Some(_) => false,
    };
    let fits = |at: usize| {
        let end = at + key.len();
        end <= example.len() && (at == 0 || example[at - 1] == b' ') && example[at..end].eq_ignore_ascii_case(key)
            && ends_at(end)
    };
    let (low, high) = (key[0], key[0].to_ascii_uppercase());
    memchr::memchr2_iter(low, high, example).any(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_plain_case_never_says_more_than_the_words(
            before in "[a-zA-Z.,' -]{0,6}", key in "[a-z0-9 ]{1,6}", after in "[a-zA-Z0-9.,!?' -]{0,6}"
        ) {
            let example = format!("{before}{}{after}", key.to_uppercase());
            let key = term_key(&key).into_owned();
            if !key.is_empty() && stands_plainly(&example, &key) {
                prop_assert!(Words::new(&example).contain(&key), "{:?} in {:?}", key, example);
            }
        }
    }
}

//! `EXAMPLE_MISMATCH`: a term stands in each of its examples, by itself or by an alias, between word boundaries.

use crate::diag::Code;
use crate::pack::model::{Body, Entry, Term};
use crate::pack::problem::{Problem, Seg, Spot};
use crate::text::{Words, term_key};

pub(super) fn check(entry: &Entry<'_>, problems: &mut Vec<Problem>) {
    let Body::Lexicon(lexicon) = &entry.body else { return };
    let mut words = Words::default();
    for term in lexicon.terms.iter() {
        for (i, example) in term.examples().iter().enumerate() {
            if stands_plainly(example, term.term, &term.key) || stands(&mut words, example, term) {
                continue;
            }
            let path = [Seg::Key("examples"), Seg::Index(i as u32)];
            problems.push(Problem::error(
                Code::ExampleMismatch,
                Spot::term(lexicon, term, path),
                format!(
                    "neither `{}` nor an alias of it stands in this example as a word of its own",
                    term.term
                ),
                "use the term as it is written, or add the form that the example uses to `aliases`",
            ));
        }
    }
}

fn stands(words: &mut Words, example: &str, term: &Term<'_>) -> bool {
    words.set(example);
    words.contain(&term.key) || term.aliases().iter().any(|alias| words.contain(&term_key(alias)))
}

/// The common case without cutting the text into words: the term to the letter, or its key in an ASCII text, with a
/// space or an end on both sides (between those and a letter or digit there is always a boundary).
fn stands_plainly(example: &str, term: &str, key: &str) -> bool {
    let is_word = |text: &str| {
        let mut chars = text.chars();
        let first = chars.next().is_some_and(char::is_alphanumeric);
        first && chars.next_back().is_none_or(char::is_alphanumeric)
    };
    if !is_word(term) {
        return false;
    }
    let bytes = example.as_bytes();
    let ends_at = |end: usize| {
        matches!(
            bytes.get(end..),
            None | Some(
                [] | [b' ', ..] | [b'.' | b',' | b'!' | b'?'] | [b'.' | b',' | b'!' | b'?', b' ', ..]
            )
        )
    };
    let free = |at: usize, len: usize| (at == 0 || bytes[at - 1] == b' ') && ends_at(at + len);
    // Texts are short: to prepare a search for a whole term takes longer than to look at each place where it may begin.
    let begins = |at: &usize| bytes[*at..].starts_with(term.as_bytes());
    let Some(&first) = term.as_bytes().first() else { return false };
    if memchr::memchr_iter(first, bytes).filter(begins).any(|at| free(at, term.len())) {
        return true;
    }
    let Some(&first) = key.as_bytes().first().filter(|_| example.is_ascii() && is_word(key)) else {
        return false;
    };
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), bytes).any(|at| {
        let found = bytes.get(at..at + key.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(key.as_bytes())) && free(at, key.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_plain_case_never_says_more_than_the_words(
            before in "[a-zA-Z.,' é-]{0,6}", term in "[a-z0-9 ßé.']{1,6}", after in "[a-zA-Z0-9.,!?' é\u{301}-]{0,6}",
            upper in any::<bool>()
        ) {
            let example = format!("{before}{}{after}", if upper { term.to_uppercase() } else { term.clone() });
            let key = term_key(&term).into_owned();
            if !key.is_empty() && stands_plainly(&example, &term, &key) {
                prop_assert!(Words::new(&example).contain(&key), "{:?} in {:?}", key, example);
            }
        }
    }
}

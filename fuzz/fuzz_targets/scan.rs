//! The scanner against one that tries every stretch of segments, over term sets and texts cut from the input.
#![no_main]

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;

use aegis_action::text::{
    SIMPLE, TermSet, Words, first_word, fold, scan, scan_text, simple_key, term_key, with_key,
};
use libfuzzer_sys::fuzz_target;
use unicode_segmentation::UnicodeSegmentation;

#[derive(Default)]
struct Set {
    keys: HashSet<String>,
    longest: HashMap<String, usize>,
}

impl TermSet for Set {
    type Found = String;
    type Error = Infallible;

    fn longest(&self, first: &str) -> Result<usize, Infallible> {
        Ok(self.longest.get(first).copied().unwrap_or(0))
    }

    fn find(&self, key: &str) -> Result<Option<String>, Infallible> {
        Ok(self.keys.get(key).cloned())
    }
}

/// By the definition alone: at each segment the longest run of segments that is a key when its segments are folded
/// one by one and its runs of white space are one space.
fn naive(text: &str, keys: &HashSet<String>) -> Vec<(std::ops::Range<usize>, String)> {
    let pieces: Vec<(usize, &str)> = text.split_word_bound_indices().collect();
    let is_space = |piece: &str| piece.chars().all(char::is_whitespace);
    let (mut hits, mut at) = (Vec::new(), 0);
    while at < pieces.len() {
        let mut best = None;
        let mut key = String::new();
        if !is_space(pieces[at].1) {
            for (end, (start, piece)) in pieces.iter().enumerate().skip(at) {
                if is_space(piece) {
                    if !key.ends_with(' ') || !is_space(pieces[end - 1].1) {
                        key.push(' ');
                    }
                    continue;
                }
                key.push_str(&fold(piece));
                if keys.contains(&key) {
                    best = Some((end + 1, pieces[at].0..start + piece.len(), key.clone()));
                }
            }
        }
        match best {
            Some((next, range, key)) => {
                hits.push((range, key));
                at = next;
            }
            None => at += 1,
        }
    }
    hits
}

fuzz_target!(|input: &str| {
    let mut parts = input.split('\u{1}');
    let text = parts.next().unwrap_or("");
    if text.len() > 400 {
        return;
    }
    let mut set = Set::default();
    for term in parts.take(20).filter(|term| term.len() < 60) {
        let key = term_key(term).into_owned();
        assert_eq!(term_key(&key), key, "a key is its own key");
        let mut simple = [0; SIMPLE];
        if simple_key(term.as_bytes(), &mut simple) {
            assert_eq!(&simple[..term.len()], key.as_bytes(), "the simple way to a key is the long one's");
        }
        with_key(term, |short| assert_eq!(short, key.as_bytes(), "the short way to a key is the long one's"));
        if let Some((first, count)) = first_word(&key) {
            let longest = set.longest.entry(first.into_owned()).or_default();
            *longest = count.max(*longest);
            set.keys.insert(key);
        }
    }
    let words = Words::new(text);
    let Ok(hits) = scan(&words, &set);
    let mut once = Vec::new();
    let Ok(()) = scan_text(text, &set, |hit| once.push(hit));
    assert_eq!(hits, once, "both ways to scan agree");
    let found: Vec<_> = hits.into_iter().map(|hit| (hit.range, hit.found)).collect();
    let expected = naive(text, &set.keys);
    assert_eq!(found, expected);
    for (range, key) in &found {
        assert!(words.contain(key), "{key:?} was found but is not contained");
        assert_eq!(term_key(&text[range.clone()]), *key, "what was found has the key");
    }
});

//! 100 MB of running text in which one word in a hundred is a term of the pack, and scanning it.
//!
//! Two texts: in one the other words are the pack's own vocabulary, so that nearly every word begins some term; in the other
//! they are words that the pack does not have, as most words of a message are.

use std::path::Path;
use std::time::Instant;

use aegis_action::cache::Pack;
use aho_corasick::{AhoCorasick, MatchKind};

use crate::Any;
use crate::questions::Random;

const SIZE: usize = 100_000_000;

/// Writes the texts.
pub(crate) fn make(dir: &Path, pack: &Pack) -> Any<()> {
    let mut terms = Vec::new();
    for term in pack.terms_in(0..pack.terms()) {
        terms.push(term?.term()?);
    }
    let own: Vec<String> =
        terms.iter().filter_map(|term| term.split(' ').next()).map(str::to_lowercase).take(30_000).collect();
    let other: Vec<String> = own.iter().map(|word| format!("{word}q")).collect();
    for (name, words) in [("text-own", own), ("text-other", other)] {
        let mut random = Random(11);
        let mut text = String::with_capacity(SIZE + 100);
        while text.len() < SIZE {
            text += match random.below(100) {
                0 => terms[random.below(terms.len())],
                _ => &words[random.below(words.len())],
            };
            text += if random.below(12) == 0 { ". " } else { " " };
        }
        std::fs::write(dir.join(name), text)?;
    }
    Ok(())
}

/// Seconds for a text, and how many occurrences there were. Ours is opened cold: chunks are checked on the way.
pub(crate) fn run(dir: &Path, peer: &str, text: &str) -> Any<(f64, usize)> {
    let pack = Pack::open(&dir.join("runtime.1337"))?;
    let text = std::fs::read_to_string(dir.join(text))?;
    let mut count = 0;
    if peer == "ours" {
        let start = Instant::now();
        pack.scan_with(&text, |_| count += 1)?;
        return Ok((start.elapsed().as_secs_f64(), count));
    }
    let mut patterns = Vec::new();
    for term in pack.terms_in(0..pack.terms()) {
        let term = term?;
        patterns.push(term.term()?);
        let [aliases, _] = term.lists()?;
        patterns.extend(aliases);
    }
    let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(patterns)?;
    let start = Instant::now();
    count += automaton.find_iter(&text).count();
    Ok((start.elapsed().as_secs_f64(), count))
}

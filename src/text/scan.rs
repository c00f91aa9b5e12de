//! Finding terms in running text: leftmost, longest, between word boundaries of the original text (UAX #29).
//!
//! A text is cut into its UAX #29 segments. Each is folded by itself (a combining mark never begins one), runs of
//! white space count as one space, and a match is a run of whole segments whose folded text is a key.

use std::ops::Range;

use super::segments::{Kind, Segment, Segments, fold_segment};

/// What a scan asks of a set of keys.
pub trait TermSet {
    /// What it answers for a key that it holds.
    type Found;
    /// What stops it: a damaged file, for one. `Infallible` for a set in memory.
    type Error;

    /// How many segments the longest key has that begins with this folded segment; 0 for none.
    ///
    /// # Errors
    /// What stops the set from answering.
    fn longest(&self, first_word: &str) -> Result<usize, Self::Error>;

    /// The same, and whether the segment alone may be a key. A set that can tell spares itself questions.
    ///
    /// # Errors
    /// What stops the set from answering.
    fn first(&self, first_word: &str) -> Result<First, Self::Error> {
        Ok(First { longest: self.longest(first_word)?, is_key: true })
    }

    /// Whether a key may begin with this: folded segments up to the second one that is no space, and perhaps go on.
    ///
    /// # Errors
    /// What stops the set from answering.
    fn goes_on(&self, _beginning: &str) -> Result<bool, Self::Error> {
        Ok(true)
    }

    /// Looks a key up.
    ///
    /// # Errors
    /// What stops the set from answering.
    fn find(&self, key: &str) -> Result<Option<Self::Found>, Self::Error>;

    /// Looks up the longest beginning of a text that is a key; they end at `ends`, which ascend. A set that can tell
    /// without hashing each of them from its start should: in a text of one repeated word they are many.
    ///
    /// # Errors
    /// What stops the set from answering.
    fn find_longest(&self, text: &str, ends: &[usize]) -> Result<Option<(usize, Self::Found)>, Self::Error> {
        for (at, &end) in ends.iter().enumerate().rev() {
            if let Some(found) = self.find(&text[..end])? {
                return Ok(Some((at, found)));
            }
        }
        Ok(None)
    }
}

/// What a set knows of a first segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct First {
    /// How many segments the longest key has that begins with it; 0 for none.
    pub longest: usize,
    /// Whether it may be a key alone.
    pub is_key: bool,
}

/// An occurrence of a key in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit<T> {
    /// Bytes of the original text.
    pub range: Range<usize>,
    /// What the set answered.
    pub found: T,
}

/// A text, cut and folded once, for any number of questions.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// The folded segments, one after the other.
    folded: String,
    /// Per segment: where it stands in the original, and where in `folded`.
    segments: Vec<(Range<u32>, Range<u32>)>,
}

impl Words {
    /// Cuts and folds a text.
    pub fn new(text: &str) -> Self {
        let mut words = Self::default();
        words.set(text);
        words
    }

    /// The same, in the memory of a former text.
    pub fn set(&mut self, text: &str) {
        self.folded.clear();
        self.segments.clear();
        for segment in Segments::new(text) {
            let from = self.folded.len();
            if segment.kind == Kind::Space
                && let Some((original, folded)) = self.segments.last_mut()
                && &self.folded[folded.start as usize..] == " "
            {
                original.end = segment.end as u32;
                continue;
            }
            fold_segment(text, segment, &mut self.folded);
            let original = segment.start as u32..segment.end as u32;
            self.segments.push((original, from as u32..self.folded.len() as u32));
        }
    }

    /// How many segments there are.
    pub fn len(&self) -> usize {
        self.segments.len()
    }

    /// Whether the text was empty.
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// The folded text of a run of segments.
    pub(super) fn run(&self, from: usize, count: usize) -> &str {
        let end = self.segments[from + count - 1].1.end as usize;
        &self.folded[self.segments[from].1.start as usize..end]
    }

    pub(super) fn is_space(&self, index: usize) -> bool {
        self.run(index, 1) == " "
    }

    /// Whether a key stands anywhere in the text, between word boundaries.
    pub fn contain(&self, key: &str) -> bool {
        let starts = |i: usize| self.folded[self.segments[i].1.start as usize..].starts_with(key);
        (0..self.len()).filter(|&i| starts(i)).any(|i| {
            let end = self.segments[i].1.start as usize + key.len();
            self.segments[i..].iter().any(|(_, folded)| folded.end as usize == end)
        })
    }
}

/// All occurrences of the set's keys in a text: leftmost, longest, without overlaps.
///
/// # Errors
/// What stops the set from answering.
pub fn scan<S: TermSet>(words: &Words, set: &S) -> Result<Vec<Hit<S::Found>>, S::Error> {
    let mut hits = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match longest_at(words, at, set)? {
            Some((count, found)) => {
                let range =
                    words.segments[at].0.start as usize..words.segments[at + count - 1].0.end as usize;
                hits.push(Hit { range, found });
                at += count;
            }
            None => at += 1,
        }
    }
    Ok(hits)
}

fn longest_at<S: TermSet>(words: &Words, at: usize, set: &S) -> Result<Option<(usize, S::Found)>, S::Error> {
    if words.is_space(at) {
        return Ok(None);
    }
    let longest = set.longest(words.run(at, 1))?.min(words.len() - at);
    if longest == 0 {
        return Ok(None);
    }
    let counts: Vec<usize> = (1..=longest).filter(|count| !words.is_space(at + count - 1)).collect();
    let ends: Vec<usize> = counts.iter().map(|&count| words.run(at, count).len()).collect();
    let found = set.find_longest(words.run(at, longest), &ends)?;
    Ok(found.map(|(number, found)| (counts[number], found)))
}

/// The same as [`scan`] of a text that is asked once: nothing is kept of what cannot begin a key, and occurrences are
/// given to a closure.
///
/// # Errors
/// What stops the set from answering.
pub fn scan_text<S: TermSet>(
    text: &str,
    set: &S,
    mut found: impl FnMut(Hit<S::Found>),
) -> Result<(), S::Error> {
    let mut segments = Segments::new(text);
    let mut ahead = Ahead::default();
    let mut free = 0;
    while let Some(segment) = segments.next() {
        if segment.kind == Kind::Space || segment.start < free {
            continue;
        }
        let first = if segment.kind == Kind::Folded {
            set.first(&text[segment.start..segment.end])?
        } else {
            ahead.folded.clear();
            fold_segment(text, segment, &mut ahead.folded);
            set.first(&ahead.folded)?
        };
        if first.longest == 0 {
            continue;
        }
        ahead.read(text, segment, segments.clone(), first, set)?;
        if let Some((number, what)) = set.find_longest(&ahead.folded, &ahead.ends)? {
            free = ahead.originals[number];
            found(Hit { range: segment.start..free, found: what });
        }
    }
    Ok(())
}

/// The segments from one that may begin a key, folded.
#[derive(Default)]
struct Ahead {
    folded: String,
    /// Where keys may end, in `folded` and in the original.
    ends: Vec<usize>,
    originals: Vec<usize>,
}

impl Ahead {
    fn read<S: TermSet>(
        &mut self,
        text: &str,
        segment: Segment,
        rest: Segments<'_>,
        first: First,
        set: &S,
    ) -> Result<(), S::Error> {
        self.folded.clear();
        self.ends.clear();
        self.originals.clear();
        fold_segment(text, segment, &mut self.folded);
        if first.is_key {
            self.end(segment.end);
        }
        let (mut count, mut words, mut was_space) = (1, 1, false);
        for segment in rest {
            let is_space = segment.kind == Kind::Space;
            if is_space && was_space {
                continue;
            }
            if count >= first.longest {
                break;
            }
            count += 1;
            was_space = is_space;
            fold_segment(text, segment, &mut self.folded);
            if !is_space {
                words += 1;
                if words == 2 && !set.goes_on(&self.folded)? {
                    break;
                }
                self.end(segment.end);
            }
        }
        Ok(())
    }

    fn end(&mut self, original: usize) {
        self.ends.push(self.folded.len());
        self.originals.push(original);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Shape, shape, term_key};
    use proptest::prelude::*;
    use std::borrow::Cow;
    use std::collections::{HashMap, HashSet};
    use std::convert::Infallible;

    #[derive(Default)]
    struct Set {
        keys: HashMap<String, usize>,
        firsts: HashMap<String, usize>,
        seconds: HashSet<String>,
    }

    impl Set {
        fn new(terms: &[&str]) -> Self {
            let mut set = Self::default();
            for (i, term) in terms.iter().enumerate() {
                let key = term_key(term).into_owned();
                let Shape { first, second, count } = shape(&key).unwrap();
                let longest = set.firsts.entry(first.into_owned()).or_default();
                *longest = count.max(*longest);
                set.seconds.extend(second.map(Cow::into_owned));
                set.keys.insert(key, i);
            }
            set
        }
    }

    impl TermSet for Set {
        type Found = usize;
        type Error = Infallible;
        fn longest(&self, first: &str) -> Result<usize, Infallible> {
            Ok(self.firsts.get(first).copied().unwrap_or(0))
        }
        fn first(&self, first: &str) -> Result<First, Infallible> {
            Ok(First { longest: self.longest(first)?, is_key: self.keys.contains_key(first) })
        }
        fn goes_on(&self, beginning: &str) -> Result<bool, Infallible> {
            Ok(self.seconds.contains(beginning))
        }
        fn find(&self, key: &str) -> Result<Option<usize>, Infallible> {
            Ok(self.keys.get(key).copied())
        }
    }

    fn hits<'t>(terms: &[&str], text: &'t str) -> Vec<&'t str> {
        let (set, mut once) = (Set::new(terms), Vec::new());
        let hits = scan(&Words::new(text), &set).unwrap();
        scan_text(text, &set, |hit| once.push(hit)).unwrap();
        assert_eq!(hits, once, "both ways to scan agree");
        hits.into_iter().map(|hit| &text[hit.range]).collect()
    }

    #[test]
    fn finds_leftmost_longest_on_word_boundaries() {
        assert_eq!(hits(&["fork", "fork lift"], "A FORK  lift, a fork, forks."), ["FORK  lift", "fork"]);
        assert_eq!(hits(&["a b", "b c d"], "a b c d"), ["a b"], "leftmost before longest");
        assert_eq!(hits(&["straße"], "Die STRASSE, die Straßen"), ["STRASSE"]);
        assert_eq!(hits(&["C++", "C"], "in C++ and C."), ["C++", "C"]);
        assert_eq!(hits(&["é"], "e\u{301} x"), ["e\u{301}"], "offsets are the original's");
        assert_eq!(hits(&["fork lift"], "fork\r\n\tlift"), ["fork\r\n\tlift"]);
        assert_eq!(hits(&["x"], ""), [""; 0]);
    }

    #[test]
    fn a_mark_behind_a_line_break_is_a_segment_of_its_own_and_behind_a_space_it_is_not() {
        for text in ["a\n\u{73d}", "a \u{73d}", "a\r\n\u{73d}"] {
            assert_eq!(hits(&["a \u{73d}"], text), [text]);
        }
        assert_eq!(hits(&["a \u{301} \u{301}b"], "a\n\u{301}\n\u{301}b"), ["a\n\u{301}\n\u{301}b"]);
    }

    #[test]
    fn contain_finds_any_occurrence() {
        let words = Words::new("Forkie inbound, clear the path.");
        assert!(words.contain("forkie") && words.contain("the path") && words.contain("inbound,"));
        assert!(!words.contain("fork") && !words.contain("bound") && !words.contain("the pat"));
    }

    proptest! {
        #[test]
        fn both_ways_to_scan_agree(terms in proptest::collection::vec("[aäB.]( ?[abÄ.]){0,3}", 1..5), text in "[aAäb\u{308}. \n]{0,40}") {
            let terms: Vec<&str> = terms.iter().map(String::as_str).collect();
            hits(&terms, &text);
        }

        #[test]
        fn a_term_is_found_in_itself(term in "[\\p{Lu}\\p{Ll}\\p{Nd}][\\p{L}\\p{N}\\p{P}\\p{S} ]{0,9}", around in "[a-z]{0,3}") {
            let key = term_key(&term).into_owned();
            let text = format!("{around} {term} {around}");
            prop_assert!(Words::new(&text).contain(&key), "{:?} in {:?}", key, text);
        }
    }
}

//! Texts that go wrong in one place of a pattern: a character of another sort, one too few or too many, a part left out.
//! Each of them tells the pattern from one that is looser there.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::examples::{choose, holds, ranges, read};

/// How many are found at most.
const MOST: usize = 24;
/// How many alternatives are gone through.
const BRANCHES: usize = 4;
/// How many places of a pattern are tried.
const MOST_PLACES: usize = 200;
/// Longer texts are not written.
const MOST_BYTES: usize = 4 << 10;
/// Repetitions beyond this many are not written out.
const LONGEST: u32 = 64;
/// Characters of different sorts, to stand where the pattern wants another one.
const OTHERS: &str = "k7-é ";

/// Such texts, as far as they are wanted.
pub(super) fn texts(regex: &str, is_wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let Some(hir) = read(regex) else { return Vec::new() };
    let mut found: Vec<String> = Vec::new();
    for branch in 0..BRANCHES {
        for wrong in 0..MOST_PLACES {
            let mut writer = Writer { branch, wrong, place: 0, out: String::new() };
            writer.write(&hir);
            if writer.place <= wrong || found.len() >= MOST {
                break;
            }
            let is_short = writer.out.len() <= MOST_BYTES;
            if is_short && !found.contains(&writer.out) && is_wanted(&writer.out) {
                found.push(writer.out);
            }
        }
    }
    found
}

/// Writes the shortest text that a pattern matches, but for one place.
struct Writer {
    branch: usize,
    /// In which of the places, in the order of the pattern, it goes wrong.
    wrong: usize,
    /// How many places there were so far.
    place: usize,
    out: String,
}

impl Writer {
    /// Whether this is the place.
    fn is_here(&mut self) -> bool {
        self.place += 1;
        self.place == self.wrong + 1
    }

    fn write(&mut self, hir: &Hir) {
        if self.out.len() > MOST_BYTES {
            return;
        }
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => {
                let text = String::from_utf8_lossy(&literal.0);
                let mut chars: Vec<char> = text.chars().collect();
                if self.is_here() {
                    chars.pop();
                }
                self.out.extend(chars);
            }
            HirKind::Class(class) => {
                let mut one = choose(class, "5aA-");
                let other_sort = OTHERS.chars().find(|other| !holds(class, *other));
                for other in beside(class).chain(other_sort) {
                    if self.is_here() {
                        one = Some(other);
                    }
                }
                if self.is_here() {
                    one = None;
                }
                self.out.extend(one);
            }
            HirKind::Repetition(repetition) => {
                let mut times = repetition.min.min(LONGEST);
                if repetition.min > 0 && self.is_here() {
                    times -= 1;
                }
                if let Some(most) = repetition.max.filter(|most| *most <= LONGEST)
                    && self.is_here()
                {
                    times = most + 1;
                }
                // Something goes wrong in the first or in the last of them.
                for time in 0..times {
                    if time == 0 || time + 1 == times {
                        self.write(&repetition.sub);
                    } else {
                        let (place, wrong) = (self.place, std::mem::replace(&mut self.wrong, usize::MAX - 1));
                        self.write(&repetition.sub);
                        (self.place, self.wrong) = (place, wrong);
                    }
                }
            }
            HirKind::Capture(capture) => self.write(&capture.sub),
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.write(part)),
            HirKind::Alternation(branches) => self.write(&branches[self.branch % branches.len()]),
        }
    }
}

/// The letters and digits just before and behind what a class takes.
fn beside(class: &Class) -> impl Iterator<Item = char> + '_ {
    let ranges = ranges(class);
    let before = ranges.first().and_then(|(start, _)| char::from_u32(u32::from(*start).checked_sub(1)?));
    let behind = ranges.last().and_then(|(_, end)| char::from_u32(u32::from(*end) + 1));
    [before, behind].into_iter().flatten().filter(char::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::pattern::Pattern;

    /// Every looser pattern has to take one of the texts that the right one does not.
    #[test]
    fn looser_patterns_are_told_apart() {
        for (regex, looser) in [
            (
                "[1-4][0-9]{2}",
                vec!["[0-4][0-9]{2}", "[1-4][0-9a-z]{2}", "[1-4][0-9]{1,2}", "[1-4][0-9]{2,3}"],
            ),
            (
                "([01]?[0-9]|2[0-3])[:.][0-5][0-9]",
                vec![
                    "([01]?[0-9]?|2[0-3])[:.][0-5][0-9]",
                    "([01]?[0-9a-z]|2[0-3])[:.][0-5][0-9]",
                    "([01]?[0-9]|2[0-3])[:.]?[0-5][0-9]",
                    "([01]?[0-9]|2.)[:.][0-5][0-9]",
                ],
            ),
            ("[a-z]{1,60}@[a-z]+", vec!["[a-z]{1,61}@[a-z]+", "[a-z]{1,60}@[a-z]*", "[a-z]{1,60}@?[a-z]+"]),
            (r"\+?\d{6,12}", vec![r"\+?\w{6,12}", r"\+?\d{5,12}", r"\+?\d{6,13}"]),
            ("(?:no|yes) please", vec!["(?:no?|yes) please", "(?:no|yes) please?"]),
        ] {
            let right = Pattern::whole(regex).unwrap();
            let texts = texts(regex, |text| !right.is_match(text));
            assert!(texts.len() <= MOST && texts.iter().all(|text| !right.is_match(text)));
            for loose in looser {
                let loose_one = Pattern::whole(loose).unwrap();
                assert!(texts.iter().any(|text| loose_one.is_match(text)), "{loose}: {texts:?}");
            }
        }
    }
}

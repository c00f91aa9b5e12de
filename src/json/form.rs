//! Whether a text has the form that a pattern asks for, found without compiling the pattern: a part of ECMAScript's patterns that is
//! read in no time, for schemas that are asked once. Says nothing where it is not certain, or where it would take long.

use std::cell::Cell;

/// How much is tried before nothing is said.
const STEPS: u32 = 20_000;
/// How deeply what is tried may be nested.
const DEPTH: u32 = 400;

/// A part of a pattern, and how often it stands.
#[derive(Debug)]
struct Item {
    piece: Piece,
    least: u32,
    most: u32,
}

#[derive(Debug)]
enum Piece {
    Start,
    End,
    /// One character in these ranges, or one outside of them.
    Set(bool, Vec<(char, char)>),
    /// One of these.
    Group(Vec<Vec<Item>>),
}

/// White space as ECMAScript's `\s` has it.
const SPACES: [(char, char); 10] = [
    ('\t', '\r'),
    (' ', ' '),
    ('\u{A0}', '\u{A0}'),
    ('\u{1680}', '\u{1680}'),
    ('\u{2000}', '\u{200A}'),
    ('\u{2028}', '\u{2029}'),
    ('\u{202F}', '\u{202F}'),
    ('\u{205F}', '\u{205F}'),
    ('\u{3000}', '\u{3000}'),
    ('\u{FEFF}', '\u{FEFF}'),
];

/// Whether a pattern matches somewhere in a text; nothing if that is not certain.
pub(super) fn matches(pattern: &str, text: &str) -> Option<bool> {
    let mut reader = Reader { rest: pattern };
    let branches = reader.branches()?;
    if !reader.rest.is_empty() {
        return None;
    }
    let search = Search { text, steps: Cell::new(STEPS), depth: Cell::new(0) };
    let is_anchored =
        branches.iter().all(|branch| branch.first().is_some_and(|item| matches!(item.piece, Piece::Start)));
    for at in text.char_indices().map(|(at, _)| at).chain([text.len()]) {
        for branch in &branches {
            if search.all(branch, at, &|_| Some(true))? {
                return Some(true);
            }
        }
        if is_anchored {
            break;
        }
    }
    Some(false)
}

/// Reads a pattern. What it does not know, it does not read.
struct Reader<'p> {
    rest: &'p str,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn takes(&mut self, start: &str) -> bool {
        let rest = self.rest.strip_prefix(start);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn branches(&mut self) -> Option<Vec<Vec<Item>>> {
        let mut branches = vec![Vec::new()];
        while !self.rest.is_empty() && !self.rest.starts_with(')') {
            if self.takes("|") {
                branches.push(Vec::new());
            } else {
                let piece = self.piece()?;
                let (least, most) = self.times(&piece)?;
                branches.last_mut()?.push(Item { piece, least, most });
            }
        }
        Some(branches)
    }

    fn piece(&mut self) -> Option<Piece> {
        Some(match self.next()? {
            '^' => Piece::Start,
            '$' => Piece::End,
            '(' => {
                let branches = if self.takes("?:") { self.branches()? } else { return None };
                if self.takes(")") { Piece::Group(branches) } else { return None }
            }
            '[' => self.class()?,
            '\\' => match self.next()? {
                's' => Piece::Set(false, SPACES.to_vec()),
                'S' => Piece::Set(true, SPACES.to_vec()),
                c => one(is_plain(c)?),
            },
            '.' | '*' | '+' | '?' | '{' | '}' | ']' => return None,
            c => one(c),
        })
    }

    fn class(&mut self) -> Option<Piece> {
        let is_not = self.takes("^");
        let mut ranges = Vec::new();
        loop {
            let start = match self.next()? {
                ']' => return Some(Piece::Set(is_not, ranges)),
                '\\' if self.takes("s") => {
                    ranges.extend(SPACES);
                    if self.rest.starts_with('-') && !self.rest.starts_with("-]") {
                        return None;
                    }
                    continue;
                }
                '\\' => is_plain(self.next()?)?,
                '[' => return None,
                c => c,
            };
            // A hyphen at an end of the class is one.
            if self.rest.starts_with('-') && !self.rest.starts_with("-]") {
                self.next();
                let end = self.next().filter(|end| end.is_ascii_alphanumeric() && start <= *end)?;
                ranges.push((start, end));
                if start == '-' {
                    return None;
                }
            } else {
                ranges.push((start, start));
            }
        }
    }

    fn times(&mut self, piece: &Piece) -> Option<(u32, u32)> {
        let times = match self.rest.chars().next() {
            Some('*') => (0, u32::MAX),
            Some('+') => (1, u32::MAX),
            Some('?') => (0, 1),
            Some('{') => {
                let (inside, rest) = self.rest[1..].split_once('}')?;
                self.rest = rest;
                let (least, most) = inside.split_once(',').unwrap_or((inside, inside));
                let times = (least.parse().ok()?, most.parse().ok()?);
                return (times.0 <= times.1 && self.is_once(piece)).then_some(times);
            }
            _ => return Some((1, 1)),
        };
        self.next();
        self.is_once(piece).then_some(times)
    }

    /// Whether what was repeated may be, and is not repeated again.
    fn is_once(&self, piece: &Piece) -> bool {
        !matches!(piece, Piece::Start | Piece::End) && !self.rest.starts_with(['*', '+', '?', '{'])
    }
}

/// A character that means itself behind a backslash.
fn is_plain(c: char) -> Option<char> {
    r".\/[](){}*+?|^$".contains(c).then_some(c)
}

fn one(c: char) -> Piece {
    Piece::Set(false, vec![(c, c)])
}

struct Search<'t> {
    text: &'t str,
    steps: Cell<u32>,
    depth: Cell<u32>,
}

/// What has to hold at the place where something ends.
type Then<'f> = dyn Fn(usize) -> Option<bool> + 'f;

impl Search<'_> {
    /// Whether items match one after the other, and what follows holds.
    fn all(&self, items: &[Item], at: usize, then: &Then<'_>) -> Option<bool> {
        self.inside(|| {
            let Some((item, rest)) = items.split_first() else { return then(at) };
            match &item.piece {
                Piece::Start if at != 0 => Some(false),
                Piece::End if at != self.text.len() => Some(false),
                Piece::Start | Piece::End => self.all(rest, at, then),
                Piece::Set(is_not, ranges) => {
                    let is_one = |c: &char| ranges.iter().any(|(a, b)| (a..=b).contains(&c)) != *is_not;
                    self.several(item, is_one, at, &|next| self.all(rest, next, then))
                }
                Piece::Group(branches) => {
                    self.again((item, branches), 0, at, &|next| self.all(rest, next, then))
                }
            }
        })
    }

    /// Whether some characters match, as many as there may be, or fewer, and what follows holds.
    fn several(
        &self,
        item: &Item,
        is_one: impl Fn(&char) -> bool,
        at: usize,
        then: &Then<'_>,
    ) -> Option<bool> {
        let (mut end, mut count) = (at, 0);
        while count < item.most
            && let Some(c) = self.text[end..].chars().next().filter(&is_one)
        {
            self.step()?;
            (end, count) = (end + c.len_utf8(), count + 1);
        }
        while count >= item.least {
            if then(end)? {
                return Some(true);
            }
            let Some(c) = self.text[at..end].chars().next_back() else { break };
            (end, count) = (end - c.len_utf8(), count - 1);
        }
        Some(false)
    }

    /// Whether a group matches some more times, and what follows holds.
    fn again(&self, group: (&Item, &[Vec<Item>]), count: u32, at: usize, then: &Then<'_>) -> Option<bool> {
        self.inside(|| {
            let (item, branches) = group;
            if count < item.most {
                for branch in branches {
                    // Nothing, more often than it has to be, leads nowhere.
                    let more = |next: usize| match next == at && count >= item.least {
                        true => Some(false),
                        false => self.again(group, count + 1, next, then),
                    };
                    if self.all(branch, at, &more)? {
                        return Some(true);
                    }
                }
            }
            if count < item.least { Some(false) } else { then(at) }
        })
    }

    fn inside(&self, work: impl FnOnce() -> Option<bool>) -> Option<bool> {
        self.step()?;
        let depth = self.depth.get();
        if depth > DEPTH {
            return None;
        }
        self.depth.set(depth + 1);
        let found = work();
        self.depth.set(depth);
        found
    }

    fn step(&self) -> Option<()> {
        self.steps.set(self.steps.get().checked_sub(1)?);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    /// The patterns of the project's schemas, and some more.
    fn patterns() -> Vec<String> {
        fn collect(value: &Value, found: &mut Vec<String>) {
            match value {
                Value::Object(map) => {
                    found.extend(map.get("pattern").and_then(Value::as_str).map(str::to_owned));
                    map.values().for_each(|value| collect(value, found));
                }
                Value::Array(list) => list.iter().for_each(|value| collect(value, found)),
                _ => {}
            }
        }
        let mut found = [
            "^(?:a|ab)(?:c|bcd)(?:d*)$",
            "(?:a*)*b",
            "a{2,3}b?",
            "[a-c-]+x|\\.$",
            "^(?:(?:a?){3})$",
            "x\\S\\s",
            "",
        ]
        .map(str::to_owned)
        .to_vec();
        for schema in
            [crate::schema::botspec::schema(), crate::schema::rev::rev(), crate::schema::rev::build()]
        {
            collect(&schema, &mut found);
        }
        found.sort();
        found.dedup();
        found
    }

    fn compiled(pattern: &str) -> jsonschema::Validator {
        jsonschema::validator_for(&json!({"pattern": pattern})).unwrap()
    }

    #[test]
    fn white_space_is_what_it_is_for_the_schema_crate() {
        for pattern in ["\\S", "^\\s$", "^[^\\s@]+$"] {
            let compiled = compiled(pattern);
            for c in '\0'..='\u{FFFF}' {
                let text = c.to_string();
                assert_eq!(
                    matches(pattern, &text),
                    Some(compiled.is_valid(&text.as_str().into())),
                    "{pattern}: {c:?}"
                );
            }
        }
    }

    #[test]
    fn what_is_not_known_is_not_said() {
        for pattern in [
            ".", "a**", "a+?", "(a)", "(?=a)", "(?i)a", "\\d", "\\w", "\\b", "\\1", "\\n", "[\\d]", "[--a]",
            "[a-", "(?:a", "a)", "a{2,}", "a{", "{", "}", "]", "[[]", "[\\s-a]", "[z-a]", "^*", "a{3,2}",
            "\\p{L}", "[ -~]",
        ] {
            assert_eq!(matches(pattern, "a"), None, "{pattern}");
        }
    }

    #[test]
    fn what_would_take_long_is_left() {
        assert_eq!(matches("^(?:a*)*b$", &"a".repeat(40)), None);
        assert_eq!(matches("^(?:a|aa)*$", &"a".repeat(100_000)), None);
        assert_eq!(matches("\\S", &" ".repeat(100_000)), None);
        assert_eq!(matches("\\S", &"é".repeat(100_000)), Some(true));
    }

    proptest! {
        #[test]
        fn a_form_is_what_it_is_for_the_schema_crate(
            texts in prop::collection::vec(prop_oneof![
                "[abcdx.]{0,6}",
                "[a-z0-9_/~ -]{0,8}",
                "1\\.[0-9]{1,2}\\.[0-9]{1,2}(-[a-z0-9.-]{0,5})?(\\+[a-z0-9.]{0,3})?",
                "[0-9]{4}-[01][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,2})?([Zz]|[+-][0-2][0-9]:[0-6][0-9])?",
                "[0-9a-g]{39,41}",
                "[0-9a-f]{63,65}",
                "[a-z]{1,3}/[0-9a-f]{64}/(bot\\.js|rev\\.json|spec\\.json|botxjs)",
                "\\[?[0-9A-G:.]{0,5}\\]?",
                "/[A-Za-z+_/-]{0,6}(~[012])?",
                "\\PC{0,4}",
                "[\\n\\r\\t {}\u{2028}\u{FEFF}\u{85}]{0,3}",
            ], 64)
        ) {
            for pattern in patterns() {
                let compiled = compiled(&pattern);
                for text in &texts {
                    let found = matches(&pattern, text);
                    prop_assert_eq!(found, Some(compiled.is_valid(&text.as_str().into())), "{:?}: {:?}", &pattern, text);
                }
            }
        }
    }
}

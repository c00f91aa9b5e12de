//! The grammar, read once: what is refused has its place, what is taken comes out for Rust's engine. It is small enough to
//! be read by hand, and neither engine's own parser knows what the other one refuses.

use super::{Fault, MAX_CHARS};

/// The most repetitions that RE2 takes, those of nested ones multiplied.
const MAX_REPEAT: u64 = 1000;
/// What `.` stands for: everything but the ends of lines.
const ANY: &str = r"[^\n\r\x{2028}\x{2029}]";
/// How deep groups may nest.
const MAX_DEPTH: usize = 100;

/// Reads a pattern; gives it back for Rust's engine.
pub(super) fn parse(pattern: &str) -> Parsed<String> {
    let chars: Vec<char> = pattern.chars().collect();
    if chars.len() > MAX_CHARS {
        let message = format!("it has {} characters, and {MAX_CHARS} are allowed", chars.len());
        return Err(Fault {
            at: MAX_CHARS,
            message,
            help: "shorten it, or judge the value with an `enum`".to_owned(),
        });
    }
    let out = String::with_capacity(pattern.len() * 2);
    let mut parser = Parser { chars: &chars, at: 0, depth: 0, names: Vec::new(), out };
    parser.alternatives()?;
    match parser.peek() {
        None => Ok(parser.out),
        Some(_) => {
            parser.fault(parser.at, "a `)` closes nothing", "write `\\)` for the character, or remove it")
        }
    }
}

/// What is known of a part of a pattern.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Part {
    /// Whether a repetition without an upper bound stands in it.
    unbounded: bool,
    /// The largest product of nested repetitions in it.
    repeats: u64,
    /// Whether it matches a place and not a character: nothing to repeat.
    assertion: bool,
}

impl Part {
    pub(super) const CHARACTER: Self = Self { unbounded: false, repeats: 1, assertion: false };
    pub(super) const ASSERTION: Self = Self { assertion: true, ..Self::CHARACTER };

    fn with(self, other: Self) -> Self {
        Self {
            unbounded: self.unbounded || other.unbounded,
            repeats: self.repeats.max(other.repeats),
            assertion: false,
        }
    }
}

/// A repetition.
#[derive(Debug, Clone, Copy)]
struct Repeat {
    least: u64,
    most: Option<u64>,
}

pub(super) struct Parser<'p> {
    pub(super) chars: &'p [char],
    pub(super) at: usize,
    depth: usize,
    names: Vec<String>,
    /// The same for Rust's engine, as far as it was read.
    pub(super) out: String,
}

pub(super) type Parsed<T> = Result<T, Fault>;

impl Parser<'_> {
    pub(super) fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    /// What was read since a place goes out as it is.
    fn copy(&mut self, from: usize) {
        self.out.extend(&self.chars[from..self.at]);
    }

    fn looking_at(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(i, c)| self.chars.get(self.at + i) == Some(&c))
    }

    pub(super) fn fault<T>(&self, at: usize, message: &str, help: &str) -> Parsed<T> {
        Err(Fault { at, message: message.to_owned(), help: help.to_owned() })
    }

    fn alternatives(&mut self) -> Parsed<Part> {
        let mut whole = Part::CHARACTER;
        loop {
            while let Some(c) = self.peek().filter(|c| !matches!(c, '|' | ')')) {
                let part = self.term(c)?;
                whole = whole.with(part);
            }
            if self.peek() != Some('|') {
                return Ok(whole);
            }
            self.at += 1;
            self.out.push('|');
        }
    }

    /// Something, and how often.
    fn term(&mut self, first: char) -> Parsed<Part> {
        let start = self.at;
        let part = self.atom(first)?;
        let before = self.at;
        let Some(repeat) = self.repeat()? else { return Ok(part) };
        self.copy(before);
        if part.assertion {
            return self.fault(
                start,
                "a place is repeated, which ECMAScript refuses",
                "take the repetition away",
            );
        }
        if repeat.most.is_some_and(|most| most < repeat.least) {
            return self.fault(
                before,
                "the bounds of a repetition are the wrong way round",
                "write {FEW,MANY}",
            );
        }
        let product = repeat.most.unwrap_or(repeat.least).max(1).saturating_mul(part.repeats);
        if product > MAX_REPEAT {
            return self.fault(
                before,
                "it repeats more than 1,000 times, nested repetitions multiplied, which RE2 refuses",
                "lower the bounds; a `schema` with `maxLength` bounds the length of a value",
            );
        }
        if repeat.most.is_none() && part.unbounded {
            return self.fault(
                before,
                "a repetition without an upper bound repeats another one, and a matcher may try for ever",
                "bound one of the two, such as {1,20}, or write the pattern without the outer one",
            );
        }
        if matches!(self.peek(), Some('*' | '+' | '?' | '{')) {
            return self.fault(
                self.at,
                "a repetition is repeated",
                "put the first one in a group, or remove one",
            );
        }
        Ok(Part { unbounded: part.unbounded || repeat.most.is_none(), repeats: product, assertion: false })
    }

    fn repeat(&mut self) -> Parsed<Option<Repeat>> {
        let repeat = match self.peek() {
            Some('*') => Repeat { least: 0, most: None },
            Some('+') => Repeat { least: 1, most: None },
            Some('?') => Repeat { least: 0, most: Some(1) },
            Some('{') => {
                let repeat = self.braces()?;
                self.lazy();
                return Ok(Some(repeat));
            }
            _ => return Ok(None),
        };
        self.at += 1;
        self.lazy();
        Ok(Some(repeat))
    }

    fn lazy(&mut self) {
        if self.peek() == Some('?') {
            self.at += 1;
        }
    }

    fn braces(&mut self) -> Parsed<Repeat> {
        let open = self.at;
        self.at += 1;
        let least = self.digits();
        let comma = self.peek() == Some(',');
        let most = if comma {
            self.at += 1;
            self.digits()
        } else {
            least
        };
        let (Some(least), Some('}')) = (least, self.peek()) else {
            return self.fault(
                open,
                "a `{` begins no repetition, which ECMAScript refuses",
                "write {N}, {N,} or {N,M}; `\\{` for the character",
            );
        };
        self.at += 1;
        Ok(Repeat { least, most })
    }

    fn digits(&mut self) -> Option<u64> {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        let text: String = self.chars[start..self.at].iter().collect();
        (!text.is_empty()).then(|| text.parse().unwrap_or(u64::MAX))
    }

    fn atom(&mut self, c: char) -> Parsed<Part> {
        let at = self.at;
        match c {
            '(' => self.group(),
            '[' => self.class(),
            '\\' => self.escape(),
            '^' | '$' => {
                self.at += 1;
                self.out.push(c);
                Ok(Part::ASSERTION)
            }
            '*' | '+' | '?' => self.fault(
                at,
                "there is nothing to repeat",
                "write a backslash before the sign for the character",
            ),
            ']' | '{' | '}' => self.fault(
                at,
                "a bracket or brace stands alone, which ECMAScript refuses",
                "write a backslash before it",
            ),
            '.' => {
                self.at += 1;
                self.out.push_str(ANY);
                Ok(Part::CHARACTER)
            }
            _ => {
                self.at += 1;
                self.literal(c);
                Ok(Part::CHARACTER)
            }
        }
    }

    fn group(&mut self) -> Parsed<Part> {
        let open = self.at;
        self.at += 1;
        if self.peek() == Some('?') {
            self.group_kind(open)?;
        }
        self.copy(open);
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return self.fault(open, "groups nest deeper than 100", "write it flatter");
        }
        let inner = self.alternatives()?;
        self.depth -= 1;
        if self.peek() != Some(')') {
            return self.fault(open, "a group is not closed", "add the `)`; `\\(` for the character");
        }
        self.at += 1;
        self.out.push(')');
        Ok(inner)
    }

    /// What stands behind `(?`.
    fn group_kind(&mut self, open: usize) -> Parsed<()> {
        if self.looking_at("?:") {
            self.at += 2;
            return Ok(());
        }
        if ["?=", "?!", "?<=", "?<!"].iter().any(|look| self.looking_at(look)) {
            return self.fault(
                open,
                "it looks ahead or behind, which RE2 does not know",
                "write two `validate` steps instead",
            );
        }
        if self.looking_at("?<") {
            self.at += 2;
            let start = self.at;
            while self.peek().is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') {
                self.at += 1;
            }
            let name: String = self.chars[start..self.at].iter().collect();
            let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
            if self.peek() == Some('>') && is_name && !self.names.contains(&name) {
                self.at += 1;
                self.names.push(name);
                return Ok(());
            }
            return self.fault(
                open,
                "the name of a group is none, or stands twice",
                "write a plain group: (…)",
            );
        }
        self.fault(open, "RE2 and ECMAScript do not share this kind of group", "write (…) or (?:…)")
    }
}

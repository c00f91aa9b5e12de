//! The regular expressions of specs: what RE2 and ECMAScript's `/u` both take, and cannot take for ever.
//!
//! It only judges; matching is the interpreter's and the script's. The grammar is small enough to be read by hand, and
//! neither engine's own parser knows what the other one refuses.

/// The longest pattern, in characters.
pub const MAX_CHARS: usize = 500;
/// The most repetitions that RE2 takes, those of nested ones multiplied.
const MAX_REPEAT: u64 = 1000;
/// How deep groups may nest.
const MAX_DEPTH: usize = 100;

/// Why a pattern is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The character at fault, from 0.
    pub at: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// Judges a pattern.
///
/// # Errors
/// The first thing in it that one of the two engines refuses, or that nests unbounded repetitions.
pub fn check(pattern: &str) -> Result<(), Fault> {
    let chars: Vec<char> = pattern.chars().collect();
    if chars.len() > MAX_CHARS {
        let message = format!("it has {} characters, and {MAX_CHARS} are allowed", chars.len());
        return Err(Fault {
            at: MAX_CHARS,
            message,
            help: "shorten it, or judge the value with an `enum`".to_owned(),
        });
    }
    let mut parser = Parser { chars: &chars, at: 0, depth: 0, names: Vec::new() };
    parser.alternatives()?;
    match parser.peek() {
        None => Ok(()),
        Some(_) => {
            parser.fault(parser.at, "a `)` closes nothing", "write `\\)` for the character, or remove it")
        }
    }
}

/// What is known of a part of a pattern.
#[derive(Debug, Clone, Copy, Default)]
struct Part {
    /// Whether a repetition without an upper bound stands in it.
    unbounded: bool,
    /// The largest product of nested repetitions in it.
    repeats: u64,
    /// Whether it matches a place and not a character: nothing to repeat.
    assertion: bool,
}

impl Part {
    const CHARACTER: Self = Self { unbounded: false, repeats: 1, assertion: false };
    const ASSERTION: Self = Self { assertion: true, ..Self::CHARACTER };

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

struct Parser<'p> {
    chars: &'p [char],
    at: usize,
    depth: usize,
    names: Vec<String>,
}

type Parsed<T> = Result<T, Fault>;

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn looking_at(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(i, c)| self.chars.get(self.at + i) == Some(&c))
    }

    fn fault<T>(&self, at: usize, message: &str, help: &str) -> Parsed<T> {
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
        }
    }

    /// Something, and how often.
    fn term(&mut self, first: char) -> Parsed<Part> {
        let start = self.at;
        let part = self.atom(first)?;
        let before = self.at;
        let Some(repeat) = self.repeat()? else { return Ok(part) };
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
            _ => {
                self.at += 1;
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

    fn escape(&mut self) -> Parsed<Part> {
        let start = self.at;
        self.at += 1;
        let Some(c) = self.peek() else {
            return self.fault(start, "it ends with a backslash", "write `\\\\` for the character");
        };
        self.at += 1;
        match c {
            'b' | 'B' => Ok(Part::ASSERTION),
            'd' | 'D' | 'w' | 'W' | 's' | 'S' => Ok(Part::CHARACTER),
            _ => self.character_escape(start, c, false).map(|_| Part::CHARACTER),
        }
    }

    /// A single character, or a Unicode category, behind a backslash; `None` for a category.
    fn character_escape(&mut self, start: usize, c: char, in_class: bool) -> Parsed<Option<char>> {
        match c {
            't' => Ok(Some('\t')),
            'n' => Ok(Some('\n')),
            'v' => Ok(Some('\u{B}')),
            'f' => Ok(Some('\u{C}')),
            'r' => Ok(Some('\r')),
            'x' => self.hexadecimal(start).map(Some),
            'p' | 'P' => self.category(start).map(|()| None),
            '^' | '$' | '\\' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '/' => {
                Ok(Some(c))
            }
            '-' if in_class => Ok(Some(c)),
            '0'..='9' | 'k' => self.fault(
                start,
                "it refers back to a group, which RE2 does not know",
                "write what may stand there once more",
            ),
            'u' | 'c' => self.fault(
                start,
                "RE2 does not know this escape",
                "write the character itself, or \\xHH up to \\xFF",
            ),
            'A' | 'z' | 'Z' | 'Q' | 'E' | 'C' | 'a' => self.fault(
                start,
                "ECMAScript does not know this escape",
                "a `regex` matches the whole value anyway",
            ),
            _ => self.fault(
                start,
                "a backslash stands before a character that needs none",
                "take the backslash away",
            ),
        }
    }

    fn hexadecimal(&mut self, start: usize) -> Parsed<char> {
        let digits: String = self.chars.iter().skip(self.at).take(2).collect();
        let value =
            u32::from_str_radix(&digits, 16).ok().filter(|_| digits.chars().all(|c| c.is_ascii_hexdigit()));
        match value.and_then(char::from_u32).filter(|_| digits.len() == 2) {
            Some(c) => {
                self.at += 2;
                Ok(c)
            }
            None => self.fault(
                start,
                "`\\x` needs two hexadecimal digits, as ECMAScript has it",
                "write \\xHH, or the character itself",
            ),
        }
    }

    /// General categories alone: scripts are written differently in the two.
    fn category(&mut self, start: usize) -> Parsed<()> {
        const CATEGORIES: [&str; 36] = [
            "C", "Cc", "Cf", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd",
            "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z",
            "Zl", "Zp", "Zs",
        ];
        let rest = &self.chars[self.at..];
        let name: Option<String> = match (rest.first(), rest.iter().position(|c| *c == '}')) {
            (Some('{'), Some(end)) => Some(rest[1..end].iter().collect()),
            _ => None,
        };
        match name {
            Some(name) if CATEGORIES.contains(&name.as_str()) => {
                self.at += name.len() + 2;
                Ok(())
            }
            _ => self.fault(
                start,
                "this is no Unicode category that both know",
                "write one such as \\p{L} (letters), \\p{Lu} (capitals) or \\p{N} (numbers)",
            ),
        }
    }

    fn class(&mut self) -> Parsed<Part> {
        let open = self.at;
        self.at += 1;
        if self.peek() == Some('^') {
            self.at += 1;
        }
        if self.peek() == Some(']') {
            return self.fault(
                open,
                "a class is empty, which the two read differently",
                "write `\\]` for the character",
            );
        }
        loop {
            let at = self.at;
            match self.peek() {
                None => {
                    return self.fault(open, "a class is not closed", "add the `]`; `\\[` for the character");
                }
                Some(']') => {
                    self.at += 1;
                    return Ok(Part::CHARACTER);
                }
                Some(_) => {}
            }
            let first = self.class_member()?;
            // A `-` before the closing bracket is the character.
            if self.peek() != Some('-') || matches!(self.chars.get(self.at + 1), None | Some(']')) {
                continue;
            }
            self.at += 1;
            let last = self.class_member()?;
            match (first, last) {
                (Some(first), Some(last)) if first <= last => {}
                (Some(_), Some(_)) => {
                    return self.fault(
                        at,
                        "a range of characters is the wrong way round",
                        "write the smaller character first",
                    );
                }
                _ => {
                    return self.fault(
                        at,
                        "a range begins or ends with a class",
                        "write `\\-` for the character, or put it last",
                    );
                }
            }
        }
    }

    /// A character of a class; `None` for a class in it.
    fn class_member(&mut self) -> Parsed<Option<char>> {
        let start = self.at;
        let Some(c) = self.peek() else {
            return self.fault(start, "a class is not closed", "add the `]`");
        };
        self.at += 1;
        match c {
            '[' if matches!(self.peek(), Some(':' | '.' | '=')) => self.fault(
                start,
                "ECMAScript does not know named classes",
                "write \\d, \\w, \\s or \\p{L}; `\\[` for the character",
            ),
            '\\' => {
                let Some(c) = self.peek() else {
                    return self.fault(start, "it ends with a backslash", "write `\\\\` for the character");
                };
                self.at += 1;
                match c {
                    'd' | 'D' | 'w' | 'W' | 's' | 'S' => Ok(None),
                    _ => self.character_escape(start, c, true),
                }
            }
            c => Ok(Some(c)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_engines_take_is_taken() {
        for pattern in [
            "",
            "a",
            "a|",
            "()",
            "(?:)",
            "(a|b)*c",
            "[a-z]+",
            "[^a-z]?",
            r"\d{4}-\d{2}-\d{2}",
            r"^\+?[0-9 ()/-]{6,20}$",
            r"[\w.+-]+@[\w-]+(\.[\w-]+){1,5}",
            r"(\d{1,3}\.){3}\d{1,3}",
            r"\p{L}[\p{L}\p{M}' -]*",
            r"\P{Lu}",
            r"[\]\[\-\\^]",
            "[a-]",
            "[-a]",
            "[a^]",
            "[[a]",
            "[&&--~~]",
            r"\x41[\x00-\xff]",
            r"\t\n\v\f\r",
            r"\/\.\*\+\?\(\)\[\]\{\}\|\^\$\\",
            "a*?b+?c??d{1,2}?",
            "a{0}",
            "a{1000}",
            "(a{30}){30}",
            "(ab+){2,5}",
            "(a+b)?",
            r"\bword\b",
            "(?<year>[0-9]{4})",
            "ä{2}🍕",
            "a,b",
            "a-b",
            "a=b!c:d<e>f",
            r"(S|M|L|XL)",
        ] {
            assert_eq!(check(pattern), Ok(()), "{pattern}");
        }
    }

    #[test]
    fn what_one_of_them_refuses_or_what_takes_for_ever_is_refused() {
        for (pattern, at) in [
            ("(", 0),
            (")", 0),
            ("a)", 1),
            ("(a", 0),
            ("[", 0),
            ("[a", 0),
            ("[]", 0),
            ("[]a]", 0),
            ("[^]", 0),
            ("[^]]", 0),
            ("*", 0),
            ("a**", 2),
            ("a+*", 2),
            ("a{2}{3}", 4),
            ("a{2}+", 4),
            ("a|*", 2),
            ("(*)", 1),
            ("^*", 0),
            (r"\b+", 0),
            ("$?", 0),
            ("{", 0),
            ("a{", 1),
            ("a{,3}", 1),
            ("a{1", 1),
            ("a{x}", 1),
            ("}", 0),
            ("]", 0),
            ("a{3,2}", 1),
            ("a{1001}", 1),
            ("(a{40}){40}", 7),
            ("((a{11}){10}){10}", 13),
            ("a{99999999999999999999}", 1),
            ("(?=a)", 0),
            ("(?!a)", 0),
            ("(?<=a)", 0),
            ("(?<!a)", 0),
            ("(?i)a", 0),
            ("(?i:a)", 0),
            ("(?P<n>a)", 0),
            ("(?<1>a)", 0),
            ("(?<a>x)(?<a>y)", 7),
            ("(?#x)", 0),
            ("(?>a)", 0),
            (r"(a)\1", 3),
            (r"\0", 0),
            (r"\k<a>", 0),
            (r"\u0041", 0),
            (r"\cA", 0),
            (r"\Aa\z", 0),
            (r"\Qa\E", 0),
            (r"\x4", 0),
            (r"\x{41}", 0),
            (r"\p{Greek}", 0),
            (r"\p{Script=Greek}", 0),
            (r"\pL", 0),
            (r"\p{Letter}", 0),
            (r"\p{L", 0),
            (r"\-", 0),
            (r"\a", 0),
            (r"\q", 0),
            (r"\ü", 0),
            (r"\_", 0),
            (r"a\", 1),
            (r"[\", 1),
            (r"[\b]", 1),
            ("[z-a]", 1),
            (r"[\d-z]", 1),
            (r"[a-\d]", 1),
            ("[[:alpha:]]", 1),
            (r"[\_]", 1),
            ("(a+)+", 4),
            ("(a*)*", 4),
            ("(a|b*)+", 6),
            ("(?:a{2,})*", 9),
            ("((a+)b)+", 7),
            ("(a+){2,}", 4),
            (r"(\w+\s?)*", 8),
            ("(.*)*", 4),
            ("(a+?)+", 5),
            ("(x+x+)+y", 6),
        ] {
            let fault = check(pattern).unwrap_err();
            assert_eq!(fault.at, at, "{pattern}: {}", fault.message);
        }
        let deep = "(".repeat(120) + &")".repeat(120);
        assert_eq!(check(&deep).unwrap_err().at, 100);
        assert!(check(&"a".repeat(500)).is_ok() && check(&"ä".repeat(501)).is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_judged(pattern in r"([ab01\\\[\](){}*+?|^$.,:<=!dwsbpxLk-]|\PC){0,20}") {
            if let Err(fault) = check(&pattern) {
                proptest::prop_assert!(fault.at <= pattern.chars().count());
            }
        }
    }
}

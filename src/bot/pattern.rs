//! Regular expressions of specs (the common subset of RE2 and ECMAScript `/u`) with ECMAScript's meaning, which differs from
//! that of Rust's engine in `\d`, `\w`, `\s`, `.`, `\b` and inside classes. Matching takes linear time.

use std::fmt::Write as _;

use regex::bytes::{Regex, RegexBuilder};

/// A compiled pattern may take so much; `{1000}` of a large class does.
const MAX_COMPILED: usize = 64 << 20;

const DIGIT: &str = "0-9";
const WORD: &str = "0-9A-Za-z_";
const SPACE: &str = r"\t-\r \x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}";

/// A pattern, ready to match.
#[derive(Debug, Clone)]
pub struct Pattern(Regex);

impl Pattern {
    /// A pattern that has to match the whole of a text.
    ///
    /// # Errors
    /// Why it is none that both languages know.
    pub fn whole(pattern: &str) -> Result<Self, String> {
        Self::compile(&format!(r"\A(?:{})\z", translate(pattern)?))
    }

    /// A pattern that has to match somewhere in a text.
    ///
    /// # Errors
    /// Why it is none that both languages know.
    pub fn somewhere(pattern: &str) -> Result<Self, String> {
        Self::compile(&translate(pattern)?)
    }

    fn compile(pattern: &str) -> Result<Self, String> {
        let built = RegexBuilder::new(pattern).size_limit(MAX_COMPILED).build();
        built.map(Self).map_err(|error| error.to_string())
    }

    /// Whether it matches.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text.as_bytes())
    }
}

/// The same pattern for Rust's engine.
///
/// # Errors
/// Why it is none that both languages know.
pub fn translate(pattern: &str) -> Result<String, String> {
    let mut out = String::with_capacity(pattern.len() * 2);
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match escape(&mut chars)? {
                Escape::Char(c) => literal(c, &mut out),
                Escape::Class(text) => out.push_str(&text),
                Escape::Boundary(c) => {
                    let _ = write!(out, r"(?-u:\{c})");
                }
            },
            '.' => out.push_str(r"[^\n\r\x{2028}\x{2029}]"),
            '[' => class(&mut chars, &mut out)?,
            '(' | ')' | '|' | '*' | '+' | '?' | '{' | '}' | '^' | '$' => out.push(c),
            c if c.is_ascii_alphanumeric() || "<>:=!,-".contains(c) => out.push(c),
            c => literal(c, &mut out),
        }
    }
    Ok(out)
}

fn literal(c: char, out: &mut String) {
    let _ = write!(out, r"\x{{{:X}}}", u32::from(c));
}

enum Escape {
    Char(char),
    Class(String),
    Boundary(char),
}

type Chars<'p> = std::iter::Peekable<std::str::Chars<'p>>;

/// What stands behind a backslash.
fn escape(chars: &mut Chars<'_>) -> Result<Escape, String> {
    let c = chars.next().ok_or("it ends with a backslash")?;
    let class = |set: &str| Escape::Class(format!("[{set}]"));
    let without = |set: &str| Escape::Class(format!("[^{set}]"));
    Ok(match c {
        'd' => class(DIGIT),
        'D' => without(DIGIT),
        'w' => class(WORD),
        'W' => without(WORD),
        's' => class(SPACE),
        'S' => without(SPACE),
        'b' | 'B' => Escape::Boundary(c),
        'p' | 'P' => Escape::Class(format!(r"\{c}{{{}}}", braced(chars)?)),
        't' => Escape::Char('\t'),
        'n' => Escape::Char('\n'),
        'v' => Escape::Char('\u{B}'),
        'f' => Escape::Char('\u{C}'),
        'r' => Escape::Char('\r'),
        '0' => Escape::Char('\0'),
        'x' => Escape::Char(hex(&take(chars, 2))?),
        'u' if chars.peek() == Some(&'{') => Escape::Char(hex(&braced(chars)?)?),
        'u' => Escape::Char(hex(&take(chars, 4))?),
        c if c.is_ascii_punctuation() => Escape::Char(c),
        c => return Err(format!("`\\{c}` is not known to both RE2 and ECMAScript")),
    })
}

fn take(chars: &mut Chars<'_>, count: usize) -> String {
    chars.by_ref().take(count).collect()
}

fn braced(chars: &mut Chars<'_>) -> Result<String, String> {
    if chars.next() != Some('{') {
        return Err("an escape lacks its `{`".to_owned());
    }
    let mut name = String::new();
    for c in chars {
        if c == '}' {
            return Ok(name);
        }
        name.push(c);
    }
    Err("an escape lacks its `}`".to_owned())
}

fn hex(digits: &str) -> Result<char, String> {
    let number = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
    number.ok_or_else(|| format!("`{digits}` is no code point"))
}

/// A class, behind its bracket. Every character is written by its number: Rust's classes nest and have operators.
fn class(chars: &mut Chars<'_>, out: &mut String) -> Result<(), String> {
    out.push('[');
    if chars.next_if_eq(&'^').is_some() {
        out.push('^');
    }
    let mut is_empty = true;
    loop {
        let c = chars.next().ok_or("a class lacks its `]`")?;
        if c == ']' {
            break;
        }
        is_empty = false;
        let first = member(c, chars)?;
        let is_range = chars.peek() == Some(&'-') && chars.clone().nth(1).is_some_and(|c| c != ']');
        match (first, is_range) {
            (Escape::Char(from), true) => {
                chars.next();
                let c = chars.next().ok_or("a class lacks its `]`")?;
                let Escape::Char(to) = member(c, chars)? else {
                    return Err("a range ends with a class".to_owned());
                };
                literal(from, out);
                out.push('-');
                literal(to, out);
            }
            (Escape::Char(c), false) => literal(c, out),
            (Escape::Class(_), true) => return Err("a range begins with a class".to_owned()),
            (Escape::Class(text), false) => out.push_str(&text),
            (Escape::Boundary(_), _) => return Err("a word boundary stands in a class".to_owned()),
        }
    }
    if is_empty {
        return Err("a class is empty".to_owned());
    }
    out.push(']');
    Ok(())
}

fn member(c: char, chars: &mut Chars<'_>) -> Result<Escape, String> {
    Ok(match c {
        '\\' => match escape(chars)? {
            Escape::Boundary('b') => Escape::Char('\u{8}'),
            other => other,
        },
        c => Escape::Char(c),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(pattern: &str, text: &str) -> bool {
        Pattern::whole(pattern).unwrap().is_match(text)
    }

    #[test]
    fn patterns_mean_what_ecmascript_means() {
        assert!(whole(r"\d{2,3}", "12") && !whole(r"\d{2,3}", "1234"));
        assert!(!whole(r"\d", "٣") && !whole(r"\w", "é") && whole(r"\W", "é"));
        assert!(whole(r"\s", "\u{FEFF}") && whole(r"\s", "\u{B}") && !whole(r"\s", "\u{85}"));
        assert!(whole(".", "🍕") && !whole(".", "\u{2028}") && !whole(".", "\r") && whole(".", "\u{85}"));
        assert!(whole("a|bc", "bc") && !whole("a|bc", "ab"));
        assert!(whole(r"[\w.+-]+@[a-z]+\.[a-z]{2,}", "a.b+c@example.org"));
        assert!(whole(r"[&&~~[]+", "[&~") && !whole(r"[&&~~[]", "a"));
        assert!(whole(r"[+--]", ",") && whole(r"[a-]", "-") && whole(r"[-a]", "-"));
        assert!(whole(r"[\]\\\-]{3}", r"]\-"));
        assert!(whole(r"\p{L}+", "Straße") && whole(r"[\p{L}\d ]+", "é 1") && !whole(r"\P{L}", "a"));
        assert!(whole(r"\x41\u0042\u{43}\/", "ABC/"));
        assert!(whole(r"a\b b", "a b") && whole(r"é\Bö", "éö") && !whole(r"a\Bé", "aé"));
        assert!(whole("^a$", "a") && !whole("a$", "a\n"));
        assert!(whole("# x", "# x"), "nothing is a comment");
        assert!(whole("", "") && !whole("", "a"));
        assert!(Pattern::somewhere("b").unwrap().is_match("abc"));
    }

    #[test]
    fn what_not_both_know_is_refused() {
        for pattern in
            ["(?=a)", r"(a)\1", "[]", "[^]", "(", "[a", r"\", r"\k<a>", r"\Qa", r"[\d-z]", r"\u{110000}"]
        {
            assert!(Pattern::whole(pattern).is_err(), "{pattern}");
        }
    }
}

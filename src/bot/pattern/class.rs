//! Single characters, escapes and classes. Rust's classes nest and have operators, so every character of one is written by
//! its number.

use std::fmt::Write as _;

use super::parser::{Parsed, Parser, Part};

const DIGIT: &str = "0-9";
const WORD: &str = "0-9A-Za-z_";
const SPACE: &str = r"\t-\r \x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}";

/// `\d` and its kin, as ECMAScript has them.
fn set(c: char) -> Option<String> {
    Some(match c {
        'd' => format!("[{DIGIT}]"),
        'D' => format!("[^{DIGIT}]"),
        'w' => format!("[{WORD}]"),
        'W' => format!("[^{WORD}]"),
        's' => format!("[{SPACE}]"),
        'S' => format!("[^{SPACE}]"),
        _ => return None,
    })
}

/// What stands behind a backslash, or in a class.
enum Member {
    Character(char),
    /// A class, as Rust's engine writes it.
    Class(String),
}

impl Parser<'_> {
    /// A character that means nothing but itself.
    pub(super) fn literal(&mut self, c: char) {
        if c.is_ascii_alphanumeric() {
            self.out.push(c);
        } else {
            let _ = write!(self.out, r"\x{{{:X}}}", u32::from(c));
        }
    }

    pub(super) fn escape(&mut self) -> Parsed<Part> {
        let start = self.at;
        self.at += 1;
        let Some(c) = self.peek() else {
            return self.fault(start, "it ends with a backslash", "write `\\\\` for the character");
        };
        self.at += 1;
        match c {
            // Words are made of ASCII in ECMAScript.
            'b' | 'B' => {
                let _ = write!(self.out, r"(?-u:\{c})");
                return Ok(Part::ASSERTION);
            }
            _ => match self.character_escape(start, c, false)? {
                Member::Character(c) => self.literal(c),
                Member::Class(text) => self.out.push_str(&text),
            },
        }
        Ok(Part::CHARACTER)
    }

    /// What stands behind a backslash, but for places.
    fn character_escape(&mut self, start: usize, c: char, in_class: bool) -> Parsed<Member> {
        if let Some(text) = set(c) {
            return Ok(Member::Class(text));
        }
        let character = |c| Ok(Member::Character(c));
        match c {
            't' => character('\t'),
            'n' => character('\n'),
            'v' => character('\u{B}'),
            'f' => character('\u{C}'),
            'r' => character('\r'),
            'x' => self.hexadecimal(start).map(Member::Character),
            'p' | 'P' => self.category(start).map(|name| Member::Class(format!(r"\{c}{{{name}}}"))),
            '^' | '$' | '\\' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '/' => {
                character(c)
            }
            '-' if in_class => character(c),
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
    fn category(&mut self, start: usize) -> Parsed<String> {
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
                Ok(name)
            }
            _ => self.fault(
                start,
                "this is no Unicode category that both know",
                "write one such as \\p{L} (letters), \\p{Lu} (capitals) or \\p{N} (numbers)",
            ),
        }
    }

    pub(super) fn class(&mut self) -> Parsed<Part> {
        let open = self.at;
        self.at += 1;
        self.out.push('[');
        if self.peek() == Some('^') {
            self.at += 1;
            self.out.push('^');
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
                    self.out.push(']');
                    return Ok(Part::CHARACTER);
                }
                Some(_) => {}
            }
            let first = self.class_member()?;
            // A `-` before the closing bracket is the character.
            if self.peek() != Some('-') || matches!(self.chars.get(self.at + 1), None | Some(']')) {
                match first {
                    Member::Character(c) => self.literal(c),
                    Member::Class(text) => self.out.push_str(&text),
                }
                continue;
            }
            self.at += 1;
            let last = self.class_member()?;
            match (first, last) {
                (Member::Character(first), Member::Character(last)) if first <= last => {
                    self.literal(first);
                    self.out.push('-');
                    self.literal(last);
                }
                (Member::Character(_), Member::Character(_)) => {
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

    /// A part of a class.
    fn class_member(&mut self) -> Parsed<Member> {
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
                self.character_escape(start, c, true)
            }
            c => Ok(Member::Character(c)),
        }
    }
}

//! Keywords and names.

use super::{Before, Lexer, Token};

/// The words that mean more than a name.
const WORDS: [&str; 42] = [
    "else",
    "if",
    "for",
    "while",
    "with",
    "do",
    "typeof",
    "void",
    "delete",
    "new",
    "extends",
    "await",
    "yield",
    "in",
    "instanceof",
    "switch",
    "catch",
    "return",
    "throw",
    "function",
    "class",
    "try",
    "finally",
    "case",
    "default",
    "var",
    "const",
    "break",
    "continue",
    "debugger",
    "import",
    "export",
    "async",
    "get",
    "set",
    "static",
    "let",
    "of",
    "accessor",
    "using",
    "as",
    "from",
];

/// By first byte the lengths of those words, a bit each: most names are told apart by them.
const LENGTHS: [u16; 128] = {
    let mut lengths = [0; 128];
    let mut at = 0;
    while at < WORDS.len() {
        let word = WORDS[at].as_bytes();
        lengths[word[0] as usize] |= 1 << word.len();
        at += 1;
    }
    lengths
};

/// Whether a byte stands in names: letters, digits, `$` and `_`.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        plain[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'$' | b'_');
        byte += 1;
    }
    plain
};

/// Whether a name begins with a byte: letters, `$`, `_`, an escape, and everything beyond ASCII (white space there is
/// taken as part of a name, which only counts less finely).
pub(super) fn begins(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'$' | b'_' | b'\\') || byte >= 0x80
}

impl Lexer<'_> {
    pub(super) fn word(&mut self) -> Option<Token> {
        loop {
            let rest = &self.bytes[self.at.min(self.bytes.len())..];
            self.at += rest.iter().position(|&byte| !PLAIN[usize::from(byte)]).unwrap_or(rest.len());
            if self.at >= self.bytes.len() || !begins(self.peek(0)) {
                break;
            }
            if self.peek(0) == b'\\' && self.peek(1) == b'u' && self.peek(2) == b'{' {
                while self.at < self.bytes.len() && !matches!(self.peek(0), b'}' | b'\n') {
                    self.at += 1;
                }
            }
            if self.separator() || self.peek(0) == 0xc2 && self.peek(1) == 0xa0 {
                break;
            }
            self.at += 1;
        }
        self.at = self.at.min(self.bytes.len());
        if self.at == self.start {
            self.at += 1;
        }
        let member = self.member;
        let head = self.head;
        let word = &self.bytes[self.start..self.at];
        if member {
            self.operator(Token::Left);
            self.before = Before::Value;
            return None;
        }
        self.keyword(word, head)
    }

    fn keyword(&mut self, word: &[u8], head: u8) -> Option<Token> {
        let lengths = word.first().and_then(|&first| LENGTHS.get(usize::from(first))).copied().unwrap_or(0);
        if word.len() > 15 || lengths & 1 << word.len() == 0 {
            return self.value();
        }
        let breaks = self.before != Before::Operator && !self.joins;
        let then = match word {
            b"else" => Some(Token::Else),
            b"if" | b"for" | b"while" | b"with" | b"do" | b"typeof" | b"void" | b"delete" | b"new"
            | b"extends" | b"await" | b"yield" => Some(Token::Right),
            b"in" | b"instanceof" | b"switch" | b"catch" | b"return" | b"throw" | b"function" | b"class"
            | b"try" | b"finally" => Some(Token::Left),
            b"case" | b"default" => Some(Token::Separator),
            b"var" | b"const" | b"break" | b"continue" | b"debugger" | b"import" | b"export" => None,
            _ => return self.name(word),
        };
        let continues = matches!(word, b"else" | b"in" | b"instanceof" | b"catch" | b"finally" | b"extends");
        self.operator(Token::Left);
        self.head = match word {
            b"if" | b"while" | b"with" | b"switch" | b"catch" => 1,
            b"for" => 2,
            b"await" if head == 2 => 3,
            _ => 0,
        };
        if matches!(word, b"await" | b"yield") {
            self.before = Before::Either;
            self.joins = true;
        }
        if breaks && !continues && then != Some(Token::Separator) {
            self.held = then;
            return Some(Token::Separator);
        }
        then
    }

    fn name(&mut self, word: &[u8]) -> Option<Token> {
        let broken = self.value();
        self.joins = matches!(
            word,
            b"async"
                | b"get"
                | b"set"
                | b"static"
                | b"let"
                | b"of"
                | b"accessor"
                | b"using"
                | b"as"
                | b"from"
        );
        if word == b"of" {
            self.before = Before::Either;
        }
        broken
    }
}

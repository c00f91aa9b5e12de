//! Tokens, as far as depth needs them: brackets, operators by the side that nests, ends of statements. Strings,
//! comments, templates and regular expressions are passed over exactly, or the script is refused.

mod signs;
mod skip;
mod slash;
mod words;

use oxc_span::Span;

use crate::script::filter::Finding;
use signs::Sign;

/// A token that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// `(`, `[`, `{` or `${`.
    Open,
    /// `)`, `]` or `}`.
    Close,
    /// The end of a statement or an element, written or implied.
    Separator,
    /// `else`: goes on with the statement before it.
    Else,
    /// An operator or a keyword whose right side nests in it.
    Right,
    /// Another part of an expression.
    Left,
}

/// What stood before: it decides whether `/` divides and `-` is a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// An operator, an open bracket, a keyword, the head of a statement, or nothing.
    Operator,
    /// The end of a value.
    Value,
    /// A `}`, or a word that is a keyword or a name: either of the two.
    Either,
}

/// A bracket that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Head,
    Plain,
    Brace,
    Template,
}

pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    start: usize,
    before: Before,
    /// Whether the word before keeps the next word in the same statement (`async x`, `get x`).
    joins: bool,
    /// The keyword before, for heads: 1 `if` and the like, 2 `for`, 3 `for await`.
    head: u8,
    /// After `.` or `?.` a word is a name.
    member: bool,
    newline: bool,
    brackets: Vec<Bracket>,
    /// What to hand out after a separator.
    held: Option<Token>,
    comments: Vec<u32>,
}

type Step = Result<Option<Token>, Box<Finding>>;

impl<'a> Lexer<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        let bytes = source.as_bytes();
        let mut lexer = Self {
            bytes,
            at: 0,
            start: 0,
            before: Before::Operator,
            joins: false,
            head: 0,
            member: false,
            newline: true,
            brackets: Vec::new(),
            held: None,
            comments: Vec::new(),
        };
        if bytes.starts_with("\u{feff}".as_bytes()) {
            lexer.at = 3;
        }
        if bytes[lexer.at..].starts_with(b"#!") {
            lexer.line_comment();
        }
        lexer
    }

    /// The bytes of the token handed out last.
    pub(super) fn span(&self) -> Span {
        Span::new(self.start as u32, self.at.max(self.start) as u32)
    }

    /// Where HTML-like comments begin.
    pub(super) fn comments(&self) -> &[u32] {
        &self.comments
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// The next token that counts.
    pub(super) fn next(&mut self) -> Step {
        if let Some(held) = self.held.take() {
            return Ok(Some(held));
        }
        loop {
            self.space();
            if self.at >= self.bytes.len() {
                return Ok(None);
            }
            self.start = self.at;
            if let Some(token) = self.token()? {
                return Ok(Some(token));
            }
        }
    }

    fn token(&mut self) -> Step {
        let byte = self.peek(0);
        let newline = std::mem::take(&mut self.newline);
        match byte {
            b'"' | b'\'' => {
                self.string(byte);
                Ok(self.value())
            }
            b'`' => {
                self.at += 1;
                Ok(Some(self.template()))
            }
            b'0'..=b'9' => Ok(self.number()),
            b'.' if self.peek(1).is_ascii_digit() => Ok(self.number()),
            b'(' | b'[' | b'{' => Ok(Some(self.open(byte))),
            b')' | b']' | b'}' => Ok(Some(self.close())),
            b';' | b',' => {
                self.at += 1;
                Ok(Some(self.operator(Token::Separator)))
            }
            b'/' => self.slash(),
            _ if words::begins(byte) => Ok(self.word()),
            _ => Ok(Some(self.punctuation(newline))),
        }
    }

    fn operator(&mut self, token: Token) -> Token {
        self.before = Before::Operator;
        self.joins = false;
        self.head = 0;
        self.member = false;
        token
    }

    /// After a value that begins here; two values side by side are two statements.
    fn value(&mut self) -> Option<Token> {
        let breaks = self.before != Before::Operator && !self.joins;
        self.operator(Token::Left);
        self.before = Before::Value;
        breaks.then_some(Token::Separator)
    }

    fn open(&mut self, byte: u8) -> Token {
        self.at += 1;
        let head = byte == b'(' && self.head > 0;
        self.brackets.push(match byte {
            b'(' if head => Bracket::Head,
            b'{' => Bracket::Brace,
            _ => Bracket::Plain,
        });
        self.operator(Token::Open)
    }

    fn close(&mut self) -> Token {
        self.at += 1;
        let open = self.brackets.pop();
        if open == Some(Bracket::Template) && self.bytes[self.at - 1] == b'}' {
            // Back in the template's text; a further `${` opens at once.
            self.held = Some(self.template());
            return Token::Close;
        }
        self.operator(Token::Close);
        self.before = match open {
            Some(Bracket::Head) => Before::Operator,
            _ if self.bytes[self.at - 1] == b'}' => Before::Either,
            _ => Before::Value,
        };
        Token::Close
    }

    /// Inside a template's text, to its end or to `${`.
    fn template(&mut self) -> Token {
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\\' => self.at += 1,
                b'`' => {
                    self.at += 1;
                    break;
                }
                b'$' if self.peek(1) == b'{' => {
                    self.at += 2;
                    self.brackets.push(Bracket::Template);
                    return self.operator(Token::Open);
                }
                _ => {}
            }
            self.at += 1;
        }
        self.at = self.at.min(self.bytes.len());
        self.operator(Token::Left);
        self.before = Before::Value;
        Token::Left
    }

    fn string(&mut self, quote: u8) {
        self.at += 1;
        while let Some(rest) = self.bytes.get(self.at..) {
            let stops = |byte: &u8| *byte == quote || matches!(byte, b'\\' | b'\n' | b'\r');
            let Some(length) = rest.iter().position(stops) else { break };
            self.at += length;
            match self.peek(0) {
                b'\\' if self.peek(1) == b'\r' && self.peek(2) == b'\n' => self.at += 3,
                b'\\' => self.at += 2,
                b'\n' | b'\r' => return,
                _ => {
                    self.at += 1;
                    return;
                }
            }
        }
        self.at = self.bytes.len();
    }

    fn number(&mut self) -> Option<Token> {
        self.at += 1;
        loop {
            match self.peek(0) {
                b'+' | b'-' => {
                    let decimal = !matches!(
                        self.bytes.get(self.start + 1),
                        Some(b'x' | b'X' | b'b' | b'B' | b'o' | b'O')
                    );
                    if !decimal || !matches!(self.bytes[self.at - 1], b'e' | b'E') {
                        break;
                    }
                }
                b'.' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {}
                _ => break,
            }
            self.at += 1;
        }
        self.value()
    }

    fn punctuation(&mut self, newline: bool) -> Token {
        let (length, sign) = signs::at(&self.bytes[self.at..]);
        self.at += length;
        let before = self.before;
        match sign {
            Sign::Step if before != Before::Operator && !newline => {
                self.operator(Token::Left);
                self.before = before;
                Token::Left
            }
            Sign::Member => {
                self.operator(Token::Left);
                self.member = true;
                Token::Left
            }
            Sign::Private => {
                // A private name: the word after it is no keyword.
                self.member = true;
                Token::Left
            }
            Sign::Left => self.operator(Token::Left),
            Sign::Sum if before == Before::Value => self.operator(Token::Left),
            Sign::Sum | Sign::Step | Sign::Right => self.operator(Token::Right),
        }
    }
}

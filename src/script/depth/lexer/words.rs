//! Keywords and names.

use super::{Before, Lexer, Token, is_word};

impl Lexer<'_> {
    pub(super) fn word(&mut self) -> Option<Token> {
        while self.at < self.bytes.len() && (is_word(self.peek(0)) || self.peek(0).is_ascii_digit()) {
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

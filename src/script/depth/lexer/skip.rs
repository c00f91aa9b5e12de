//! What is passed over: white space and comments, those in the manner of HTML included.

use super::Lexer;

impl Lexer<'_> {
    /// Passes over white space and comments, and notes line ends.
    pub(super) fn space(&mut self) {
        loop {
            while self.peek(0) == b' ' {
                self.at += 1;
            }
            match self.peek(0) {
                b'\n' | b'\r' => {
                    self.newline = true;
                    self.at += 1;
                }
                // Most tokens are words.
                b'a'..=b'z' | b'A'..=b'Z' | b'(' | b')' | b'.' | b',' | b';' => return,
                b'\t' | 0x0b | 0x0c => self.at += 1,
                b'/' if self.peek(1) == b'/' => self.line_comment(),
                b'/' if self.peek(1) == b'*' => self.block_comment(),
                b'<' if self.bytes[self.at..].starts_with(b"<!--") => {
                    self.comments.push(self.at as u32);
                    self.line_comment();
                }
                b'-' if self.newline && self.bytes[self.at..].starts_with(b"-->") => {
                    self.comments.push(self.at as u32);
                    self.line_comment();
                }
                0xe2 if self.separator() => {
                    self.newline = true;
                    self.at += 3;
                }
                0xc2 if self.peek(1) == 0xa0 => self.at += 2,
                0xef if self.peek(1) == 0xbb && self.peek(2) == 0xbf => self.at += 3,
                _ => return,
            }
            if self.at >= self.bytes.len() {
                return;
            }
        }
    }

    /// U+2028 or U+2029, which end lines too.
    pub(super) fn separator(&self) -> bool {
        self.peek(0) == 0xe2 && self.peek(1) == 0x80 && matches!(self.peek(2), 0xa8 | 0xa9)
    }

    pub(super) fn line_comment(&mut self) {
        while let Some(rest) = self.bytes.get(self.at..) {
            let Some(length) = memchr::memchr3(b'\n', b'\r', 0xe2, rest) else { break };
            self.at += length;
            if self.peek(0) != 0xe2 || self.separator() {
                return;
            }
            self.at += 1;
        }
        self.at = self.bytes.len();
    }

    fn block_comment(&mut self) {
        self.at += 2;
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'*' if self.peek(1) == b'/' => {
                    self.at += 2;
                    return;
                }
                b'\n' | b'\r' => self.newline = true,
                0xe2 if self.separator() => self.newline = true,
                _ => {}
            }
            self.at += 1;
        }
    }
}

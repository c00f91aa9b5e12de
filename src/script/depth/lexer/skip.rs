//! What is passed over: white space and comments, those in the manner of HTML included.

use super::Lexer;

impl Lexer<'_> {
    /// Passes over white space and comments, and notes line ends.
    pub(super) fn space(&mut self) {
        loop {
            match self.peek(0) {
                b'\n' | b'\r' => {
                    self.newline = true;
                    self.at += 1;
                }
                b' ' | b'\t' | 0x0b | 0x0c => self.at += 1,
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
        while self.at < self.bytes.len() && !matches!(self.peek(0), b'\n' | b'\r') && !self.separator() {
            self.at += 1;
        }
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

//! Slashes: division, regular expressions, and what cannot be told apart.

use oxc_span::Span;

use super::{Before, Lexer, Step, Token};
use crate::script::depth::MAX_NESTING;
use crate::script::filter::Finding;
use crate::script::rules;

impl Lexer<'_> {
    pub(super) fn slash(&mut self) -> Step {
        match self.before {
            Before::Value => {
                self.at += if self.peek(1) == b'=' { 2 } else { 1 };
                Ok(Some(self.operator(if self.bytes[self.at - 1] == b'=' {
                    Token::Right
                } else {
                    Token::Left
                })))
            }
            Before::Operator => {
                let end = self.regex()?;
                self.at = end.unwrap_or(self.at + 1);
                Ok(self.value())
            }
            Before::Either => self.either_slash(),
        }
    }

    /// A slash that divides or begins a regular expression: fine where both readings agree.
    fn either_slash(&mut self) -> Step {
        let Some(end) = self.regex()? else {
            self.at += 1;
            return Ok(Some(self.operator(Token::Right)));
        };
        let body = &self.bytes[self.at + 1..end];
        if body.iter().any(|byte| b"\"'`()[]{}\\<-".contains(byte)) || self.bytes[end..].starts_with(b"/") {
            return Err(Box::new(rules::syntax::finding(
                Span::new(self.start as u32, end as u32),
                "this slash may divide or begin a regular expression: put it in parentheses",
            )));
        }
        self.at = end;
        self.operator(Token::Right);
        self.before = Before::Either;
        Ok(Some(Token::Right))
    }

    /// The end of the regular expression that begins here, its flags excluded, if its line has one.
    fn regex(&self) -> Result<Option<usize>, Box<Finding>> {
        let (mut class, mut depth, mut deepest) = (0_u32, 0_u32, 0_u32);
        let mut at = self.at + 1;
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'\n' | b'\r' => return Ok(None),
                b'\\' => {
                    at += 1;
                    if matches!(self.bytes.get(at), Some(b'\n' | b'\r')) {
                        return Ok(None);
                    }
                }
                b'[' => class += 1,
                b']' => class = 0,
                b'(' if class == 0 => depth += 1,
                b')' if class == 0 => depth = depth.saturating_sub(1),
                b'/' if class == 0 => {
                    let over = deepest > MAX_NESTING;
                    let span = Span::new(self.start as u32, at as u32);
                    let finding = || rules::nesting::finding(span, "the regular expression nests too deep");
                    return if over { Err(Box::new(finding())) } else { Ok(Some(at + 1)) };
                }
                _ => {}
            }
            deepest = deepest.max(depth + class);
            at += 1;
        }
        Ok(None)
    }
}

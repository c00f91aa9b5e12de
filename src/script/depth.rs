//! How deep a script nests, found token by token before the parser recurses. It knows no grammar: what it counts is
//! never less than what the parser will meet, and what it cannot tell apart it refuses.
//!
//! Two figures come out. *Nesting* (brackets, and operators whose right side nests) is held to [`MAX_NESTING`]. The
//! *height* bounds the tree that the parser builds, chains such as `a + b + c` included; it chooses the stack.

mod lexer;

use oxc_span::Span;

use super::filter::Finding;
use super::rules;
use lexer::{Lexer, Token};

/// The deepest nesting of a script.
pub(super) const MAX_NESTING: u32 = 500;
/// The highest tree: one expression of this many parts is no longer a program that somebody wrote.
const MAX_HEIGHT: u32 = 20_000;
/// What one level of the tree takes on the stack at most, parser, scopes and analysis alike (measured, doubled).
const STACK_PER_LEVEL: usize = if cfg!(debug_assertions) { 24 << 10 } else { 6 << 10 };
/// Levels that every thread's stack holds without asking.
const PLAIN_LEVELS: u32 = if cfg!(debug_assertions) { 20 } else { 60 };

/// What the scan found.
pub(super) struct Scan {
    height: u32,
    /// HTML-like comments, which a script may not have.
    pub(super) comments: Vec<Finding>,
}

impl Scan {
    /// Runs `work` where the stack suffices for the tree: here, or on a thread of its own.
    pub(super) fn with_stack<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        if self.height <= PLAIN_LEVELS {
            return work();
        }
        let size = (2 << 20) + self.height as usize * STACK_PER_LEVEL;
        let mut work = Some(work);
        let ran = std::thread::scope(|scope| {
            let run = || work.take().map(|work| work());
            let spawned = std::thread::Builder::new().stack_size(size).spawn_scoped(scope, run);
            spawned.ok().map(std::thread::ScopedJoinHandle::join)
        });
        match (ran, work) {
            (Some(Ok(Some(done))), _) => done,
            (Some(Err(panic)), _) => std::panic::resume_unwind(panic),
            // No thread to be had: what the caller has must do.
            (_, Some(work)) => work(),
            (Some(Ok(None)) | None, None) => std::panic::resume_unwind(Box::new("a thread lost its work")),
        }
    }
}

/// One open bracket, or the script itself.
#[derive(Default, Clone, Copy)]
struct Frame {
    /// Parts of the current statement or element whose right side nests.
    right: u32,
    /// All parts of it.
    parts: u32,
    /// The same before the last reset: an `else` goes on with it.
    before: (u32, u32),
    /// The highest bracket inside the current statement or element.
    inside: u32,
    /// The highest so far.
    height: u32,
}

impl Frame {
    fn reset(&mut self) {
        self.before = (self.right, self.parts);
        self.right = 0;
        self.parts = 0;
        self.inside = 0;
    }

    fn raise(&mut self) {
        self.height = self.height.max(self.parts + self.inside + 1);
    }
}

/// Scans a script, or says where it nests too deep.
pub(super) fn scan(source: &str) -> Result<Scan, Finding> {
    let mut lexer = Lexer::new(source);
    let mut frames = Frames::default();
    while let Some(token) = lexer.next().map_err(|finding| *finding)? {
        frames.take(token);
        if frames.outer.len() > MAX_NESTING as usize || frames.right > MAX_NESTING {
            return Err(rules::nesting::finding(lexer.span(), "the script nests too deep here"));
        }
        if frames.inner.height > MAX_HEIGHT {
            return Err(rules::nesting::finding(lexer.span(), "one expression has too many parts here"));
        }
    }
    while frames.close() {}
    let comments = lexer.comments().iter().map(|&at| html_comment(at)).collect();
    Ok(Scan { height: frames.inner.height, comments })
}

/// All that is open.
#[derive(Default)]
struct Frames {
    /// The innermost open bracket, or the script itself.
    inner: Frame,
    /// Those around it.
    outer: Vec<Frame>,
    /// The parts of all of them whose right side nests.
    right: u32,
}

impl Frames {
    fn take(&mut self, token: Token) {
        let frame = &mut self.inner;
        match token {
            Token::Open => {
                frame.parts += 1;
                self.outer.push(std::mem::take(frame));
            }
            Token::Close => {
                self.close();
            }
            Token::Separator => {
                self.right -= frame.right;
                frame.reset();
            }
            Token::Else => {
                let (before_right, before_parts) = frame.before;
                if frame.parts == 0 {
                    self.right += before_right;
                    (frame.right, frame.parts) = (before_right, before_parts);
                }
                frame.right += 1;
                self.right += 1;
                frame.parts += 1;
            }
            Token::Right => {
                frame.right += 1;
                self.right += 1;
                frame.parts += 1;
            }
            Token::Left => frame.parts += 1,
        }
        self.inner.raise();
    }

    /// Closes the innermost bracket, if one is open.
    fn close(&mut self) -> bool {
        let Some(frame) = self.outer.pop() else { return false };
        let done = std::mem::replace(&mut self.inner, frame);
        self.right -= done.right;
        self.inner.inside = self.inner.inside.max(done.height + 1);
        self.inner.raise();
        true
    }
}

fn html_comment(at: u32) -> Finding {
    Finding::of(&rules::html_comment::RULE, Span::new(at, at + 3), "an HTML-like comment")
}

#[cfg(test)]
mod tests;

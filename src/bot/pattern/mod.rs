//! The regular expressions of specs: what RE2 and ECMAScript's `/u` both take, and cannot take for ever. They are read once,
//! judged, and translated for Rust's engine with ECMAScript's meaning, which differs in `\d`, `\w`, `\s`, `.`, `\b` and inside
//! classes. Matching takes linear time.

mod class;
mod parser;
#[cfg(test)]
mod tests;

use regex::bytes::{Regex, RegexBuilder};

/// The longest pattern, in characters.
pub const MAX_CHARS: usize = 500;
/// A compiled pattern may take so much; `{1000}` of a large class does.
const MAX_COMPILED: usize = 64 << 20;

/// A pattern, ready to match.
#[derive(Debug, Clone)]
pub struct Pattern(Regex);

impl Pattern {
    /// A pattern that has to match the whole of a text.
    ///
    /// # Errors
    /// Why it is none that both languages know.
    pub fn whole(pattern: &str) -> Result<Self, String> {
        Self::compile(&format!(r"\A(?:{})\z", translate(pattern).map_err(|fault| fault.message)?))
    }

    /// A pattern that has to match somewhere in a text.
    ///
    /// # Errors
    /// Why it is none that both languages know.
    pub fn somewhere(pattern: &str) -> Result<Self, String> {
        Self::compile(&translate(pattern).map_err(|fault| fault.message)?)
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
    parser::parse(pattern).map(drop)
}

/// The same pattern for Rust's engine.
///
/// # Errors
/// Why it is none that both languages know.
pub fn translate(pattern: &str) -> Result<String, Fault> {
    parser::parse(pattern)
}

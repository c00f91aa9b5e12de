//! Member names as small numbers. The first ones are fixed; two of them stand for members that no script can name.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::semantics::{self, Semantics};

/// A member name.
pub(super) type Name = u32;

macro_rules! fixed {
    ($($constant:ident = $text:literal,)*) => {
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "only counts the constants below")]
        #[repr(u32)]
        enum Number { $($constant,)* }
        $(pub(super) const $constant: Name = Number::$constant as Name;)*
        const FIXED: &[&str] = &[$($text,)*];
    };
}

fixed! {
    WILD = "@wild", // what was written through a key that is not constant
    ELEM = "@elem", // what stands at numbers, in sets, in maps
    KEYS = "@keys", // the keys of a map
    ITER = "@iterator",
    ASYNC_ITER = "@asyncIterator",
    VALUE = "value",
    NEXT = "next",
    THEN = "then",
    ZERO = "0",
    ONE = "1",
    ERRORS = "errors",
    REASON = "reason",
    PROMISE = "promise",
    RESOLVE = "resolve",
    REJECT = "reject",
    GROUPS = "groups",
    URL = "url",
    HAS = "has",
    KEYS_METHOD = "keys",
    CALL = "call",
    APPLY = "apply",
    BIND = "bind",
    RETURN = "return",
    THROW = "throw",
    EXEC = "exec",
    SET = "set",
    ADD = "add",
    TO_STRING = "toString",
    VALUE_OF = "valueOf",
    TO_JSON = "toJSON",
    JOIN = "join",
    TO_ISO_STRING = "toISOString",
    INDEX = "index",
}

/// The names of one script.
pub(super) struct Names<'a> {
    numbers: HashMap<&'a str, Name, RandomState>,
    facts: Vec<Facts<'a>>,
}

/// What is asked of names again and again.
struct Facts<'a> {
    text: &'a str,
    semantics: Option<Semantics>,
    is_numeric: bool,
    /// Whether something is written under it anywhere.
    is_written: bool,
}

impl<'a> Names<'a> {
    pub(super) fn new() -> Self {
        let numbers = HashMap::with_capacity_and_hasher(256, RandomState::default());
        let mut names = Self { numbers, facts: Vec::with_capacity(256) };
        for text in FIXED {
            // What begins with `@` is nobody's to write: a script's own `@wild` gets another number.
            if text.starts_with('@') {
                names.add(text);
            } else {
                names.number(text);
            }
        }
        names
    }

    pub(super) fn number(&mut self, text: &'a str) -> Name {
        let next = self.facts.len() as Name;
        let number = *self.numbers.entry(text).or_insert(next);
        if number == next {
            self.add(text);
        }
        number
    }

    fn add(&mut self, text: &'a str) {
        let (semantics, is_numeric) = (semantics::named(text), is_numeric(text));
        self.facts.push(Facts { text, semantics, is_numeric, is_written: false });
    }

    fn facts(&self, name: Name) -> Option<&Facts<'a>> {
        self.facts.get(name as usize)
    }

    pub(super) fn text(&self, name: Name) -> &'a str {
        self.facts(name).map_or("", |facts| facts.text)
    }

    /// What the engine's method of this name does, if it does more than give back data.
    pub(super) fn semantics(&self, name: Name) -> Option<Semantics> {
        self.facts(name).and_then(|facts| facts.semantics)
    }

    /// Whether it may be the name of a number.
    pub(super) fn is_numeric(&self, name: Name) -> bool {
        self.facts(name).is_some_and(|facts| facts.is_numeric)
    }

    /// Something is written under a name.
    pub(super) fn write(&mut self, name: Name) {
        if let Some(facts) = self.facts.get_mut(name as usize) {
            facts.is_written = true;
        }
    }

    pub(super) fn is_written(&self, name: Name) -> bool {
        self.facts(name).is_some_and(|facts| facts.is_written)
    }
}

/// Whether a name may be that of a number, place in a list or not: `-1`, `1.5`, `1e+21` and `NaN` are names of numbers too.
/// A variable without a value is taken for a number, and its name is `undefined`.
fn is_numeric(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit()) || matches!(digits, "Infinity" | "NaN" | "undefined")
}

//! Member names as small numbers. The first ones are fixed; two of them stand for members that no script can name.

use std::collections::HashMap;

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
    numbers: HashMap<&'a str, Name>,
    texts: Vec<&'a str>,
}

impl<'a> Names<'a> {
    pub(super) fn new() -> Self {
        let mut names = Self { numbers: HashMap::with_capacity(256), texts: Vec::with_capacity(256) };
        for text in FIXED {
            // What begins with `@` is nobody's to write: a script's own `@wild` gets another number.
            if !text.starts_with('@') {
                names.numbers.insert(text, names.texts.len() as Name);
            }
            names.texts.push(text);
        }
        names
    }

    pub(super) fn number(&mut self, text: &'a str) -> Name {
        let next = self.texts.len() as Name;
        let number = *self.numbers.entry(text).or_insert(next);
        if number == next {
            self.texts.push(text);
        }
        number
    }

    pub(super) fn text(&self, name: Name) -> &'a str {
        self.texts.get(name as usize).copied().unwrap_or("")
    }
}

/// Whether a name may be that of a number, place in a list or not: `-1`, `1.5`, `1e+21` and `NaN` are names of numbers too.
/// A variable without a value is taken for a number, and its name is `undefined`.
pub(super) fn is_numeric(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit()) || matches!(digits, "Infinity" | "NaN" | "undefined")
}

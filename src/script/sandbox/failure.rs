//! What went wrong in a script, in the words of its author: the code, a sentence, the line and column in `bot.js`. Reading a
//! thrown value runs as little of the script as can be, and believes none of it.

use rquickjs::{Ctx, Object, Value};
use serde::{Deserialize, Serialize};

use super::bytecode::NAME;
use super::plain;
use crate::diag::Code;

/// The longest message, in characters. Scripts can throw megabytes.
const LONGEST: usize = 500;

/// Why a script failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Of the codes of `bot.js`: `BOT_SYNTAX`, `BOT_RUNTIME`, `COLD_START_EXCEEDED`, `UPDATE_TIMEOUT`, `MEMORY_EXCEEDED`,
    /// `LIMIT_EXCEEDED`, `SECURITY_VIOLATION`; `INTERNAL` if the sandbox itself could not work.
    pub code: Code,
    /// What is wrong, as a sentence.
    pub message: String,
    /// Where in `bot.js`, if that is known.
    pub place: Option<Spot>,
}

/// A line and a column of `bot.js`, both from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

impl Spot {
    /// The place of a byte of a script.
    pub(super) fn of(source: &str, at: usize) -> Self {
        let mut start = 0;
        for (number, line) in (1..).zip(lines(source)) {
            // `lines` gives slices of the text: where they begin can be measured.
            start = line.as_ptr().addr() - source.as_ptr().addr();
            if at <= start + line.len() {
                let column = u32::try_from(at.saturating_sub(start) + 1).unwrap_or(u32::MAX);
                return Self { line: number, column }.in_characters(source);
            }
        }
        Self { line: 1, column: u32::try_from(start).unwrap_or(u32::MAX) }
    }

    /// A mark of a traced script, in place of a place.
    pub(super) fn mark(number: u32) -> Self {
        Self { line: 0, column: number }
    }

    /// The number of a mark, if it is one.
    pub(super) fn marked(self) -> Option<u32> {
        (self.line == 0).then_some(self.column)
    }

    /// The engine counts columns in bytes; people count characters.
    fn in_characters(self, source: &str) -> Self {
        let line = lines(source).nth(self.line.saturating_sub(1) as usize).unwrap_or_default();
        let bytes = (self.column.saturating_sub(1) as usize).min(line.len());
        let before = line.char_indices().take_while(|&(at, _)| at < bytes).count();
        Self { column: u32::try_from(before + 1).unwrap_or(u32::MAX), ..self }
    }
}

/// The lines of a script: they end as ECMA-262 says.
fn lines(source: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(source);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(['\n', '\r', '\u{2028}', '\u{2029}']) else { return rest.take() };
        let (line, after) = text.split_at(end);
        let ending =
            if after.starts_with("\r\n") { 2 } else { after.chars().next().map_or(0, char::len_utf8) };
        rest = after.get(ending..);
        Some(line)
    })
}

impl Failure {
    /// The same, with the engine's place turned into one for people.
    pub(super) fn located(self, source: &str) -> Self {
        Self { place: self.place.map(|spot| spot.in_characters(source)), ..self }
    }

    pub(super) fn new(code: Code, message: impl Into<String>, place: Option<Spot>) -> Self {
        Self { code, message: message.into(), place }
    }

    /// Whether it is the script's and has no place.
    pub(super) fn is_lost(&self) -> bool {
        self.place.is_none() && self.code == Code::BotRuntime
    }

    pub(super) fn internal(message: &str) -> Self {
        Self::new(Code::Internal, format!("the sandbox could not work: {message}"), None)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.place {
            Some(spot) => write!(f, "{}: {} ({NAME}:{}:{})", self.code, self.message, spot.line, spot.column),
            None => write!(f, "{}: {}", self.code, self.message),
        }
    }
}

impl std::error::Error for Failure {}

/// A thrown value as a text, and where it was thrown.
pub(super) fn thrown(ctx: &Ctx<'_>, value: &Value<'_>) -> (String, Option<Spot>) {
    let Some(error) = value.as_object().filter(|_| value.is_error()) else {
        return (bounded(&described(ctx, value)), None);
    };
    let name = text_of(ctx, error, "name").unwrap_or_else(|| "Error".to_owned());
    let message = text_of(ctx, error, "message").unwrap_or_default();
    let text = if message.is_empty() { name } else { format!("{name}: {message}") };
    (bounded(&text), text_of(ctx, error, "stack").and_then(|stack| spot(&stack)))
}

/// A member that is a text. Its getter, if it has one, is the script's and may throw.
fn text_of(ctx: &Ctx<'_>, error: &Object<'_>, member: &str) -> Option<String> {
    let Ok(value) = error.get::<_, Value<'_>>(member) else {
        drop(ctx.catch());
        return None;
    };
    value.as_string()?.to_string().ok()
}

/// What is thrown and is no error.
fn described(ctx: &Ctx<'_>, value: &Value<'_>) -> String {
    match plain::copy(value, 4 * LONGEST) {
        Ok(data) => data.to_json(),
        Err(_) => {
            drop(ctx.catch());
            format!("a value of type {}", value.type_name())
        }
    }
}

fn bounded(text: &str) -> String {
    let mut chars = text.chars();
    let mut kept: String = chars.by_ref().take(LONGEST).collect();
    if chars.next().is_some() {
        kept.push('…');
    }
    kept
}

/// The innermost place of a stack trace that lies in the script.
pub(super) fn spot(stack: &str) -> Option<Spot> {
    stack.lines().find_map(|line| {
        let (before, numbers) = line.rsplit_once(&format!("{NAME}:"))?;
        if !(before.ends_with('(') || before.ends_with("at ")) {
            return None;
        }
        let (line, column) = numbers.strip_suffix(')').unwrap_or(numbers).split_once(':')?;
        Some(Spot { line: line.parse().ok()?, column: column.parse().ok()? })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_frame_of_the_script_is_the_place() {
        let stack = "    at http (native)\n    at ask (bot.js:3:20)\n    at <anonymous> (bot.js:9:1)\n";
        assert_eq!(spot(stack), Some(Spot { line: 3, column: 20 }));
        assert_eq!(spot("    at bot.js:7:2\n"), Some(Spot { line: 7, column: 2 }));
        for none in
            ["", "at x (native)", "at x (prelude.js:1:1)", "at x (bot.js:a:b)", "bot.js:1:1", "at x (bot.js)"]
        {
            assert_eq!(spot(none), None, "{none}");
        }
    }

    #[test]
    fn columns_are_counted_in_characters() {
        let source = "a\né𝄞x\r\nb\u{2028}ключ y\rz";
        assert_eq!(lines(source).collect::<Vec<_>>(), ["a", "é𝄞x", "b", "ключ y", "z"]);
        for (line, byte, column) in [(1, 1, 1), (2, 7, 3), (4, 10, 6), (5, 1, 1), (5, 99, 2), (77, 5, 1)] {
            let spot = Spot { line, column: byte }.in_characters(source);
            assert_eq!(spot, Spot { line, column });
        }
    }

    #[test]
    fn messages_are_bounded() {
        assert_eq!(bounded(&"é".repeat(LONGEST)).chars().count(), LONGEST);
        assert!(bounded(&"é".repeat(LONGEST + 1)).ends_with("é…"));
    }
}

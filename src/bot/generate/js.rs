//! Pieces of JavaScript: literals, members, names, comments. What comes out is one line, reads the same in every engine, and
//! hides nothing: control and direction characters are escaped.

use std::fmt::Write as _;

use serde_json::Value;

use crate::bot::fill::{Part, parts};
use crate::bot::value::{canonical, number_text};

use super::helpers::Uses;

/// Longer sums would nest deeper than a filter reads.
const MOST_SUMMANDS: usize = 64;

/// A text as a literal.
pub(super) fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hidden(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// What a reader would not see, or see elsewhere than it stands: controls, line separators, directions, the byte order mark.
const fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{AD}' | '\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
            | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}'
    )
}

/// A regular expression. Its source is of the `u` kind, where a slash and hidden characters can always be escaped.
pub(super) fn regex(source: &str, flags: &str) -> String {
    let mut out = String::from("/");
    let mut chars = source.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                out.push('\\');
                out.extend(chars.next());
            }
            '/' => out.push_str("\\/"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c if is_hidden(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('/');
    out.push_str(flags);
    out
}

/// A text that a regular expression takes literally.
pub(super) fn regex_literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if "^$\\.*+?()[]{}|".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Whether a text can stand as a name.
fn is_name(text: &str) -> bool {
    let is_start = |c: char| c.is_ascii_alphabetic() || c == '_' || c == '$';
    text.starts_with(is_start) && text.chars().all(|c| is_start(c) || c.is_ascii_digit())
}

/// A member of an object.
pub(super) fn member(object: &str, name: &str) -> String {
    if is_name(name) { format!("{object}.{name}") } else { format!("{object}[{}]", string(name)) }
}

/// A key in an object literal.
pub(super) fn key(name: &str) -> String {
    // Written plainly it would set the prototype.
    if name == "__proto__" { format!("[{}]", string(name)) } else { string(name) }
}

/// A state field.
pub(super) fn field(name: &str) -> String {
    member("state", name)
}

/// A value as a literal, the texts in it filled in when it is evaluated.
pub(super) fn value(value: &Value, uses: &mut Uses) -> String {
    match value {
        Value::String(text) => filled(text, uses),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| self::value(item, uses)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(map) if map.is_empty() => "{}".to_owned(),
        Value::Object(map) => {
            // In one order, whatever the order in the spec.
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(name, _)| *name);
            let entry =
                |(name, value): &(&String, &Value)| format!("{}: {}", key(name), self::value(value, uses));
            let entries: Vec<_> = entries.iter().map(entry).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        scalar => constant(scalar),
    }
}

/// A value as a literal, as it stands. Objects and lists are their canonical text.
pub(super) fn constant(value: &Value) -> String {
    match value {
        Value::String(text) => string(text),
        Value::Number(number) => number_text(number),
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Array(_) | Value::Object(_) => string(&canonical(value)),
    }
}

/// A text whose slots are filled in when it is evaluated.
pub(super) fn filled(text: &str, uses: &mut Uses) -> String {
    sum(text, |part| match part {
        Part::State(name) => {
            uses.note("textOf");
            format!("textOf({})", field(name))
        }
        Part::ChatId => "String(ctx.chat.id)".to_owned(),
        Part::Locale => "ctx.locale".to_owned(),
        Part::Text(text) => string(text),
    })
}

/// A URL whose slots are percent-encoded when it is evaluated.
pub(super) fn url(text: &str, uses: &mut Uses) -> String {
    sum(text, |part| match part {
        Part::State(name) => {
            uses.note("textOf");
            format!("encodeURIComponent(textOf({}))", field(name))
        }
        Part::ChatId => "encodeURIComponent(String(ctx.chat.id))".to_owned(),
        Part::Locale => "encodeURIComponent(ctx.locale)".to_owned(),
        Part::Text(text) => string(text),
    })
}

fn sum(text: &str, write: impl FnMut(Part<'_>) -> String) -> String {
    let summands: Vec<_> = parts(text).into_iter().map(write).collect();
    match summands.len() {
        0 => string(""),
        1..=MOST_SUMMANDS => summands.join(" + "),
        _ => format!("[{}].join(\"\")", summands.join(", ")),
    }
}

/// A name for a flow's function.
pub(super) fn function_name(id: &str) -> String {
    let tame = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    format!("flow_{}", id.chars().map(tame).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn literals_are_one_plain_line() {
        assert_eq!(string("a\"b\\c\n\u{2028}é🍕\u{202E}"), r#""a\"b\\c\n\u2028é🍕\u202e""#);
        assert_eq!(regex(r"^a/b\/c[/]$", "u"), r"/^a\/b\/c[\/]$/u");
        assert_eq!(regex("a\n\u{2028}", "iu"), r"/a\n\u{2028}/iu");
        assert_eq!(regex_literal("c++ (x)-/"), r"c\+\+ \(x\)-/");
        assert_eq!(member("state", "a1"), "state.a1");
        assert_eq!(member("state", "a-1"), "state[\"a-1\"]");
        let body = json!({"b": [1.0, null], "a": {"__proto__": true}, "c": {}});
        let mut uses = Uses::default();
        assert_eq!(value(&body, &mut uses), r#"{ "a": { ["__proto__"]: true }, "b": [1, null], "c": {} }"#);
    }

    #[test]
    fn slots_become_sums() {
        let mut uses = Uses::default();
        assert_eq!(filled("Hi {{state.name}}!", &mut uses), "\"Hi \" + textOf(state.name) + \"!\"");
        assert_eq!(filled("{{context.chatId}}", &mut uses), "String(ctx.chat.id)");
        assert_eq!(filled("", &mut uses), "\"\"");
        assert_eq!(
            url("https://a/{{context.locale}}", &mut uses),
            "\"https://a/\" + encodeURIComponent(ctx.locale)"
        );
        assert!(filled(&"{{state.a}}".repeat(65), &mut uses).ends_with("].join(\"\")"));
        assert_eq!(function_name("a-b.c"), "flow_a_b_c");
    }
}

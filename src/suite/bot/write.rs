//! Suites of conversations as YAML: cases in a form that people read and edit, values as JSON in it.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::case::{CHAT, Conversation, Exchange, START};
use crate::bot::talk::{Answer, Mock};

/// A whole suite. `about` are lines of comment for its head.
pub fn suite(bot: &str, about: &[&str], cases: &[Conversation]) -> String {
    let mut out = String::new();
    for line in about {
        let _ = writeln!(out, "# {line}");
    }
    let _ = writeln!(out, "aegis: suite/v1\nbot: {}\ncases:", json_in_yaml(&bot.into()));
    if cases.is_empty() {
        out.truncate(out.len() - 1);
        out.push_str(" []\n");
    }
    for case in cases {
        out.push_str(&self::case(case, "  "));
    }
    out
}

/// A case as an item of `cases`, its lines indented.
pub fn case(case: &Conversation, indent: &str) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{indent}- id: {}", json_in_yaml(&case.id.as_str().into()));
    let _ = writeln!(out, "{indent}  kind: conversation");
    if let Some(locale) = &case.locale {
        let _ = writeln!(out, "{indent}  locale: {}", json_in_yaml(&locale.as_str().into()));
    }
    if case.chat != CHAT {
        let _ = writeln!(out, "{indent}  chat: {}", json_in_yaml(&case.chat.as_str().into()));
    }
    if case.now != START {
        let _ = writeln!(out, "{indent}  now: {}", case.now);
    }
    if !case.mocks.is_empty() {
        let _ = writeln!(out, "{indent}  mocks:");
        for mock in &case.mocks {
            let _ = writeln!(out, "{indent}    - {}", json_in_yaml(&self::mock(mock)));
        }
    }
    let _ = writeln!(out, "{indent}  turns:");
    for turn in &case.turns {
        exchange(turn, indent, &mut out);
    }
    out
}

fn exchange(turn: &Exchange, indent: &str, out: &mut String) {
    let send = turn.send.as_deref().map_or(Value::Null, Value::from);
    let _ = writeln!(out, "{indent}    - send: {}", json_in_yaml(&send));
    if turn.after != 0 {
        let _ = writeln!(out, "{indent}      after: {}", turn.after as f64 / 1000.0);
    }
    if let Some(expect) = &turn.expect {
        let _ = writeln!(out, "{indent}      expect: {}", json_in_yaml(expect));
    }
}

fn mock(mock: &Mock) -> Value {
    let answer = |answer: &Answer| match answer {
        Answer::Json { status, body } => json!({"status": status, "json": body}),
        Answer::Text { status, body } => json!({"status": status, "text": body}),
        Answer::Timeout => json!("timeout"),
        Answer::NetworkError => json!("network-error"),
        Answer::Oversized => json!("oversized"),
    };
    let answers: Vec<_> = mock.answers.iter().map(answer).collect();
    json!({"method": mock.method, "url": mock.url, "answers": answers})
}

/// JSON on one line that YAML reads the same: what YAML excludes, or takes for an end of line, is escaped.
pub fn json_in_yaml(value: &Value) -> String {
    let mut out = String::new();
    for c in value.to_string().chars() {
        if matches!(c, '\u{7F}'..='\u{9F}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}') {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

//! A conversation as people read it: on a terminal with names in a margin, in a pipe with one sign a line.

use serde_json::{Value, json};

use crate::bot::talk::{Effect, Request, Turn, Update};

/// The conversation for a terminal or a pipe; `states` shows the state after each turn.
pub(super) fn text(updates: &[Update], turns: &[Turn], is_terminal: bool, states: bool) -> String {
    let mut out = String::new();
    for (number, update) in updates.iter().enumerate() {
        if number > 0 && is_terminal {
            out.push('\n');
        }
        let said = update.text.as_deref().unwrap_or("(no text)");
        line(if is_terminal { "you" } else { ">" }, said, is_terminal, &mut out);
        let Some(turn) = turns.get(number) else { break };
        let mut is_silent = true;
        for effect in &turn.effects {
            match effect {
                Effect::Message { text, keyboard } => {
                    is_silent = false;
                    line(if is_terminal { "bot" } else { "<" }, text, is_terminal, &mut out);
                    for row in keyboard.iter().flatten() {
                        let labels: Vec<_> = row.iter().map(|label| format!("[{label}]")).collect();
                        line("", &labels.join(" "), is_terminal, &mut out);
                    }
                }
                Effect::Http(request) => {
                    line(if is_terminal { "http" } else { "~" }, &asked(request), is_terminal, &mut out);
                }
                Effect::Goto { .. } => {}
            }
        }
        if is_silent && is_terminal {
            line("bot", "(says nothing)", is_terminal, &mut out);
        }
        if states {
            let state = Value::Object(turn.state.clone());
            line(if is_terminal { "state" } else { "=" }, &state.to_string(), is_terminal, &mut out);
        }
    }
    out
}

/// One thing that is said, under a margin that the lines after the first leave empty.
fn line(sign: &str, text: &str, is_terminal: bool, out: &mut String) {
    let width = if is_terminal { 7 } else { 2 };
    let pad = if is_terminal { "  " } else { "" };
    for (number, line) in text.split('\n').enumerate() {
        let sign = if number == 0 { sign } else { "" };
        out.push_str(format!("{pad}{sign:<width$}{line}").trim_end());
        out.push('\n');
    }
}

fn asked(request: &Request) -> String {
    let mut text = format!("{} {}", request.method, request.url);
    if let Some(body) = &request.body {
        text.push_str(&format!(" {body}"));
    }
    let came = if request.status == 0 { "no answer".to_owned() } else { request.status.to_string() };
    text.push_str(&format!(" → {came}"));
    if request.attempts > 1 {
        text.push_str(&format!(" ({} attempts)", request.attempts));
    }
    text
}

/// The conversation for machines.
pub(super) fn document(bot: &str, locale: &str, updates: &[Update], outcomes: &[Value]) -> Value {
    let turn = |(update, outcome): (&Update, &Value)| {
        let mut turn = outcome.clone();
        turn["send"] = update.text.clone().map_or(Value::Null, Value::from);
        turn
    };
    let turns: Vec<_> = updates.iter().zip(outcomes).map(turn).collect();
    json!({"aegis": "conversation/v1", "bot": bot, "locale": locale, "turns": turns})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conversation() -> (Vec<Update>, Vec<Turn>) {
        let update = |text: Option<&str>| Update {
            text: text.map(str::to_owned),
            locale: "en".into(),
            chat_id: "c".into(),
            now: 0,
        };
        let request = Request {
            method: "POST".into(),
            url: "https://a.example/".into(),
            headers: None,
            body: Some(json!({"a": 1})),
            timeout_ms: None,
            retries: Some(1),
            backoff_ms: None,
            status: 0,
            attempts: 2,
        };
        let keyboard = Some(vec![vec!["S".to_owned(), "M".to_owned()], vec!["L".to_owned()]]);
        let first = vec![Effect::Message { text: "Which size?\nThree of them.".into(), keyboard }];
        let second = vec![Effect::Http(request), Effect::Message { text: "Sorry.".into(), keyboard: None }];
        let turn = |effects| Turn { effects, state: serde_json::Map::new() };
        (
            vec![update(Some("/order")), update(Some("M")), update(None)],
            vec![turn(first), turn(second), turn(vec![])],
        )
    }

    #[test]
    fn a_conversation_is_read_in_a_pipe_and_on_a_terminal() {
        let (updates, turns) = conversation();
        insta::assert_snapshot!(text(&updates, &turns, false, false), @"
        > /order
        < Which size?
          Three of them.
          [S] [M]
          [L]
        > M
        ~ POST https://a.example/ {\"a\":1} → no answer (2 attempts)
        < Sorry.
        > (no text)
        ");
        insta::assert_snapshot!(text(&updates, &turns, true, true));
    }
}

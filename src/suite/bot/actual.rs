//! What came of a turn, in the shape of a case's `expect`, and whether it is what was expected.

use serde_json::{Map, Value, json};

use crate::bot::spec::Spec;
use crate::bot::talk::{Effect, Request, Turn};
use crate::bot::value::{is_same, plain};

/// The fields that an expected request may name.
pub const REQUEST: [&str; 9] =
    ["method", "url", "headers", "body", "timeoutMs", "retries", "backoffMs", "status", "attempts"];

/// A message in the shape of `expect`.
pub fn message(text: &str, keyboard: Option<&[Vec<String>]>) -> Value {
    match keyboard {
        Some(rows) => json!({"text": text, "keyboard": rows}),
        None => json!({"text": text}),
    }
}

/// What came of a turn: all messages and requests in order, all declared fields of the state.
pub fn outcome(spec: &Spec, turn: &Turn) -> Value {
    let mut messages = Vec::new();
    let mut requests = Vec::new();
    for effect in &turn.effects {
        match effect {
            Effect::Message { text, keyboard } => messages.push(message(text, keyboard.as_deref())),
            Effect::Http(request) => requests.push(self::request(request)),
            // Telemetry: scripts may go about their flows in ways of their own.
            Effect::Goto { .. } => {}
        }
    }
    let field = |name: &String| (name.clone(), turn.state.get(name).map_or(Value::Null, plain));
    let state: Map<_, _> = spec.state.fields.keys().map(field).collect();
    json!({"messages": messages, "requests": requests, "state": state})
}

fn request(request: &Request) -> Value {
    let number = |number: Option<u64>| number.map_or(Value::Null, Value::from);
    json!({
        "method": request.method,
        "url": request.url,
        "headers": request.headers.clone().map_or(Value::Null, Value::Object),
        "body": request.body.as_ref().map_or(Value::Null, plain),
        "timeoutMs": number(request.timeout_ms),
        "retries": number(request.retries),
        "backoffMs": number(request.backoff_ms),
        "status": request.status,
        "attempts": request.attempts,
    })
}

/// What the generator expects of an outcome: everything that a spec decides. Numbers of a request that the spec leaves to the
/// host, and headers, are the script's business.
pub fn expectation(outcome: &Value) -> Value {
    let mut expect = outcome.clone();
    if let Some(Value::Array(requests)) = expect.get_mut("requests") {
        for request in requests.iter_mut().filter_map(Value::as_object_mut) {
            request.retain(|name, value| !value.is_null() || name == "body");
        }
    }
    expect
}

/// Whether an outcome is what was expected: messages whole, of requests and state what is named.
pub fn matches(expect: &Value, outcome: &Value) -> bool {
    let Value::Object(expect) = expect else { return false };
    expect.iter().all(|(name, wanted)| match (name.as_str(), outcome.get(name)) {
        ("messages", Some(found)) => wanted == found,
        (_, Some(found)) => holds(wanted, found),
        (_, None) => false,
    })
}

/// Lists of the same length, every field that is named the same, numbers by value.
fn holds(wanted: &Value, found: &Value) -> bool {
    match (wanted, found) {
        (Value::Object(wanted), Value::Object(found)) => {
            wanted.iter().all(|(name, value)| found.get(name).is_some_and(|found| holds(value, found)))
        }
        (Value::Array(wanted), Value::Array(found)) => {
            wanted.len() == found.len() && wanted.iter().zip(found).all(|(w, f)| holds(w, f))
        }
        _ => is_same(Some(found), wanted),
    }
}

/// The part of an outcome that an expectation speaks of: what a person compares, and what `--accept` writes.
pub fn relevant(expect: &Value, outcome: &Value) -> Value {
    let Value::Object(expect) = expect else { return outcome.clone() };
    let part = |name: &String| {
        let found = outcome.get(name)?;
        let kept = match name.as_str() {
            "messages" => found.clone(),
            "requests" => requests(expect.get(name)?, found),
            _ => named(expect.get(name)?, found),
        };
        Some((name.clone(), kept))
    };
    Value::Object(expect.keys().filter_map(part).collect())
}

fn requests(expect: &Value, found: &Value) -> Value {
    let wanted = expect.as_array().map(Vec::as_slice).unwrap_or_default();
    let found = found.as_array().map(Vec::as_slice).unwrap_or_default();
    let kept = |(at, request): (usize, &Value)| match wanted.get(at).or(wanted.first()) {
        Some(wanted) => named(wanted, request),
        None => {
            let wanted = json!({"method": null, "url": null, "body": null});
            named(&wanted, request)
        }
    };
    found.iter().enumerate().map(kept).collect()
}

/// The fields that are named; of those that are missing, `null`.
fn named(expect: &Value, found: &Value) -> Value {
    match (expect, found) {
        (Value::Object(expect), Value::Object(found)) => {
            let field = |name: &String| (name.clone(), found.get(name).cloned().unwrap_or_default());
            Value::Object(expect.keys().map(field).collect())
        }
        _ => found.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_compared_whole_and_the_rest_by_name() {
        let outcome = json!({
            "messages": [{"text": "a", "keyboard": [["b"]]}],
            "requests": [{"method": "GET", "url": "u", "body": {"a": 1, "b": 2}, "retries": null}],
            "state": {"n": 1, "s": "x"},
        });
        let holds = |expect: Value| matches(&expect, &outcome);
        assert!(holds(json!({"messages": [{"text": "a", "keyboard": [["b"]]}]})));
        assert!(!holds(json!({"messages": [{"text": "a"}]})), "a message without `keyboard` has none");
        assert!(holds(json!({"state": {"n": 1.0}})) && !holds(json!({"state": {"n": "1"}})));
        assert!(!holds(json!({"state": {"none": null}})), "only declared fields are there");
        assert!(holds(json!({"requests": [{"url": "u", "body": {"a": 1}}], "state": {}})));
        assert!(!holds(json!({"requests": []})) && !holds(json!({"requests": [{"body": {"c": 1}}]})));
        let expect = json!({"requests": [{"url": "v"}], "state": {"n": 2}, "messages": []});
        let shown = json!({
            "messages": [{"text": "a", "keyboard": [["b"]]}], "requests": [{"url": "u"}], "state": {"n": 1},
        });
        assert_eq!(relevant(&expect, &outcome), shown);
        assert!(matches(&relevant(&expect, &outcome), &outcome));
    }
}

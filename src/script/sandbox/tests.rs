//! Tests of the sandbox: scripts that try to break it, and scripts that do what they may.

mod escape;
mod limits;
mod sdk;
mod thrown;

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::*;
use crate::bot::talk::{Answer, Effect};
use crate::diag::Code;

/// Small enough for a test, large enough for a machine that does other things too.
fn small() -> Limits {
    Limits { update: Duration::from_millis(150), memory: 8 << 20, ..Limits::default() }
}

fn bot() -> Bot {
    let defaults = json!({"count": 0, "name": "nobody"});
    Bot {
        id: "echo".into(),
        locale: "en".into(),
        defaults: defaults.as_object().unwrap().clone(),
        hosts: vec!["api.example.com".into(), "xn--bcher-kva.example".into()],
        max_answer: 1024,
        attempts: 2,
        timeout_ms: 5000,
    }
}

fn update(text: &str) -> Update {
    Update { text: Some(text.into()), locale: "en".into(), chat_id: "7".into(), now: 1_700_000_000_123 }
}

/// A script whose handler has this body.
fn handler(body: &str) -> String {
    format!("module.exports.handleUpdate = async function (ctx) {{\n{body}\n}};\n")
}

fn run_with(source: &str, mocks: Vec<Mock>, limits: Limits, texts: &[&str]) -> Run {
    match Script::compile(source) {
        Ok(script) => {
            let updates = texts.iter().map(|text| update(text)).collect();
            converse(&script, &bot(), &Conversation { updates, mocks }, limits)
        }
        Err(failure) => Run { turns: Vec::new(), missing: Vec::new(), failure: Some(failure) },
    }
}

fn run(source: &str) -> Run {
    run_with(source, Vec::new(), small(), &["hello"])
}

/// The failure of a handler with this body.
fn failure(body: &str) -> Failure {
    run(&handler(body)).failure.unwrap_or_else(|| panic!("it should have failed: {body}"))
}

/// What a handler with this body sends, as texts.
fn texts(run: &Run) -> Vec<String> {
    assert_eq!(run.failure, None);
    let effects = run.turns.iter().flat_map(|turn| &turn.effects);
    effects
        .filter_map(|effect| match effect {
            Effect::Message { text, .. } => Some(text.clone()),
            _ => None,
        })
        .collect()
}

fn sent(body: &str) -> Vec<String> {
    texts(&run(&handler(body)))
}

fn get(url: &str, answers: Vec<Answer>) -> Mock {
    Mock { method: "GET".into(), url: url.into(), answers }
}

fn ok(body: Value) -> Answer {
    Answer::Json { status: 200, body }
}

fn state(run: &Run) -> &Map<String, Value> {
    assert_eq!(run.failure, None);
    &run.turns.last().unwrap().state
}

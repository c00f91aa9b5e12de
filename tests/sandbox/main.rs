//! The sandbox as a process: workers that are killed, corpora of scripts, a grammar of bad ideas, and another engine.

#![expect(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

mod corpus;
mod engines;
mod grammar;
mod worker;

use std::path::PathBuf;
use std::time::Duration;

use aegis_action::bot::talk::Update;
use aegis_action::script::sandbox::{Bot, Conversation, Job, Limits, Run, Sandbox};
use serde_json::json;

fn sandbox() -> Sandbox {
    Sandbox::new(PathBuf::from(env!("CARGO_BIN_EXE_aegis")))
}

fn bot() -> Bot {
    Bot {
        id: "echo".into(),
        locale: "en".into(),
        defaults: json!({"count": 0, "cart": {}}).as_object().unwrap().clone(),
        hosts: ["api.example.com", "api.pizza.example", "shop.example.org"].map(Into::into).into(),
        max_answer: 1024,
        attempts: 2,
        timeout_ms: 5000,
    }
}

/// Small enough for a test.
fn small() -> Limits {
    Limits { update: Duration::from_millis(150), memory: 16 << 20, ..Limits::default() }
}

fn update(text: &str) -> Update {
    Update { text: Some(text.into()), locale: "en".into(), chat_id: "7".into(), now: 1_700_000_000_123 }
}

fn handler(body: &str) -> String {
    format!("module.exports.handleUpdate = async function (ctx) {{\n{body}\n}};\n")
}

fn say(texts: &[&str]) -> Conversation {
    Conversation { updates: texts.iter().map(|text| update(text)).collect(), mocks: Vec::new() }
}

fn run(sandbox: &Sandbox, source: &str) -> Run {
    sandbox.run(&Job::new(source, bot(), small()), &say(&["hello"]))
}

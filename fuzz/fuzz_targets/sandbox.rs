//! Whatever a script says, the engine compiles it or says why not, and runs it within its limits. Native loops that the engine
//! does not interrupt are the worker's to be killed for, and show up here as time-outs.

#![no_main]

use std::time::Duration;

use aegis_action::bot::talk::Update;
use aegis_action::script::sandbox::{Bot, Conversation, Limits, Script, converse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let bot = Bot {
        id: "fuzz".into(),
        locale: "en".into(),
        defaults: Default::default(),
        hosts: vec!["api.example.com".into()],
        max_answer: 1024,
        attempts: 2,
        timeout_ms: 5000,
    };
    let limits = Limits { update: Duration::from_millis(50), memory: 16 << 20, ..Limits::default() };
    let update = Update { text: Some("hello".into()), locale: "en".into(), chat_id: "1".into(), now: 0 };
    let conversation = Conversation { updates: vec![update.clone(), update], mocks: Vec::new() };
    // As a script of its own, and as the body of a handler.
    let handler = format!("module.exports.handleUpdate = async function (ctx) {{\n{text}\n}};");
    for source in [text, &handler] {
        if let Ok(script) = Script::compile(source) {
            let _ = converse(&script, &bot, &conversation, limits);
        }
    }
});

//! What suites of small specs reach.

use std::rc::Rc;

use serde_json::json;

use super::replay::Replay;
use super::track::Ran;
use super::*;
use crate::bot::interpret::Seen;
use crate::bot::mock::World;
use crate::bot::talk::{Answer, Mock};
use crate::suite::bot::write;

fn pizza() -> Spec {
    serde_json::from_value(json!({
        "meta": {"botId": "pizza", "name": "Pizza", "locales": ["en", "ru"], "defaultLocale": "en", "schema_ver": "1.0.0"},
        "commands": [{"cmd": "/start", "flow": "hello"}, {"cmd": "/order", "flow": "order"}],
        "intents": [
            {"id": "order", "keywords": {"en": ["pizza", "order"], "ru": ["пицца"]}, "priority": 10, "cooldownSec": 30, "flow": "order"},
            {"id": "help", "keywords": {"en": ["help", "pizza"]}, "priority": 1, "flow": "hello"},
        ],
        "flows": [
            {"id": "hello", "steps": [{"id": "hi", "type": "reply", "textKey": "hi", "keyboard": [["Order", "Help"]]}]},
            {"id": "order", "steps": [
                {"id": "ask-size", "type": "ask", "textKey": "size", "save": "size"},
                {"id": "check-size", "type": "validate", "field": "size", "regex": "S|M|L", "onFail": "ask-size"},
                {"id": "ask-phone", "type": "ask", "text": "Phone?", "save": "phone"},
                {"id": "check-phone", "type": "validate", "field": "phone", "regex": "\\+?[0-9]{6,12}", "onFail": "bad-phone"},
                {"id": "large", "type": "goto", "when": {"field": "size", "equals": "L"}, "targetStep": "call", "elseNext": "note"},
                {"id": "note", "type": "save", "field": "note", "value": "not large: {{state.size}}"},
                {"id": "call", "type": "apiCall", "method": "POST", "url": "https://api.example.com/o?p={{state.phone}}",
                 "body": {"size": "{{state.size}}"}, "retries": 1, "map": {"/id": "orderId"}, "onFail": "sorry"},
                {"id": "done", "type": "reply", "text": "Order {{state.orderId}}", "next": "end"},
                {"id": "bad-phone", "type": "reply", "text": "Not a phone", "next": "ask-phone"},
                {"id": "sorry", "type": "reply", "textKey": "sorry"},
                {"id": "end", "type": "goto", "targetFlow": "hello"},
                {"id": "never", "type": "reply", "text": "never"},
            ]},
        ],
        "state": {"fields": {"size": {"type": "string"}, "phone": {"type": "string"}, "note": {"type": "string", "default": "-"},
                             "orderId": {"type": "number"}}},
        "localization": {"en": {"hi": "Hi", "size": "Size?", "sorry": "Sorry"}, "ru": {"hi": "Привет", "size": "Размер?"}},
        "security": {"outboundAllowList": ["api.example.com"], "maxApiResponseKB": 16, "apiCall": {"maxPerUpdate": 2, "timeoutMs": 3000}},
    }))
    .unwrap()
}

#[test]
fn every_step_and_branch_is_reached() {
    let generated = generate(&pizza(), "suite.yaml".into()).unwrap();
    let uncovered: Vec<_> = generated.uncovered.iter().map(|(mark, why)| format!("{mark}: {why}")).collect();
    assert_eq!(uncovered, ["order/never: done: no command and no intent leads there"]);
    assert!(generated.covered() > 30, "{}", generated.total);
    let ids: Vec<_> = generated.suite.cases.iter().map(|case| case.id.as_str()).collect();
    insta::assert_snapshot!(ids.join("\n"));
}

#[test]
fn a_suite_reads_back_as_it_was_written() {
    let generated = generate(&pizza(), "suite.yaml".into()).unwrap();
    let text = write::suite("pizza", &["Generated."], &generated.suite.cases);
    let first: String = text.lines().take(24).map(|line| format!("{line}\n")).collect();
    insta::assert_snapshot!(first);
}

/// The turns of conversations that begin alike are played once: what is expected is what comes of each by itself.
#[test]
fn what_is_expected_comes_of_a_conversation_by_itself() {
    let spec = pizza();
    let bot = Interpreter::new(&spec).unwrap();
    let generated = generate(&spec, "suite.yaml".into()).unwrap();
    let largest = usize::try_from(spec.security.max_api_response_kb * 1024).unwrap();
    for case in &generated.suite.cases {
        let (mut world, mut state) = (World::new(&case.mocks, largest), bot.initial_state());
        for (exchange, update) in case.turns.iter().zip(case.updates(&spec.meta.default_locale)) {
            let turn = bot.update(&state, &update, &mut world, &mut Seen::new()).unwrap();
            assert_eq!(exchange.expect, Some(expectation(&outcome(&spec, &turn))), "{}", case.id);
            state = turn.state;
        }
    }
    let answered = generated.suite.cases.iter().filter(|case| !case.mocks.is_empty()).count();
    assert!(answered > 5, "requests are answered in {answered} of them");
}

/// Another mock behind those that answered changes nothing that was said; one for what nothing answered does.
#[test]
fn a_turn_that_lacked_an_answer_is_played_again_when_there_is_one() {
    let spec = pizza();
    let mut replay = Replay::new(Interpreter::new(&spec).unwrap());
    let mock = |url: &str, status| Mock {
        method: "POST".to_owned(),
        url: url.to_owned(),
        answers: vec![Answer::Json { status, body: json!({"id": 7}) }],
    };
    let order = "https://api.example.com/o?p=123456";
    let asks = Track::new(&["t"], "en").then("/order").then("S").then("123456");
    let with = |mocks: &[Mock]| Track { mocks: mocks.to_vec(), ..asks.clone() };
    let last = |ran: &Ran| ran.turns.last().unwrap().state.get("orderId").cloned();
    let missing = replay.run(&asks).unwrap();
    assert_eq!(missing.missing.as_ref().map(|missing| missing.url.as_str()), Some(order));
    let answered = replay.run(&with(&[mock(order, 200)])).unwrap();
    assert_eq!((answered.missing.as_ref(), last(&answered)), (None, Some(json!(7))));
    let more = replay.run(&with(&[mock(order, 200), mock("https://api.example.com/", 200)])).unwrap();
    assert!(more.turns.iter().zip(&answered.turns).all(|(one, other)| Rc::ptr_eq(one, other)));
    let before = replay.run(&with(&[mock(order, 404), mock(order, 200)])).unwrap();
    assert_eq!(last(&before), None, "the first that is meant answers");
    assert!(
        Rc::ptr_eq(&before.turns[1], &missing.turns[1]) && !Rc::ptr_eq(&before.turns[2], &missing.turns[2])
    );
}

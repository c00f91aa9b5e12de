//! What suites of small specs reach.

use serde_json::json;

use super::*;
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

//! What scripts look like.

use serde_json::json;

use super::*;

/// A spec with every type of step and every way to write it.
fn everything() -> Spec {
    serde_json::from_value(json!({
        "meta": {"botId": "every-step", "name": "Every\nstep", "locales": ["de", "en"], "defaultLocale": "en", "schema_ver": "1.0.0"},
        "commands": [{"cmd": "/Start", "flow": "main"}, {"cmd": "/start", "flow": "other"}, {"cmd": "/help", "flow": "other"}],
        "intents": [
            {"id": "slow", "keywords": {"en": ["menu", "c++"], "de": ["Karte"]}, "priority": 1, "flow": "other"},
            {"id": "ru-sh", "keywords": {"en": ["order now/later", "披萨", "A席"]}, "priority": 9, "cooldownSec": 60, "flow": "main"},
        ],
        "flows": [
            {"id": "main", "steps": [
                {"id": "hello", "type": "reply", "textKey": "hello", "keyboard": [["Yes {{state.name}}", "No"], ["{{context.locale}}"]]},
                {"id": "ask", "type": "ask", "textKey": "ask.name", "save": "name"},
                {"id": "regex", "type": "validate", "field": "name", "regex": "[a-z/]+", "onFail": "ask"},
                {"id": "enum", "type": "validate", "field": "count", "enum": [1, 2.50, null, "x"]},
                {"id": "object", "type": "validate", "field": "last-order", "enum": [{"b": 1, "a": []}], "onFail": "hello"},
                {"id": "schema", "type": "validate", "field": "name", "onFail": "ask",
                 "schema": {"type": ["string", "integer"], "enum": ["a", 1], "const": "a", "minLength": 1, "maxLength": 9,
                            "pattern": "^a", "minimum": 0, "maximum": 1e21}},
                {"id": "save", "type": "save", "field": "last-order", "value": {"who": "{{state.name}}", "n": [1, true, null]}},
                {"id": "call", "type": "apiCall", "method": "POST", "url": "https://api.example.com/{{context.chatId}}/{{state.name}}",
                 "body": {"text": "{{state.name}}"}, "timeoutMs": 900, "retries": 1, "backoffMs": 50,
                 "map": {"/a~1b/0": "count", "": "last-order"}, "onFail": "sorry"},
                {"id": "plain-call", "type": "apiCall", "method": "GET", "url": "https://api.example.com/"},
                {"id": "if", "type": "goto", "targetFlow": "other", "when": {"field": "count", "equals": 2}, "elseNext": "sorry"},
                {"id": "if-unset", "type": "goto", "targetStep": "ask", "when": {"field": "name", "equals": null}},
                {"id": "if-object", "type": "goto", "targetStep": "ask", "when": {"field": "last-order", "equals": {"b": 1, "a": "é"}}},
                {"id": "sorry", "type": "reply", "text": "Sorry, \"{{state.name}}\"\u{202E}.", "next": "last"},
                {"id": "skipped", "type": "reply", "text": "skipped"},
                {"id": "last", "type": "ask", "text": "Anything else?", "save": "name"},
            ]},
            {"id": "other", "steps": [{"id": "go", "type": "goto", "targetFlow": "ot_her"}]},
            {"id": "ot_her", "steps": [{"id": "a", "type": "reply", "text": "bye"}]},
            {"id": "ot-her", "steps": [{"id": "a", "type": "reply", "text": "unreachable"}]},
        ],
        "state": {"fields": {"name": {"type": "string"}, "count": {"type": "number", "default": 2}, "last-order": {"type": "object"}}},
        "localization": {
            "en": {"hello": "Hello {{state.name}} ({{context.chatId}})", "ask.name": "Your name?", "unused": "-"},
            "de": {"hello": "Hallo {{state.name}} \u{2028}{{context.locale}}"},
        },
        "security": {"outboundAllowList": ["api.example.com"], "maxApiResponseKB": 4, "apiCall": {"maxPerUpdate": 2, "timeoutMs": 1000}},
    }))
    .unwrap()
}

#[test]
fn every_step_as_a_script() {
    insta::assert_snapshot!(template(&everything()));
}

#[test]
fn the_smallest_bot_is_small() {
    let spec = serde_json::from_value(json!({
        "meta": {"botId": "hello", "name": "Hello", "locales": ["en"], "defaultLocale": "en", "schema_ver": "1.0.0"},
        "commands": [{"cmd": "/start", "flow": "hello"}],
        "flows": [{"id": "hello", "steps": [{"id": "hi", "type": "reply", "text": "Hello!"}]}],
        "security": {"outboundAllowList": [], "maxApiResponseKB": 1, "apiCall": {"maxPerUpdate": 0, "timeoutMs": 1}},
    }))
    .unwrap();
    insta::assert_snapshot!(template(&spec));
}

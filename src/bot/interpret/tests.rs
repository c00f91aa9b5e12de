//! The interpreter on small specs, rule by rule.

use serde_json::{Map, Value, json};

use super::*;
use crate::bot::talk::{Answer, Effect, Mock};

fn spec(parts: Value) -> Spec {
    let mut whole = json!({
        "meta": {"botId": "b", "name": "B", "locales": ["en", "de"], "defaultLocale": "en", "schema_ver": "1.0.0"},
        "commands": [{"cmd": "/start", "flow": "f"}],
        "flows": [],
        "security": {"outboundAllowList": ["a.example"], "maxApiResponseKB": 4, "apiCall": {"maxPerUpdate": 2, "timeoutMs": 1000}},
    });
    whole.as_object_mut().unwrap().extend(parts.as_object().unwrap().clone());
    serde_json::from_value(whole).unwrap()
}

/// A chat: what was said, turn by turn, and the state at its end.
struct Chat<'s> {
    bot: Interpreter<'s>,
    world: World<'s>,
    state: Map<String, Value>,
    seen: Seen,
    now: i64,
    locale: &'static str,
}

impl<'s> Chat<'s> {
    fn new(spec: &'s Spec, mocks: &'s [Mock]) -> Self {
        let bot = Interpreter::new(spec).unwrap();
        let state = bot.initial_state();
        Self { bot, world: World::new(mocks, 4096), state, seen: Seen::new(), now: 0, locale: "en" }
    }

    fn turn(&mut self, text: Option<&str>) -> Result<Vec<Effect>, Failure> {
        let update = Update {
            text: text.map(str::to_owned),
            locale: self.locale.into(),
            chat_id: "c 1".into(),
            now: self.now,
        };
        let turn = self.bot.update(&self.state, &update, &mut self.world, &mut self.seen)?;
        self.state = turn.state;
        Ok(turn.effects)
    }

    fn says(&mut self, text: &str) -> Vec<String> {
        let effects = self.turn(Some(text)).unwrap();
        let texts = effects.into_iter().filter_map(|effect| match effect {
            Effect::Message { text, .. } => Some(text),
            _ => None,
        });
        texts.collect()
    }
}

fn reply(id: &str, text: &str) -> Value {
    json!({"id": id, "type": "reply", "text": text})
}

#[test]
fn commands_are_first_words() {
    let spec = spec(json!({"flows": [{"id": "f", "steps": [reply("a", "hi")]}]}));
    let mut chat = Chat::new(&spec, &[]);
    for text in ["/start", "/START", " /start now", "/start@Any_Name x", "\u{FEFF}/start\u{2028}x"] {
        assert_eq!(chat.says(text), ["hi"], "{text}");
    }
    for text in ["/starting", "start", "x /start", "/start@", "/\u{17F}tart", "/", "", "/start!"] {
        assert!(chat.says(text).is_empty(), "{text}");
    }
    assert!(chat.turn(None).unwrap().is_empty());
    assert!(chat.seen.contains(&Mark::NoText) && chat.seen.contains(&Mark::Unknown));
}

#[test]
fn a_question_waits_for_its_answer_and_a_command_drops_it() {
    let spec = spec(json!({
        "flows": [{"id": "f", "steps": [
            {"id": "q", "type": "ask", "text": "who?", "save": "name"}, reply("r", "Hi {{state.name}}, {{state.age}}!")]}],
        "state": {"fields": {"name": {"type": "string"}, "age": {"type": "number", "default": 1.50}}},
    }));
    let mut chat = Chat::new(&spec, &[]);
    assert_eq!(chat.says("/start"), ["who?"]);
    assert_eq!(chat.says("/START"), ["who?"]);
    assert_eq!(chat.says("{{state.age}} /start"), ["Hi {{state.age}} /start, 1.5!"]);
    assert!(chat.says("again").is_empty(), "nothing waits any more");
    assert_eq!(chat.state["name"], "{{state.age}} /start");
    assert!(chat.seen.contains(&Mark::Dropped));
}

#[test]
fn intents_go_by_priority_locale_and_cooldown() {
    let spec = spec(json!({
        "intents": [
            {"id": "low", "keywords": {"en": ["pizza"]}, "priority": 1, "flow": "low"},
            {"id": "high", "keywords": {"en": ["pizza"], "de": ["ofen"]}, "priority": 2, "cooldownSec": 10, "flow": "high"},
        ],
        "flows": [{"id": "low", "steps": [reply("a", "low")]}, {"id": "high", "steps": [reply("a", "high")]}],
    }));
    let mut chat = Chat::new(&spec, &[]);
    assert_eq!(chat.says("a Pizza!"), ["high"]);
    chat.now = 9_999;
    assert_eq!(chat.says("pizza"), ["low"]);
    chat.now = 10_000;
    assert_eq!(chat.says("pizza"), ["high"]);
    chat.now = 99_000;
    chat.locale = "de";
    assert_eq!(chat.says("pizza"), ["low"], "no German keywords: the default ones");
    assert_eq!(chat.says("Ofen"), ["high"]);
    chat.locale = "de-AT";
    chat.now = 200_000;
    assert!(chat.says("ofen").is_empty(), "locales match exactly");
    assert!(chat.seen.contains(&Mark::Cooling("high".into())));
}

#[test]
fn texts_fall_back_to_the_default_locale() {
    let key = |id: &str, key: &str| json!({"id": id, "type": "reply", "textKey": key});
    let spec = spec(json!({
        "flows": [{"id": "f", "steps": [key("a", "one"), key("b", "two")]}],
        "localization": {"en": {"one": "1 {{context.locale}}", "two": "2"}, "de": {"one": "eins {{context.chatId}}"}},
    }));
    let mut chat = Chat::new(&spec, &[]);
    chat.locale = "de";
    assert_eq!(chat.says("/start"), ["eins c 1", "2"]);
    chat.locale = "fr";
    assert_eq!(chat.says("/start"), ["1 fr", "2"]);
}

#[test]
fn calls_map_answers_and_fail_over() {
    let spec = spec(json!({
        "flows": [{"id": "f", "steps": [
            {"id": "c", "type": "apiCall", "method": "POST", "url": "https://a.example/{{context.chatId}}?q={{state.q}}",
             "body": {"q": ["{{state.q}}", 1.0]}, "retries": 1, "backoffMs": 5, "map": {"/a/0": "x", "/b": "y"}, "onFail": "bad"},
            {"id": "ok", "type": "reply", "text": "{{state.x}} {{state.y}}", "next": "end"},
            reply("bad", "failed"), reply("end", "end")]}],
        "state": {"fields": {"q": {"type": "string", "default": "ä&/"}, "x": {"type": "number"}, "y": {"type": "object"}}},
    }));
    let url = "https://a.example/c%201?q=%C3%A4%26%2F";
    let good = Answer::Json { status: 201, body: json!({"a": [1e3], "b": {"z": 1, "a": null}}) };
    let poor = Answer::Json { status: 200, body: json!({"a": [1]}) };
    let mock = |answers| [Mock { method: "POST".into(), url: url.into(), answers }];
    let mocks = mock(vec![Answer::Timeout, good, poor, Answer::Oversized]);
    let mut chat = Chat::new(&spec, &mocks);
    let effects = chat.turn(Some("/start")).unwrap();
    let Effect::Http(request) = &effects[0] else { panic!("{effects:?}") };
    assert_eq!((request.attempts, request.status, request.url.as_str()), (2, 201, url));
    assert_eq!(request.body, Some(json!({"q": ["ä&/", 1]})));
    assert_eq!(effects[1], Effect::Message { text: "1000 {\"a\":null,\"z\":1}".into(), keyboard: None });
    assert_eq!(chat.says("/start"), ["failed", "end"]);
    assert_eq!(chat.state["x"], 1000, "nothing is saved of an answer that lacks something");
    assert_eq!(chat.says("/start"), ["failed", "end"]);
    let ways: Vec<_> = chat.seen.iter().filter(|m| matches!(m, Mark::Step(_, id, _) if id == "c")).collect();
    assert_eq!(ways.len(), 4, "{ways:?}");
}

#[test]
fn validation_and_conditions_branch() {
    let spec = spec(json!({
        "flows": [
            {"id": "f", "steps": [
                {"id": "q", "type": "ask", "text": "?", "save": "a"},
                {"id": "v", "type": "validate", "field": "a", "regex": "[0-9]+", "onFail": "q"},
                {"id": "g", "type": "goto", "targetFlow": "other", "when": {"field": "a", "equals": "7"}, "elseNext": "s"},
                reply("never", "never"),
                {"id": "s", "type": "save", "field": "a", "value": "<{{state.a}}>"},
                {"id": "w", "type": "validate", "field": "a", "enum": ["<8>"]},
                reply("end", "eight")]},
            {"id": "other", "steps": [reply("a", "seven")]}],
        "state": {"fields": {"a": {"type": "string"}}},
    }));
    let mut chat = Chat::new(&spec, &[]);
    chat.says("/start");
    assert_eq!(chat.says("x"), ["?"]);
    let effects = chat.turn(Some("7")).unwrap();
    assert_eq!(effects[0], Effect::Goto { flow: "other".into() });
    chat.says("/start");
    assert_eq!(chat.says("8"), ["eight"]);
    chat.says("/start");
    assert!(chat.says("9").is_empty());
    assert_eq!(chat.state["a"], "<9>");
    let missing: Vec<_> = marks::all(&spec).difference(&chat.seen).map(ToString::to_string).collect();
    assert_eq!(
        missing,
        [
            "a command drops a question",
            "a text that means nothing",
            "an update without text",
            "f/never: done"
        ]
    );
}

#[test]
fn two_hundred_transitions_are_the_most() {
    let flow = |id: usize, last: bool| {
        let mut steps: Vec<_> = (0..50).map(|at| reply(&at.to_string(), "x")).collect();
        if !last {
            steps[49] = json!({"id": "on", "type": "goto", "targetFlow": (id + 1).to_string()});
        }
        json!({"id": id.to_string(), "steps": steps})
    };
    let chain = |extra: bool| {
        let mut flows: Vec<_> = (0..4).map(|id| flow(id, id == 3 && !extra)).collect();
        if extra {
            flows.push(json!({"id": "4", "steps": [reply("a", "x"), reply("b", "x")]}));
        }
        spec(json!({"flows": flows, "commands": [{"cmd": "/start", "flow": "0"}]}))
    };
    let (fits, not) = (chain(false), chain(true));
    assert!(Chat::new(&fits, &[]).turn(Some("/start")).is_ok());
    assert_eq!(Chat::new(&not, &[]).turn(Some("/start")), Err(Failure::TooManyMoves));
}

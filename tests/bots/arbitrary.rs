//! Random specs that are valid, and random conversations with them.

mod steps;

use aegis_action::bot::spec::Spec;
use aegis_action::bot::talk::{Answer, Update};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use steps::step;

/// Fields by name: two of the type `string`, one of each other, one with an odd name.
const STRINGS: [&str; 3] = ["s1", "s2", "odd-näme"];
const FIELDS: [&str; 6] = ["s1", "s2", "odd-näme", "n1", "b1", "o1"];
const COMMANDS: [&str; 4] = ["/start", "/Kiosk", "/помощь", "/a.b"];
const KEYWORDS: [&str; 12] =
    ["pizza", "Straße", "c++", "披萨", "メニュー", "พิซซ่า", "order now", "ПИЦЦА", "kiss", "é", "ῥ", "a席"];
const PIECES: [&str; 16] = [
    "Hello",
    " ",
    "\"",
    "\\",
    "{",
    "}}",
    "{{x}}",
    "{{state.s1",
    "é",
    "🍕",
    "\u{2028}",
    "\n",
    "</script>",
    "${x}`",
    "$&",
    "\u{202E}",
];
const SLOTS: [&str; 8] = [
    "{{state.s1}}",
    "{{state.s2}}",
    "{{state.odd-näme}}",
    "{{state.n1}}",
    "{{state.b1}}",
    "{{state.o1}}",
    "{{context.chatId}}",
    "{{context.locale}}",
];
const ANSWERS: [&str; 22] = [
    "S",
    "M",
    "XL",
    "12",
    "12345",
    "a.b@example.org",
    "Straße",
    "",
    "a b",
    "a/b",
    "ababc",
    "&&",
    "word",
    "A",
    "]\\/",
    "123",
    "🍕",
    "\u{2028}",
    "{{state.s2}}",
    "x\ny",
    "true",
    "1",
];

fn scalar() -> BoxedStrategy<Value> {
    prop_oneof![
        select(&ANSWERS[..]).prop_map(Value::from),
        select(vec![json!(0), json!(1), json!(-1.5), json!(1e21), json!(0.1), json!(123_456_789)]),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        any::<f64>().prop_filter("numbers of JSON", |number| number.is_finite()).prop_map(Value::from),
    ]
    .boxed()
}

fn value() -> BoxedStrategy<Value> {
    prop_oneof![
        4 => scalar(),
        1 => prop::collection::vec(scalar(), 0..3).prop_map(Value::from),
        1 => object(),
    ]
    .boxed()
}

fn object() -> BoxedStrategy<Value> {
    let key = select(vec!["a", "b", "é", "a/b", "~", "😀", "\u{FFFD}", "0", ""]);
    prop::collection::btree_map(key.prop_map(str::to_owned), scalar(), 0..4)
        .prop_map(|map| Value::Object(map.into_iter().collect()))
        .boxed()
}

/// A text with at most so many slots.
fn text(slots: usize) -> BoxedStrategy<String> {
    let pieces = prop::collection::vec(select(&PIECES[..]), 0..4);
    let slots = prop::collection::vec(select(&SLOTS[..]), 0..=slots);
    (pieces, slots, any::<bool>())
        .prop_map(|(pieces, slots, first)| {
            let mut all: Vec<&str> = Vec::new();
            let (one, other) = if first { (&pieces, &slots) } else { (&slots, &pieces) };
            for at in 0..one.len().max(other.len()) {
                all.extend(one.get(at));
                all.extend(other.get(at));
            }
            all.concat()
        })
        .boxed()
}

/// Turns numbers into ids: of a step ahead, of an `ask`, or of nothing.
fn resolve(flows: Vec<Vec<(Value, Option<u8>)>>) -> Value {
    let count = flows.len();
    let id = |step: usize| format!("step {step}");
    let flows = flows.into_iter().enumerate().map(|(number, steps)| {
        let asks: Vec<_> = (0..steps.len()).filter(|at| steps[*at].0["type"] == "ask").collect();
        let length = steps.len();
        let steps = steps.into_iter().enumerate().map(|(at, (mut step, next))| {
            let choices: Vec<usize> = (at + 1..length).chain(asks.iter().copied()).collect();
            let chosen =
                |number: u64| (!choices.is_empty()).then(|| id(choices[number as usize % choices.len()]));
            step["next"] = json!(next);
            for name in ["next", "onFail", "elseNext", "targetStep"] {
                let target = step.get(name).and_then(Value::as_u64).and_then(chosen);
                match target {
                    Some(target) => step[name] = target.into(),
                    None => drop(step.as_object_mut().unwrap().remove(name)),
                }
            }
            if step["type"] == "goto" && step.get("targetStep").is_none() {
                // To a flow behind this one, so that nothing turns in circles; the last one goes nowhere.
                let target = step.get("targetFlow").and_then(Value::as_u64).unwrap_or_default() as usize;
                if number + 1 < count {
                    step["targetFlow"] =
                        format!("flow-{}", number + 1 + target % (count - number - 1)).into();
                } else {
                    step = json!({"type": "reply", "text": "nowhere to go"});
                }
            }
            let map = step.as_object_mut().unwrap();
            map.retain(|name, value| name == "value" || !value.is_null());
            if map.get("when").is_some_and(|when| when.get("equals").is_none()) {
                map.remove("when");
            }
            step["id"] = id(at).into();
            step
        });
        json!({"id": format!("flow-{number}"), "steps": steps.collect::<Vec<_>>()})
    });
    flows.collect()
}

/// A spec.
pub(crate) fn spec() -> BoxedStrategy<Spec> {
    let flows = prop::collection::vec(
        prop::collection::vec((step(), prop::option::weighted(0.2, any::<u8>())), 1..8),
        1..5,
    );
    let commands = prop::collection::vec((select(&COMMANDS[..]), any::<u8>()), 0..4);
    let words = || prop::collection::vec(select(&KEYWORDS[..]), 0..3);
    let cooldown = select(vec![None, Some(0_u64), Some(1), Some(30)]);
    let intents = prop::collection::vec((words(), words(), -1..3_i64, cooldown, any::<u8>()), 0..5);
    let defaults = (
        prop::option::of(text(0)),
        prop::option::of(scalar()),
        any::<Option<bool>>(),
        prop::option::of(object()),
    );
    let texts = || prop::collection::vec(text(3), 3);
    (flows, commands, intents, defaults, (texts(), texts(), 0..4_usize), 1..4_usize)
        .prop_map(|(flows, commands, intents, defaults, (default, other, translated), locales)| {
            let count = flows.len();
            let flow = |number: u8| format!("flow-{}", usize::from(number) % count);
            let locales = &["en", "ru", "ja"][..locales];
            let start = [("/start", 0)].into_iter();
            let commands: Vec<_> =
                start.chain(commands).map(|(cmd, to)| json!({"cmd": cmd, "flow": flow(to)})).collect();
            let intents = intents.into_iter().enumerate().map(|(number, (en, ru, priority, cooldown, to))| {
                let mut keywords = json!({"en": en});
                if locales.len() > 1 {
                    keywords["ru"] = json!(ru);
                }
                let mut intent = json!({"id": format!("intent {number}"), "keywords": keywords, "priority": priority, "flow": flow(to)});
                if let Some(seconds) = cooldown {
                    intent["cooldownSec"] = seconds.into();
                }
                intent
            });
            let keys = ["k1", "k.2", "k3"];
            let table = |texts: &[String], count: usize| -> Value {
                Value::Object(keys.iter().zip(texts).take(count).map(|(key, text)| ((*key).to_owned(), text.clone().into())).collect())
            };
            let mut localization = json!({"en": table(&default, 3)});
            if locales.len() > 1 {
                localization["ru"] = table(&other, translated);
            }
            let (text, number, boolean, object) = defaults;
            let number = number.filter(Value::is_number);
            let typed = |kind: &str, default: Value| {
                if default.is_null() { json!({"type": kind}) } else { json!({"type": kind, "default": default}) }
            };
            let spec = json!({
                "meta": {"botId": "random", "name": "Random \n bot", "locales": locales, "defaultLocale": "en", "schema_ver": "1.0.0"},
                "commands": commands,
                "intents": intents.collect::<Vec<_>>(),
                "flows": resolve(flows),
                "state": {"fields": {
                    "s1": typed("string", json!(text)), "s2": {"type": "string"}, "odd-näme": {"type": "string", "default": "<&>"},
                    "n1": typed("number", json!(number)), "b1": typed("boolean", json!(boolean)), "o1": typed("object", json!(object)),
                }},
                "localization": localization,
                "security": {"outboundAllowList": ["api.example.com"], "maxApiResponseKB": 1, "apiCall": {"maxPerUpdate": 2, "timeoutMs": 5000}},
            });
            serde_json::from_value(spec).unwrap()
        })
        .boxed()
}

/// Updates: what is said when, in which locale.
pub(crate) fn updates() -> BoxedStrategy<Vec<Update>> {
    let command = (select(&COMMANDS[..]), 0..6_usize).prop_map(|(cmd, form)| match form {
        0 => "/start".to_owned(),
        1 => cmd.to_owned(),
        2 => cmd.to_ascii_uppercase(),
        3 => format!("\u{A0} {cmd}@Bot_1 more"),
        4 => format!("{cmd}@"),
        _ => cmd.replace('k', "\u{212A}").replace('s', "\u{17F}"),
    });
    let around = select(vec!["", "", "", " ", "x", "_", "1", "\u{301}", "!", "я", "의", "\u{200D}", "席"]);
    let keyword = (around.clone(), select(&KEYWORDS[..]), around, any::<bool>()).prop_map(
        |(before, word, behind, upper)| {
            let word = if upper { word.to_uppercase() } else { word.to_owned() };
            format!("{before}{word}{behind}")
        },
    );
    let text = prop_oneof![
        5 => command.prop_map(Some),
        3 => keyword.prop_map(Some),
        6 => select(&ANSWERS[..]).prop_map(|answer| Some(answer.to_owned())),
        1 => "\\PC{0,8}".prop_map(Some),
        1 => Just(None),
    ];
    let locale = select(vec!["en", "en", "ru", "ru", "ja", "en-US", "xx"]);
    let turn = (text, 0..40_000_i64);
    (prop::collection::vec(turn, 2..14), locale)
        .prop_map(|(turns, locale)| {
            let mut now = 1_767_225_600_000;
            let update = |(text, later): (Option<String>, i64)| {
                now += later;
                Update { text, locale: locale.to_owned(), chat_id: "chat/ä 1".to_owned(), now }
            };
            turns.into_iter().map(update).collect()
        })
        .boxed()
}

/// What the world answers to one request, attempt by attempt.
pub(crate) fn answers() -> BoxedStrategy<Vec<Answer>> {
    let body = prop_oneof![
        value(),
        (value(), value()).prop_map(|(a, b)| json!({"a": [a, {"b": b}], "a/b": 1, "~": "x", "é": {"😀": {"z": 1, "y": [2]}}, "01": false})),
        Just(json!({"large": "x".repeat(1100)})),
    ];
    let status = select(vec![200_u16, 200, 200, 204, 299, 301, 404, 429, 500, 503]);
    let answer = prop_oneof![
        5 => (status.clone(), body).prop_map(|(status, body)| Answer::Json { status, body }),
        1 => (status, select(vec!["", "plain", "{\"a\":1}", "[1,", "\"a\""]))
            .prop_map(|(status, body)| Answer::Text { status, body: body.to_owned() }),
        1 => Just(Answer::Timeout),
        1 => Just(Answer::NetworkError),
        1 => Just(Answer::Oversized),
    ];
    prop::collection::vec(answer, 1..4).boxed()
}

//! Random steps.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::{FIELDS, STRINGS, object, text, value};

const PATTERNS: [&str; 16] = [
    "S|M|L",
    r"\d{2,4}",
    r"[\w.+-]+@[a-z]+\.[a-z]{2,}",
    r"\p{L}+",
    r"[^ ]*",
    ".",
    ".*",
    r"a/b",
    r"\S+\s\S+",
    r"(?:ab)+c?",
    r"[&&~-]+",
    r"\b\w+\b",
    r"\x41|\x42",
    "",
    r"[\]\\/]+",
    r"\P{L}{1,3}",
];

fn field() -> BoxedStrategy<&'static str> {
    select(&FIELDS[..]).boxed()
}

/// What is said: a text, or its key.
fn said() -> BoxedStrategy<Value> {
    prop_oneof![
        text(3).prop_map(|text| json!({"text": text})),
        select(vec!["k1", "k.2", "k3"]).prop_map(|key| json!({"textKey": key})),
    ]
    .boxed()
}

fn schema() -> BoxedStrategy<Value> {
    select(vec![
        json!({}),
        json!({"type": "string", "minLength": 2}),
        json!({"maxLength": 3}),
        json!({"type": "integer"}),
        json!({"type": "number", "minimum": 0, "maximum": 1e3}),
        json!({"type": "object"}),
        json!({"type": "boolean"}),
        json!({"pattern": "^a|[0-9]$"}),
        json!({"pattern": ""}),
        json!({"enum": ["S", 1, null, {"a": 1}]}),
        json!({"const": {"b": [], "a": 0.5}}),
        json!({"const": "12", "type": "string"}),
    ])
    .boxed()
}

/// A step without its id. References are numbers of steps yet to be turned into ids: only ahead, or to any `ask`.
pub(super) fn step() -> BoxedStrategy<Value> {
    let keyboard = prop::collection::vec(prop::collection::vec(text(1), 0..3), 0..3);
    let reply = (said(), prop::option::of(keyboard)).prop_map(|(mut step, keyboard)| {
        step["type"] = "reply".into();
        if let Some(keyboard) = keyboard {
            step["keyboard"] = json!(keyboard);
        }
        step
    });
    let ask = (said(), select(&STRINGS[..])).prop_map(|(mut step, field)| {
        step["type"] = "ask".into();
        step["save"] = field.into();
        step
    });
    let judge = prop_oneof![
        select(&PATTERNS[..]).prop_map(|regex| json!({"regex": regex})),
        prop::collection::vec(value(), 1..4).prop_map(|values| json!({"enum": values})),
        schema().prop_map(|schema| json!({"schema": schema})),
    ];
    let validate = (judge, field(), any::<Option<u8>>()).prop_map(|(mut step, field, fail)| {
        step["type"] = "validate".into();
        step["field"] = field.into();
        step["onFail"] = json!(fail);
        step
    });
    // One slot at most, and none of objects in objects: what is saved again and again must not double each time.
    let saved = prop_oneof![
        text(1).prop_map(Value::from),
        value(),
        Just(json!({"n": ["{{state.n1}}", 1.50], "é": {"{{state.b1}}": "{{context.chatId}}"}})),
    ];
    let save =
        (saved, field()).prop_map(|(value, field)| json!({"type": "save", "field": field, "value": value}));
    let goto = (any::<bool>(), any::<u8>(), prop::option::of((field(), value())), any::<Option<u8>>())
        .prop_map(|(to_flow, target, when, other)| {
            let target = if to_flow { json!({"targetFlow": target}) } else { json!({"targetStep": target}) };
            let mut step = target;
            step["type"] = "goto".into();
            if let Some((field, equals)) = when {
                step["when"] = json!({"field": field, "equals": equals});
                step["elseNext"] = json!(other);
            }
            step
        });
    prop_oneof![3 => reply, 3 => ask, 3 => validate, 2 => save, 2 => call(), 2 => goto].boxed()
}

fn call() -> BoxedStrategy<Value> {
    let pointer =
        select(vec!["", "/a", "/a/0", "/a/1/b", "/a~1b", "/~0", "/é/😀", "/a/length", "/toString", "/01"]);
    let map =
        prop::collection::btree_map(pointer.prop_map(str::to_owned), field().prop_map(str::to_owned), 0..3);
    let body = prop_oneof![
        text(2).prop_map(Value::from),
        object(),
        Just(json!({"list": ["{{state.s1}}", {"o": "{{state.o1}}"}, 1.0]})),
    ];
    let number = || prop::option::of(0..1000_u64);
    let method = select(vec!["GET", "POST", "DELETE"]);
    (
        method,
        text(2),
        prop::option::of(body),
        number(),
        prop::option::of(0..3_u64),
        number(),
        map,
        any::<Option<u8>>(),
    )
        .prop_map(|(method, path, body, timeout, retries, backoff, map, fail)| {
            let mut step = json!({"type": "apiCall", "method": method, "map": map, "onFail": fail});
            // Only slots and what may stand in a URL as it is.
            let path: String =
                path.chars().filter(|c| c.is_ascii_alphanumeric() || "{}.ä-".contains(*c)).collect();
            step["url"] = format!("https://api.example.com/v1?q={path}").into();
            for (name, value) in
                [("timeoutMs", json!(timeout)), ("retries", json!(retries)), ("backoffMs", json!(backoff))]
            {
                step[name] = value;
            }
            step["body"] = body.unwrap_or_default();
            step
        })
        .boxed()
}

//! Every rule of bots by example, and completeness by mutation.

use proptest::prelude::*;
use serde_json::json;

use super::super::difference::largest;
use super::*;
use crate::semver::Level;

/// A spec with everything in it.
fn rich() -> Value {
    json!({
        "meta": {"botId": "pizza", "name": "Pizza", "locales": ["en", "ru"], "defaultLocale": "en", "schema_ver": "1.0.0",
            "timezone": "Europe/Berlin", "retention": {"stateDays": 30}, "pii_policy": "mask"},
        "commands": [{"cmd": "/start", "flow": "hello"}, {"cmd": "/order", "flow": "order", "description": "Order a pizza"}],
        "intents": [{"id": "hungry", "keywords": {"en": ["pizza", "hungry"], "ru": ["пицца"]}, "priority": 5, "flow": "order"}],
        "flows": [
            {"id": "hello", "steps": [{"id": "a", "type": "reply", "textKey": "hello"}]},
            {"id": "order", "steps": [
                {"id": "ask", "type": "ask", "text": "Which size?", "save": "size", "next": "check"},
                {"id": "check", "type": "validate", "field": "size", "enum": ["s", "l"], "onFail": "ask"},
                {"id": "call", "type": "apiCall", "method": "POST", "url": "https://shop.example/order", "body": {"size": "{{size}}"}},
                {"id": "done", "type": "reply", "text": "It is on its way.", "keyboard": [["Thanks"]]}]}],
        "state": {"fields": {"size": {"type": "string", "pii": false, "default": "s"}, "count": {"type": "number"}}, "ttlDays": 7},
        "localization": {"en": {"hello": "Hello!", "bye": "Bye"}, "ru": {"hello": "Привет!"}},
        "telemetry": {"enabled": true, "events": ["flow_started"]},
        "security": {"outboundAllowList": ["shop.example", "maps.example"], "maxApiResponseKB": 64,
            "apiCall": {"maxPerUpdate": 2, "timeoutMs": 3000}},
    })
}

fn spec(value: &Value) -> Option<Spec> {
    serde_json::from_value(value.clone()).ok()
}

fn changes(old: &Value, new: &Value) -> Option<Vec<Change>> {
    Some(difference(&spec(old)?, &spec(new)?, &Levels::default()))
}

/// The rich spec with the value at a pointer replaced; `null` removes it, and `-` adds to a list.
fn edited(pointer: &str, value: Value) -> Value {
    let mut spec = rich();
    let (parent, last) = pointer.rsplit_once('/').unwrap();
    match spec.pointer_mut(parent).unwrap() {
        Value::Array(items) if last == "-" => items.push(value),
        Value::Array(items) => {
            let at: usize = last.parse().unwrap();
            if value.is_null() { drop(items.remove(at)) } else { items[at] = value }
        }
        Value::Object(map) if value.is_null() => drop(map.remove(last)),
        Value::Object(map) => drop(map.insert(last.to_owned(), value)),
        other => unreachable!("{other}"),
    }
    spec
}

fn cases() -> Vec<(&'static str, Value)> {
    let flow = json!({"id": "bye", "steps": [{"id": "a", "type": "reply", "textKey": "bye"}]});
    [
        ("bot-id-changed", "/meta/botId", json!("pizzeria")),
        ("bot-renamed", "/meta/name", json!("Pizzeria")),
        ("bot-setting-changed", "/meta/timezone", json!("UTC")),
        ("bot-setting-changed", "/state/ttlDays", json!(8)),
        ("default-locale-changed", "/meta/defaultLocale", json!("ru")),
        ("locale-removed", "/meta/locales/1", json!(null)),
        ("locale-added", "/meta/locales/-", json!("de")),
        ("reordered", "/meta/locales", json!(["ru", "en"])),
        ("command-removed", "/commands/1", json!(null)),
        ("command-added", "/commands/-", json!({"cmd": "/bye", "flow": "hello"})),
        ("command-changed", "/commands/0/flow", json!("order")),
        ("intent-removed", "/intents/0", json!(null)),
        (
            "intent-added",
            "/intents/-",
            json!({"id": "bye", "keywords": {"en": ["bye"]}, "priority": 1, "flow": "hello"}),
        ),
        ("intent-changed", "/intents/0/priority", json!(6)),
        ("flow-removed", "/flows/0", json!(null)),
        ("flow-added", "/flows/-", flow),
        ("flow-changed", "/flows/1/steps/1/enum/-", json!("xl")),
        ("text-reworded", "/flows/1/steps/0/text", json!("What size?")),
        ("state-field-removed", "/state/fields/count", json!(null)),
        ("state-field-added", "/state/fields/name", json!({"type": "string"})),
        ("state-field-retyped", "/state/fields/count/type", json!("string")),
        ("state-field-changed", "/state/fields/size/default", json!("l")),
        ("translation-removed", "/localization/en/bye", json!(null)),
        ("translation-removed", "/localization/ru", json!(null)),
        ("translation-added", "/localization/ru/bye", json!("Пока")),
        ("translation-reworded", "/localization/ru/hello", json!("Здравствуйте!")),
        ("host-added", "/security/outboundAllowList/-", json!("pay.example")),
        ("host-removed", "/security/outboundAllowList/0", json!(null)),
        ("limit-changed", "/security/apiCall/timeoutMs", json!(5000)),
        ("telemetry-changed", "/telemetry/enabled", json!(false)),
    ]
    .into_iter()
    .map(|(rule, pointer, value)| (rule, edited(pointer, value)))
    .collect()
}

#[test]
fn every_rule_of_bots_is_given_by_what_it_says() {
    // These are no spec's matter: `tests/semver` has pairs for them.
    let mut given = BTreeSet::from(["bot-added", "bot-removed", "script-changed"]);
    for (rule, new) in cases() {
        let found: Vec<_> = changes(&rich(), &new).unwrap().iter().map(|change| change.rule.id()).collect();
        assert_eq!(found, [rule]);
        given.insert(rule);
    }
    let bots = Rule::ALL.iter().filter(|rule| rule.is_of_a_bot());
    let missing: Vec<_> = bots.map(|rule| rule.id()).filter(|id| !given.contains(id)).collect();
    assert_eq!(missing, [""; 0], "rules that nothing gives");
}

#[test]
fn the_contract_s_levels_hold() {
    for (id, level) in [
        ("command-removed", Level::Major),
        ("flow-removed", Level::Major),
        ("state-field-removed", Level::Major),
        ("host-added", Level::Major),
        ("command-added", Level::Minor),
        ("intent-added", Level::Minor),
        ("locale-added", Level::Minor),
        ("translation-reworded", Level::Patch),
    ] {
        assert_eq!(Rule::find(id).map(Rule::level), Some(level), "{id}");
    }
}

#[test]
fn a_bot_is_told_as_prose() {
    let mut out = String::new();
    for (rule, new) in cases() {
        for topic in speak::speak(spec(&rich()).as_ref(), spec(&new).as_ref()) {
            for sentence in topic.sentences {
                let side = |side: Option<String>| side.unwrap_or_else(|| "(nothing)".to_owned());
                out.push_str(&format!(
                    "{rule}, {}\n  - {}\n  + {}\n",
                    topic.name,
                    side(sentence.before),
                    side(sentence.after)
                ));
            }
        }
    }
    insta::assert_snapshot!(out);
}

/// All single mutations of a value: each leaf changed, each item and member dropped, doubled, or moved.
fn mutations(value: &Value) -> Vec<Value> {
    let mut out = Vec::new();
    match value {
        Value::String(text) => out.extend([json!(format!("{text}x")), json!("string"), json!("order")]),
        Value::Number(number) => out.push(json!(number.as_i64().unwrap() + 1)),
        Value::Bool(set) => out.push(json!(!set)),
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                let with = |edit: &dyn Fn(&mut Vec<Value>)| {
                    let mut items = items.clone();
                    edit(&mut items);
                    Value::Array(items)
                };
                out.push(with(&|items| drop(items.remove(at))));
                out.push(with(&|items| items.insert(at, item.clone())));
                out.push(with(&|items| items.rotate_left(at)));
                out.extend(mutations(item).into_iter().map(|new| with(&|items| items[at] = new.clone())));
            }
        }
        Value::Object(map) => {
            for (name, item) in map {
                let mut without = map.clone();
                without.remove(name);
                out.push(Value::Object(without));
                out.extend(mutations(item).into_iter().map(|new| {
                    let mut map = map.clone();
                    map.insert(name.clone(), new);
                    Value::Object(map)
                }));
            }
        }
        Value::Null => {}
    }
    out
}

#[test]
fn specs_differ_exactly_where_there_is_a_change() {
    let (mut sound, mut different) = (0, 0);
    for new in mutations(&rich()) {
        let Some(decoded) = spec(&new) else { continue };
        let equal = decoded == spec(&rich()).unwrap();
        for (a, b) in [(&rich(), &new), (&new, &rich())] {
            let found = changes(a, b).unwrap();
            assert_eq!(found.is_empty(), equal, "{found:?}\n{new}");
            assert_eq!(largest(&found).is_none(), equal);
        }
        sound += 1;
        different += usize::from(!equal);
    }
    assert!(sound > 150 && different > 140, "{sound} sound, {different} different");
    assert_eq!(changes(&rich(), &rich()).unwrap(), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn several_mutations_are_seen_too(picks in prop::collection::vec(any::<prop::sample::Index>(), 2..5)) {
        let mut specs = vec![rich()];
        for pick in picks {
            let mut all = mutations(specs.last().unwrap());
            let new = all.swap_remove(pick.index(all.len()));
            if spec(&new).is_some() {
                specs.push(new);
            }
        }
        for a in &specs {
            for b in &specs {
                prop_assert_eq!(changes(a, b).unwrap().is_empty(), spec(a) == spec(b));
            }
        }
    }
}

//! The short way beside the compiled schema: documents that are sound, and documents in which anything was changed.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::json::Judge;
use crate::syntax::{Format, Text};

const TOP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/bots/");
const BOTS: [&str; 4] = ["concierge", "hello", "pizza", "signup"];

fn example(bot: &str, file: &str) -> Value {
    serde_json::from_slice(&std::fs::read(format!("{TOP}{bot}/{file}")).unwrap()).unwrap()
}

/// What the short way says of a document, and what the compiled schema says.
fn both(judge: &Judge, schema: &Value, document: &Value) -> (Option<bool>, bool) {
    let text = document.to_string();
    let text = Text::new(&text);
    let tree = text.parse(Format::Json).unwrap().unwrap();
    (takes(schema, &tree), judge.takes(&tree))
}

fn passport() -> Value {
    let hash = "0123456789abcdef".repeat(4);
    let key = |file: &str| format!("pizza/{hash}/{file}");
    json!({
        "revHash": hash, "specVersion": 3, "author": "system", "notes": "",
        "artifacts": {"bot.js": key("bot.js"), "rev.json": key("rev.json"), "spec.json": key("spec.json")},
        "build": {"model": "template/1", "seed": 0, "sdkVersion": "1.0.0", "astRulesVersion": "1.2.0-rc.1+x", "generatorGitSha": "0".repeat(40),
                  "builtAt": "2026-01-01T00:00:00.5+01:00"},
        "hashes": {"bot.js": hash, "spec.json": hash}, "sizes": {"bot.js": 1, "spec.json": 2},
        "security": {"outboundAllowList": [], "maxApiResponseKB": 1, "apiCall": {"maxPerUpdate": 1, "timeoutMs": 1}},
    })
}

/// Schemas, compiled and as they are, and documents that they take.
fn cases() -> Vec<(Judge, Value, Vec<Value>)> {
    let spec = crate::schema::botspec::schema();
    let specs = BOTS.map(|bot| example(bot, "spec.json")).to_vec();
    let rev = crate::schema::rev::rev();
    let build = crate::schema::rev::build();
    let case = |schema: Value, documents| (Judge::new(schema.clone()).unwrap(), schema, documents);
    vec![
        case(spec, specs),
        case(rev, vec![passport()]),
        case(build, vec![example("pizza", "build.json")]),
        case(others(), vec![json!({"a": [1, "x"], "b": {"c": null}})]),
        case(
            json!({"not": {"additionalProperties": false, "patternProperties": {"a": true}}}),
            vec![json!({"a": 1}), json!({"b": 1})],
        ),
        case(json!({"not": {"items": false, "prefixItems": [true]}}), vec![json!([1]), json!([1, 2])]),
    ]
}

/// Keywords in forms that the schemas of the project do not have.
fn others() -> Value {
    json!({
        "$defs": {"never": false, "number": {"type": ["integer", "null"], "maximum": 7.5}},
        "properties": {
            "a": {"items": {"not": {"$ref": "#/$defs/number"}, "if": {"minLength": 1}, "then": {"maxLength": 2}, "else": false},
                  "uniqueItems": true, "minItems": 2},
            "b": {"oneOf": [{"required": ["c"]}, {"required": ["a"]}, {"maximum": 3}], "enum": [{"c": null}, 1.0, "x", [], null, true, {}]},
        },
        "additionalProperties": {"anyOf": [{"$ref": "#/$defs/never"}, {"const": "ё"}, {"type": "array", "maxItems": 1}]},
        "dependentRequired": {"c": ["a", "b"]},
        "propertyNames": {"pattern": "^[^\\s]?$"},
    })
}

#[test]
fn of_what_is_sound_the_short_way_is_certain() {
    for (judge, schema, documents) in cases().into_iter().take(3) {
        for document in documents {
            assert_eq!(both(&judge, &schema, &document), (Some(true), true), "{document}");
        }
    }
}

#[test]
fn nothing_is_said_of_keywords_that_are_not_known() {
    for schema in [
        json!({"format": "date"}),
        json!({"patternProperties": {"a": false}}),
        json!({"properties": {"a": {"$id": "urn:x"}}}),
        json!({"prefixItems": [false]}),
        json!({"contains": 1}),
        json!({"properties": {"a": {"pattern": "(a)\\1"}}}),
        json!({"items": {"$ref": "urn:other"}}),
        json!({"unevaluatedProperties": false}),
        json!({"multipleOf": 2}),
    ] {
        for document in ["{\"a\": \"a\"}", "[1]"] {
            let text = Text::new(document);
            let tree = text.parse(Format::Json).unwrap().unwrap();
            assert_ne!(takes(&schema, &tree), Some(false), "{schema}");
            let is_touched = takes(&schema, &tree).is_none();
            let can_be_touched =
                !schema.to_string().contains(if document == "[1]" { "properties" } else { "items" });
            assert_eq!(is_touched, can_be_touched, "{schema}: {document}");
        }
    }
}

/// Changes one place of a document: takes something away, puts something in, calls it something else.
fn change(value: &mut Value, at: &mut usize, how: usize, other: &Value, name: &str) {
    if *at == 0 {
        *at = usize::MAX;
        match (how, &mut *value) {
            (0, _) => *value = other.clone(),
            (1, Value::Object(map)) => drop(map.insert(name.to_owned(), other.clone())),
            (2, Value::Object(map)) => {
                if let Some(key) = map.keys().nth(name.len() % map.len().max(1)).cloned() {
                    map.remove(&key);
                }
            }
            (3, Value::Object(map)) => {
                if let Some(key) = map.keys().nth(name.len() % map.len().max(1)).cloned() {
                    let held = map.remove(&key).unwrap();
                    map.insert(name.to_owned(), held);
                }
            }
            (1, Value::Array(list)) => list.push(other.clone()),
            (2, Value::Array(list)) => drop(list.pop()),
            (3, Value::Array(list)) => list.extend(list.clone()),
            (_, Value::String(text)) => *text = format!("{text}{name}"),
            (_, value) => *value = Value::String(name.to_owned()),
        }
        return;
    }
    *at -= 1;
    let below: Box<dyn Iterator<Item = &mut Value>> = match value {
        Value::Object(map) => Box::new(map.values_mut()),
        Value::Array(list) => Box::new(list.iter_mut()),
        _ => return,
    };
    for value in below {
        change(value, at, how, other, name);
        if *at == usize::MAX {
            return;
        }
    }
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Object(map) => map.values().map(count).sum(),
        Value::Array(list) => list.iter().map(count).sum(),
        _ => 0,
    }
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(
            &[
                "type",
                "id",
                "next",
                "text",
                "textKey",
                "when",
                "elseNext",
                "regex",
                "enum",
                "schema",
                "_",
                "",
                "c",
                "a",
                "b",
                "{",
                "default",
                "constructor",
                "x"
            ][..]
        )
        .prop_map(str::to_owned),
        "[ -~]{0,3}",
        "\\PC{0,2}",
    ]
}

fn other() -> impl Strategy<Value = Value> {
    const TEXTS: [&str; 14] = [
        "reply", "ask", "goto", "save", "apiCall", "validate", "string", "number", "object", "GET", " ",
        "1.0.0", "/x", "ё",
    ];
    const NUMBERS: [f64; 11] = [
        0.0,
        -0.0,
        1.0,
        1.5,
        7.5,
        8.0,
        61.0,
        5001.0,
        9_007_199_254_740_991.0,
        9_007_199_254_740_994.0,
        1e300,
    ];
    let others = [
        json!(null),
        json!(true),
        json!([]),
        json!({}),
        json!(["a", "a"]),
        json!({"c": null}),
        json!([1, 1.0]),
        json!(3),
    ];
    prop_oneof![
        prop::sample::select(&TEXTS[..]).prop_map(Value::from),
        name().prop_map(Value::from),
        prop::sample::select(&NUMBERS[..]).prop_map(Value::from),
        prop::sample::select(others.to_vec()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]
    /// Sixteen times, each document with forty changes.
    #[test]
    fn the_short_way_says_what_the_compiled_schema_says(
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..4_usize, other(), name(), any::<bool>()), 40)
    ) {
        for (judge, schema, documents) in cases() {
            for document in documents {
                let mut changed = document.clone();
                for (index, how, other, name, is_more) in &changes {
                    if !is_more {
                        changed = document.clone();
                    }
                    let mut at = index.index(count(&changed));
                    change(&mut changed, &mut at, *how, other, name);
                    let (short, compiled) = both(&judge, &schema, &changed);
                    prop_assert!(short.is_none_or(|short| short == compiled), "{:?} but {}: {}", short, compiled, changed);
                }
            }
        }
    }
}

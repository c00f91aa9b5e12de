//! Documents made at random, for property tests: sound ones, of few OIDs, so that they meet in the merge.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::syntax::{Format, Text};

use super::decode::decode;
use super::model::{Layer, Statement};

/// A document of a layer: its file's name, and its entries.
pub(super) type Written = (Layer, String, Vec<Value>);

/// Texts of documents, from which statements borrow.
pub(super) struct Documents(Vec<(Layer, Arc<str>, Text)>);

impl Documents {
    pub(super) fn new(written: Vec<Written>) -> Self {
        let text = |(layer, name, entries): Written| {
            let entries: Vec<_> = entries.iter().map(Value::to_string).collect();
            // An entry a line: lines tell entries apart.
            let head = r#"{"aegis":"cache/v1","oid":"1.0","title":"T","version":"1.0.0","entries":["#;
            (layer, name.into(), Text::new(format!("{head}\n{}\n]}}", entries.join(",\n"))))
        };
        Self(written.into_iter().map(text).collect())
    }

    /// What they state, and the names of their sources.
    pub(super) fn statements(&self) -> (Vec<Statement<'_>>, Vec<Arc<str>>) {
        let mut statements = Vec::new();
        for (number, (layer, _, text)) in self.0.iter().enumerate() {
            let tree = text.parse(Format::Json).unwrap().unwrap();
            let decoded = decode(&tree, *layer, number as u32, None);
            assert_eq!(decoded.problems, [], "{}", text.as_str());
            statements.extend(decoded.statements);
        }
        (statements, self.0.iter().map(|(_, name, _)| Arc::clone(name)).collect())
    }
}

/// Some documents with different names.
pub(super) fn documents() -> impl Strategy<Value = Vec<Written>> {
    let layer = (0_usize..3).prop_map(|number| Layer::ALL[number]);
    // Some stand twice, in versions of one precedence.
    let entries = prop::collection::vec((entry(), prop::bool::weighted(0.2)), 0..6).prop_map(|entries| {
        let twice = |(entry, again): (Value, bool)| {
            let mut other = entry.clone();
            other["version"] = "1.0.0+z".into();
            [Some(entry), again.then_some(other)]
        };
        entries.into_iter().flat_map(twice).flatten().collect()
    });
    let one = (layer, entries);
    prop::collection::vec(one, 1..6).prop_filter_map("states nothing", |all: Vec<(Layer, Vec<Value>)>| {
        all.iter().flat_map(|(_, entries)| entries).any(|entry| entry.get("kind").is_some()).then(|| {
            let named = all.into_iter().enumerate();
            named
                .map(|(i, (layer, entries))| (layer, format!("packs/{}.json", i * 7 % 10), entries))
                .collect()
        })
    })
}

/// Texts that are written in unusual ways: controls, quotes, beyond the basic plane, private use.
fn text() -> impl Strategy<Value = String> {
    let few = prop::sample::select(vec!["a", "b", "Dock", "dock", "{{x}}"]).prop_map(str::to_owned);
    prop_oneof![3 => few, 1 => "[ -~]{1,6}", 1 => any::<Vec<char>>().prop_map(String::from_iter)]
        .prop_map(|text| text.replace(['{', '}'], ""))
        .prop_map(|text| if crate::text::term_key(&text).is_empty() { "x".to_owned() } else { text })
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(text(), 0..3)
}

fn oid() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["0.1", "0.1.2", "0.1.10", "1.0.2", "1.0.10", "1.0.2.1", "2.1337.1"])
}

fn entry() -> impl Strategy<Value = Value> {
    let version = prop::sample::select(vec!["1.0.0", "1.0.0+a", "1.0.0+b", "1.1.0-rc.1", "1.10.0", "1.9.0"]);
    let common = (oid(), version, text(), prop::option::of(texts()), prop::bool::weighted(0.1));
    let refs = prop::option::of(prop::collection::vec(oid(), 0..3));
    (common, refs, body()).prop_map(|((oid, version, title, tags, is_final), refs, mut entry)| {
        entry.insert("oid".into(), oid.into());
        entry.insert("version".into(), version.into());
        if entry.contains_key("kind") {
            entry.insert("title".into(), title.into());
            entry.insert("final".into(), is_final.into());
            entry.extend(tags.map(|tags| ("tags".to_owned(), tags.into())));
            entry.extend(refs.map(|refs| ("refs".to_owned(), refs.into())));
        }
        Value::Object(entry)
    })
}

fn body() -> impl Strategy<Value = Map<String, Value>> {
    let object = |value: Value| match value {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    let register = || prop::sample::select(vec!["formal", "neutral", "informal"]);
    let term = (text(), text(), register(), texts(), texts()).prop_map(|(term, meaning, register, aliases, examples)| {
        json!({"term": term, "meaning": meaning, "register": register, "aliases": aliases, "examples": examples})
    });
    let lexicon = prop::collection::vec(term, 0..4).prop_map(|mut terms| {
        let mut seen = std::collections::HashSet::new();
        terms.retain(|term| seen.insert(crate::text::term_key(term["term"].as_str().unwrap()).into_owned()));
        json!({"kind": "lexicon", "terms": terms})
    });
    let step = (0_u64..=9_007_199_254_740_991, text(), text())
        .prop_map(|(after, to, say)| json!({"after_s": after, "to": to, "say": say}));
    let rule = (text(), text(), texts(), prop::collection::vec(step, 0..3)).prop_map(|(event, say, acknowledge, escalate)| {
        json!({"kind": "rule", "event": event, "say": say, "acknowledge": acknowledge, "escalate": escalate})
    });
    let slots =
        prop::collection::btree_map(text(), prop::option::of(prop::collection::vec(text(), 1..3)), 0..4);
    let template = (text(), slots, any::<i32>()).prop_map(|(text, slots, number)| {
        let kinds: Map<_, _> = slots
            .iter()
            .map(|(name, values)| {
                let kind = match values {
                    Some(values) => json!({"type": "enum", "values": values}),
                    None => json!({"type": "integer"}),
                };
                (name.clone(), kind)
            })
            .collect();
        let values: Map<_, _> = slots
            .iter()
            .map(|(name, values)| (name.clone(), values.as_ref().map_or(json!(number), |v| json!(v[0]))))
            .collect();
        json!({"kind": "template", "text": text, "slots": kinds, "examples": [{"slots": values, "text": text}]})
    });
    let policy = (prop::collection::vec(oid(), 0..3), prop::collection::vec(register(), 1..3)).prop_map(
        |(applies_to, registers)| json!({"kind": "policy", "applies_to": applies_to, "registers": registers}),
    );
    let alias = oid().prop_map(|target| json!({"kind": "alias", "target": target}));
    let tombstone = Just(json!({"removed": true}));
    prop_oneof![3 => lexicon, 1 => rule, 1 => template, 1 => policy, 1 => alias, 1 => tombstone]
        .prop_map(object)
}

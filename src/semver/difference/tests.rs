//! Every rule by example, and completeness by mutation.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::pack::decode::decode;
use crate::pack::export::{self, Named};
use crate::pack::model::{Layer, Statement};
use crate::syntax::{Format, Text};

use super::*;

/// A pack with everything in it: its own fields, and entries as a document writes them.
pub(in crate::semver) fn rich() -> Value {
    json!({"name": "warehouse", "oid": "1.0", "language": "en", "entries": [
        {"oid": "1.0.2", "kind": "lexicon", "title": "Slang", "version": "1.0.0", "refs": ["1.0.3", "1.0.4"],
         "tags": ["radio", "floor"], "terms": [
            {"term": "Forkie", "meaning": "Operator", "register": "informal", "aliases": ["forky", "fork man"],
             "examples": ["Forkie inbound.", "A forkie."]},
            {"term": "Dock", "meaning": "Where lorries stand", "aliases": [], "examples": []}]},
        {"oid": "1.0.3", "kind": "rule", "title": "Forklift", "event": "forklift", "priority": "urgent",
         "say": "Clear the area.", "acknowledge": ["Copy.", "Clearing."], "escalate": [
            {"after_s": 5, "to": "supervisor", "say": "No answer."},
            {"after_s": 9, "to": "safety", "say": "Still none."}]},
        {"oid": "1.0.4", "kind": "template", "title": "Hazard", "text": "{hazard} in {zone}, {n}",
         "slots": {"hazard": {"type": "string"}, "n": {"type": "integer"},
                   "zone": {"type": "enum", "values": ["dock", "aisle"]}},
         "examples": [{"slots": {"hazard": "spill", "zone": "dock", "n": 3}, "text": "spill in dock, 3"}]},
        {"oid": "1.0.5", "kind": "policy", "title": "Alerts", "applies_to": ["1.0.3", "1.0.4"],
         "registers": ["formal", "neutral"]},
        {"oid": "1.0.8", "kind": "rule", "title": "Spill", "event": "spill", "say": "Spill.", "final": true},
        {"oid": "1.0.9", "kind": "alias", "target": "1.0.2"},
    ]})
}

/// What a document says: its content hash, and the entries for `then`. `None` if it is not sound.
pub(in crate::semver) fn with<T>(pack: &Value, then: impl FnOnce(Side<'_, '_>, String) -> T) -> Option<T> {
    let text = |name: &str| pack[name].as_str().map(str::to_owned);
    let (name, oid, language) = (text("name")?, text("oid")?, text("language")?);
    // A document has one language; a merged pack's entries may differ.
    let (mut items, mut languages) = (pack["entries"].clone(), Vec::new());
    for item in items.as_array_mut()? {
        languages.push(item.as_object_mut().and_then(|map| map.remove("language")));
    }
    let document =
        json!({"aegis": "cache/v1", "oid": "1.0", "title": "T", "version": "1.0.0", "entries": items});
    let text = Text::from_bytes(document.to_string().into_bytes(), Format::Json).ok()?;
    let tree = text.parse(Format::Json).ok()??;
    let decoded = decode(&tree, Layer::Domain, 0, None);
    if !decoded.problems.is_empty() {
        return None;
    }
    let defined = |statement| if let Statement::Define(entry) = statement { Some(entry) } else { None };
    let mut entries: Vec<_> = decoded.statements.into_iter().map(defined).collect::<Option<_>>()?;
    for (entry, language) in entries.iter_mut().zip(&languages) {
        Arc::make_mut(entry).language = language.as_ref().and_then(Value::as_str);
    }
    entries.sort_by(|a, b| a.oid.cmp(&b.oid));
    if entries.windows(2).any(|two| two[0].oid == two[1].oid) {
        return None;
    }
    let oid = oid.parse().ok()?;
    let hash =
        export::content_hash(&Named { name: &name, oid: &oid, language: &language, version: "" }, &entries);
    Some(then(Side { name: &name, oid: &oid, language: &language, entries: &entries }, hash))
}

/// The changes from one pack to another, and whether the content hashes are equal.
fn compare(old: &Value, new: &Value) -> Option<(Vec<Change>, bool)> {
    with(old, |old, before| {
        with(new, |new, after| (difference(&old, &new, &Levels::default()), before == after))
    })?
}

fn changes(old: &Value, new: &Value) -> Vec<Change> {
    compare(old, new).unwrap_or_else(|| panic!("not sound: {new}")).0
}

/// The rich pack with the value at a pointer replaced; `null` removes it.
pub(in crate::semver) fn edited(pointer: &str, value: Value) -> Value {
    let mut pack = rich();
    let (parent, last) = pointer.rsplit_once('/').unwrap();
    match pack.pointer_mut(parent).unwrap() {
        Value::Array(items) if last == "-" => items.push(value),
        Value::Array(items) => {
            let at: usize = last.parse().unwrap();
            if value.is_null() { drop(items.remove(at)) } else { items[at] = value }
        }
        Value::Object(map) if value.is_null() => drop(map.remove(last)),
        Value::Object(map) => drop(map.insert(last.to_owned(), value)),
        other => unreachable!("{other}"),
    }
    pack
}

/// Edits of the rich pack, and the rules that they give.
fn cases() -> Vec<(Value, Vec<&'static str>)> {
    let lexicon = |oid: &str| json!({"oid": oid, "kind": "lexicon", "title": "New", "terms": []});
    let alias = json!({"oid": "1.0.2", "kind": "alias", "title": "Slang", "version": "1.0.0", "target": "1.0.3",
        "refs": ["1.0.3", "1.0.4"], "tags": ["radio", "floor"]});
    let spill = json!({"oid": "1.0.8", "kind": "template", "title": "Spill", "text": "x", "slots": {}, "final": true});
    let template = |edit: &dyn Fn(&mut serde_json::Map<String, Value>), text: &str| {
        let mut template = rich()["entries"][2].take();
        edit(template["slots"].as_object_mut().unwrap());
        template["text"] = json!(text);
        template["examples"] = json!([]);
        template
    };
    let fewer = template(&|slots| drop(slots.remove("n")), "{hazard} in {zone}");
    let more = template(
        &|slots| drop(slots.insert("m".into(), json!({"type": "string"}))),
        "{hazard} in {zone}, {n} {m}",
    );
    let all = ["formal", "neutral", "informal"];
    [
        ("/oid", json!("1.1"), "pack-oid-changed"),
        ("/name", json!("depot"), "pack-renamed"),
        ("/language", json!("de"), "pack-language-changed"),
        ("/entries/0", json!(null), "oid-removed"),
        ("/entries/4", json!(null), "oid-removed event-dropped"),
        ("/entries/0", alias, "oid-renamed"),
        ("/entries/4", spill, "kind-changed event-dropped"),
        ("/entries/-", lexicon("1.0.10"), "oid-added"),
        ("/entries/5/target", json!("1.0.3"), "target-changed"),
        ("/entries/0/language", json!("de"), "language-changed"),
        ("/entries/0/final", json!(true), "final-declared"),
        ("/entries/4/final", json!(false), "final-lifted"),
        ("/entries/0/refs/-", json!("1.0.5"), "ref-added"),
        ("/entries/0/refs/0", json!(null), "ref-removed"),
        ("/entries/0/refs", json!(["1.0.4", "1.0.3"]), "reordered"),
        ("/entries/0/tags/-", json!("new"), "tag-added"),
        ("/entries/0/tags/1", json!(null), "tag-removed"),
        ("/entries/0/title", json!("Radio slang"), "title-reworded"),
        ("/entries/0/version", json!("1.0.1"), "entry-version-changed"),
        ("/entries/0/terms/1", json!(null), "term-removed"),
        ("/entries/0/terms/1/term", json!("Ramp"), "term-removed term-added"),
        ("/entries/0/terms/1/term", json!("dock"), "term-respelled"),
        ("/entries/0/terms/1/register", json!("formal"), "register-changed"),
        ("/entries/0/terms/1/meaning", json!("A place"), "meaning-reworded"),
        ("/entries/0/terms/0/aliases/0", json!(null), "alias-removed"),
        ("/entries/0/terms/0/aliases/-", json!("fk"), "alias-added"),
        ("/entries/0/terms/0/aliases/0", json!("Forky"), "alias-respelled"),
        ("/entries/0/terms/0/aliases", json!(["fork man", "forky"]), "reordered"),
        ("/entries/0/terms/0/examples/-", json!("One forkie."), "example-added"),
        ("/entries/0/terms/0/examples/0", json!(null), "example-removed"),
        ("/entries/0/terms/0/examples/0", json!("Forkie!"), "example-reworded"),
        (
            "/entries/2/examples/-",
            json!({"slots": {"hazard": "a", "zone": "dock", "n": 1}, "text": "a in dock, 1"}),
            "example-added",
        ),
        ("/entries/4/event", json!("leak"), "event-dropped event-added event-changed"),
        ("/entries/1/priority", json!("routine"), "priority-changed"),
        ("/entries/1/acknowledge/0", json!(null), "acknowledgement-removed"),
        ("/entries/1/acknowledge/-", json!("Yes."), "acknowledgement-added"),
        ("/entries/1/escalate/1", json!(null), "escalation-removed"),
        ("/entries/1/escalate/-", json!({"after_s": 20, "to": "chief", "say": "!"}), "escalation-added"),
        ("/entries/1/escalate/0/after_s", json!(6), "escalation-delayed"),
        ("/entries/1/escalate/0/say", json!("None."), "text-reworded"),
        ("/entries/1/say", json!("Clear it."), "text-reworded"),
        ("/entries/2/text", json!("{zone}: {hazard}, {n}"), "text-reworded"),
        ("/entries/2", fewer, "slot-removed text-reworded example-removed"),
        ("/entries/2", more, "slot-added text-reworded example-removed"),
        ("/entries/2/slots/zone/values", json!(["dock"]), "slot-narrowed"),
        ("/entries/2/slots/zone/values", json!(["dock", "hall"]), "slot-narrowed slot-widened"),
        ("/entries/2/slots/zone/values", json!(["aisle", "dock"]), "reordered"),
        ("/entries/2/slots/zone", json!({"type": "string"}), "slot-widened"),
        ("/entries/2/slots/hazard", json!({"type": "integer"}), "slot-narrowed"),
        ("/entries/3/registers", json!(["formal"]), "register-forbidden register-forbidden policy-changed"),
        ("/entries/3/registers", json!(all), "register-allowed register-allowed policy-changed"),
        ("/entries/3/applies_to", json!(["1.0.4", "1.0.3"]), "policy-changed"),
        ("/entries/3", json!(null), "oid-removed register-allowed register-allowed"),
    ]
    .into_iter()
    .map(|(pointer, value, rules)| (edited(pointer, value), rules.split(' ').collect()))
    .collect()
}

#[test]
fn every_rule_is_given_by_what_it_says() {
    let mut given = BTreeSet::new();
    for (new, expected) in cases() {
        let found: Vec<_> = changes(&rich(), &new).iter().map(|change| change.rule.id()).collect();
        let sorted = |ids: &[&'static str]| ids.iter().copied().collect::<std::collections::BTreeSet<_>>();
        assert_eq!((sorted(&found), found.len()), (sorted(&expected), expected.len()), "{found:?}");
        given.extend(found);
    }
    let packs = Rule::ALL.iter().filter(|rule| !rule.is_of_a_bot());
    let missing: Vec<_> = packs.map(|rule| rule.id()).filter(|id| !given.contains(id)).collect();
    assert_eq!(missing, [""; 0], "rules that nothing gives");
}

#[test]
fn a_change_says_where_and_what() {
    let new = edited("/entries/0/terms/1/meaning", json!("A place"));
    let [change] = &changes(&rich(), &new)[..] else { panic!("one change") };
    assert_eq!(
        serde_json::to_value(change).unwrap(),
        json!({"rule": "meaning-reworded", "level": "patch", "oid": "1.0.2", "subject": "Dock",
            "before": "Where lorries stand", "after": "A place"})
    );
}

#[test]
fn a_new_policy_forbids_only_what_was_there() {
    let policy = json!({"oid": "1.0.7", "kind": "policy", "title": "P", "applies_to": ["1.0.6"], "registers": ["formal"]});
    let lexicon = json!({"oid": "1.0.6", "kind": "lexicon", "title": "New", "terms": []});
    let mut new = rich();
    new["entries"].as_array_mut().unwrap().extend([policy.clone(), lexicon]);
    let rules = |changes: &[Change]| changes.iter().map(|change| change.rule).collect::<Vec<_>>();
    assert_eq!(rules(&changes(&rich(), &new)), [Rule::OidAdded, Rule::OidAdded]);
    let broad = edited("/entries/-", policy);
    let broad = Value::from_iter(broad.as_object().unwrap().clone().into_iter().map(|(name, mut value)| {
        if name == "entries" {
            value[6]["applies_to"] = json!(["1.0"]);
        }
        (name, value)
    }));
    // Longer prefixes go first: 1.0.3 and 1.0.4 have their own policy.
    let found = changes(&rich(), &broad);
    let forbidden: Vec<_> = found.iter().filter(|change| change.rule == Rule::RegisterForbidden).collect();
    assert_eq!(forbidden.iter().map(|c| c.subject.as_str()).collect::<Vec<_>>(), ["informal", "neutral"]);
    assert!(forbidden.iter().all(|change| change.oid == Some("1.0".parse().unwrap())));
}

/// All single mutations of a value: each leaf changed, each item and member dropped, doubled, or swapped with the next.
fn mutations(value: &Value) -> Vec<Value> {
    let mut out = Vec::new();
    match value {
        Value::String(text) => {
            let words =
                ["formal", "neutral", "informal", "routine", "urgent", "emergency", "integer", "1.0.3", "de"];
            out.extend(words.map(|word| json!(word)));
            out.extend([json!(format!("{text}x")), json!(text.to_uppercase())]);
        }
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
                let renamed = without.clone().into_iter().chain([(format!("{name}x"), item.clone())]);
                out.push(Value::Object(renamed.collect()));
                out.push(Value::Object(without));
                out.extend(mutations(item).into_iter().map(|new| {
                    let mut map = map.clone();
                    map.insert(name.clone(), new);
                    Value::Object(map)
                }));
            }
            for (name, value) in
                [("final", json!(true)), ("language", json!("fr")), ("refs", json!(["1.0.8"]))]
            {
                let mut map = map.clone();
                map.insert(name.to_owned(), value);
                out.push(Value::Object(map));
            }
        }
        Value::Null => {}
    }
    out
}

#[test]
fn content_differs_exactly_where_there_is_a_change() {
    let (mut sound, mut different) = (0, 0);
    for new in mutations(&rich()) {
        for (a, b) in [(&rich(), &new), (&new, &rich())] {
            let Some((changes, equal)) = compare(a, b) else { continue };
            assert_eq!(changes.is_empty(), equal, "{changes:?}\n{new}");
            assert_eq!(largest(&changes).is_none(), equal);
            sound += 1;
            different += usize::from(!equal);
        }
    }
    assert!(sound > 800 && different > 700, "{sound} sound, {different} different");
    assert!(changes(&rich(), &rich()).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn several_mutations_are_seen_too(picks in prop::collection::vec(any::<prop::sample::Index>(), 2..5)) {
        let mut packs = vec![rich()];
        for pick in picks {
            let mut all = mutations(packs.last().unwrap());
            let new = all.swap_remove(pick.index(all.len()));
            if with(&new, |_, _| ()).is_some() {
                packs.push(new);
            }
        }
        for a in &packs {
            for b in &packs {
                let (changes, equal) = compare(a, b).unwrap();
                prop_assert_eq!(changes.is_empty(), equal);
                // More changes never weigh less.
                let parts = changes.split_at(changes.len() / 2);
                prop_assert_eq!(largest(&changes), largest(parts.0).max(largest(parts.1)));
            }
        }
    }
}

//! What the world may answer to a request of a step: success in several forms, and everything that can go wrong.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::bot::fill::Part;
use crate::bot::spec::{Action, FieldType, Spec};
use crate::bot::talk::Answer;
use crate::bot::value::pointer_tokens;

use super::conditions::Conditions;
use super::track::in_a_url;

/// The largest index of a list that is built for a pointer.
const LARGEST_INDEX: usize = 16;

/// Answers under a name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Variant {
    /// Its name, stable.
    pub(super) name: String,
    /// One an attempt.
    pub(super) answers: Vec<Answer>,
}

/// The variants for an `apiCall` step, success first.
pub(super) fn variants(spec: &Spec, conditions: &Conditions, action: &Action) -> Vec<Variant> {
    let Action::ApiCall { retries, map, .. } = action else { return Vec::new() };
    let none = BTreeMap::new();
    let map = map.as_ref().unwrap_or(&none);
    let usual: BTreeMap<&str, Value> =
        map.iter().map(|(pointer, field)| (pointer.as_str(), usual(spec, field))).collect();
    let good = Answer::Json { status: 200, body: body(&usual) };
    let mut found = Vec::new();
    let mut add = |name: String, answers: Vec<Answer>| found.push(Variant { name, answers });
    add("success".to_owned(), vec![good.clone()]);
    for (pointer, field) in map {
        for (number, value) in conditions.values(field).into_iter().enumerate() {
            let mut values = usual.clone();
            values.insert(pointer, value);
            add(format!("{field}-{}", number + 1), vec![Answer::Json { status: 200, body: body(&values) }]);
        }
    }
    for (number, pointer) in map.keys().enumerate() {
        let mut values = usual.clone();
        values.remove(pointer.as_str());
        if pointer.is_empty() {
            add(
                format!("without-{}", number + 1),
                vec![Answer::Text { status: 200, body: "no JSON".to_owned() }],
            );
        } else {
            add(format!("without-{}", number + 1), vec![Answer::Json { status: 201, body: body(&values) }]);
        }
    }
    add("refused".to_owned(), vec![Answer::Json { status: 404, body: body(&usual) }]);
    add("timeout".to_owned(), vec![Answer::Timeout]);
    add("network-error".to_owned(), vec![Answer::NetworkError]);
    add("oversized".to_owned(), vec![Answer::Oversized]);
    let busy = Answer::Json { status: 503, body: body(&usual) };
    let retries = usize::try_from(retries.unwrap_or_default().min(4)).unwrap_or_default();
    // One that comes with the last attempt, and one that would come with one more.
    if retries > 0 {
        add("at-last".to_owned(), [vec![busy.clone(); retries], vec![good.clone()]].concat());
    }
    add("too-late".to_owned(), [vec![busy; retries + 1], vec![good]].concat());
    found
}

/// A value that a field may well get.
fn usual(spec: &Spec, field: &str) -> Value {
    match spec.state.fields.get(field).map(|field| field.kind) {
        // What has to be encoded where it becomes a part of a URL: `1e+21`.
        Some(FieldType::Number) if in_a_url(spec, &Part::State(field)) => json!(1e21),
        Some(FieldType::Number) => json!(42.5),
        Some(FieldType::Boolean) => json!(true),
        Some(FieldType::Object) => json!({"b": [1, null], "a": "ü"}),
        Some(FieldType::String) | None => json!(format!("{field} & ü")),
    }
}

/// A body in which each pointer finds its value.
fn body(values: &BTreeMap<&str, Value>) -> Value {
    let mut body = json!({});
    // The shorter pointer first: what a longer one finds may stand inside of it.
    let mut pointers: Vec<_> = values.iter().collect();
    pointers.sort_by_key(|(pointer, _)| pointer.len());
    for (pointer, value) in pointers {
        set(&mut body, &pointer_tokens(pointer), value.clone());
    }
    body
}

fn set(at: &mut Value, tokens: &[String], value: Value) {
    let Some((token, rest)) = tokens.split_first() else {
        *at = value;
        return;
    };
    let index =
        token.parse::<usize>().ok().filter(|index| *index <= LARGEST_INDEX && *token == index.to_string());
    if let Some(index) = index
        && at.as_object().is_none_or(Map::is_empty)
    {
        if !at.is_array() {
            *at = json!([]);
        }
        if let Value::Array(items) = at {
            if items.len() <= index {
                items.resize(index + 1, Value::Null);
            }
            set(&mut items[index], rest, value);
        }
        return;
    }
    if !at.is_object() {
        *at = Value::Object(Map::new());
    }
    if let Value::Object(map) = at {
        set(map.entry(token.clone()).or_insert_with(|| json!({})), rest, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::value::at_pointer;

    #[test]
    fn bodies_hold_what_pointers_ask_for() {
        let values = BTreeMap::from([
            ("/a/0/b", json!(1)),
            ("/a/2", json!(2)),
            ("/c~1d", json!("x")),
            ("/c", json!({})),
        ]);
        let body = body(&values);
        for (pointer, value) in &values {
            assert_eq!(at_pointer(&body, &pointer_tokens(pointer)), Some(value), "{body}");
        }
    }
}

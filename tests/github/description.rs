//! GitHub's own description of its API, reduced by `reduce.py`: what a request has to look like, and an answer.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

/// An operation that a request is.
pub(crate) struct Operation {
    /// `post /repos/{owner}/{repo}/git/refs`.
    pub(crate) name: String,
    /// What stands for `{tag_sha}` and its kin in the path.
    pub(crate) path: HashMap<String, String>,
}

/// The description.
pub(crate) struct Description {
    document: Value,
    validators: HashMap<String, Arc<jsonschema::Validator>>,
}

impl Description {
    pub(crate) fn new() -> Self {
        let document = serde_json::from_str(include_str!("api.json")).unwrap();
        Self { document, validators: HashMap::new() }
    }

    /// The operation of a method and a path below the API's root; parameters named `ref` may hold slashes.
    pub(crate) fn find(&self, method: &str, path: &str) -> Option<Operation> {
        let mut best: Option<(usize, Operation)> = None;
        for (pattern, operations) in self.document["paths"].as_object().unwrap() {
            let Some(values) = matches(pattern, path) else { continue };
            let fixed = pattern.split('/').filter(|part| !part.starts_with('{')).count();
            if operations.get(method).is_some() && best.as_ref().is_none_or(|(most, _)| fixed > *most) {
                best = Some((fixed, Operation { name: format!("{method} {pattern}"), path: values }));
            }
        }
        best.map(|(_, operation)| operation)
    }

    fn of(&self, operation: &str) -> &Value {
        let (method, path) = operation.split_once(' ').unwrap();
        &self.document["paths"][path][method]
    }

    fn parameter<'v>(&'v self, parameter: &'v Value) -> &'v Value {
        parameter["$ref"].as_str().map_or(parameter, |name| self.document.pointer(&name[1..]).unwrap())
    }

    /// What is wrong with the parameters of a request.
    pub(crate) fn parameters(&self, operation: &Operation, query: &[(String, String)]) -> Vec<String> {
        let stated = self.of(&operation.name)["parameters"].as_array().cloned().unwrap_or_default();
        let stated: Vec<_> = stated.iter().map(|one| self.parameter(one).clone()).collect();
        let mut wrong = Vec::new();
        for (name, value) in query {
            let one = stated.iter().find(|one| one["in"] == "query" && one["name"] == name.as_str());
            // Every list is paged, though the description says so of some only.
            let is_paging = operation.name.starts_with("get ") && (name == "page" || name == "per_page");
            match one {
                Some(one) if one["schema"]["type"] == "integer" && value.parse::<i64>().is_err() => {
                    wrong.push(format!("{name}={value} is no integer"));
                }
                None if !is_paging => wrong.push(format!("there is no parameter {name}")),
                _ => {}
            }
            if name == "per_page" && !value.parse().is_ok_and(|n: u32| (1..=250).contains(&n)) {
                wrong.push(format!("per_page={value}"));
            }
        }
        for one in stated.iter().filter(|one| one["in"] == "query" && one["required"] == true) {
            let name = one["name"].as_str().unwrap();
            if !query.iter().any(|(known, _)| known == name) {
                wrong.push(format!("{name} is missing"));
            }
        }
        for one in stated.iter().filter(|one| one["in"] == "path" && one["schema"]["type"] == "integer") {
            let name = one["name"].as_str().unwrap();
            if operation.path[name].parse::<i64>().is_err() {
                wrong.push(format!("{name} is no integer"));
            }
        }
        wrong
    }

    /// What is wrong with the JSON body of a request, also a member that the description does not know.
    pub(crate) fn body(&mut self, operation: &str, body: &Value) -> Vec<String> {
        let schema = self.of(operation)["requestBody"]["content"]["application/json"]["schema"].clone();
        let known = schema["properties"].as_object().cloned().unwrap_or_default();
        let members = body.as_object().cloned().unwrap_or_default();
        let unknown = members
            .keys()
            .filter(|name| !known.contains_key(*name))
            .map(|name| format!("there is no member {name}"));
        let mut wrong: Vec<_> = unknown.collect();
        wrong.extend(self.validate(&format!("{operation} request"), &schema, body));
        wrong
    }

    /// What is wrong with an answer.
    pub(crate) fn answer(&mut self, operation: &str, status: u16, body: &Value) -> Vec<String> {
        let Some(stated) = self.of(operation)["responses"].get(status.to_string()) else {
            // What can happen anywhere is said nowhere.
            let anywhere = matches!(status, 401 | 403 | 404 | 422 | 429 | 500..);
            return if anywhere { Vec::new() } else { vec![format!("{operation} never answers {status}")] };
        };
        let schema = stated["content"]["application/json"]["schema"].clone();
        if schema.is_null() {
            Vec::new()
        } else {
            self.validate(&format!("{operation} {status}"), &schema, body)
        }
    }

    fn validate(&mut self, name: &str, schema: &Value, value: &Value) -> Vec<String> {
        let components = &self.document["components"];
        let validator = self.validators.entry(name.to_owned()).or_insert_with(|| {
            let whole = json!({"allOf": [schema], "components": components});
            Arc::new(jsonschema::validator_for(&whole).unwrap())
        });
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }

    /// The smallest document that has what a schema of this name requires, with some members set.
    pub(crate) fn instance(&self, schema: &str, set: &Value) -> Value {
        let mut value = self.smallest(&json!({"$ref": format!("#/components/schemas/{schema}")}));
        value.as_object_mut().unwrap().extend(set.as_object().unwrap().clone());
        value
    }

    fn smallest(&self, schema: &Value) -> Value {
        if let Some(name) = schema["$ref"].as_str() {
            return self.smallest(self.document.pointer(&name[1..]).unwrap());
        }
        if let Some(words) = schema["enum"].as_array() {
            return words[0].clone();
        }
        if let Some(one) = ["anyOf", "oneOf", "allOf"].iter().find_map(|kind| schema[kind].as_array()) {
            return self.smallest(&one[0]);
        }
        let kind = schema["type"].as_array().map_or(&schema["type"], |kinds| &kinds[1]);
        match kind.as_str().unwrap_or("object") {
            "string" => match schema["format"].as_str() {
                Some("date-time") => json!("2026-01-01T00:00:00Z"),
                Some("uri") => json!("https://example.test/"),
                _ => json!("x"),
            },
            "integer" | "number" => json!(1),
            "boolean" => json!(false),
            "array" => json!([]),
            "null" => Value::Null,
            _ => {
                let required = schema["required"].as_array().cloned().unwrap_or_default();
                let members: Map<_, _> = required
                    .iter()
                    .map(|name| name.as_str().unwrap())
                    .map(|name| (name.to_owned(), self.smallest(&schema["properties"][name])))
                    .collect();
                Value::Object(members)
            }
        }
    }
}

/// What the parameters of a path are, if it is one of this pattern.
fn matches(pattern: &str, path: &str) -> Option<HashMap<String, String>> {
    let (mut values, mut rest) = (HashMap::new(), path);
    let mut parts = pattern.trim_start_matches('/').split('/').peekable();
    rest = rest.strip_prefix('/')?;
    while let Some(part) = parts.next() {
        let end = if part == "{ref}" { rest.len() } else { rest.find('/').unwrap_or(rest.len()) };
        let (here, after) = rest.split_at(end);
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) if !here.is_empty() => {
                values.insert(name.to_owned(), crate::server::decoded(here));
            }
            None if part == here => {}
            _ => return None,
        }
        rest = match (after.strip_prefix('/'), parts.peek()) {
            (Some(after), Some(_)) => after,
            (None, None) => return Some(values),
            _ => return None,
        };
    }
    None
}

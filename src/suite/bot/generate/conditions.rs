//! Which values of a state field make a difference: those that `validate` steps and conditions of the spec look at.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::bot::judge::{Judge, Subset};
use crate::bot::spec::{Action, Spec};

use super::examples::{self, Examples};

/// How many near misses the world answers with; people say them all, one after the other.
const MOST_MISSES: usize = 16;

/// Examples by field.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    by_field: BTreeMap<String, Examples>,
}

impl Conditions {
    /// What a spec looks at.
    pub(super) fn of(spec: &Spec) -> Self {
        let mut found = Self::default();
        for step in spec.flows.iter().flat_map(|flow| &flow.steps) {
            match &step.action {
                Action::Validate { field, regex, values, schema, .. } => {
                    let examples = match (regex, values, schema) {
                        (Some(regex), ..) => examples::whole(regex),
                        (None, Some(values), _) => examples::listed(values),
                        (None, None, Some(schema)) => {
                            let judge = Judge::of(&step.action).ok().flatten();
                            let passes =
                                |value: &Value| judge.as_ref().is_some_and(|judge| judge.passes(Some(value)));
                            examples::schema(&Subset::of(schema), passes)
                        }
                        (None, None, None) => Examples::default(),
                    };
                    found.add(field, examples);
                }
                Action::Goto { when: Some(when), .. } => found.add(&when.field, examples::same(&when.equals)),
                _ => {}
            }
        }
        found
    }

    fn add(&mut self, field: &str, examples: Examples) {
        let known = self.by_field.entry(field.to_owned()).or_default();
        for (list, more) in [(&mut known.good, examples.good), (&mut known.bad, examples.bad)] {
            for value in more {
                if !list.contains(&value) {
                    list.push(value);
                }
            }
        }
    }

    /// The fields that something looks at.
    pub(super) fn fields(&self) -> impl Iterator<Item = &String> {
        self.by_field.keys()
    }

    /// Values of a field that make a difference, near misses last: so many that a conversation for each is not too much.
    pub(super) fn values(&self, field: &str) -> Vec<Value> {
        let Some(examples) = self.by_field.get(field) else { return Vec::new() };
        examples.good.iter().chain(examples.bad.iter().take(MOST_MISSES)).cloned().collect()
    }

    /// Answers to a question whose answer goes into a field: near misses first, each with a stable name.
    pub(super) fn answers(&self, field: &str) -> Vec<(String, String)> {
        let mut found: Vec<(String, String)> = Vec::new();
        let mut add = |name: String, value: &Value| {
            if let Value::String(text) = value
                && !found.iter().any(|(_, other)| other == text)
            {
                found.push((name, text.clone()));
            }
        };
        if let Some(examples) = self.by_field.get(field) {
            for (number, value) in examples.bad.iter().enumerate() {
                add(format!("miss-{}", number + 1), value);
            }
            for (number, value) in examples.good.iter().enumerate() {
                add(format!("hit-{}", number + 1), value);
            }
        }
        add("text".to_owned(), &examples::ODD.into());
        found
    }
}

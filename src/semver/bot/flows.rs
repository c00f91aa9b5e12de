//! The difference of flows: what is said apart from what is done.

use std::collections::BTreeMap;

use crate::bot::spec::{Action, Flow, TextRef};
use crate::semver::Rule;
use crate::semver::difference::Changes;

/// Flows are those of one id. A text that is said otherwise is reworded; anything else changes the flow.
pub(super) fn flows(old: &[Flow], new: &[Flow], changes: &mut Changes<'_>) {
    let silent = |flows: &[Flow]| flows.iter().map(silent).collect::<Vec<_>>();
    super::items(
        [Rule::FlowRemoved, Rule::FlowAdded, Rule::FlowChanged],
        "flows",
        (&silent(old), &silent(new)),
        |flow| &flow.id,
        changes,
    );
    let before = texts(old);
    for (place, after) in texts(new) {
        if let Some(before) = before.get(&place).filter(|before| **before != after) {
            changes.add(Rule::TextReworded, &place, Some((*before).to_owned()), Some(after.to_owned()));
        }
    }
}

/// A flow without its words. Keys of texts are no words: another key is another flow.
fn silent(flow: &Flow) -> Flow {
    let mut flow = flow.clone();
    for step in &mut flow.steps {
        if let Action::Reply { text: TextRef::Text(text), .. }
        | Action::Ask { text: TextRef::Text(text), .. } = &mut step.action
        {
            text.clear();
        }
    }
    flow
}

/// The texts that stand in flows, by flow, step and, should an id repeat, number.
pub(super) fn texts(flows: &[Flow]) -> BTreeMap<String, &str> {
    let mut found = BTreeMap::new();
    for flow in flows {
        for step in &flow.steps {
            if let Action::Reply { text: TextRef::Text(text), .. }
            | Action::Ask { text: TextRef::Text(text), .. } = &step.action
            {
                let mut place = format!("{}/{}", flow.id, step.id);
                while found.contains_key(&place) {
                    place.push('\'');
                }
                found.insert(place, text.as_str());
            }
        }
    }
    found
}

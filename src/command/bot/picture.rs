//! The flows of a bot as pages draw them: a node a step, and the ways from one to the next with what leads there.

use std::collections::BTreeMap;

use crate::bot::spec::{Action, Flow, Spec, Step};
use crate::report::page;

/// A picture of each flow, in the order of the spec.
pub(in crate::command) fn flows(spec: &Spec) -> Vec<page::Flow> {
    spec.flows.iter().map(|flow| draw(&spec.meta.bot_id, flow)).collect()
}

fn draw(bot: &str, flow: &Flow) -> page::Flow {
    let mut picture = Picture {
        nodes: flow.steps.iter().map(name).collect(),
        steps: flow.steps.iter().enumerate().map(|(number, step)| (step.id.as_str(), number)).collect(),
        others: BTreeMap::new(),
        edges: Vec::new(),
    };
    for (number, step) in flow.steps.iter().enumerate() {
        let following = (number + 1 < flow.steps.len()).then_some(number + 1);
        picture.ways(number, step, following);
    }
    page::Flow { name: format!("{bot}: {}", flow.id), nodes: picture.nodes, edges: picture.edges }
}

/// What a step is called: its id, and what it does.
fn name(step: &Step) -> String {
    let does = match &step.action {
        Action::Reply { .. } => "reply".to_owned(),
        Action::Ask { save, .. } => format!("ask for {save}"),
        Action::Validate { field, .. } => format!("validate {field}"),
        Action::Save { field, .. } => format!("save {field}"),
        Action::ApiCall { method, .. } => format!("apiCall {method}"),
        Action::Goto { .. } => "goto".to_owned(),
    };
    format!("{}: {does}", step.id)
}

struct Picture<'s> {
    nodes: Vec<String>,
    steps: BTreeMap<&'s str, usize>,
    /// Other flows that this one goes to, by id.
    others: BTreeMap<&'s str, usize>,
    edges: Vec<(usize, usize, String)>,
}

impl<'s> Picture<'s> {
    fn ways(&mut self, from: usize, step: &'s Step, following: Option<usize>) {
        let next = step.next.as_deref().and_then(|id| self.step(id)).or(following);
        match &step.action {
            Action::Reply { .. } | Action::Ask { .. } | Action::Save { .. } => self.lead(from, next, ""),
            Action::Validate { on_fail, .. } | Action::ApiCall { on_fail, .. } => {
                self.lead(from, next, "");
                let failed = on_fail.as_deref().and_then(|id| self.step(id));
                self.lead(from, failed, "fails");
            }
            Action::Goto { target_flow, target_step, when, else_next } => {
                let to_step = target_step.as_deref().and_then(|id| self.step(id));
                let to = to_step.or_else(|| target_flow.as_deref().map(|id| self.flow(id)));
                let Some(when) = when else { return self.lead(from, to, "") };
                self.lead(from, to, &format!("{} is {}", when.field, when.equals));
                let other = else_next.as_deref().and_then(|id| self.step(id)).or(next);
                self.lead(from, other, "else");
            }
        }
    }

    fn lead(&mut self, from: usize, to: Option<usize>, by: &str) {
        // Without a step to go to, the flow ends.
        self.edges.extend(to.map(|to| (from, to, by.to_owned())));
    }

    fn step(&self, id: &str) -> Option<usize> {
        self.steps.get(id).copied()
    }

    fn flow(&mut self, id: &'s str) -> usize {
        *self.others.entry(id).or_insert_with(|| {
            self.nodes.push(format!("the flow {id}"));
            self.nodes.len() - 1
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_is_drawn_with_what_leads_there() {
        let spec: Spec = serde_json::from_value(serde_json::json!({
            "meta": {"botId": "tea", "name": "Tea", "locales": ["en"], "defaultLocale": "en", "schema_ver": "1.0.0"},
            "security": {"outboundAllowList": [], "maxApiResponseKB": 8, "apiCall": {"maxPerUpdate": 1, "timeoutMs": 1}},
            "flows": [
                {"id": "main", "steps": [
                    {"id": "which", "type": "ask", "text": "Which?", "save": "kind"},
                    {"id": "check", "type": "validate", "field": "kind", "enum": ["oolong"], "onFail": "which"},
                    {"id": "turn", "type": "goto", "targetFlow": "end", "when": {"field": "kind", "equals": "oolong"}},
                    {"id": "bye", "type": "reply", "text": "Bye."},
                ]},
                {"id": "end", "steps": [{"id": "done", "type": "reply", "text": "Done."}]},
            ],
        }))
        .unwrap();
        let drawn = flows(&spec);
        assert_eq!(drawn[0].name, "tea: main");
        assert_eq!(
            drawn[0].nodes,
            ["which: ask for kind", "check: validate kind", "turn: goto", "bye: reply", "the flow end"]
        );
        let way = |from, to, by: &str| (from, to, by.to_owned());
        let expected = [
            way(0, 1, ""),
            way(1, 2, ""),
            way(1, 0, "fails"),
            way(2, 4, "kind is \"oolong\""),
            way(2, 3, "else"),
        ];
        assert_eq!(drawn[0].edges, expected);
        assert_eq!((drawn[1].nodes.len(), drawn[1].edges.len()), (1, 0));
    }
}

//! Why something of a spec is not reached by any conversation.

use std::collections::BTreeSet;

use crate::bot::interpret::{Mark, Way};
use crate::bot::spec::{Action, Spec};

use super::explore::Explorer;

/// Why a mark was not reached.
pub(super) fn why(explorer: &Explorer<'_>, mark: &Mark) -> &'static str {
    match mark {
        Mark::Step(flow, step, way) => {
            let was_there = explorer
                .seen
                .iter()
                .any(|mark| matches!(mark, Mark::Step(f, s, _) if f == flow && s == step));
            match way {
                _ if !was_there && !reachable(explorer.spec).contains(&(flow.as_str(), step.as_str())) => {
                    "no command and no intent leads there"
                }
                _ if !was_there && explorer.is_cut => "the search ended before it came there",
                _ if !was_there => "no answer was found that leads there",
                Way::Holds => "no value was found that passes",
                Way::Fails => "no value was found that does not pass",
                _ if explorer.is_cut => "the search ended before it came there",
                _ => "no conversation was found that goes this way",
            }
        }
        Mark::Intent(..) => "each of its keywords starts an intent of a higher priority",
        Mark::Cooling(_) => "its flow cannot be brought to an end, so that its keyword is always an answer",
        Mark::Command(_) => "another command has the same word",
        Mark::Unknown => "every text means something",
        Mark::Dropped => "no question was found to wait",
        Mark::NoText => "no update without text was tried",
    }
}

/// The steps that commands and intents lead to, whatever is said.
fn reachable(spec: &Spec) -> BTreeSet<(&str, &str)> {
    let entries = spec.commands.iter().map(|one| &one.flow).chain(spec.intents.iter().map(|one| &one.flow));
    entries.flat_map(|flow| from(spec, flow)).collect()
}

/// The steps that a flow leads to, whatever is said.
pub(super) fn from<'s>(spec: &'s Spec, flow: &str) -> BTreeSet<(&'s str, &'s str)> {
    let mut open: Vec<(&str, &str)> = first(spec, flow).into_iter().collect();
    let mut found = BTreeSet::new();
    while let Some(place) = open.pop() {
        if found.insert(place) {
            open.extend(ways(spec, place));
        }
    }
    found
}

fn first<'s>(spec: &'s Spec, flow: &str) -> Option<(&'s str, &'s str)> {
    let flow = spec.flows.iter().find(|other| other.id == flow)?;
    Some((&flow.id, &flow.steps.first()?.id))
}

fn ways<'s>(spec: &'s Spec, (flow, step): (&str, &str)) -> Vec<(&'s str, &'s str)> {
    let Some(flow) = spec.flows.iter().find(|other| other.id == flow) else { return Vec::new() };
    let Some(at) = flow.steps.iter().position(|other| other.id == step) else { return Vec::new() };
    let named =
        |id: &String| flow.steps.iter().find(|other| other.id == *id).map(|step| (&*flow.id, &*step.id));
    let step = &flow.steps[at];
    let next = match &step.next {
        Some(id) => named(id),
        None => flow.steps.get(at + 1).map(|step| (&*flow.id, &*step.id)),
    };
    let other = match &step.action {
        Action::Validate { on_fail, .. } | Action::ApiCall { on_fail, .. } => {
            on_fail.as_ref().and_then(named)
        }
        Action::Goto { target_flow, target_step, when, else_next } => {
            let target = target_step.as_ref().and_then(named);
            let target = target.or_else(|| first(spec, target_flow.as_deref()?));
            let otherwise = else_next.as_ref().map_or(next, named);
            return target.into_iter().chain(otherwise.filter(|_| when.is_some())).collect();
        }
        _ => None,
    };
    next.into_iter().chain(other).collect()
}

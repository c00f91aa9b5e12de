//! `SPEC_UNREACHABLE`: something leads to every flow and to every step.

use crate::bot::view::{At, View, text};
use crate::diag::Code;

use super::{Findings, short};

pub(super) fn check<'t, 'a>(view: &View<'t, 'a>, found: &mut Findings<'t, 'a>) {
    let graph = &view.graph;
    let starters = || view.commands().chain(view.intents()).map(|starter| text(starter, "flow"));
    let is_there = |id: At<'_, '_>| view.flow_of.contains_key(id.raw());
    // A name that leads nowhere would have led somewhere, and two of one name as well: guesses help nobody.
    let ids: usize = view.flows.iter().filter(|flow| flow.id.is_some()).count();
    if graph.is_torn || ids != view.flow_of.len() || !starters().all(|id| id.is_some_and(is_there)) {
        return;
    }
    let entries =
        starters().flatten().filter_map(|id| graph.entry(&view.flows, *view.flow_of.get(id.raw())?));
    let mut seen = vec![false; graph.steps.len()];
    let mut open: Vec<usize> = entries.collect();
    while let Some(step) = open.pop() {
        if !std::mem::replace(&mut seen[step], true) {
            open.extend(&graph.edges[step]);
        }
    }
    for (number, flow) in view.flows.iter().enumerate() {
        let Some(entry) = graph.entry(&view.flows, number) else { continue };
        if !seen[entry] {
            let name = flow.id.map_or("?".to_owned(), |id| short(id.raw()));
            let message = format!("no command and no intent leads to the flow `{name}`");
            let help = "lead a command, an intent or a `goto` to it, or remove it";
            found.warning(Code::SpecUnreachable, flow.id.unwrap_or(flow.node), message, help);
            continue;
        }
        for (at, step) in flow.steps.iter().enumerate().filter(|(at, _)| !seen[entry + at]) {
            let name = step.id.map_or_else(|| at.to_string(), |id| short(id.raw()));
            let message = format!("nothing in this flow leads to the step `{name}`");
            let help = "lead a `next`, `onFail` or `goto` to it, or remove it";
            found.warning(Code::SpecUnreachable, step.id.unwrap_or(step.node), message, help);
        }
    }
}

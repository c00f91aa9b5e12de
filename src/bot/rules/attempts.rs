//! `LIMIT_EXCEEDED`: on no way from one question to the next are more API calls tried than `maxPerUpdate` allows.

use crate::bot::view::{View, number};
use crate::diag::Code;

use super::Findings;

pub(super) fn check<'t, 'a>(view: &View<'t, 'a>, found: &mut Findings<'t, 'a>) {
    let limits = view.root.get("security").and_then(|security| security.get("apiCall"));
    let Some((limits, most)) = limits.and_then(|limits| Some((limits, number(limits, "maxPerUpdate")?)))
    else {
        return;
    };
    let graph = &view.graph;
    let node = |number: usize| {
        let (flow, step) = graph.steps[number];
        &view.flows[flow].steps[step]
    };
    let own = |at: usize| match node(at).kind {
        "apiCall" => number(node(at).node, "retries").unwrap_or(0).saturating_add(1),
        _ => 0,
    };
    // Attempts before each step, on the way with the most of them; a question begins anew. Steps come in the order of
    // the ways, so that all before one are known: those on a way round never do, and are another rule's matter.
    let mut before = vec![0_u64; graph.steps.len()];
    let mut awaited = vec![0_usize; graph.steps.len()];
    graph.edges.iter().flatten().for_each(|&way| awaited[way] += usize::from(!graph.waits[way]));
    let mut ready: Vec<usize> = (0..graph.steps.len()).filter(|&step| awaited[step] == 0).collect();
    while let Some(at) = ready.pop() {
        let attempts = own(at);
        let after = if graph.waits[at] { 0 } else { before[at].saturating_add(attempts) };
        if attempts > 0 && after > most && before[at] <= most {
            let limit = limits.get("maxPerUpdate").unwrap_or(limits);
            let message = format!(
                "with this call an update may make {after} attempts, and `maxPerUpdate` allows {most}"
            );
            let help = "lower `retries` (each counts), or ask a question between two calls";
            let place = node(at).id.unwrap_or(node(at).node);
            found.error(Code::LimitExceeded, place, message, help).related = Some((limit, "the limit"));
        }
        for &way in &graph.edges[at] {
            if graph.waits[way] {
                continue;
            }
            before[way] = before[way].max(after);
            awaited[way] -= 1;
            if awaited[way] == 0 {
                ready.push(way);
            }
        }
    }
}

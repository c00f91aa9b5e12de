//! How the steps of a spec lead to each other: every way that an update may go on.

use std::collections::HashMap;

use super::view::{Flow, text};

/// Steps by number, flow after flow, and the steps that each leads to.
#[derive(Debug, Default)]
pub struct Graph {
    /// Flow and step of each number.
    pub steps: Vec<(usize, usize)>,
    /// Where each leads.
    pub edges: Vec<Vec<usize>>,
    /// Whether each waits for the person: an update ends there.
    pub waits: Vec<bool>,
    /// Whether a step names one that is not there: what is reachable cannot be told then.
    pub is_torn: bool,
    /// The number of each flow's first step.
    first: Vec<usize>,
}

impl Graph {
    pub(super) fn new(flows: &[Flow<'_, '_>], flow_of: &HashMap<&str, usize>) -> Self {
        let mut graph = Self::default();
        for (index, flow) in flows.iter().enumerate() {
            graph.first.push(graph.steps.len());
            graph.steps.extend((0..flow.steps.len()).map(|step| (index, step)));
        }
        for number in 0..graph.steps.len() {
            let (flow, step) = graph.steps[number];
            let ways = graph.ways(flows, flow_of, flow, step);
            graph.is_torn |= ways.contains(&Way::Torn);
            let mut edges: Vec<usize> = ways.into_iter().filter_map(Way::step).collect();
            edges.sort_unstable();
            edges.dedup();
            graph.edges.push(edges);
            graph.waits.push(flows[flow].steps[step].kind == "ask");
        }
        graph
    }

    /// The number of a flow's first step, if it has one.
    pub fn entry(&self, flows: &[Flow<'_, '_>], flow: usize) -> Option<usize> {
        (!flows.get(flow)?.steps.is_empty()).then(|| self.first[flow])
    }

    fn ways(
        &self,
        flows: &[Flow<'_, '_>],
        flow_of: &HashMap<&str, usize>,
        index: usize,
        at: usize,
    ) -> Vec<Way> {
        let flow = &flows[index];
        let step = &flow.steps[at];
        let to_step = |name: &str| match text(step.node, name) {
            Some(id) => {
                flow.step_of.get(id.raw()).map_or(Way::Torn, |step| Way::To(self.first[index] + step))
            }
            None => Way::End,
        };
        let to_flow = |name: &str| match text(step.node, name) {
            Some(id) => {
                flow_of.get(id.raw()).and_then(|flow| self.entry(flows, *flow)).map_or(Way::Torn, Way::To)
            }
            None => Way::End,
        };
        let next = || match to_step("next") {
            Way::End if at + 1 < flow.steps.len() => Way::To(self.first[index] + at + 1),
            way => way,
        };
        match step.kind {
            "goto" => {
                let mut ways = vec![to_step("targetStep"), to_flow("targetFlow")];
                if ways == [Way::End, Way::End] {
                    ways.push(Way::Torn);
                }
                if step.node.get("when").is_some() {
                    let other = to_step("elseNext");
                    ways.push(if other == Way::End { next() } else { other });
                }
                ways
            }
            "validate" | "apiCall" => vec![next(), to_step("onFail")],
            "reply" | "ask" | "save" => vec![next()],
            _ => vec![Way::Torn],
        }
    }
}

/// One way on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// To the step of this number.
    To(usize),
    /// The flow ends.
    End,
    /// To something that is not there, which is another rule's matter.
    Torn,
}

impl Way {
    fn step(self) -> Option<usize> {
        match self {
            Self::To(step) => Some(step),
            Self::End | Self::Torn => None,
        }
    }
}

//! `SPEC_CYCLE`: no way leads from a step back to itself without waiting for the person in between.

use crate::bot::view::View;
use crate::diag::Code;

use super::{Findings, short};

pub(super) fn check<'t, 'a>(view: &View<'t, 'a>, found: &mut Findings<'t, 'a>) {
    let graph = &view.graph;
    // What waits ends the update: a way round that passes it is none.
    let mut left = Left::new(&graph.edges, &graph.waits);
    let mut from = 0;
    while let Some(first) = (from..graph.edges.len()).find(|&step| left.is_in[step]) {
        // Every step that is left has a way on to another one that is left, so the walk comes back to a step.
        let mut walk = vec![first];
        let mut place = vec![usize::MAX; graph.edges.len()];
        place[first] = 0;
        let round = loop {
            let last = walk[walk.len() - 1];
            let Some(&next) = graph.edges[last].iter().find(|&&next| left.is_in[next]) else {
                break walk.clone();
            };
            if place[next] != usize::MAX {
                break walk.split_off(place[next]);
            }
            place[next] = walk.len();
            walk.push(next);
        };
        tell(view, &round, found);
        for &step in &round {
            left.remove(step);
        }
        from = first;
    }
}

/// The steps that stand on a way round, and on those between two of them.
struct Left {
    is_in: Vec<bool>,
    ways_on: Vec<usize>,
    before: Vec<Vec<usize>>,
}

impl Left {
    fn new(edges: &[Vec<usize>], waits: &[bool]) -> Self {
        let mut before = vec![Vec::new(); edges.len()];
        for (step, ways) in edges.iter().enumerate() {
            ways.iter().for_each(|&way| before[way].push(step));
        }
        let is_in: Vec<bool> = waits.iter().map(|waits| !waits).collect();
        let count = |ways: &Vec<usize>| ways.iter().filter(|&&way| is_in[way]).count();
        let ways_on: Vec<usize> = edges.iter().map(count).collect();
        let mut left = Self { is_in, ways_on, before };
        for step in 0..edges.len() {
            if left.is_in[step] && left.ways_on[step] == 0 {
                left.remove(step);
            }
        }
        left
    }

    /// Takes out a step, and those that lead nowhere without it.
    fn remove(&mut self, step: usize) {
        let mut gone = vec![step];
        while let Some(step) = gone.pop() {
            if !std::mem::replace(&mut self.is_in[step], false) {
                continue;
            }
            for &before in &self.before[step] {
                self.ways_on[before] = self.ways_on[before].saturating_sub(1);
                if self.is_in[before] && self.ways_on[before] == 0 {
                    gone.push(before);
                }
            }
        }
    }
}

fn tell<'t, 'a>(view: &View<'t, 'a>, round: &[usize], found: &mut Findings<'t, 'a>) {
    // The round begins with the step that stands first in the spec.
    let start = round.iter().enumerate().min_by_key(|(_, step)| **step).map_or(0, |(at, _)| at);
    let name = |number: usize| {
        let (flow, step) = view.graph.steps[number];
        let flow = &view.flows[flow];
        let id = |id: Option<crate::bot::view::At<'_, '_>>| id.map_or("?".to_owned(), |id| short(id.raw()));
        format!("{}.{}", id(flow.id), id(flow.steps[step].id))
    };
    let mut names: Vec<String> =
        (0..=round.len()).map(|at| name(round[(start + at) % round.len()])).collect();
    if names.len() > 12 {
        names.splice(6..names.len() - 5, ["…".to_owned()]);
    }
    let (flow, step) = view.graph.steps[round[start]];
    let node = view.flows[flow].steps[step].node;
    let message = format!("these steps lead round and round without a question: {}", names.join(" → "));
    let help = "lead the way through an `ask`, where the bot waits for the person, or end it";
    found.error(Code::SpecCycle, node, message, help);
}

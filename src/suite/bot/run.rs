//! Running conversations against a `bot.js`; what happens comes out as events. The engine is handed in: nothing here knows
//! how scripts are kept apart.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use serde_json::{Value, json};

use super::actual::{matches, outcome, relevant};
use super::case::{BotSuite, Conversation};
use crate::bot::spec::Spec;
use crate::diag::Code;
use crate::script::sandbox::{self, Failure, Missing};

/// How many conversations are worth another thread, which may want another process.
const LANE: usize = 8;

/// Lets a script have a conversation, in a fresh engine.
pub type Engine<'e> = dyn Fn(&sandbox::Conversation) -> sandbox::Run + Sync + 'e;

/// How a conversation ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// As expected.
    Passed,
    /// Not as expected.
    Failed(Box<Mismatch>),
    /// It was not run.
    Skipped {
        /// Why.
        why: String,
    },
}

/// What was not as expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Mismatch {
    /// In which turn, from 0.
    pub turn: usize,
    /// What happened instead.
    pub what: What,
    /// How the script failed in the end, if it did; perhaps long after the turn that was not as expected.
    pub failure: Option<Failure>,
    /// What came of each turn, as far as the script went, in the shape of `expect`.
    pub outcomes: Vec<Value>,
}

/// What happened instead of what was expected.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// Something else came of the turn.
    Other,
    /// The script failed.
    Failure(Failure),
    /// It made a request that no mock answers.
    Missing(Missing),
}

/// What came of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// How it ended.
    pub verdict: Verdict,
    /// How long it took.
    pub time: Duration,
}

/// What a run says while it goes on.
#[derive(Debug)]
pub enum Event<'e> {
    /// A suite begins.
    SuiteStarted {
        /// The suite.
        suite: &'e BotSuite,
        /// How many of its cases were selected.
        selected: usize,
    },
    /// A case ended.
    CaseFinished {
        /// The suite.
        suite: &'e BotSuite,
        /// The case.
        case: &'e Conversation,
        /// What came of it.
        judged: &'e Judged,
    },
}

/// Runs conversations with one script.
pub struct Runner<'r> {
    spec: &'r Spec,
    engine: &'r Engine<'r>,
    interrupted: Arc<AtomicBool>,
    /// A script that took too long once may do so every time.
    timed_out: AtomicBool,
}

impl<'r> Runner<'r> {
    /// Prepares. Setting `interrupted` skips what is left.
    pub fn new(spec: &'r Spec, engine: &'r Engine<'r>, interrupted: Arc<AtomicBool>) -> Self {
        Self { spec, engine, interrupted, timed_out: AtomicBool::new(false) }
    }

    /// Runs the selected cases of a suite; the results are in their order.
    pub fn run(
        &self,
        suite: &BotSuite,
        selected: &[&Conversation],
        on_event: &(dyn Fn(&Event<'_>) + Sync),
    ) -> Vec<Judged> {
        on_event(&Event::SuiteStarted { suite, selected: selected.len() });
        let next = AtomicUsize::new(0);
        // Conversations differ much in length: each lane takes the next one when it has ended one.
        let lane = |_| {
            let mut ended = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(case) = selected.get(at) else { return ended };
                let judged = self.case(case);
                on_event(&Event::CaseFinished { suite, case, judged: &judged });
                ended.push((at, judged));
            }
        };
        let lanes = (selected.len() / LANE).clamp(1, rayon::current_num_threads());
        let mut all: Vec<_> = (0..lanes).into_par_iter().with_max_len(1).flat_map_iter(lane).collect();
        all.sort_by_key(|(at, _)| *at);
        all.into_iter().map(|(_, judged)| judged).collect()
    }

    /// Runs one case.
    pub fn case(&self, case: &Conversation) -> Judged {
        let start = Instant::now();
        let skipped = |why: &str| Verdict::Skipped { why: why.to_owned() };
        let verdict = if self.interrupted.load(Ordering::Relaxed) {
            skipped("the run was interrupted")
        } else if self.timed_out.load(Ordering::Relaxed) {
            skipped("an update of a conversation before it took too long")
        } else {
            self.judge(case)
        };
        Judged { verdict, time: start.elapsed() }
    }

    fn judge(&self, case: &Conversation) -> Verdict {
        let conversation = sandbox::Conversation {
            updates: case.updates(&self.spec.meta.default_locale),
            mocks: case.mocks.clone(),
        };
        let run = (self.engine)(&conversation);
        let outcomes: Vec<_> = run.turns.iter().map(|turn| outcome(self.spec, turn)).collect();
        let differs =
            case.turns.iter().zip(&outcomes).position(|(turn, outcome)| {
                turn.expect.as_ref().is_some_and(|expect| !matches(expect, outcome))
            });
        if run.failure.as_ref().is_some_and(|failure| failure.code == Code::UpdateTimeout) {
            self.timed_out.store(true, Ordering::Relaxed);
        }
        let failed = |turn, what| {
            let (failure, outcomes) = (run.failure.clone(), outcomes.clone());
            Verdict::Failed(Box::new(Mismatch { turn, what, failure, outcomes }))
        };
        // A request that nothing answers makes what follows meaningless.
        let missing = run.missing.into_iter().next();
        match (missing, differs, run.failure.clone()) {
            (Some(missing), differs, _) if differs.is_none_or(|turn| missing.update <= turn) => {
                failed(missing.update, What::Missing(missing))
            }
            (_, Some(turn), _) => failed(turn, What::Other),
            (_, None, Some(failure)) => failed(run.turns.len(), What::Failure(failure)),
            (Some(missing), None, None) => failed(missing.update, What::Missing(missing)),
            (None, None, None) => Verdict::Passed,
        }
    }
}

impl Mismatch {
    /// A sentence that says what is wrong, without what was expected.
    pub fn sentence(&self, case: &Conversation) -> String {
        let turn = case.turns.get(self.turn);
        let said = match turn.map(|turn| &turn.send) {
            // As JSON: line breaks and white space show.
            Some(Some(text)) => Value::from(short(text, 60)).to_string(),
            _ => "an update without text".to_owned(),
        };
        let number = self.turn + 1;
        match &self.what {
            What::Other => {
                let parts = self.differing(case).join(" and ");
                format!("turn {number} ({said}): other {parts} than expected")
            }
            What::Failure(failure) => format!("turn {number} ({said}): the script failed: {failure}"),
            What::Missing(missing) => format!(
                "turn {number} ({said}): no mock answers {} {}",
                missing.method,
                short(&missing.url, 200)
            ),
        }
    }

    /// What of the turn differs: `messages`, `requests`, `state`.
    fn differing(&self, case: &Conversation) -> Vec<&'static str> {
        let expect = case.turns.get(self.turn).and_then(|turn| turn.expect.as_ref());
        let (Some(expect), Some(outcome)) = (expect, self.outcomes.get(self.turn)) else { return Vec::new() };
        let differs =
            |name: &&str| expect.get(*name).is_some_and(|part| !matches(&json!({*name: part}), outcome));
        ["messages", "requests", "state"].into_iter().filter(differs).collect()
    }

    /// Expected against what came, line by line; empty if there is nothing to compare.
    pub fn diff(&self, case: &Conversation) -> String {
        let expect = case.turns.get(self.turn).and_then(|turn| turn.expect.as_ref());
        let (Some(expect), Some(outcome)) = (expect, self.outcomes.get(self.turn)) else {
            return String::new();
        };
        let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default() + "\n";
        let (expect, actual) = (pretty(expect), pretty(&relevant(expect, outcome)));
        similar::TextDiff::from_lines(&expect, &actual)
            .unified_diff()
            .header("expected", "actual")
            .to_string()
    }
}

fn short(text: &str, most: usize) -> String {
    if text.chars().count() > most {
        text.chars().take(most - 1).chain(['…']).collect()
    } else {
        text.to_owned()
    }
}

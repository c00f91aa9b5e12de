//! The reference interpreter of specs: what a bot has to do with an update. Generated scripts, and those that models write,
//! are compared with it. Runs no script and reaches nothing: requests are answered by mocks.

pub mod marks;
mod start;
mod steps;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use serde_json::{Map, Value};
use thiserror::Error;

use super::judge::Judge;
use super::keyword::Keyword;
use super::mock::World;
use super::spec::{Intent, Spec, Step, TextRef};
use super::talk::{Turn, Update};
use super::value::plain_map;
pub use marks::{Mark, Seen, Way};

/// How many moves from step to step one update may make.
pub const MAX_MOVES: usize = 200;
/// The state's field that is the script's own.
pub const OWN: &str = "_";

/// Why an update cannot be finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Failure {
    /// The steps go on and on.
    #[error("more than {MAX_MOVES} transitions in one update")]
    TooManyMoves,
}

/// Why a spec cannot be interpreted: a pattern of it is none. Specs that passed the rules have no such thing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the regex of step `{step}` in flow `{flow}` is none: {why}")]
pub struct Unfit {
    /// The flow.
    pub flow: String,
    /// The step.
    pub step: String,
    /// What is wrong.
    pub why: String,
}

/// A step by its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) flow: usize,
    pub(crate) step: usize,
}

/// A spec, ready to be interpreted.
#[derive(Debug)]
pub struct Interpreter<'s> {
    spec: &'s Spec,
    flows: HashMap<&'s str, usize>,
    judges: HashMap<Place, Judge>,
    /// By priority, the highest first.
    intents: Vec<Ready<'s>>,
}

/// An intent with its keywords.
#[derive(Debug)]
struct Ready<'s> {
    intent: &'s Intent,
    keywords: HashMap<&'s str, Vec<Keyword>>,
}

impl<'s> Interpreter<'s> {
    /// Prepares a spec that passed the rules. References that lead nowhere end a flow.
    ///
    /// # Errors
    /// A pattern is none.
    pub fn new(spec: &'s Spec) -> Result<Self, Unfit> {
        let mut judges = HashMap::new();
        for (number, flow) in spec.flows.iter().enumerate() {
            for (at, step) in flow.steps.iter().enumerate() {
                let unfit = |why| Unfit { flow: flow.id.clone(), step: step.id.clone(), why };
                if let Some(judge) = Judge::of(&step.action).map_err(unfit)? {
                    judges.insert(Place { flow: number, step: at }, judge);
                }
            }
        }
        // The first of two flows with one id counts.
        let flows = spec.flows.iter().enumerate().rev().map(|(at, flow)| (flow.id.as_str(), at)).collect();
        Ok(Self { spec, flows, judges, intents: by_priority(&spec.intents).map(Ready::new).collect() })
    }

    /// The spec.
    pub const fn spec(&self) -> &'s Spec {
        self.spec
    }

    /// The state of a chat to which nothing happened yet.
    pub fn initial_state(&self) -> Map<String, Value> {
        self.filled(&Map::new())
    }

    /// A state with the defaults of the declared fields that it lacks.
    fn filled(&self, state: &Map<String, Value>) -> Map<String, Value> {
        let mut filled = plain_map(state);
        for (name, field) in &self.spec.state.fields {
            if let Some(default) = &field.default
                && !filled.contains_key(name)
            {
                filled.insert(name.clone(), super::value::plain(default));
            }
        }
        filled
    }

    /// What comes of an update in a chat of this state; `seen` takes what of the spec it went through.
    ///
    /// # Errors
    /// The steps go on and on. What was said until then is lost.
    pub fn update(
        &self,
        state: &Map<String, Value>,
        update: &Update,
        world: &mut World<'_>,
        seen: &mut Seen,
    ) -> Result<Turn, Failure> {
        let state = self.filled(state);
        let mut run = Run { of: self, update, world, seen, state, effects: Vec::new() };
        let Some(text) = &update.text else {
            run.seen.insert(Mark::NoText);
            return Ok(run.end());
        };
        let Some(mut place) = run.start(text) else {
            run.seen.insert(Mark::Unknown);
            return Ok(run.end());
        };
        let mut moves = 0;
        while let Some(at) = place {
            if moves > MAX_MOVES {
                return Err(Failure::TooManyMoves);
            }
            place = run.step(at);
            moves += 1;
        }
        Ok(run.end())
    }

    fn step(&self, place: Place) -> &'s Step {
        &self.spec.flows[place.flow].steps[place.step]
    }

    /// The first step of a flow.
    fn first(&self, flow: &str) -> Option<Place> {
        let flow = *self.flows.get(flow)?;
        (!self.spec.flows[flow].steps.is_empty()).then_some(Place { flow, step: 0 })
    }

    /// A step of a flow by its id.
    fn named(&self, flow: usize, id: &str) -> Option<Place> {
        let step = self.spec.flows[flow].steps.iter().position(|step| step.id == id)?;
        Some(Place { flow, step })
    }

    /// What comes after a step: what it names, else the following step.
    fn after(&self, place: Place) -> Option<Place> {
        match &self.step(place).next {
            Some(next) => self.named(place.flow, next),
            None => {
                let step = place.step + 1;
                (step < self.spec.flows[place.flow].steps.len()).then_some(Place { step, ..place })
            }
        }
    }

    /// A text as it stands in the spec for a locale, and the locale that had it.
    fn text(&self, text: &'s TextRef, locale: &str) -> (&'s str, Option<&'s str>) {
        match text {
            TextRef::Text(text) => (text, None),
            TextRef::TextKey(key) => {
                let in_locale = |locale: &str| {
                    let (locale, texts) = self.spec.localization.get_key_value(locale)?;
                    Some((texts.get(key)?.as_str(), Some(locale.as_str())))
                };
                let default = &self.spec.meta.default_locale;
                in_locale(locale).or_else(|| in_locale(default)).unwrap_or_default()
            }
        }
    }
}

/// The intents in the order in which they are asked.
pub fn by_priority(intents: &[Intent]) -> impl Iterator<Item = &Intent> {
    let mut sorted: Vec<_> = intents.iter().collect();
    sorted.sort_by_key(|intent| std::cmp::Reverse(intent.priority));
    sorted.into_iter()
}

impl<'s> Ready<'s> {
    fn new(intent: &'s Intent) -> Self {
        let prepared = |words: &[String]| words.iter().map(|word| Keyword::new(word)).collect();
        let keywords = intent.keywords.iter().map(|(locale, words)| (locale.as_str(), prepared(words)));
        Self { intent, keywords: keywords.collect() }
    }
}

/// One update under way.
struct Run<'r, 's, 'm> {
    of: &'r Interpreter<'s>,
    update: &'r Update,
    world: &'r mut World<'m>,
    seen: &'r mut Seen,
    state: Map<String, Value>,
    effects: Vec<super::talk::Effect>,
}

impl Run<'_, '_, '_> {
    fn end(self) -> Turn {
        Turn { effects: self.effects, state: self.state }
    }

    /// Sets something in the script's own part of the state.
    fn set_own(&mut self, name: &str, value: Value) {
        let mut own = match self.state.remove(OWN) {
            Some(Value::Object(own)) => own,
            _ => Map::new(),
        };
        own.insert(name.to_owned(), value);
        self.state.insert(OWN.to_owned(), own.into());
    }

    /// A value of the script's own part of the state.
    fn own(&self, name: &str) -> Option<&Value> {
        self.state.get(OWN)?.get(name)
    }
}

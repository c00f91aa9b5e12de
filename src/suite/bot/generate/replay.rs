//! What comes of conversations, by the interpreter. Each turn is played once: conversations that begin alike share what they
//! have said and what came of it, and go on from there.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use serde_json::{Map, Value};

use crate::bot::interpret::{Interpreter, Mark, OWN, Seen, Way};
use crate::bot::mock::World;
use crate::bot::talk::{Effect, Mock, Turn, Update};

use super::super::case::START;
use super::track::{Missing, Ran, Track, chat};

/// The number of the world in which nothing answers.
const NO_MOCKS: usize = 0;

/// The turns that were played.
pub(super) struct Replay<'s> {
    pub(super) bot: Interpreter<'s>,
    chat: &'static str,
    /// The largest answer of a request, in bytes.
    largest: usize,
    moments: Vec<Moment>,
    /// The beginnings, by locale.
    beginnings: HashMap<String, usize>,
    /// Moments by the hash of what came before them and what was said then.
    known: HashMap<u64, Vec<usize>>,
    /// Lists of mocks: each is another one and a last mock.
    worlds: Vec<Mocks>,
}

/// A list of mocks, but for those before the last.
struct Mocks {
    before: usize,
    last: Option<Mock>,
    longer: Vec<usize>,
}

/// Where a conversation stands after a turn.
struct Moment {
    before: usize,
    said: (Option<String>, i64),
    world: usize,
    /// Nothing if the steps go on and on.
    turn: Option<Rc<Turn>>,
    /// How many answers each mock gave.
    given: Vec<usize>,
    now: i64,
    /// What this turn went through.
    marks: Seen,
    /// What all turns until here went through.
    seen: Rc<Seen>,
    /// Whether every request until here was answered: then more mocks behind the others change nothing.
    is_answered: bool,
    missing: Option<Missing>,
}

impl<'s> Replay<'s> {
    pub(super) fn new(bot: Interpreter<'s>) -> Self {
        let largest = usize::try_from(bot.spec().security.max_api_response_kb.saturating_mul(1024));
        Self {
            chat: chat(bot.spec()),
            bot,
            largest: largest.unwrap_or(usize::MAX),
            moments: Vec::new(),
            beginnings: HashMap::new(),
            known: HashMap::new(),
            worlds: vec![Mocks { before: NO_MOCKS, last: None, longer: Vec::new() }],
        }
    }

    /// What comes of a conversation. `None` if it cannot be finished: the steps go on and on.
    pub(super) fn run(&mut self, track: &Track) -> Option<Ran> {
        let world = self.world(&track.mocks);
        let mut at = self.beginning(&track.locale);
        let mut turns = Vec::with_capacity(track.sends.len());
        for (text, after) in &track.sends {
            at = self.say(at, track, world, text.as_deref(), *after);
            turns.push(Rc::clone(self.moments[at].turn.as_ref()?));
        }
        let moment = &self.moments[at];
        let waits = moment.turn.as_ref().and_then(|turn| waits(&turn.state));
        Some(Ran { turns, seen: Rc::clone(&moment.seen), waits, missing: moment.missing.clone() })
    }

    /// Where a conversation stands at its end.
    pub(super) fn end(&mut self, track: &Track) -> Option<End> {
        let world = self.world(&track.mocks);
        let mut at = self.beginning(&track.locale);
        for (text, after) in &track.sends {
            at = self.say(at, track, world, text.as_deref(), *after);
            self.moments[at].turn.as_ref()?;
        }
        Some(End { at, world })
    }

    /// One more text, and where the conversation stands then. `None` if the turn cannot be finished or makes a request that
    /// nothing answers.
    pub(super) fn then(&mut self, end: End, track: &Track, text: &str) -> Option<End> {
        let at = self.say(end.at, track, end.world, Some(text), 0);
        let moment = &self.moments[at];
        let turn = moment.turn.as_ref()?;
        missing(turn, &moment.marks, &track.mocks).is_none().then_some(End { at, ..end })
    }

    /// The question that waits: flow and step.
    pub(super) fn waits(&self, end: End) -> Option<(String, String)> {
        waits(&self.moments[end.at].turn.as_ref()?.state)
    }

    /// The number of a list of mocks.
    fn world(&mut self, mocks: &[Mock]) -> usize {
        let mut at = NO_MOCKS;
        for mock in mocks {
            let longer = self.worlds[at].longer.iter();
            let found = longer.copied().find(|next| self.worlds[*next].last.as_ref() == Some(mock));
            at = found.unwrap_or_else(|| {
                let next = self.worlds.len();
                self.worlds.push(Mocks { before: at, last: Some(mock.clone()), longer: Vec::new() });
                self.worlds[at].longer.push(next);
                next
            });
        }
        at
    }

    /// Where nothing was said yet.
    fn beginning(&mut self, locale: &str) -> usize {
        if let Some(at) = self.beginnings.get(locale) {
            return *at;
        }
        let at = self.moments.len();
        self.moments.push(Moment {
            before: at,
            said: (None, 0),
            world: NO_MOCKS,
            turn: Some(Rc::new(Turn { effects: Vec::new(), state: self.bot.initial_state() })),
            given: Vec::new(),
            now: START,
            marks: Seen::new(),
            seen: Rc::default(),
            is_answered: true,
            missing: None,
        });
        self.beginnings.insert(locale.to_owned(), at);
        at
    }

    /// One more update after a moment; the moment after it.
    fn say(&mut self, at: usize, track: &Track, world: usize, text: Option<&str>, after: i64) -> usize {
        let hash = hash(at, text, after);
        if let Some(found) = self.known(hash, at, world, text, after) {
            return found;
        }
        let moment = self.play(at, track, world, text, after);
        let next = self.moments.len();
        self.moments.push(moment);
        self.known.entry(hash).or_default().push(next);
        next
    }

    /// The moment, if it was played: in this world, or in one with fewer mocks that missed none of those.
    fn known(&self, hash: u64, at: usize, world: usize, text: Option<&str>, after: i64) -> Option<usize> {
        let known = self.known.get(&hash)?;
        let mut other = world;
        loop {
            let is_it = |next: &&usize| {
                let moment = &self.moments[**next];
                (moment.before, moment.world) == (at, other)
                    && (moment.said.0.as_deref(), moment.said.1) == (text, after)
                    && (other == world || moment.is_answered)
            };
            if let Some(found) = known.iter().find(is_it) {
                return Some(*found);
            }
            if other == NO_MOCKS {
                return None;
            }
            other = self.worlds[other].before;
        }
    }

    fn play(&self, at: usize, track: &Track, world: usize, text: Option<&str>, after: i64) -> Moment {
        let before = &self.moments[at];
        let now = before.now + after;
        let said = text.map(str::to_owned);
        let update =
            Update { text: said.clone(), locale: track.locale.clone(), chat_id: self.chat.to_owned(), now };
        let mut asked = World::resumed(&track.mocks, before.given.clone(), self.largest);
        let mut marks = Seen::new();
        let turn = before
            .turn
            .as_ref()
            .and_then(|turn| self.bot.update(&turn.state, &update, &mut asked, &mut marks).ok())
            .map(Rc::new);
        let seen = together(&before.seen, &marks);
        let is_unanswered = |mark: &Mark| matches!(mark, Mark::Step(_, _, Way::Unanswered));
        let missing = before
            .missing
            .clone()
            .or_else(|| turn.as_ref().and_then(|turn| missing(turn, &seen, &track.mocks)));
        Moment {
            before: at,
            said: (said, after),
            world,
            turn,
            given: asked.given().to_vec(),
            now,
            is_answered: before.is_answered && !marks.iter().any(is_unanswered),
            marks,
            seen,
            missing,
        }
    }
}

/// Where a conversation stands at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    at: usize,
    world: usize,
}

fn hash(at: usize, text: Option<&str>, after: i64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (at, text, after).hash(&mut hasher);
    hasher.finish()
}

fn together(seen: &Rc<Seen>, marks: &Seen) -> Rc<Seen> {
    if marks.is_subset(seen) {
        return Rc::clone(seen);
    }
    Rc::new(seen.union(marks).cloned().collect())
}

/// The first request of a turn that no mock was made for.
fn missing(turn: &Turn, seen: &Seen, mocks: &[Mock]) -> Option<Missing> {
    let (flow, step) = seen.iter().find_map(|mark| match mark {
        Mark::Step(flow, step, Way::Unanswered) => Some((flow.clone(), step.clone())),
        _ => None,
    })?;
    turn.effects.iter().find_map(|effect| match effect {
        Effect::Http(request)
            if !mocks.iter().any(|mock| mock.method == request.method && mock.url == request.url) =>
        {
            Some(Missing {
                method: request.method.clone(),
                url: request.url.clone(),
                flow: flow.clone(),
                step: step.clone(),
            })
        }
        _ => None,
    })
}

/// The question that waits in a state.
fn waits(state: &Map<String, Value>) -> Option<(String, String)> {
    let waits = state.get(OWN)?.get("waits")?;
    Some((waits.get("flow")?.as_str()?.to_owned(), waits.get("step")?.as_str()?.to_owned()))
}

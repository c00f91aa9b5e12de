//! A conversation in the making: what is sent and answered so far, and what the interpreter says comes of it.

use serde_json::{Map, Value};

use crate::bot::fill::{Part, parts};
use crate::bot::interpret::{Interpreter, Mark, OWN, Seen, Way};
use crate::bot::mock::World;
use crate::bot::spec::{Action, Spec};
use crate::bot::talk::{Effect, Mock, Turn, Update};

use super::super::case::{CHAT, START};

/// What is sent and answered.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Track {
    /// What it is about, piece by piece.
    pub(super) name: Vec<String>,
    /// The chat's locale.
    pub(super) locale: String,
    /// Texts, and how long after the one before, in milliseconds.
    pub(super) sends: Vec<(Option<String>, i64)>,
    /// What answers requests.
    pub(super) mocks: Vec<Mock>,
}

/// What comes of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Ran {
    /// A turn for each text.
    pub(super) turns: Vec<Turn>,
    /// What it went through.
    pub(super) seen: Seen,
    /// The question that waits at the end: flow and step.
    pub(super) waits: Option<(String, String)>,
    /// A request that nothing answers, and the step that made it.
    pub(super) missing: Option<Missing>,
}

/// A request that nothing answers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Missing {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) flow: String,
    pub(super) step: String,
}

impl Track {
    pub(super) fn new(name: &[&str], locale: &str) -> Self {
        Self {
            name: name.iter().map(|&piece| piece.to_owned()).collect(),
            locale: locale.to_owned(),
            sends: Vec::new(),
            mocks: Vec::new(),
        }
    }

    /// The same with one more text.
    pub(super) fn then(&self, text: impl Into<String>) -> Self {
        self.then_after(Some(text.into()), 0)
    }

    /// The same with one more update, a while later.
    pub(super) fn then_after(&self, text: Option<String>, after: i64) -> Self {
        let mut longer = self.clone();
        longer.sends.push((text, after));
        longer
    }

    /// The same under a longer name.
    pub(super) fn called(mut self, piece: impl Into<String>) -> Self {
        self.name.push(piece.into());
        self
    }

    /// Whether another one says all this and more.
    pub(super) fn is_part_of(&self, other: &Self) -> bool {
        self.locale == other.locale
            && other.sends.starts_with(&self.sends)
            && self.mocks.iter().all(|mock| other.mocks.contains(mock))
            && (self.sends.len(), self.mocks.len()) != (other.sends.len(), other.mocks.len())
    }

    /// What the interpreter says. `None` if it cannot be finished: the steps go on and on.
    pub(super) fn run(&self, bot: &Interpreter<'_>) -> Option<Ran> {
        let (mut ran, place) = self.play(bot)?;
        ran.waits = place.waits();
        Some(ran)
    }

    /// Where it stands at its end.
    pub(super) fn end(&self, bot: &Interpreter<'_>) -> Option<Place<'_>> {
        self.play(bot).map(|(_, place)| place)
    }

    fn play(&self, bot: &Interpreter<'_>) -> Option<(Ran, Place<'_>)> {
        let (mut ran, mut place) = (Ran::default(), Place::before(self, bot));
        for (text, after) in &self.sends {
            place.say(self, bot, text.clone(), *after, &mut ran)?;
        }
        Some((ran, place))
    }
}

/// Where a conversation stands: what was said needs not be said again to try what comes next.
#[derive(Clone)]
pub(super) struct Place<'m> {
    world: World<'m>,
    state: Map<String, Value>,
    now: i64,
}

impl<'m> Place<'m> {
    fn before(track: &'m Track, bot: &Interpreter<'_>) -> Self {
        let largest = usize::try_from(bot.spec().security.max_api_response_kb.saturating_mul(1024));
        let world = World::new(&track.mocks, largest.unwrap_or(usize::MAX));
        Self { world, state: bot.initial_state(), now: START }
    }

    /// One more update of the same conversation.
    pub(super) fn say(
        &mut self,
        track: &Track,
        bot: &Interpreter<'_>,
        text: Option<String>,
        after: i64,
        ran: &mut Ran,
    ) -> Option<()> {
        self.now += after;
        let (locale, chat_id) = (track.locale.clone(), chat(bot.spec()).to_owned());
        let update = Update { text, locale, chat_id, now: self.now };
        let turn = bot.update(&self.state, &update, &mut self.world, &mut ran.seen).ok()?;
        self.state.clone_from(&turn.state);
        ran.missing = ran.missing.take().or_else(|| missing(&turn, &ran.seen, &track.mocks));
        ran.turns.push(turn);
        Some(())
    }

    /// The question that waits: flow and step.
    pub(super) fn waits(&self) -> Option<(String, String)> {
        waits(&self.state)
    }
}

/// The chat of generated conversations: one that has to be encoded where it becomes a part of a URL.
pub(super) fn chat(spec: &Spec) -> &'static str {
    if in_a_url(spec, &Part::ChatId) { "chat 1&ü" } else { CHAT }
}

/// Whether something becomes a part of a URL.
pub(super) fn in_a_url(spec: &Spec, part: &Part<'_>) -> bool {
    let mut steps = spec.flows.iter().flat_map(|flow| &flow.steps);
    steps.any(|step| matches!(&step.action, Action::ApiCall { url, .. } if parts(url).contains(part)))
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

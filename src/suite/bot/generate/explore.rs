//! The search for conversations: from every command and intent, over every answer that makes a difference and everything
//! that the world may answer, as long as something new is found.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::bot::interpret::{Interpreter, Mark, Seen, Way, marks};
use crate::bot::spec::{Action, Spec, Step};
use crate::bot::talk::Mock;
use crate::bot::value::canonical;

use super::answers::{Variant, variants};
use super::conditions::Conditions;
use super::reach;
use super::replay::Replay;
use super::track::{Missing, Ran, Track};

/// How many conversations are tried at most.
const MOST_RUNS: usize = 20_000;
/// How many states of one question are followed.
const MOST_STATES: usize = 24;
/// How many conversations are begun where others ended, in one round.
const MOST_STARTS: usize = 40;
/// How many questions are answered to come to an end.
const MOST_ANSWERS: usize = 60;

/// Something that a conversation shows, once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    /// A question was given an answer.
    Answer(String, String, String),
    /// A request was answered in a way.
    Called(String, String, String),
    /// A step spoke to a chat of a locale.
    Spoken(String, String, String),
}

/// The search.
pub(super) struct Explorer<'s> {
    pub(super) spec: &'s Spec,
    pub(super) replay: Replay<'s>,
    pub(super) conditions: Conditions,
    /// The conversations that showed something new.
    pub(super) kept: Vec<Track>,
    /// What they went through.
    pub(super) seen: Seen,
    /// Whether the search was cut short.
    pub(super) is_cut: bool,
    targets: BTreeSet<Target>,
    /// Conversations in which a question was asked again and again, and what they show.
    chains: Vec<(Track, Vec<Target>)>,
    spawned: BTreeSet<(String, String, String)>,
    visited: BTreeMap<(String, String), BTreeSet<String>>,
    /// The states in which conversations ended from which others were begun.
    ended: BTreeSet<String>,
    runs: usize,
}

impl<'s> Explorer<'s> {
    pub(super) fn new(spec: &'s Spec, bot: Interpreter<'s>) -> Self {
        Self {
            spec,
            replay: Replay::new(bot),
            conditions: Conditions::of(spec),
            kept: Vec::new(),
            seen: Seen::new(),
            is_cut: false,
            targets: BTreeSet::new(),
            chains: Vec::new(),
            spawned: BTreeSet::new(),
            visited: BTreeMap::new(),
            ended: BTreeSet::new(),
            runs: 0,
        }
    }

    /// Runs a conversation.
    pub(super) fn run(&mut self, track: &Track) -> Option<Ran> {
        self.runs += 1;
        self.replay.run(track)
    }

    /// Searches on from a first text.
    pub(super) fn explore(&mut self, start: Track) {
        let mut queue = VecDeque::from([(start, Vec::new())]);
        while let Some((track, mut shown)) = queue.pop_front() {
            if self.runs > MOST_RUNS {
                self.is_cut = true;
                return;
            }
            let Some(ran) = self.run(&track) else { continue };
            if let Some(missing) = &ran.missing {
                for variant in self.new_variants(missing) {
                    let target =
                        Target::Called(missing.flow.clone(), missing.step.clone(), variant.name.clone());
                    let answered = answered(&track, missing, &variant);
                    let shown = shown.iter().cloned().chain([target]).collect();
                    queue.push_back((answered.called(format!("{}-{}", missing.step, variant.name)), shown));
                }
                continue;
            }
            shown.extend(spoken(&ran.seen, &track.locale));
            self.keep(&track, &ran, shown);
            if let Some(place) = ran.waits.clone() {
                self.ask(&track, &ran, &place, &mut queue);
            }
        }
    }

    /// Keeps a conversation that shows something new.
    pub(super) fn keep(&mut self, track: &Track, ran: &Ran, shown: Vec<Target>) -> bool {
        let marks = ran.seen.iter().filter(|mark| !matches!(mark, Mark::Step(_, _, Way::Unanswered)));
        let before = (self.seen.len(), self.targets.len());
        for mark in marks {
            if !self.seen.contains(mark) {
                self.seen.insert(mark.clone());
            }
        }
        self.targets.extend(shown);
        let is_new = (self.seen.len(), self.targets.len()) != before;
        if is_new {
            self.kept.push(track.clone());
        }
        is_new
    }

    /// Keeps a conversation in another locale if a step is heard in it for the first time.
    pub(super) fn keep_spoken(&mut self, track: &Track) {
        let Some((track, ran)) = self.alike(track) else { return };
        let shown = spoken(&ran.seen, &track.locale).collect();
        self.keep(&track, &ran, shown);
    }

    /// The answers of the world that were not tried at this step, and success.
    fn new_variants(&mut self, missing: &Missing) -> Vec<Variant> {
        let Some(step) = step(self.spec, &missing.flow, &missing.step) else { return Vec::new() };
        let all = variants(self.spec, &self.conditions, &step.action);
        let key = |variant: &Variant| (missing.flow.clone(), missing.step.clone(), variant.name.clone());
        all.into_iter()
            .filter(|variant| self.spawned.insert(key(variant)) || variant.name == "success")
            .collect()
    }

    /// Goes on from a question that waits.
    fn ask(
        &mut self,
        track: &Track,
        ran: &Ran,
        place: &(String, String),
        queue: &mut VecDeque<(Track, Vec<Target>)>,
    ) {
        let Some(field) = asked(self.spec, place) else { return };
        let state = self.looked_at(ran);
        let visited = self.visited.entry(place.clone()).or_default();
        let is_first = visited.is_empty();
        if visited.len() >= MOST_STATES || !visited.insert(state) {
            return;
        }
        let answers = self.conditions.answers(&field);
        if !is_first {
            let onward = answers.iter().rev().find_map(|(name, text)| {
                let next = track.then(text.as_str()).called(format!("{}={name}", place.1));
                let ran = self.run(&next)?;
                (ran.waits.as_ref() != Some(place)).then_some(next)
            });
            queue.extend(onward.map(|next| (next, Vec::new())));
            return;
        }
        // Answers that only make the bot ask again follow each other in one conversation.
        let mut chain = track.clone();
        let Some(mut end) = self.replay.end(track) else { return };
        let mut chained = Vec::new();
        let mut onward = Vec::new();
        for (name, text) in answers {
            let target = Target::Answer(place.0.clone(), place.1.clone(), name.clone());
            self.runs += 1;
            let next = self.replay.then(end, track, &text);
            match next.filter(|next| self.replay.waits(*next).as_ref() == Some(place)) {
                Some(next) if chained.len() < MOST_ANSWERS => {
                    chain = chain.then(text.as_str());
                    end = next;
                    chained.push(target);
                }
                _ => onward.push((name, text, target)),
            }
        }
        if !chained.is_empty() {
            let hit = onward.iter().rev().find(|(name, ..)| !name.starts_with("miss"));
            let chain = hit.map_or(chain.clone(), |(_, text, _)| chain.then(text.as_str()));
            self.chains.push((chain.called(format!("{}=misses", place.1)), chained));
        }
        for (name, text, target) in onward {
            queue.push_back((track.then(text).called(format!("{}={name}", place.1)), vec![target]));
        }
    }

    /// Starts again where a conversation ended, by each command whose flow may still show something: what one flow left in
    /// the state may lead another one elsewhere. Returns whether there was anything to try.
    pub(super) fn go_on(&mut self) -> bool {
        let missing: Vec<_> = marks::all(self.spec).difference(&self.seen).cloned().collect();
        let spec = self.spec;
        let is_worth = |flow: &str| {
            let reached = reach::from(spec, flow);
            missing.iter().any(|mark| match mark {
                Mark::Step(flow, step, _) => reached.contains(&(flow.as_str(), step.as_str())),
                _ => false,
            })
        };
        let commands: Vec<_> = spec.commands.iter().filter(|command| is_worth(&command.flow)).collect();
        let mut starts = Vec::new();
        for track in self.kept.clone() {
            if commands.is_empty() || starts.len() >= MOST_STARTS || track.locale != spec.meta.default_locale
            {
                continue;
            }
            let Some(ran) = self.run(&track) else { continue };
            if ran.waits.is_none() && self.ended.insert(self.looked_at(&ran)) {
                starts.extend(
                    commands
                        .iter()
                        .map(|command| track.then(command.cmd.as_str()).called(command.cmd.as_str())),
                );
            }
        }
        let is_any = !starts.is_empty();
        for start in starts {
            self.explore(start);
        }
        is_any
    }

    /// Keeps the conversations in which a question was asked again and again.
    pub(super) fn keep_chains(&mut self) {
        for (chain, mut shown) in std::mem::take(&mut self.chains) {
            let Some((chain, ran)) = self.complete(chain) else { continue };
            shown.extend(spoken(&ran.seen, &chain.locale));
            self.keep(&chain, &ran, shown);
        }
    }

    /// The part of the state that something looks at.
    fn looked_at(&self, ran: &Ran) -> String {
        let Some(turn) = ran.turns.last() else { return String::new() };
        let field = |name: &String| turn.state.get(name).map(canonical).unwrap_or_default();
        self.conditions.fields().map(field).collect::<Vec<_>>().join("\n")
    }

    /// The same with every request answered well, and what comes of it.
    pub(super) fn complete(&mut self, mut track: Track) -> Option<(Track, Ran)> {
        for _ in 0..MOST_ANSWERS {
            let ran = self.run(&track)?;
            let Some(missing) = ran.missing else { return Some((track, ran)) };
            let step = step(self.spec, &missing.flow, &missing.step)?;
            let variant = variants(self.spec, &self.conditions, &step.action).into_iter().next()?;
            track = answered(&track, &missing, &variant);
        }
        None
    }

    /// The same with its requests answered in their order, wherever they go: the locale may be a part of their URLs.
    fn alike(&mut self, track: &Track) -> Option<(Track, Ran)> {
        let mut anew = Track { mocks: Vec::new(), ..track.clone() };
        for mock in &track.mocks {
            let Some(Missing { method, url, .. }) = self.run(&anew)?.missing else { break };
            anew.mocks.push(Mock { method, url, answers: mock.answers.clone() });
        }
        self.complete(anew)
    }

    /// The same, answered until no question waits.
    pub(super) fn settle(&mut self, track: Track) -> Option<Track> {
        let (mut track, mut ran) = self.complete(track)?;
        for _ in 0..MOST_ANSWERS {
            let Some(place) = ran.waits else { return Some(track) };
            let text = self.hit(&track, &place)?;
            (track, ran) = self.complete(track.then(text))?;
        }
        None
    }

    /// Answers to a question, those that it takes first.
    pub(super) fn answers(&self, place: &(String, String)) -> Vec<String> {
        let Some(field) = asked(self.spec, place) else { return Vec::new() };
        let answers = self.conditions.answers(&field);
        let (hits, others): (Vec<_>, Vec<_>) =
            answers.into_iter().partition(|(name, _)| name.starts_with("hit"));
        hits.into_iter().chain(others).map(|(_, text)| text).collect()
    }

    /// An answer that the question takes.
    pub(super) fn hit(&mut self, track: &Track, place: &(String, String)) -> Option<String> {
        let field = asked(self.spec, place)?;
        let answers = self.conditions.answers(&field);
        let mut liked = answers.iter().filter(|(name, _)| name.starts_with("hit")).chain(&answers);
        let found = liked.find(|(_, text)| {
            self.run(&track.then(text.as_str())).is_some_and(|ran| ran.waits.as_ref() != Some(place))
        });
        found.map(|(_, text)| text.clone())
    }
}

/// The steps that spoke to a chat of a locale.
fn spoken<'r>(seen: &'r Seen, locale: &'r str) -> impl Iterator<Item = Target> + 'r {
    seen.iter().filter_map(move |mark| match mark {
        Mark::Step(flow, step, Way::Said(_)) => {
            Some(Target::Spoken(flow.clone(), step.clone(), locale.to_owned()))
        }
        _ => None,
    })
}

fn answered(track: &Track, missing: &Missing, variant: &Variant) -> Track {
    let mut track = track.clone();
    track.mocks.push(Mock {
        method: missing.method.clone(),
        url: missing.url.clone(),
        answers: variant.answers.clone(),
    });
    track
}

/// A step by the ids.
pub(super) fn step<'s>(spec: &'s Spec, flow: &str, step: &str) -> Option<&'s Step> {
    let flow = spec.flows.iter().find(|other| other.id == flow)?;
    flow.steps.iter().find(|other| other.id == step)
}

/// The field that takes the answer to a question.
fn asked(spec: &Spec, place: &(String, String)) -> Option<String> {
    match &step(spec, &place.0, &place.1)?.action {
        Action::Ask { save, .. } => Some(save.clone()),
        _ => None,
    }
}

//! The conversations that a spec asks for: for every command, intent, locale, step and branch, with what the interpreter says
//! must come of them; and what of the spec they do not reach. Pure and deterministic.

mod answers;
mod conditions;
mod examples;
mod explore;
mod extra;
mod one_off;
mod reach;
mod replay;
#[cfg(test)]
mod tests;
mod track;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bot::fill::Part;
use crate::bot::interpret::{Interpreter, Mark, Unfit, marks};
use crate::bot::spec::Spec;
use crate::diag::Place;

use super::actual::{expectation, outcome};
use super::case::{BotSuite, Conversation, Exchange, START};
use explore::Explorer;
use track::Track;

/// How often conversations are begun where others ended.
const MOST_ROUNDS: usize = 3;

/// A generated suite and what it covers.
#[derive(Debug, Clone, PartialEq)]
pub struct Generated {
    /// The suite.
    pub suite: BotSuite,
    /// How many steps, branches, commands and intents there are.
    pub total: usize,
    /// Those that no conversation reaches, and why.
    pub uncovered: Vec<(Mark, &'static str)>,
}

impl Generated {
    /// How many are reached.
    pub fn covered(&self) -> usize {
        self.total - self.uncovered.len()
    }
}

/// The suite of a spec that passed the rules. `file` is what reports call it.
///
/// # Errors
/// A pattern of the spec is none.
pub fn generate(spec: &Spec, file: Arc<str>) -> Result<Generated, Unfit> {
    let mut explorer = Explorer::new(spec, Interpreter::new(spec)?);
    for start in starts(&mut explorer, &spec.meta.default_locale) {
        explorer.explore(start);
    }
    let mut rounds = 0;
    while rounds < MOST_ROUNDS && explorer.go_on() {
        rounds += 1;
    }
    explorer.keep_chains();
    in_other_locales(&mut explorer);
    for (track, ran) in explorer.extras() {
        explorer.keep(&track, &ran, Vec::new());
        explorer.kept.push(track);
    }
    let all = marks::all(spec);
    let uncovered = all.difference(&explorer.seen).map(|mark| (mark.clone(), reach::why(&explorer, mark)));
    let uncovered = uncovered.collect();
    let cases = cases(&mut explorer, &file);
    Ok(Generated {
        suite: BotSuite { file, bot: spec.meta.bot_id.clone(), cases },
        total: all.len(),
        uncovered,
    })
}

/// The first texts, one for each command and each intent.
fn starts(explorer: &mut Explorer<'_>, locale: &str) -> Vec<Track> {
    let spec = explorer.spec;
    let commands =
        spec.commands.iter().map(|one| Track::new(&["command", &one.cmd], locale).then(one.cmd.as_str()));
    let mut starts: Vec<_> = commands.collect();
    for intent in &spec.intents {
        let words = intent.keywords.get(locale).into_iter().flatten();
        let tracks: Vec<_> =
            words.map(|word| Track::new(&["intent", &intent.id], locale).then(word.as_str())).collect();
        // An intent of a higher priority may have the same word.
        let mark = Mark::Intent(intent.id.clone(), locale.to_owned());
        let starts_it =
            |track: &Track| explorer.replay.run(track).is_some_and(|ran| ran.seen.contains(&mark));
        starts.extend(tracks.into_iter().find(starts_it));
    }
    starts
}

/// The conversations of the default locale in every other one, and in locales that the bot does not speak, where a step is
/// heard in them for the first time.
fn in_other_locales(explorer: &mut Explorer<'_>) {
    let spec = explorer.spec;
    let default = &spec.meta.default_locale;
    let kept = explorer.kept.clone();
    let others = spec.meta.locales.iter().filter(|locale| *locale != default);
    // Not quite a locale that it speaks: locales match exactly.
    let nearly = others.clone().next().unwrap_or(default);
    let encoded = if track::in_a_url(spec, &Part::Locale) { "&ü" } else { "" };
    let elsewhere = format!("{nearly}-XX{encoded}");
    for locale in others.chain([&elsewhere]) {
        for track in &kept {
            let mut track = Track { locale: locale.clone(), ..track.clone() };
            let word = track.name.get(1).filter(|_| track.name.first().is_some_and(|kind| kind == "intent"));
            let intent = word.and_then(|id| spec.intents.iter().find(|intent| intent.id == *id));
            if let Some(word) = intent.and_then(|intent| intent.keywords.get(locale)?.first())
                && let Some(first) = track.sends.first_mut()
            {
                first.0 = Some(word.clone());
            }
            track.name.push(format!("in-{locale}"));
            explorer.keep_spoken(&track);
        }
    }
}

/// The cases of what was kept, without those that others contain, each under a name of its own.
fn cases(explorer: &mut Explorer<'_>, file: &Arc<str>) -> Vec<Conversation> {
    let kept = std::mem::take(&mut explorer.kept);
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for (at, track) in kept.iter().enumerate() {
        let is_contained = kept.iter().any(|other| track.is_part_of(other))
            || kept[..at].iter().any(|other| {
                (&other.sends, &other.mocks, &other.locale) == (&track.sends, &track.mocks, &track.locale)
            });
        if is_contained {
            continue;
        }
        let Some(case) = case(explorer, track, file) else { continue };
        let name = name(&track.name);
        let count = names.entry(name.clone()).or_default();
        *count += 1;
        let id = if *count == 1 { name } else { format!("{name}#{count}") };
        found.push(Conversation { id, ..case });
    }
    found
}

/// A name from its pieces; of many, the first two and the last ones.
fn name(pieces: &[String]) -> String {
    let mut pieces: Vec<_> = pieces.iter().map(|piece| piece.trim_start_matches('/')).collect();
    if pieces.len() > 6 {
        pieces.splice(2..pieces.len() - 3, ["…"]);
    }
    pieces.join("/")
}

fn case(explorer: &mut Explorer<'_>, track: &Track, file: &Arc<str>) -> Option<Conversation> {
    let spec = explorer.spec;
    let ran = explorer.replay.run(track)?;
    let place = Place::file(Arc::clone(file));
    let turn = |((send, after), turn): (&(Option<String>, i64), _)| Exchange {
        send: send.clone(),
        after: *after,
        expect: Some(expectation(&outcome(spec, turn))),
        place: place.clone(),
        expect_range: 0..0,
    };
    let turns = track.sends.iter().zip(ran.turns.iter().map(|turn| &**turn)).map(turn).collect();
    let is_default = track.locale == spec.meta.default_locale;
    Some(Conversation {
        id: String::new(),
        locale: (!is_default).then(|| track.locale.clone()),
        chat: track::chat(spec).to_owned(),
        now: START,
        mocks: track.mocks.clone(),
        turns,
        place,
    })
}

//! Conversations that are not found by following steps: how commands and keywords are written, what a pending question does
//! with what is said, priorities, cooldowns, locales.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::bot::interpret::by_priority;
use crate::bot::spec::{Action, Command, Intent, Step};

use super::explore::Explorer;
use super::reach;
use super::track::{Ran, Track};

/// A text that means nothing to most bots.
const NOTHING: &str = "qwxz 0";
/// How many conversations are tried as what was before.
const MOST_BEFORE: usize = 12;
/// What is held to be a locale that a bot does not speak.
const ELSEWHERE: &str = "XX";

impl Explorer<'_> {
    /// All of them.
    pub(super) fn extras(&mut self) -> Vec<(Track, Ran)> {
        let mut tracks = Vec::new();
        tracks.push(self.unknown());
        tracks.extend(self.forms());
        tracks.extend(self.pending());
        tracks.extend(self.keywords());
        tracks.extend(self.priorities());
        tracks.extend(self.cooldowns());
        tracks.extend(self.afterwards());
        tracks.extend(self.resets());
        tracks.into_iter().filter_map(|track| self.complete(track)).collect()
    }

    fn default_locale(&self) -> String {
        self.spec.meta.default_locale.clone()
    }

    /// Texts that mean nothing, and those that only look like commands.
    fn unknown(&self) -> Track {
        let mut track = Track::new(&["text", "unknown"], &self.default_locale());
        track = track.then(NOTHING).then_after(None, 0).then("").then("/no-such-command");
        for command in self.spec.commands.iter().take(2) {
            track = track.then(format!("{}x", command.cmd)).then(format!("x{0} {0}", command.cmd));
        }
        track
    }

    /// Each command as people write it.
    fn forms(&self) -> Vec<Track> {
        let locale = self.default_locale();
        let forms = |cmd: &str| {
            let track = Track::new(&["command", cmd, "forms"], &locale);
            let mut track = track
                .then(cmd.to_ascii_uppercase())
                .then(format!("{cmd}@Some_Bot"))
                .then(format!(" \n{cmd} now"))
                .then(format!("{cmd}@"))
                .then(format!("now {cmd}"));
            for (ascii, other) in [('k', '\u{212A}'), ('s', '\u{17F}')] {
                if cmd.contains(ascii) {
                    track = track.then(cmd.replace(ascii, &other.to_string()));
                }
            }
            track
        };
        self.spec.commands.iter().map(|command| forms(&command.cmd)).collect()
    }

    /// A question that waits: commands drop it, updates without text and other texts do not, and it is asked once.
    fn pending(&mut self) -> Vec<Track> {
        let mut waiting: Vec<(Track, (String, String))> = Vec::new();
        for track in self.kept.clone() {
            let place = self.run(&track).and_then(|ran| ran.waits);
            if let Some(place) = place
                && track.locale == self.spec.meta.default_locale
                && !waiting.iter().any(|(_, other)| *other == place)
            {
                waiting.push((track, place));
            }
        }
        waiting.sort_by_key(|(track, _)| track.sends.len());
        let Some((first, place)) = waiting.first().cloned() else { return Vec::new() };
        let renamed = |pieces: &[&str], track: &Track| Track {
            name: pieces.iter().map(|&piece| piece.to_owned()).collect(),
            ..track.clone()
        };
        let mut tracks = Vec::new();
        if let Some(text) = self.hit(&first, &place) {
            tracks.push(renamed(&["pending", "no-text"], &first).then_after(None, 0).then(text));
        }
        tracks.push(renamed(&["pending", "not-a-command"], &first).then("/no-such-command").then(NOTHING));
        let word = self
            .spec
            .intents
            .first()
            .and_then(|intent| self.words(intent, &self.spec.meta.default_locale).first());
        if let Some(word) = word {
            tracks.push(renamed(&["pending", "keyword"], &first).then(word.as_str()).then(NOTHING));
        }
        for command in &self.spec.commands {
            // One from another flow shows more: the command asks no such question.
            let other =
                waiting.iter().find(|(_, place)| place.0 != command.flow).unwrap_or(&waiting[0]).clone();
            let other = self.left_alone(command, &waiting).unwrap_or(other);
            if let Some(text) = self.hit(&other.0, &other.1) {
                let track = renamed(&["pending", "dropped-by", &command.cmd], &other.0);
                tracks.push(track.then(command.cmd.as_str()).then(text));
            }
        }
        for (track, place) in &waiting {
            let last = self.last_answer(track, place).or_else(|| self.hit(track, place));
            let answered = last.and_then(|text| self.settle(track.then(text)));
            if let Some(answered) = answered {
                tracks.push(renamed(&["pending", "once", &place.0, &place.1], &answered).then(NOTHING));
            }
        }
        tracks
    }

    /// A question of another flow in a chat where a command ends without asking anything: only there it shows whether the
    /// question is dropped.
    fn left_alone(
        &mut self,
        command: &Command,
        waiting: &[(Track, (String, String))],
    ) -> Option<(Track, (String, String))> {
        let asks = |explorer: &mut Self, track: &Track| {
            explorer.complete(track.then(command.cmd.as_str())).map(|(_, ran)| ran.waits.is_some())
        };
        let others: Vec<_> = waiting.iter().filter(|(_, place)| place.0 != command.flow).cloned().collect();
        if let Some(found) = others.iter().find(|(track, _)| asks(self, track) == Some(false)) {
            return Some(found.clone());
        }
        let default = self.default_locale();
        let mut ended = self.kept.clone();
        ended.retain(|track| track.locale == default);
        ended.sort_by_key(|track| track.sends.len());
        for before in ended.into_iter().take(MOST_BEFORE) {
            if self.run(&before).is_none_or(|ran| ran.waits.is_some()) {
                continue;
            }
            // The question is asked once more, in a chat that remembers what was before.
            for (track, place) in others.iter().take(2) {
                let sends = before.sends.iter().chain(&track.sends).cloned().collect();
                let mocks = before.mocks.iter().chain(&track.mocks).cloned().collect();
                let both = Track { sends, mocks, ..track.clone() };
                let waits = self.run(&both).and_then(|ran| ran.waits.filter(|_| ran.missing.is_none()));
                if waits.as_ref() == Some(place) && asks(self, &both) == Some(false) {
                    return Some((both, place.clone()));
                }
            }
        }
        None
    }

    /// An answer after which no question waits: only then it shows whether the question was asked once.
    fn last_answer(&mut self, track: &Track, place: &(String, String)) -> Option<String> {
        let answers = self.answers(place);
        answers
            .into_iter()
            .find(|text| self.complete(track.then(text.as_str())).is_some_and(|(_, ran)| ran.waits.is_none()))
    }

    /// Each command in a chat that remembers much: what a flow sets anew, or forgets, shows only there.
    fn afterwards(&mut self) -> Vec<Track> {
        let initial = self.replay.bot.initial_state();
        let mut fullest: Option<(usize, Track)> = None;
        for track in self.kept.clone() {
            let Some(ran) = self.run(&track) else { continue };
            let Some(turn) = ran.turns.last().filter(|_| ran.waits.is_none()) else { continue };
            let is_set =
                |name: &&String| turn.state.get(*name).is_some_and(|value| initial.get(*name) != Some(value));
            let count = self.spec.state.fields.keys().filter(is_set).count();
            if track.locale == self.spec.meta.default_locale
                && fullest.as_ref().is_none_or(|(most, _)| count > *most)
            {
                fullest = Some((count, track));
            }
        }
        let Some((_, track)) = fullest.filter(|(count, _)| *count > 0) else { return Vec::new() };
        let spec = self.spec;
        let again = |command: &Command| {
            let name = ["command", &command.cmd, "afterwards"].map(str::to_owned).to_vec();
            self.settle(Track { name, ..track.then(command.cmd.as_str()) })
        };
        spec.commands.iter().filter_map(again).collect()
    }

    /// Each flow that sets a field to what it is at first, in a chat where something else stands there: only then it shows.
    fn resets(&mut self) -> Vec<Track> {
        let spec = self.spec;
        let locale = self.default_locale();
        let initial = self.replay.bot.initial_state();
        let mut ends: Vec<(Track, Map<String, Value>)> = Vec::new();
        for track in self.kept.clone() {
            let ran = if track.locale == locale { self.run(&track) } else { None };
            if let Some(ran) = ran.filter(|ran| ran.waits.is_none())
                && let Some(turn) = ran.turns.last()
            {
                ends.push((track, turn.state.clone()));
            }
        }
        ends.sort_by_key(|(track, _)| (track.sends.len(), track.mocks.len()));
        let mut tracks = Vec::new();
        for (name, text, flow) in self.entries(&locale) {
            let reached = reach::from(spec, &flow);
            let reset = |step: &Step| match &step.action {
                Action::Save { field, value } if initial.get(field) == Some(value) => Some(field.clone()),
                _ => None,
            };
            let steps = spec.flows.iter().flat_map(|flow| flow.steps.iter().map(move |step| (flow, step)));
            let fields: BTreeSet<String> = steps
                .filter(|(flow, step)| reached.contains(&(flow.id.as_str(), step.id.as_str())))
                .filter_map(|(_, step)| reset(step))
                .collect();
            for field in fields {
                let is_other = |state: &Map<String, Value>| state.get(&field) != initial.get(&field);
                let Some((before, _)) = ends.iter().find(|(_, state)| is_other(state)) else { continue };
                let name = [&name[..], &["resets".to_owned(), field]].concat();
                tracks.extend(self.settle(Track { name, ..before.then(text.as_str()) }));
            }
        }
        tracks
    }

    /// What starts each flow: the pieces of a name, the text, the flow.
    fn entries(&self, locale: &str) -> Vec<(Vec<String>, String, String)> {
        let mut entries: Vec<(Vec<String>, String, String)> = Vec::new();
        for command in &self.spec.commands {
            let name = ["command", &command.cmd].map(str::to_owned).to_vec();
            entries.push((name, command.cmd.clone(), command.flow.clone()));
        }
        for intent in &self.spec.intents {
            if let Some(word) = self.words(intent, locale).first() {
                let name = ["intent", &intent.id].map(str::to_owned).to_vec();
                entries.push((name, word.clone(), intent.flow.clone()));
            }
        }
        let mut flows = BTreeSet::new();
        entries.retain(|(.., flow)| flows.insert(flow.clone()));
        entries
    }

    /// The words that count in a locale.
    fn words<'i>(&self, intent: &'i Intent, locale: &str) -> &'i [String] {
        let words = |locale: &str| intent.keywords.get(locale).filter(|words| !words.is_empty());
        words(locale).or_else(|| words(&self.spec.meta.default_locale)).map_or(&[], Vec::as_slice)
    }

    /// Each keyword by itself, in capitals, and with something beside it; and those of other locales.
    fn keywords(&self) -> Vec<Track> {
        let default = self.default_locale();
        let elsewhere: Vec<String> =
            self.spec.meta.locales.iter().map(|locale| format!("{locale}-{ELSEWHERE}")).collect();
        let mut tracks = Vec::new();
        for intent in &self.spec.intents {
            for locale in &self.spec.meta.locales {
                let words = self.words(intent, locale);
                for word in words {
                    let track = Track::new(&["intent", &intent.id, locale, word], locale);
                    tracks.push(track.then(format!("({})!", word.to_uppercase())));
                }
                let mut track = Track::new(&["intent", &intent.id, locale, "beside"], locale);
                for word in words.iter().take(2) {
                    for text in [
                        format!("{word}x"),
                        format!("x{word}"),
                        format!("{word}1"),
                        format!("_{word}"),
                        format!("{word}\u{301}"),
                    ] {
                        track = track.then(text);
                    }
                }
                // Words of the default locale mean nothing where the chat's has its own.
                let is_own =
                    |word: &&String| words.iter().any(|own| own.to_lowercase() == word.to_lowercase());
                for word in self.words(intent, &default).iter().filter(|word| !is_own(word)).take(2) {
                    track = track.then(word.as_str());
                }
                tracks.push(track);
            }
            for (locale, elsewhere) in self.spec.meta.locales.iter().zip(&elsewhere) {
                if let Some(word) = intent.keywords.get(locale).and_then(|words| words.first()) {
                    tracks
                        .push(Track::new(&["intent", &intent.id, elsewhere], elsewhere).then(word.as_str()));
                }
            }
        }
        tracks
    }

    /// Two intents in one text: the one that comes first by priority wins.
    fn priorities(&mut self) -> Vec<Track> {
        let locale = self.default_locale();
        let sorted: Vec<_> = by_priority(&self.spec.intents).collect();
        let both = |pair: &[&Intent]| {
            let [first, second] = pair else { return None };
            let (one, other) = (self.words(first, &locale).first()?, self.words(second, &locale).first()?);
            let track = Track::new(&["priority", &first.id, &second.id], &locale);
            Some(track.then(format!("{other} {one}")))
        };
        let neighbours = sorted.windows(2).filter_map(both);
        let ends = [sorted.first(), sorted.last()].into_iter().flatten().copied().collect::<Vec<_>>();
        let tracks: Vec<_> = neighbours.chain(both(&ends).filter(|_| sorted.len() > 2)).collect();
        // Both may begin with the same question.
        tracks.into_iter().map(|track| self.settle(track.clone()).unwrap_or(track)).collect()
    }

    /// An intent just before its cooldown is over, then when it is over, and again.
    fn cooldowns(&mut self) -> Vec<Track> {
        let locale = self.default_locale();
        let spec = self.spec;
        let mut tracks = Vec::new();
        for intent in &spec.intents {
            let wait = intent.cooldown_sec.unwrap_or_default().min(315_360_000) as i64 * 1000;
            let Some(word) = self.words(intent, &locale).first().cloned() else { continue };
            if wait == 0 {
                continue;
            }
            let start = Track::new(&["cooldown", &intent.id], &locale).then(word.as_str());
            let Some(fired) = self.settle(start) else { continue };
            let again = fired.then_after(Some(word.clone()), wait - 1).then_after(Some(word.clone()), 1);
            let Some(again) = self.settle(again) else { continue };
            tracks.push(again.then_after(Some(word), wait - 1));
        }
        tracks
    }
}

//! Where an update starts: a command, the answer to a pending question, an intent, or nowhere.

use serde_json::Value;

use super::marks::{Mark, Way};
use super::{Place, Ready, Run};
use crate::bot::spec::Action;
use crate::bot::value::is_space;

impl Run<'_, '_, '_> {
    /// Where a text leads: `None` if it means nothing, `Some(None)` if what it means is over at once.
    pub(super) fn start(&mut self, text: &str) -> Option<Option<Place>> {
        self.command(text).or_else(|| self.answer(text)).or_else(|| self.intent(text))
    }

    fn command(&mut self, text: &str) -> Option<Option<Place>> {
        let word = command_word(text)?;
        let command = self.of.spec.commands.iter().find(|one| one.cmd.to_ascii_lowercase() == word)?;
        self.seen.insert(Mark::Command(word));
        if self.pending().is_some() {
            self.seen.insert(Mark::Dropped);
        }
        self.set_own("waits", Value::Null);
        Some(self.of.first(&command.flow))
    }

    /// The question that waits, if the spec still has it.
    fn pending(&self) -> Option<Place> {
        let waits = self.own("waits")?;
        let flow = *self.of.flows.get(waits.get("flow")?.as_str()?)?;
        let place = self.of.named(flow, waits.get("step")?.as_str()?)?;
        matches!(self.of.step(place).action, Action::Ask { .. }).then_some(place)
    }

    fn answer(&mut self, text: &str) -> Option<Option<Place>> {
        let place = self.pending()?;
        let Action::Ask { save, .. } = &self.of.step(place).action else { return None };
        self.mark(place, Way::Answered);
        self.set_own("waits", Value::Null);
        self.state.insert(save.clone(), text.into());
        Some(self.of.after(place))
    }

    fn intent(&mut self, text: &str) -> Option<Option<Place>> {
        let of = self.of;
        for ready in &of.intents {
            let Some(locale) = self.keywords_of(ready, text) else { continue };
            let intent = ready.intent;
            let wait = intent.cooldown_sec.unwrap_or_default();
            if wait > 0 {
                if self.is_cooling(&intent.id, wait) {
                    self.seen.insert(Mark::Cooling(intent.id.clone()));
                    continue;
                }
                let mut fired = self.own("fired").and_then(Value::as_object).cloned().unwrap_or_default();
                fired.insert(intent.id.clone(), self.update.now.into());
                self.set_own("fired", fired.into());
            }
            self.set_own("waits", Value::Null);
            self.seen.insert(Mark::Intent(intent.id.clone(), locale));
            return Some(self.of.first(&intent.flow));
        }
        None
    }

    /// The locale whose keywords count, if one of them occurs.
    fn keywords_of(&self, ready: &Ready<'_>, text: &str) -> Option<String> {
        let has = |locale: &str| ready.keywords.get(locale).is_some_and(|words| !words.is_empty());
        let default = self.of.spec.meta.default_locale.as_str();
        let locale = if has(&self.update.locale) { self.update.locale.as_str() } else { default };
        let occurs = ready.keywords.get(locale)?.iter().any(|word| word.occurs_in(text));
        occurs.then(|| locale.to_owned())
    }

    fn is_cooling(&self, id: &str, seconds: u64) -> bool {
        let fired = self.own("fired").and_then(|fired| fired.get(id)?.as_f64());
        fired.is_some_and(|then| (self.update.now as f64) - then < seconds as f64 * 1000.0)
    }
}

/// The first word of a text in lower case (ASCII), without the bot's name, if it is the form of a command.
fn command_word(text: &str) -> Option<String> {
    let word = text.split(is_space).find(|word| !word.is_empty())?;
    let (cmd, name) = word.split_once('@').unwrap_or((word, "name"));
    (cmd.len() > 1 && cmd.starts_with('/') && !name.is_empty()).then(|| cmd.to_ascii_lowercase())
}

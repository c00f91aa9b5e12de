//! What each type of step does.

use serde_json::{Value, json};

use super::marks::{Mark, Way};
use super::{Place, Run};
use crate::bot::fill::{Part, parts};
use crate::bot::mock::Met;
use crate::bot::spec::{Action, TextRef};
use crate::bot::talk::{Effect, Request};
use crate::bot::value::{at_pointer, encode_uri_component, is_same, plain, pointer_tokens, text_of};

impl<'s> Run<'_, 's, '_> {
    /// Does a step; returns the one that comes next.
    pub(super) fn step(&mut self, place: Place) -> Option<Place> {
        let step = self.of.step(place);
        match &step.action {
            Action::Reply { text, keyboard } => {
                let keyboard = keyboard.as_ref().map(|rows| {
                    rows.iter().map(|row| row.iter().map(|label| self.fill(label)).collect()).collect()
                });
                self.say(place, text, keyboard);
            }
            Action::Ask { text, .. } => {
                self.say(place, text, None);
                let flow = &self.of.spec.flows[place.flow].id;
                self.set_own("waits", json!({"flow": flow, "step": step.id}));
                return None;
            }
            Action::Validate { field, on_fail, .. } => {
                let judge = self.of.judges.get(&place);
                if !judge.is_none_or(|judge| judge.passes(self.state.get(field))) {
                    self.mark(place, Way::Fails);
                    return self.failed(place, on_fail.as_deref());
                }
                self.mark(place, Way::Holds);
            }
            Action::Save { field, value } => {
                self.mark(place, Way::Done);
                let value = self.fill_value(value);
                self.state.insert(field.clone(), value);
            }
            Action::ApiCall { .. } => return self.call(place),
            Action::Goto { .. } => return self.go(place),
        }
        self.of.after(place)
    }

    pub(super) fn mark(&mut self, place: Place, way: Way) {
        let flow = &self.of.spec.flows[place.flow];
        self.seen.insert(Mark::Step(flow.id.clone(), flow.steps[place.step].id.clone(), way));
    }

    fn failed(&self, place: Place, on_fail: Option<&str>) -> Option<Place> {
        self.of.named(place.flow, on_fail?)
    }

    fn say(&mut self, place: Place, text: &'s TextRef, keyboard: Option<Vec<Vec<String>>>) {
        let (text, locale) = self.of.text(text, &self.update.locale);
        self.mark(place, locale.map_or(Way::Done, |locale| Way::Said(locale.to_owned())));
        let text = self.fill(text);
        self.effects.push(Effect::Message { text, keyboard });
    }

    fn fill(&self, text: &str) -> String {
        self.filled_with(text, |value| value)
    }

    fn filled_with(&self, text: &str, change: impl Fn(String) -> String) -> String {
        parts(text)
            .into_iter()
            .map(|part| match part {
                Part::Text(text) => text.to_owned(),
                Part::State(field) => change(text_of(self.state.get(field))),
                Part::ChatId => change(self.update.chat_id.clone()),
                Part::Locale => change(self.update.locale.clone()),
            })
            .collect()
    }

    /// A value with the texts in it filled in.
    fn fill_value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.fill(text).into(),
            Value::Array(items) => items.iter().map(|item| self.fill_value(item)).collect(),
            Value::Object(map) => {
                map.iter().map(|(key, value)| (key.clone(), self.fill_value(value))).collect()
            }
            other => plain(other),
        }
    }

    fn call(&mut self, place: Place) -> Option<Place> {
        let Action::ApiCall { method, url, body, timeout_ms, retries, backoff_ms, map, on_fail } =
            &self.of.step(place).action
        else {
            return None;
        };
        let url = self.filled_with(url, |value| encode_uri_component(&value));
        let body = body.as_ref().map(|body| self.fill_value(body));
        let outcome = self.world.request(method, &url, retries.unwrap_or_default());
        self.effects.push(Effect::Http(Request {
            method: method.clone(),
            url,
            headers: None,
            body,
            timeout_ms: *timeout_ms,
            retries: *retries,
            backoff_ms: *backoff_ms,
            status: outcome.status,
            attempts: outcome.attempts,
        }));
        if outcome.attempts > 1 {
            self.mark(place, Way::Retried);
        }
        if !outcome.ok() {
            self.mark(
                place,
                match outcome.met {
                    Some(Met::Answer) => Way::Refused,
                    Some(Met::Timeout) => Way::TimedOut,
                    Some(Met::Oversized) => Way::Oversized,
                    Some(Met::NetworkError) => Way::Unreachable,
                    None => Way::Unanswered,
                },
            );
            return self.failed(place, on_fail.as_deref());
        }
        let json = plain(&outcome.json);
        let found: Option<Vec<_>> = map
            .iter()
            .flatten()
            .map(|(pointer, field)| Some((field, at_pointer(&json, &pointer_tokens(pointer))?)))
            .collect();
        // Nothing is saved unless everything was found.
        let Some(found) = found else {
            self.mark(place, Way::NotFound);
            return self.failed(place, on_fail.as_deref());
        };
        for (field, value) in found {
            self.state.insert(field.clone(), value.clone());
        }
        self.mark(place, Way::Succeeded);
        self.of.after(place)
    }

    fn go(&mut self, place: Place) -> Option<Place> {
        let Action::Goto { target_flow, target_step, when, else_next } = &self.of.step(place).action else {
            return None;
        };
        if let Some(when) = when {
            if !is_same(self.state.get(&when.field), &when.equals) {
                self.mark(place, Way::Fails);
                return match else_next {
                    Some(id) => self.of.named(place.flow, id),
                    None => self.of.after(place),
                };
            }
            self.mark(place, Way::Holds);
        } else {
            self.mark(place, Way::Done);
        }
        match (target_flow, target_step) {
            (Some(flow), _) => {
                self.effects.push(Effect::Goto { flow: flow.clone() });
                self.of.first(flow)
            }
            (None, Some(step)) => self.of.named(place.flow, step),
            (None, None) => None,
        }
    }
}

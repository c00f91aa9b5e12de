//! A conversation in the making: what is sent and answered so far, and what comes of it.

use std::rc::Rc;

use crate::bot::fill::{Part, parts};
use crate::bot::interpret::Seen;
use crate::bot::spec::{Action, Spec};
use crate::bot::talk::{Mock, Turn};

use super::super::case::CHAT;

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
#[derive(Debug, Clone)]
pub(super) struct Ran {
    /// A turn for each text.
    pub(super) turns: Vec<Rc<Turn>>,
    /// What it went through.
    pub(super) seen: Rc<Seen>,
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

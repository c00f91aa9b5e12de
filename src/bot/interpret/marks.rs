//! What of a spec a conversation went through: its steps and their branches, commands and intents. Suites measure
//! themselves by it.

use std::collections::BTreeSet;
use std::fmt;

use crate::bot::spec::{Action, Spec, TextRef};

/// Something that a conversation can go through.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// A command started its flow.
    Command(String),
    /// A command dropped a pending question.
    Dropped,
    /// An intent started its flow, by the keywords of a locale.
    Intent(String, String),
    /// An intent was passed over in its cooldown.
    Cooling(String),
    /// A text meant nothing.
    Unknown,
    /// An update had no text.
    NoText,
    /// A step of a flow went one of its ways.
    Step(String, String, Way),
}

/// A way that a step can go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// It did what it does.
    Done,
    /// It said its text in a locale.
    Said(String),
    /// The question was answered.
    Answered,
    /// The value passed, or the condition holds.
    Holds,
    /// The value did not pass, or the condition does not hold.
    Fails,
    /// The answer was good.
    Succeeded,
    /// The answer was no success.
    Refused,
    /// No answer came in time.
    TimedOut,
    /// There was no connection.
    Unreachable,
    /// The answer was too large.
    Oversized,
    /// A pointer found nothing in the answer.
    NotFound,
    /// More than one attempt was made.
    Retried,
    /// No mock answers such a request. No way of the spec: the conversation lacks something.
    Unanswered,
}

impl Way {
    const fn words(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Said(_) => "said in",
            Self::Answered => "answered",
            Self::Holds => "holds",
            Self::Fails => "does not hold",
            Self::Succeeded => "succeeds",
            Self::Refused => "answered without success",
            Self::TimedOut => "timed out",
            Self::Unreachable => "not reached",
            Self::Oversized => "answer too large",
            Self::NotFound => "pointer finds nothing",
            Self::Retried => "tried again",
            Self::Unanswered => "no mock answers",
        }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(cmd) => write!(f, "command {cmd}"),
            Self::Dropped => write!(f, "a command drops a question"),
            Self::Intent(id, locale) => write!(f, "intent {id}, keywords of {locale}"),
            Self::Cooling(id) => write!(f, "intent {id}, in its cooldown"),
            Self::Unknown => write!(f, "a text that means nothing"),
            Self::NoText => write!(f, "an update without text"),
            Self::Step(flow, step, Way::Said(locale)) => write!(f, "{flow}/{step}: said in {locale}"),
            Self::Step(flow, step, way) => write!(f, "{flow}/{step}: {}", way.words()),
        }
    }
}

/// What was gone through.
pub type Seen = BTreeSet<Mark>;

/// Everything that conversations with a bot can go through.
pub fn all(spec: &Spec) -> Seen {
    let mut marks = Seen::from([Mark::Unknown, Mark::NoText]);
    let mut asks = false;
    for flow in &spec.flows {
        for step in &flow.steps {
            asks |= matches!(step.action, Action::Ask { .. });
            let ways = ways(spec, &step.action);
            marks.extend(ways.into_iter().map(|way| Mark::Step(flow.id.clone(), step.id.clone(), way)));
        }
    }
    marks.extend(spec.commands.iter().map(|command| Mark::Command(command.cmd.to_ascii_lowercase())));
    if asks && !spec.commands.is_empty() {
        marks.insert(Mark::Dropped);
    }
    for intent in &spec.intents {
        let spoken = intent.keywords.iter().filter(|(_, words)| !words.is_empty());
        marks.extend(spoken.map(|(locale, _)| Mark::Intent(intent.id.clone(), locale.clone())));
        if intent.cooldown_sec.is_some_and(|seconds| seconds > 0) {
            marks.insert(Mark::Cooling(intent.id.clone()));
        }
    }
    marks
}

fn ways(spec: &Spec, action: &Action) -> Vec<Way> {
    let said = |text: &TextRef| match text {
        TextRef::Text(_) => vec![Way::Done],
        TextRef::TextKey(key) => {
            let has_key = |locale: &&String| {
                spec.localization.get(*locale).is_some_and(|texts| texts.contains_key(key))
            };
            spec.meta.locales.iter().filter(has_key).cloned().map(Way::Said).collect()
        }
    };
    match action {
        Action::Reply { text, .. } => said(text),
        Action::Ask { text, .. } => said(text).into_iter().chain([Way::Answered]).collect(),
        Action::Validate { .. } | Action::Goto { when: Some(_), .. } => vec![Way::Holds, Way::Fails],
        Action::Save { .. } | Action::Goto { when: None, .. } => vec![Way::Done],
        Action::ApiCall { retries, map, .. } => {
            let mut ways =
                vec![Way::Succeeded, Way::Refused, Way::TimedOut, Way::Unreachable, Way::Oversized];
            if retries.is_some_and(|retries| retries > 0) {
                ways.push(Way::Retried);
            }
            if map.as_ref().is_some_and(|map| !map.is_empty()) {
                ways.push(Way::NotFound);
            }
            ways
        }
    }
}

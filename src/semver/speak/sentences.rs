//! One entry as the sentences that it makes agents say.

use std::collections::{BTreeMap, BTreeSet};

use crate::oid::Oid;
use crate::pack::model::{
    Body, Entry, Lexicon, Named, Policy, Priority, Register, Rule, SlotKind, SlotValue, Template,
};
use crate::pack::template;
use crate::text::term_key;

use super::super::difference::Side;

/// What a sentence is about, in the order in which sentences are told: what stands for the same thing before and
/// after has the same one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spoken {
    /// The event's own sentence, the alias's, the policy's.
    Main,
    /// A template with these values, by number.
    Example(usize),
    /// What counts as having heard.
    Heard,
    /// The nth step that somebody hears.
    Step(String, usize),
    /// A term, by its key.
    Term(String),
    /// Another word for a term: the term's key, its own.
    Alias(String, String),
}

/// One side, and what its OIDs are called.
pub(super) struct Speaker<'s> {
    titles: BTreeMap<&'s Oid, &'s str>,
    language: &'s str,
}

impl<'s> Speaker<'s> {
    pub(super) fn of(side: &Side<'s, '_>) -> Self {
        let titles = side.entries.iter().filter_map(|entry| Some((&entry.oid, entry.title?))).collect();
        Self { titles, language: side.language }
    }

    /// Tells an entry's sentences. `other` is the same OID on the other side: its examples are tried on this one too.
    pub(super) fn entry(
        &self,
        entry: &Entry<'_>,
        other: Option<&Entry<'_>>,
        tell: &mut dyn FnMut(Spoken, String),
    ) {
        let spoken = match entry.language {
            Some(language) if language != self.language => format!(" (in {language})"),
            _ => String::new(),
        };
        let mut tell = |about, sentence: String| tell(about, sentence + &spoken);
        match &entry.body {
            Body::Rule(body) => rule(body, &mut tell),
            Body::Template(body) => {
                let other = other.and_then(|other| match &other.body {
                    Body::Template(body) => Some(body),
                    _ => None,
                });
                examples(body, other, &mut tell);
            }
            Body::Lexicon(body) => lexicon(body, &mut tell),
            Body::Policy(body) => tell(Spoken::Main, self.policy(body)),
            Body::Alias(target) => {
                tell(Spoken::Main, format!("Whoever asks for this is led to {}.", self.called(target)));
            }
        }
    }

    /// An OID as people know it.
    fn called(&self, oid: &Oid) -> String {
        self.titles.get(oid).map_or_else(|| oid.to_string(), |title| format!("{} ({oid})", quoted(title)))
    }

    fn policy(&self, policy: &Policy) -> String {
        let (allowed, banned): (Vec<_>, Vec<_>) =
            Register::WORDS.iter().partition(|(_, register)| policy.registers.contains(register));
        let words = |words: &[&(&str, Register)], join| {
            listed(words.iter().map(|(word, _)| (*word).to_owned()), join)
        };
        let under = listed(policy.applies_to.iter().map(|oid| self.called(oid)), "and");
        match (allowed.is_empty(), banned.is_empty()) {
            (_, true) => format!("Under {under}, any word may be used, formal, neutral or informal."),
            (true, _) => format!("Under {under}, no word may be used at all."),
            _ => format!(
                "Under {under}, agents use {} words; {} ones are banned.",
                words(&allowed, "and"),
                words(&banned, "and")
            ),
        }
    }
}

fn rule(rule: &Rule<'_>, tell: &mut dyn FnMut(Spoken, String)) {
    let how = match rule.priority {
        Priority::Emergency => " at once, before anything else",
        Priority::Urgent => " before what is routine",
        Priority::Routine => "",
    };
    tell(
        Spoken::Main,
        format!("When {} happens, agents say{how}: {}", quoted(&plain(rule.event)), quoted(rule.say)),
    );
    if !rule.acknowledge.is_empty() {
        let answers = listed(rule.acknowledge.iter().map(|answer| quoted(answer)), "or");
        tell(Spoken::Heard, format!("They take {answers} as a sign of having been heard."));
    }
    let mut heard: BTreeMap<&str, usize> = BTreeMap::new();
    for step in &rule.escalate {
        let number = heard.entry(step.to).or_default();
        let (after, to, say) = (duration(step.after_s), quoted(&plain(step.to)), quoted(step.say));
        let sentence = format!("If nobody answers for {after}, {to} hears: {say}");
        tell(Spoken::Step(step.to.to_owned(), *number), sentence);
        *number += 1;
    }
}

/// The template with the values of its examples and of the other side's; with made-up ones if there are none.
fn examples(body: &Template<'_>, other: Option<&Template<'_>>, tell: &mut dyn FnMut(Spoken, String)) {
    let both = [Some(body), other].into_iter().flatten();
    let stated: BTreeSet<Named<'_, SlotValue<'_>>> =
        both.flat_map(|template| template.examples.iter().map(|example| example.slots.clone())).collect();
    let made_up = stated.is_empty().then(Named::new);
    for (number, values) in stated.into_iter().chain(made_up).enumerate() {
        tell(Spoken::Example(number), example(body, &values));
    }
}

/// The template with values for its own slots: those given, and made-up ones where none is.
fn example(body: &Template<'_>, given: &Named<'_, SlotValue<'_>>) -> String {
    let find = |name: &str| given.iter().find(|(given, _)| *given == name).map(|(_, value)| *value);
    let placeholders: Vec<String> = body.slots.iter().map(|(name, _)| format!("‹{}›", plain(name))).collect();
    let mut values: Named<'_, SlotValue<'_>> = Vec::with_capacity(body.slots.len());
    for ((name, kind), placeholder) in body.slots.iter().zip(&placeholders) {
        let made_up = match kind {
            SlotKind::String => SlotValue::Text(placeholder),
            SlotKind::Integer => SlotValue::Integer(3),
            SlotKind::Enum(values) => SlotValue::Text(values.first().copied().unwrap_or(placeholder)),
        };
        values.push((name, find(name).unwrap_or(made_up)));
    }
    let shown = values.iter().map(|(name, value)| match value {
        SlotValue::Text(text) => format!("{} {}", plain(name), quoted(text)),
        SlotValue::Integer(number) => format!("{} {number}", plain(name)),
    });
    let with = if values.is_empty() { String::new() } else { format!("With {}, ", listed(shown, "and")) };
    match template::render(body.text, &body.slots, &values) {
        Ok(text) => capital(&format!("{with}agents say: {}", quoted(&text))),
        Err(why) => capital(&format!("{with}agents say nothing: {why}.")),
    }
}

fn lexicon(lexicon: &Lexicon<'_>, tell: &mut dyn FnMut(Spoken, String)) {
    for term in &lexicon.terms {
        let (word, key) = (quoted(term.term), term.key.to_string());
        let meaning = term.meaning.trim_end_matches('.');
        tell(Spoken::Term(key.clone()), format!("{word} ({}) means: {meaning}.", term.register.as_str()));
        for alias in term.aliases() {
            let about = Spoken::Alias(key.clone(), term_key(alias).into_owned());
            tell(about, format!("{} is understood as {word}.", quoted(alias)));
        }
    }
}

/// An identifier as words.
fn plain(identifier: &str) -> String {
    identifier.replace('_', " ")
}

fn quoted(text: &str) -> String {
    format!("“{text}”")
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// `a`, `a and b`, `a, b and c`.
fn listed(items: impl IntoIterator<Item = String>, join: &str) -> String {
    let mut items: Vec<_> = items.into_iter().collect();
    let Some(last) = items.pop() else { return String::new() };
    if items.is_empty() { last } else { format!("{} {join} {last}", items.join(", ")) }
}

fn duration(seconds: u64) -> String {
    let (count, unit) = match seconds {
        s if s > 0 && s % 3600 == 0 => (s / 3600, "hour"),
        s if s > 0 && s % 60 == 0 => (s / 60, "minute"),
        s => (s, "second"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

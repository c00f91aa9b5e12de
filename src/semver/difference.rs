//! The semantic difference of two packs: what an agent would notice, change by change.
//!
//! Complete: packs with different content hashes differ by at least one change. A proof by mutation stands below.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::oid::Oid;
use crate::pack::model::{Body, Entry};

use super::rules::{Level, Levels, Rule};
use super::{body, lists, registers};

/// One of the two packs.
#[derive(Debug, Clone, Copy)]
pub struct Side<'s, 'a> {
    /// The pack's name.
    pub name: &'s str,
    /// The pack's OID.
    pub oid: &'s Oid,
    /// The pack's language.
    pub language: &'s str,
    /// The pack's entries, by OID.
    pub entries: &'s [Arc<Entry<'a>>],
}

/// A semantic change.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Change {
    /// What kind of change.
    pub rule: Rule,
    /// How large it is in this project.
    pub level: Level,
    /// The entry; `None` for the pack as a whole.
    pub oid: Option<Oid>,
    /// What of it: a term, a slot, an event. Empty for the entry itself.
    pub subject: String,
    /// How it was, if it was.
    pub before: Option<String>,
    /// How it is, if it is.
    pub after: Option<String>,
    /// Why the project approved it, if it did: its level is then that of the approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved: Option<String>,
}

/// Gathers changes, each with its level.
pub(super) struct Changes<'l> {
    levels: &'l Levels,
    oid: Option<Oid>,
    found: Vec<Change>,
}

impl<'l> Changes<'l> {
    /// None yet, of the whole.
    pub(super) const fn new(levels: &'l Levels) -> Self {
        Self { levels, oid: None, found: Vec::new() }
    }

    /// What was found, in the order of reports.
    pub(super) fn sorted(self) -> Vec<Change> {
        let mut found = self.found;
        found.sort_by(|a, b| (&a.oid, a.rule, &a.subject).cmp(&(&b.oid, b.rule, &b.subject)));
        found
    }

    /// What follows is about this entry.
    pub(super) fn about(&mut self, oid: &Oid) {
        self.oid = Some(oid.clone());
    }

    /// A change of a subject, with what it was and what it is.
    pub(super) fn add(&mut self, rule: Rule, subject: &str, before: Option<String>, after: Option<String>) {
        let (level, oid) = (self.levels.of(rule), self.oid.clone());
        let subject = subject.to_owned();
        self.found.push(Change { rule, level, oid, subject, before, after, approved: None });
    }

    /// A change of a value, if it is one.
    pub(super) fn value<T: PartialEq + ToString>(&mut self, rule: Rule, subject: &str, before: T, after: T) {
        if before != after {
            self.add(rule, subject, Some(before.to_string()), Some(after.to_string()));
        }
    }
}

/// What changed from one pack to the other: the pack first, then its entries by OID.
pub fn difference(old: &Side<'_, '_>, new: &Side<'_, '_>, levels: &Levels) -> Vec<Change> {
    let mut changes = Changes::new(levels);
    changes.value(Rule::PackOidChanged, "", old.oid, new.oid);
    changes.value(Rule::PackRenamed, "", old.name, new.name);
    changes.value(Rule::PackLanguageChanged, "", old.language, new.language);
    for (before, after) in pairs(old.entries, new.entries) {
        match (before, after) {
            (Some(before), Some(after)) => {
                changes.about(&after.oid);
                entry(before, after, (old.language, new.language), &mut changes);
            }
            (Some(before), None) => {
                changes.about(&before.oid);
                changes.add(Rule::OidRemoved, "", Some(described(before)), None);
            }
            (None, Some(after)) => {
                changes.about(&after.oid);
                changes.add(Rule::OidAdded, "", None, Some(described(after)));
            }
            (None, None) => {}
        }
    }
    events(old, new, &mut changes);
    registers::registers(old, new, &mut changes);
    changes.sorted()
}

/// The largest change.
pub fn largest(changes: &[Change]) -> Option<Level> {
    changes.iter().map(|change| change.level).max()
}

/// Entries of both packs side by side, by OID.
pub(super) fn pairs<'s, 'a, 'b>(
    old: &'s [Arc<Entry<'a>>],
    new: &'s [Arc<Entry<'b>>],
) -> impl Iterator<Item = (Option<&'s Entry<'a>>, Option<&'s Entry<'b>>)> {
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    std::iter::from_fn(move || {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return None,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(a), Some(b)) => a.oid.cmp(&b.oid),
        };
        let before = if order.is_le() { old.next() } else { None };
        let after = if order.is_ge() { new.next() } else { None };
        Some((before.map(|entry| &**entry), after.map(|entry| &**entry)))
    })
}

fn described(entry: &Entry<'_>) -> String {
    let kind = entry.body.kind();
    entry.title.map_or_else(|| kind.to_owned(), |title| format!("{kind} `{title}`"))
}

/// Compares what stands under one OID. `languages` are the packs' own.
fn entry(old: &Entry<'_>, new: &Entry<'_>, languages: (&str, &str), changes: &mut Changes<'_>) {
    if old.title != new.title {
        let text = |title: Option<&str>| title.map(str::to_owned);
        changes.add(Rule::TitleReworded, "", text(old.title), text(new.title));
    }
    // Entries that state no language follow the pack's, whose change is told once.
    if old.language != new.language {
        let (before, after) = (old.language.unwrap_or(languages.0), new.language.unwrap_or(languages.1));
        // Stated or not is a difference of the content, unless the pack's own language differs anyway.
        if before != after || languages.0 == languages.1 {
            changes.add(Rule::LanguageChanged, "", Some(before.to_owned()), Some(after.to_owned()));
        }
    }
    changes.value(Rule::EntryVersionChanged, "", &old.version, &new.version);
    match (old.is_final, new.is_final) {
        (false, true) => changes.add(Rule::FinalDeclared, "", None, None),
        (true, false) => changes.add(Rule::FinalLifted, "", None, None),
        _ => {}
    }
    lists::items(
        lists::Rules { removed: Rule::RefRemoved, added: Rule::RefAdded, name: "refs" },
        old.refs(),
        new.refs(),
        changes,
    );
    lists::items(
        lists::Rules { removed: Rule::TagRemoved, added: Rule::TagAdded, name: "tags" },
        old.tags.as_deref().unwrap_or_default(),
        new.tags.as_deref().unwrap_or_default(),
        changes,
    );
    bodies(old, new, changes);
}

fn bodies(old: &Entry<'_>, new: &Entry<'_>, changes: &mut Changes<'_>) {
    match (&old.body, &new.body) {
        (Body::Lexicon(old), Body::Lexicon(new)) => body::lexicon(old, new, changes),
        (Body::Rule(old), Body::Rule(new)) => body::rule(old, new, changes),
        (Body::Template(old), Body::Template(new)) => body::template(old, new, changes),
        (Body::Policy(old), Body::Policy(new)) => body::policy(old, new, changes),
        (Body::Alias(old), Body::Alias(new)) => changes.value(Rule::TargetChanged, "", old, new),
        (_, Body::Alias(target)) => {
            changes.add(Rule::OidRenamed, "", Some(described(old)), Some(format!("alias of {target}")));
        }
        _ => changes.add(Rule::KindChanged, "", Some(described(old)), Some(described(new))),
    }
}

/// Events that have no rule any more, or had none before.
fn events(old: &Side<'_, '_>, new: &Side<'_, '_>, changes: &mut Changes<'_>) {
    let (before, after) = (answered(old.entries), answered(new.entries));
    for (event, oid) in before.iter().filter(|(event, _)| !after.contains_key(*event)) {
        changes.about(oid);
        changes.add(Rule::EventDropped, event, Some((*event).to_owned()), None);
    }
    for (event, oid) in after.iter().filter(|(event, _)| !before.contains_key(*event)) {
        changes.about(oid);
        changes.add(Rule::EventAdded, event, None, Some((*event).to_owned()));
    }
}

/// The events, each with the first rule that answers it.
fn answered<'s>(entries: &'s [Arc<Entry<'_>>]) -> BTreeMap<&'s str, &'s Oid> {
    let mut events = BTreeMap::new();
    for entry in entries {
        if let Body::Rule(rule) = &entry.body {
            events.entry(rule.event).or_insert(&entry.oid);
        }
    }
    events
}

#[cfg(test)]
pub(super) mod tests;

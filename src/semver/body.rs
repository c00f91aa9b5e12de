//! The difference of two entries of one kind.

use std::collections::BTreeMap;

use crate::pack::canonical::{self, Values};
use crate::pack::model::{Escalation, Lexicon, Policy, Rule as Fires, SlotKind, Template, Term};
use crate::text::term_key;

use super::difference::Changes;
use super::lists;
use super::rules::Rule;

/// Terms are those of one key.
pub(super) fn lexicon(old: &Lexicon<'_>, new: &Lexicon<'_>, changes: &mut Changes<'_>) {
    let before: BTreeMap<&str, &Term<'_>> = old.terms.iter().map(|term| (&*term.key, term)).collect();
    let after: BTreeMap<&str, &Term<'_>> = new.terms.iter().map(|term| (&*term.key, term)).collect();
    for (key, was) in &before {
        match after.get(key) {
            Some(is) => term(was, is, changes),
            None => changes.add(Rule::TermRemoved, was.term, Some(was.meaning.to_owned()), None),
        }
    }
    for (_, is) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
        changes.add(Rule::TermAdded, is.term, None, Some(is.meaning.to_owned()));
    }
}

fn term(old: &Term<'_>, new: &Term<'_>, changes: &mut Changes<'_>) {
    let name = new.term;
    changes.value(Rule::TermRespelled, name, old.term, new.term);
    changes.value(Rule::MeaningReworded, name, old.meaning, new.meaning);
    changes.value(Rule::RegisterChanged, name, old.register.as_str(), new.register.as_str());
    aliases(old, new, changes);
    let texts = |examples: &[&str]| examples.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    if old.examples() != new.examples() {
        lists::examples(name, &texts(old.examples()), &texts(new.examples()), changes);
    }
}

/// Aliases are those of one key: another spelling of it is found as before.
fn aliases(old: &Term<'_>, new: &Term<'_>, changes: &mut Changes<'_>) {
    if old.aliases() == new.aliases() {
        return;
    }
    let keyed = |aliases: &[&str]| -> BTreeMap<String, Vec<String>> {
        let mut keyed: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for alias in aliases {
            keyed.entry(term_key(alias).into_owned()).or_default().push((*alias).to_owned());
        }
        keyed
    };
    let (before, after) = (keyed(old.aliases()), keyed(new.aliases()));
    let mut told = false;
    for (key, was) in &before {
        match after.get(key) {
            Some(is) if is != was => {
                changes.add(Rule::AliasRespelled, new.term, Some(was.join(", ")), Some(is.join(", ")));
            }
            Some(_) => continue,
            None => changes.add(Rule::AliasRemoved, new.term, Some(was.join(", ")), None),
        }
        told = true;
    }
    for (_, is) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
        changes.add(Rule::AliasAdded, new.term, None, Some(is.join(", ")));
        told = true;
    }
    if !told {
        let name = format!("aliases of {}", new.term);
        changes.add(Rule::Reordered, &name, Some(old.aliases().join(", ")), Some(new.aliases().join(", ")));
    }
}

/// What is said when an event happens.
pub(super) fn rule(old: &Fires<'_>, new: &Fires<'_>, changes: &mut Changes<'_>) {
    changes.value(Rule::EventChanged, new.event, old.event, new.event);
    changes.value(Rule::PriorityChanged, new.event, old.priority.as_str(), new.priority.as_str());
    changes.value(Rule::TextReworded, new.event, old.say, new.say);
    lists::items(
        lists::Rules {
            removed: Rule::AcknowledgementRemoved,
            added: Rule::AcknowledgementAdded,
            name: "acknowledge",
        },
        &old.acknowledge,
        &new.acknowledge,
        changes,
    );
    escalations(&old.escalate, &new.escalate, changes);
}

/// Steps are those that tell the same one; of several, the first is the first.
fn escalations(old: &[Escalation<'_>], new: &[Escalation<'_>], changes: &mut Changes<'_>) {
    if old == new {
        return;
    }
    let told = |step: &Escalation<'_>| format!("after {} s: {}", step.after_s, step.say);
    let to = |steps: &[Escalation<'_>]| steps.iter().map(|step| step.to.to_owned()).collect::<Vec<_>>();
    let (before, after) = (by_listener(old), by_listener(new));
    let mut same = true;
    for (listener, was) in &before {
        let is = after.get(listener).map_or(&[][..], Vec::as_slice);
        for (was, is) in was.iter().zip(is) {
            let seconds = |step: &Escalation<'_>| format!("after {} s", step.after_s);
            changes.value(Rule::EscalationDelayed, listener, seconds(was), seconds(is));
            changes.value(Rule::TextReworded, listener, was.say, is.say);
            same &= was == is;
        }
        for gone in was.iter().skip(is.len()) {
            changes.add(Rule::EscalationRemoved, listener, Some(told(gone)), None);
            same = false;
        }
    }
    for (listener, is) in &after {
        for fresh in is.iter().skip(before.get(listener).map_or(0, Vec::len)) {
            changes.add(Rule::EscalationAdded, listener, None, Some(told(fresh)));
            same = false;
        }
    }
    if same {
        changes.add(Rule::Reordered, "escalate", Some(to(old).join(", ")), Some(to(new).join(", ")));
    }
}

fn by_listener<'s, 'a>(steps: &'s [Escalation<'a>]) -> BTreeMap<&'a str, Vec<&'s Escalation<'a>>> {
    let mut listeners: BTreeMap<&str, Vec<&Escalation<'_>>> = BTreeMap::new();
    for step in steps {
        listeners.entry(step.to).or_default().push(step);
    }
    listeners
}

/// A text with slots.
pub(super) fn template(old: &Template<'_>, new: &Template<'_>, changes: &mut Changes<'_>) {
    changes.value(Rule::TextReworded, "", old.text, new.text);
    let find = |slots: &[(&str, SlotKind<'_>)], name: &str| slots.iter().position(|slot| slot.0 == name);
    for (name, was) in &old.slots {
        match find(&new.slots, name) {
            Some(at) => slot(name, was, &new.slots[at].1, changes),
            None => changes.add(Rule::SlotRemoved, name, Some(shown(was)), None),
        }
    }
    for (name, is) in new.slots.iter().filter(|(name, _)| find(&old.slots, name).is_none()) {
        changes.add(Rule::SlotAdded, name, None, Some(shown(is)));
    }
    let examples = |template: &Template<'_>| -> Vec<String> {
        let values = |slots| String::from_utf8_lossy(&canonical::to_vec(&Values(slots))).into_owned();
        template.examples.iter().map(|one| format!("{} {}", values(&one.slots), one.text)).collect()
    };
    if old.examples != new.examples {
        lists::examples("", &examples(old), &examples(new), changes);
    }
}

/// A slot that takes text takes no integer, and the other way round.
fn slot(name: &str, old: &SlotKind<'_>, new: &SlotKind<'_>, changes: &mut Changes<'_>) {
    if old == new {
        return;
    }
    let (narrowed, widened) = match (old, new) {
        (SlotKind::Enum(was), SlotKind::Enum(is)) => {
            (was.iter().any(|value| !is.contains(value)), is.iter().any(|value| !was.contains(value)))
        }
        (SlotKind::Enum(_), SlotKind::String) => (false, true),
        _ => (true, false),
    };
    let mut add = |rule| changes.add(rule, name, Some(shown(old)), Some(shown(new)));
    if narrowed {
        add(Rule::SlotNarrowed);
    }
    if widened {
        add(Rule::SlotWidened);
    }
    if !narrowed && !widened {
        add(Rule::Reordered);
    }
}

fn shown(kind: &SlotKind<'_>) -> String {
    match kind {
        SlotKind::Enum(values) => format!("enum of {}", values.join(", ")),
        other => other.as_str().to_owned(),
    }
}

/// How a policy is written; what it means for other entries is told for all policies together.
pub(super) fn policy(old: &Policy, new: &Policy, changes: &mut Changes<'_>) {
    if old == new {
        return;
    }
    let shown = |policy: &Policy| {
        let oids: Vec<_> = policy.applies_to.iter().map(ToString::to_string).collect();
        let words: Vec<_> = policy.registers.iter().map(|register| register.as_str()).collect();
        Some(format!("{} under {}", words.join(", "), oids.join(", ")))
    };
    changes.add(Rule::PolicyChanged, "", shown(old), shown(new));
}

//! What agents say, before and after, as sentences for the people of the domain. Pure.
//!
//! A [`Saying`] is one entry, and of it only what now sounds otherwise. Labels, references and versions are silent.

mod sentences;

use std::collections::BTreeMap;

use crate::oid::Oid;
use crate::pack::model::Entry;

use super::difference::{Side, pairs};
use sentences::{Speaker, Spoken};

/// What changes in what is said about one OID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saying {
    /// The entry.
    pub oid: Oid,
    /// What people call it.
    pub title: Option<String>,
    /// What is said otherwise, in the order in which an agent needs it.
    pub sentences: Vec<Sentence>,
}

/// A sentence about what is said. At least one side has one, and they differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Until now.
    pub before: Option<String>,
    /// From now on.
    pub after: Option<String>,
}

/// What sounds otherwise, by OID.
pub fn speak(old: &Side<'_, '_>, new: &Side<'_, '_>) -> Vec<Saying> {
    let (was, is) = (Speaker::of(old), Speaker::of(new));
    let mut sayings = Vec::new();
    for (before, after) in pairs(old.entries, new.entries) {
        let Some(entry) = after.or(before) else { continue };
        let sentences = sentences(said(&was, before, after), said(&is, after, before));
        if !sentences.is_empty() {
            let title = entry.title.map(str::to_owned);
            sayings.push(Saying { oid: entry.oid.clone(), title, sentences });
        }
    }
    sayings
}

/// What a side says, by what it is about: the keys of both sides meet.
type Said = BTreeMap<Spoken, String>;

fn said(speaker: &Speaker<'_>, entry: Option<&Entry<'_>>, other: Option<&Entry<'_>>) -> Said {
    let mut said = Said::new();
    if let Some(entry) = entry {
        speaker.entry(entry, other, &mut |spoken, sentence| drop(said.insert(spoken, sentence)));
    }
    said
}

fn sentences(mut was: Said, is: Said) -> Vec<Sentence> {
    let mut all: BTreeMap<Spoken, Sentence> = BTreeMap::new();
    for (spoken, after) in is {
        let before = was.remove(&spoken);
        if before.as_ref() != Some(&after) {
            all.insert(spoken, Sentence { before, after: Some(after) });
        }
    }
    all.extend(
        was.into_iter().map(|(spoken, before)| (spoken, Sentence { before: Some(before), after: None })),
    );
    all.into_values().collect()
}

#[cfg(test)]
mod tests;

//! The cases that ask for terms: look-ups, and texts in which terms occur.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::pack::model::{Entry, Layer, Term};
use crate::text::{TermSet, Words, first_word, scan, term_key};

use super::{Line, Model, lexicon};

/// Every key of the pack with its senses, in look-up order.
pub(super) struct Senses<'m, 'a> {
    pub(super) keys: BTreeMap<String, Vec<(&'m Entry<'a>, &'m Term<'a>)>>,
    longest: BTreeMap<String, usize>,
}

impl<'m, 'a> Senses<'m, 'a> {
    pub(super) fn new(entries: &'m [Arc<Entry<'a>>]) -> Self {
        let mut senses = Self { keys: BTreeMap::new(), longest: BTreeMap::new() };
        for entry in entries {
            for term in lexicon(entry).into_iter().flat_map(|lexicon| &lexicon.terms) {
                let aliases = term.aliases().iter().map(|alias| term_key(alias).into_owned());
                let keys: BTreeSet<String> = aliases.chain([term.key.to_string()]).collect();
                for key in keys {
                    if let Some((first, count)) = first_word(&key) {
                        let longest = senses.longest.entry(first.into_owned()).or_default();
                        *longest = count.max(*longest);
                    }
                    senses.keys.entry(key).or_default().push((entry, term));
                }
            }
        }
        for found in senses.keys.values_mut() {
            found.sort_by(|(a, s), (b, t)| layer(b, t).cmp(&layer(a, s)).then_with(|| a.oid.cmp(&b.oid)));
        }
        senses
    }

    fn value(&self, key: &str) -> Value {
        let sense = |(entry, term): &(&Entry<'_>, &Term<'_>)| {
            json!({
                "oid": entry.oid.to_string(), "term": term.term, "meaning": term.meaning,
                "register": term.register.as_str(), "layer": layer(entry, term).as_str(),
            })
        };
        self.keys.get(key).into_iter().flatten().map(sense).collect()
    }
}

pub(super) fn layer(entry: &Entry<'_>, term: &Term<'_>) -> Layer {
    let stated = lexicon(entry).and_then(|lexicon| lexicon.stated.get(term.stated as usize));
    stated.map_or(entry.origin.layer, |stated| stated.layer)
}

impl TermSet for &Senses<'_, '_> {
    type Found = String;
    type Error = std::convert::Infallible;

    fn longest(&self, first: &str) -> Result<usize, Self::Error> {
        Ok(self.longest.get(first).copied().unwrap_or(0))
    }

    fn find(&self, key: &str) -> Result<Option<String>, Self::Error> {
        Ok(self.keys.contains_key(key).then(|| key.to_owned()))
    }
}

/// A case for each key; of a large pack at most `most` of each stratum (layer, register, several senses, aliases).
pub(super) fn lookups(senses: &Senses<'_, '_>, most: impl Fn(usize) -> usize) -> Vec<Line> {
    let mut strata: BTreeMap<_, Vec<&String>> = BTreeMap::new();
    for (key, found) in &senses.keys {
        let Some((entry, term)) = found.first() else { continue };
        let stratum = (layer(entry, term), term.register, found.len().min(3), *term.key != **key);
        strata.entry(stratum).or_default().push(key);
    }
    let most = most(strata.len()).max(1);
    let sample = |keys: Vec<&'_ String>| {
        let step = keys.len().div_ceil(most).max(1);
        keys.into_iter().step_by(step).cloned().collect::<Vec<_>>()
    };
    let chosen: BTreeSet<String> = strata.into_values().flat_map(sample).collect();
    let line = |key: String| {
        let expect = json!({"senses": senses.value(&key)});
        Line { id: format!("lookup/{key}"), kind: "lookup", inputs: vec![("term", key.into())], expect }
    };
    chosen.into_iter().map(line).collect()
}

/// The examples of terms, scanned: the first `most`.
pub(super) fn scans(model: &Model<'_, '_>, senses: &Senses<'_, '_>, most: usize, lines: &mut Vec<Line>) {
    let examples = model.entries.iter().flat_map(|entry| {
        let terms = lexicon(entry).into_iter().flat_map(|lexicon| &lexicon.terms);
        terms.flat_map(move |term| {
            term.examples().iter().enumerate().map(move |(i, text)| (entry, term, i, *text))
        })
    });
    for (entry, term, i, text) in examples.take(most) {
        let Ok(hits) = scan(&Words::new(text), &senses);
        let mut expect = Vec::new();
        for hit in hits {
            for (entry, term) in &senses.keys[&hit.found] {
                expect.push(json!({
                    "start": hit.range.start, "end": hit.range.end, "term": term.term, "oid": entry.oid.to_string(),
                }));
            }
        }
        let id = format!("scan/{}/{}/{i}", entry.oid, term.key);
        lines.push(Line {
            id,
            kind: "scan",
            inputs: vec![("text", text.into())],
            expect: json!({"hits": expect}),
        });
    }
}

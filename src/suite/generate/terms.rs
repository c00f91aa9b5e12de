//! The cases that ask for terms: look-ups, and texts in which terms occur.

use std::borrow::Cow;
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rayon::prelude::*;
use serde_json::{Value, json};

use crate::pack::model::{Entry, Layer, Register, Term};
use crate::text::{TermSet, Words, first_word, scan, term_key};

use super::{Line, Model, lexicon};

/// A sense of a key: small, because packs have a million terms.
#[derive(Debug)]
pub(super) struct Sense<'m> {
    /// How the key begins: what nearly all keys differ in, so that few have to be looked at.
    first: [u64; 2],
    key: Cow<'m, str>,
    /// The entry's place in the pack.
    entry: u32,
    /// The term's place in its lexicon.
    term: u32,
    /// Whether the key is an alias's, and not the term's own.
    is_alias: bool,
    layer: Layer,
    /// The term's, here too so that a sample is chosen without a look at each term.
    register: Register,
}

impl Sense<'_> {
    /// The key, in its order.
    fn place(&self) -> ([u64; 2], &str) {
        (self.first, &self.key)
    }

    /// Whether it is of the same key.
    fn is_beside(&self, other: &Self) -> bool {
        self.place() == other.place()
    }

    /// By key, then in look-up order.
    fn order(&self, other: &Self) -> Ordering {
        let rank = |sense: &Self| (Reverse(sense.layer), sense.entry, sense.term, sense.is_alias);
        self.place().cmp(&other.place()).then_with(|| rank(self).cmp(&rank(other)))
    }
}

/// Every key of the pack with its senses, by key, then in look-up order.
pub(super) struct Senses<'m, 'a> {
    entries: &'m [Arc<Entry<'a>>],
    all: Vec<Sense<'m>>,
    /// For each first word of a key how many words the longest of them has.
    longest: HashMap<String, usize>,
}

impl<'m, 'a> Senses<'m, 'a> {
    pub(super) fn new(entries: &'m [Arc<Entry<'a>>]) -> Self {
        let terms = entries.iter().filter_map(|entry| lexicon(entry)).flat_map(|lexicon| &lexicon.terms);
        let most = terms.map(|term| 1 + term.aliases().len()).sum();
        let mut senses = Self { entries, all: Vec::with_capacity(most), longest: HashMap::new() };
        for (batch, chunk) in entries.chunks(BATCH).enumerate() {
            let found = chunk.par_iter().enumerate().with_min_len(64);
            let found: Vec<_> = found.map(|(at, entry)| of_entry(batch * BATCH + at, entry)).collect();
            senses.all.extend(found.into_iter().flatten());
        }
        senses.all.par_sort_unstable_by(Sense::order);
        // An alias may have its term's key.
        senses.all.dedup_by(|a, b| (a.entry, a.term) == (b.entry, b.term) && a.is_beside(b));
        senses.longest = senses.longest();
        senses
    }

    fn of(&self, sense: &Sense<'_>) -> (&'m Entry<'a>, Option<&'m Term<'a>>) {
        let entry = &*self.entries[sense.entry as usize];
        (entry, lexicon(entry).and_then(|lexicon| lexicon.terms.get(sense.term as usize)))
    }

    fn longest(&self) -> HashMap<String, usize> {
        let part = |senses: &[Sense<'_>]| {
            let mut longest: Vec<(String, usize)> = Vec::new();
            for keys in senses.chunk_by(Sense::is_beside) {
                let Some((first, count)) = first_word(&keys[0].key) else { continue };
                // Keys that begin alike mostly stand together.
                match longest.last_mut() {
                    Some((known, longest)) if *known == first => *longest = count.max(*longest),
                    _ => longest.push((first.into_owned(), count)),
                }
            }
            longest
        };
        let parts: Vec<_> = self.all.par_chunks(BATCH).map(part).collect();
        let mut all = HashMap::new();
        for (first, count) in parts.into_iter().flatten() {
            let longest = all.entry(first).or_default();
            *longest = count.max(*longest);
        }
        all
    }

    /// The senses of a key, in look-up order.
    fn get(&self, key: &str) -> &[Sense<'m>] {
        let place = (beginning(key), key);
        let senses = &self.all[self.all.partition_point(|sense| sense.place() < place)..];
        &senses[..senses.partition_point(|sense| sense.place() == place)]
    }

    /// Whether anything has this key.
    pub(super) fn has(&self, key: &str) -> bool {
        !self.get(key).is_empty()
    }

    fn value(&self, senses: &[Sense<'_>]) -> Value {
        let value = |sense: &Sense<'_>| {
            let (entry, term) = self.of(sense);
            let term = term?;
            Some(json!({
                "oid": entry.oid.to_string(), "term": term.term, "meaning": term.meaning,
                "register": term.register.as_str(), "layer": sense.layer.as_str(),
            }))
        };
        senses.iter().filter_map(value).collect()
    }
}

/// How many entries or senses are gone through at once.
const BATCH: usize = 1 << 13;

/// The senses that an entry has: those of its terms, and of their aliases.
fn of_entry<'m>(at: usize, entry: &'m Entry<'_>) -> Vec<Sense<'m>> {
    let Some(lexicon) = lexicon(entry) else { return Vec::new() };
    let mut senses = Vec::with_capacity(lexicon.terms.len() * 2);
    for (number, term) in lexicon.terms.iter().enumerate() {
        let (layer, register) =
            (lexicon.stated_of(term).map_or(entry.origin.layer, |stated| stated.layer), term.register);
        let (entry, term_at) = (at as u32, number as u32);
        let mut sense = |is_alias, key: Cow<'m, str>| {
            let first = beginning(&key);
            senses.push(Sense { first, key, entry, term: term_at, is_alias, layer, register });
        };
        sense(false, Cow::Borrowed(&*term.key));
        term.aliases().iter().for_each(|alias| sense(true, term_key(alias)));
    }
    senses
}

/// The first sixteen bytes, in an order that is theirs.
fn beginning(key: &str) -> [u64; 2] {
    let mut first = [0; 16];
    let length = key.len().min(16);
    first[..length].copy_from_slice(&key.as_bytes()[..length]);
    let [high, low] = [0, 8].map(|at| first[at..].first_chunk().map_or(0, |part| u64::from_be_bytes(*part)));
    [high, low]
}

impl TermSet for &Senses<'_, '_> {
    type Found = String;
    type Error = std::convert::Infallible;

    fn longest(&self, first: &str) -> Result<usize, Self::Error> {
        Ok(self.longest.get(first).copied().unwrap_or(0))
    }

    fn find(&self, key: &str) -> Result<Option<String>, Self::Error> {
        Ok(self.has(key).then(|| key.to_owned()))
    }
}

/// A case for each key; of a large pack at most `most` of each stratum (layer, register, several senses, aliases).
pub(super) fn lookups(senses: &Senses<'_, '_>, most: impl Fn(usize) -> usize) -> Vec<String> {
    let mut strata: BTreeMap<_, Vec<&[Sense<'_>]>> = BTreeMap::new();
    for found in senses.all.chunk_by(Sense::is_beside) {
        let first = &found[0];
        let stratum = (first.layer, first.register, found.len().min(3), first.is_alias);
        strata.entry(stratum).or_default().push(found);
    }
    let most = most(strata.len()).max(1);
    let mut chosen = Vec::new();
    for keys in strata.into_values() {
        let step = keys.len().div_ceil(most).max(1);
        chosen.extend(keys.into_iter().step_by(step));
    }
    chosen.par_sort_unstable_by(|a, b| a[0].order(&b[0]));
    let line = |found: &[Sense<'_>]| {
        let key = &*found[0].key;
        let expect = json!({"senses": senses.value(found)});
        let line =
            Line { id: format!("lookup/{key}"), kind: "lookup", inputs: vec![("term", key.into())], expect };
        line.text()
    };
    chosen.into_par_iter().with_min_len(64).map(line).collect()
}

/// The examples of terms, scanned: the first `most`.
pub(super) fn scans(model: &Model<'_, '_>, senses: &Senses<'_, '_>, most: usize) -> Vec<Line> {
    let mut lines = Vec::new();
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
            for sense in senses.get(&hit.found) {
                let (entry, term) = senses.of(sense);
                let term = term.map(|term| term.term);
                expect.push(json!({
                    "start": hit.range.start, "end": hit.range.end, "term": term, "oid": entry.oid.to_string(),
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
    lines
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::pack::decode::decode;
    use crate::pack::model::{Body, Statement};
    use crate::syntax::{Format, Text};

    /// Texts that begin alike, some for longer than what is kept of them, and some with the same key.
    fn name() -> impl Strategy<Value = String> {
        let beginning =
            prop::sample::select(vec!["", "a", "a b", "sixteen bytes ar", "sixteen bytes arr", "ß", "-"]);
        (beginning, "[aAbß ]{0,3}[abB]").prop_map(|(beginning, end)| format!("{beginning}{end}"))
    }

    fn lexicon_of(number: usize, terms: &[(String, Vec<String>)]) -> Value {
        let mut keys = BTreeSet::new();
        let terms = terms.iter().filter(|(term, _)| keys.insert(term_key(term).into_owned()));
        let terms = terms.map(|(term, aliases)| json!({"term": term, "meaning": "m", "aliases": aliases}));
        json!({"oid": format!("1.0.{}", number + 1), "kind": "lexicon", "title": "T", "terms": terms.collect::<Value>()})
    }

    proptest! {
        #[test]
        fn senses_are_those_of_a_plain_map(
            lexicons in prop::collection::vec(
                prop::collection::vec((name(), prop::collection::vec(name(), 0..3)), 0..6), 1..6,
            ),
            layers in prop::collection::vec(0_usize..3, 6),
            others in prop::collection::vec(name(), 4),
        ) {
            let entries: Value = lexicons.iter().enumerate().map(|(i, terms)| lexicon_of(i, terms)).collect();
            let document = json!({"aegis": "cache/v1", "oid": "1.0", "title": "T", "version": "1.0.0", "entries": entries});
            let text = Text::from_bytes(document.to_string().into_bytes(), Format::Json).unwrap();
            let tree = text.parse(Format::Json).unwrap().unwrap();
            let decoded = decode(&tree, Layer::Domain, 0, None);
            prop_assert!(decoded.problems.is_empty(), "{:?}", decoded.problems);
            let mut entries = Vec::new();
            for (statement, layer) in decoded.statements.into_iter().zip(&layers) {
                let Statement::Define(mut entry) = statement else { unreachable!() };
                if let Body::Lexicon(lexicon) = &mut Arc::make_mut(&mut entry).body {
                    lexicon.stated[0].layer = Layer::ALL[*layer];
                }
                entries.push(entry);
            }
            let senses = Senses::new(&entries);
            let mut plain: BTreeMap<String, Vec<(Reverse<Layer>, String, String)>> = BTreeMap::new();
            for entry in &entries {
                for term in &lexicon(entry).unwrap().terms {
                    let aliases = term.aliases().iter().map(|alias| term_key(alias).into_owned());
                    let layer = Reverse(lexicon(entry).unwrap().stated[0].layer);
                    for key in aliases.chain([term.key.to_string()]).collect::<BTreeSet<_>>() {
                        plain.entry(key).or_default().push((layer, entry.oid.to_string(), term.term.to_owned()));
                    }
                }
            }
            let mut longest: BTreeMap<String, usize> = BTreeMap::new();
            for (key, expected) in &mut plain {
                // Within a layer the entries' order, then that of their terms, which they came in.
                expected.sort_by_key(|(layer, _, _)| *layer);
                let found = senses.get(key).iter().map(|sense| {
                    let (entry, term) = senses.of(sense);
                    (Reverse(sense.layer), entry.oid.to_string(), term.unwrap().term.to_owned())
                });
                prop_assert_eq!(&found.collect::<Vec<_>>(), expected, "{}", key);
                if let Some((first, count)) = first_word(key) {
                    let known = longest.entry(first.into_owned()).or_default();
                    *known = count.max(*known);
                }
            }
            prop_assert_eq!(senses.longest.iter().map(|(k, v)| (k.clone(), *v)).collect::<BTreeMap<_, _>>(), longest);
            for other in &others {
                let key = term_key(other);
                prop_assert_eq!(senses.has(&key), plain.contains_key(&*key));
            }
            let full = lookups(&senses, |_| usize::MAX);
            prop_assert_eq!(full.len(), plain.len());
            for (line, key) in full.iter().zip(plain.keys()) {
                prop_assert!(line.contains(&Value::from(format!("lookup/{key}")).to_string()), "{line}");
            }
        }
    }
}

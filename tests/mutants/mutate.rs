//! Single mutations of a merged model: of one entry, or of which entries there are.

use std::sync::Arc;

use aegis_action::build::Built;
use aegis_action::pack::model::{Body, Entry, Statement};

use super::edits::{Done, EDITS};
use super::random::Random;

/// A model that is wrong in one thing.
pub(crate) struct Mutant {
    pub(crate) kind: &'static str,
    /// What was done, and where.
    pub(crate) what: String,
    /// The OID at which it was done.
    pub(crate) near: String,
    pub(crate) entries: Vec<Arc<Entry<'static>>>,
}

/// What a kind of mutation of the whole pack works on: the pack, and a position in it.
struct Pack<'p> {
    built: &'p Built<'static>,
    entries: Vec<Arc<Entry<'static>>>,
    at: usize,
}

type Rework = fn(&mut Pack<'_>) -> Done;

/// The kinds of mutations of the whole pack.
const REWORKS: [(&str, Rework); 8] = [
    ("entry dropped", |p| Some(p.entries.remove(p.at).oid.to_string())),
    ("entry duplicated below itself", |p| p.copy(".99999", false)),
    ("entry duplicated beside itself", |p| p.copy("", false)),
    ("entry renumbered", |p| p.copy("", true)),
    ("contents of two entries swapped", |p| {
        let kind = p.entries[p.at].body.number();
        let other = (p.at + 1..p.entries.len()).find(|&i| p.entries[i].body.number() == kind)?;
        let body = p.entries[other].body.clone();
        if body == p.entries[p.at].body {
            return None;
        }
        let own = std::mem::replace(&mut Arc::make_mut(&mut p.entries[p.at]).body, body);
        Arc::make_mut(&mut p.entries[other]).body = own;
        Some(p.entries[other].oid.to_string())
    }),
    ("tombstone ignored", |p| {
        let stated = p.built.layers.iter().flatten().filter_map(|statement| match statement {
            Statement::Define(entry) => Some(entry),
            Statement::Remove(_) => None,
        });
        let gone: Vec<_> = stated.filter(|entry| p.position(entry).is_err()).collect();
        let entry = Arc::clone(gone.get(p.at)?);
        let at = p.position(&entry).err()?;
        let done = entry.oid.to_string();
        p.entries.insert(at, entry);
        Some(done)
    }),
    ("override ignored", |p| p.other_layer(false)),
    ("union of terms forgotten", |p| p.other_layer(true)),
];

impl Pack<'_> {
    fn position(&self, entry: &Entry<'_>) -> Result<usize, usize> {
        self.entries.binary_search_by(|other| other.oid.cmp(&entry.oid))
    }

    fn copy(&mut self, suffix: &str, is_moved: bool) -> Done {
        let mut entry = Entry::clone(&self.entries[self.at]);
        let oid = entry.oid.to_string();
        let (parent, last) = oid.rsplit_once('.')?;
        let beside = format!("{parent}.{}", last.parse::<u64>().ok()? + 77_777);
        entry.oid = if suffix.is_empty() { beside } else { format!("{oid}{suffix}") }.parse().ok()?;
        if is_moved {
            self.entries.remove(self.at);
        }
        let at = self.position(&entry).err()?;
        let done = entry.oid.to_string();
        self.entries.insert(at, Arc::new(entry));
        Some(done)
    }

    /// Puts what a layer states in the place of what the layers together give.
    fn other_layer(&mut self, own: bool) -> Done {
        let current = &self.entries[self.at];
        let (layer, overrode) = (current.origin.layer, &current.origin.overrode);
        let layer = if own { (!overrode.is_empty()).then_some(layer)? } else { *overrode.first()? };
        if own && !matches!(current.body, Body::Lexicon(_)) {
            return None;
        }
        let part = &self.built.layers[layer as usize];
        let found = part.iter().find(|statement| *statement.oid() == current.oid)?;
        let Statement::Define(entry) = found else { return None };
        self.entries[self.at] = Arc::clone(entry);
        Some(format!("the {} layer alone", layer.as_str()))
    }
}

/// All kinds.
pub(crate) fn kinds() -> impl Iterator<Item = &'static str> {
    EDITS.iter().map(|(kind, _)| *kind).chain(REWORKS.iter().map(|(kind, _)| *kind))
}

/// Mutants of a kind, at different entries, at most `places`.
pub(crate) fn mutants(built: &Built<'static>, kind: &'static str, places: usize) -> Vec<Mutant> {
    let seed = kind.bytes().fold(7, |seed: u64, byte| seed.wrapping_mul(131).wrapping_add(u64::from(byte)));
    let mut random = Random::new(seed);
    let mut order: Vec<usize> = (0..built.entries.len()).collect();
    random.shuffle(&mut order);
    let mut found = Vec::new();
    for at in order {
        if found.len() == places {
            break;
        }
        let near = built.entries[at].oid.to_string();
        if let Some((entries, done)) = mutate(built, kind, at, &mut random) {
            found.push(Mutant { kind, what: format!("{near}: {done}"), near, entries });
        }
    }
    found
}

fn mutate(
    built: &Built<'static>,
    kind: &str,
    at: usize,
    random: &mut Random,
) -> Option<(Vec<Arc<Entry<'static>>>, String)> {
    if let Some((_, edit)) = EDITS.iter().find(|(name, _)| *name == kind) {
        let mut entry = Entry::clone(&built.entries[at]);
        let done = edit(&mut entry, random)?;
        let mut entries = built.entries.clone();
        entries[at] = Arc::new(entry);
        return Some((entries, done));
    }
    let (_, rework) = REWORKS.iter().find(|(name, _)| *name == kind)?;
    let mut pack = Pack { built, entries: built.entries.clone(), at };
    let done = rework(&mut pack)?;
    Some((pack.entries, done))
}

//! What is written at an OID, and what has to be known of all of it first.

use std::sync::Arc;

use foldhash::{HashMap, HashSet};
use semver::Version;

use crate::cache::writer::Shared;
use crate::oid::Oid;
use crate::pack::model::{Body, Entry, Layer, Lexicon, SourceId, Tombstone};

/// What is written at an OID.
#[derive(Clone, Copy)]
pub(super) enum Item<'e, 'a> {
    Define(&'e Entry<'a>),
    Remove(&'e Tombstone),
}

impl<'e, 'a> Item<'e, 'a> {
    pub(super) fn oid(&self) -> &'e Oid {
        match self {
            Self::Define(entry) => &entry.oid,
            Self::Remove(tombstone) => &tombstone.oid,
        }
    }

    pub(super) fn lexicon(&self) -> Option<&'e Lexicon<'a>> {
        match self {
            Self::Define(Entry { body: Body::Lexicon(lexicon), .. }) => Some(lexicon),
            _ => None,
        }
    }

    /// What its texts weigh, roughly: batches should weigh the same.
    pub(super) fn weight(&self) -> usize {
        self.lexicon().map_or(1, |lexicon| 1 + lexicon.terms.len())
    }
}

/// How many items stand below each; they are in OID order.
pub(super) fn below(items: &[Item<'_, '_>]) -> Vec<u32> {
    let mut below = vec![0; items.len()];
    let mut open: Vec<usize> = Vec::new();
    for index in 0..items.len() {
        while let Some(&last) = open.last()
            && !items[last].oid().is_prefix_of(items[index].oid())
        {
            open.pop();
            below[last] = (index - 1 - last) as u32;
        }
        open.push(index);
    }
    open.into_iter().for_each(|last| below[last] = (items.len() - 1 - last) as u32);
    below
}

/// A version of a source in a layer.
type Stated<'e> = (SourceId, &'e Version, Layer);

/// What several records share, of some items: each once, in the order in which it comes.
#[derive(Default)]
pub(super) struct Heard<'e> {
    pub(super) origins: Once<Stated<'e>>,
    /// The texts that are likely to come again.
    pub(super) texts: Once<&'e str>,
}

/// Things in the order in which they came first.
pub(super) struct Once<T> {
    known: HashSet<T>,
    in_order: Vec<T>,
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self { known: HashSet::default(), in_order: Vec::new() }
    }
}

impl<T: Copy + Eq + std::hash::Hash> Once<T> {
    fn note(&mut self, thing: T) {
        // Often it is the one that came before.
        if self.in_order.last() != Some(&thing) && self.known.insert(thing) {
            self.in_order.push(thing);
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = T> {
        self.in_order.iter().copied()
    }
}

impl<'e> Heard<'e> {
    pub(super) fn of(items: &[Item<'e, '_>]) -> Self {
        let mut heard = Self::default();
        items.iter().for_each(|item| heard.note(item));
        heard
    }

    fn note(&mut self, item: &Item<'e, '_>) {
        let entry = match item {
            Item::Define(entry) => entry,
            Item::Remove(Tombstone { version, origin, .. }) => {
                return self.origins.note((origin.source, version, origin.layer));
            }
        };
        self.origins.note((entry.origin.source, &entry.version, entry.origin.layer));
        let mut note = |text: &'e str| self.texts.note(text);
        entry.language.iter().for_each(|text| note(text));
        entry.tags.iter().flatten().for_each(|text| note(text));
        match &entry.body {
            Body::Lexicon(lexicon) => lexicon
                .stated
                .iter()
                .for_each(|stated| self.origins.note((stated.source, &stated.version, stated.layer))),
            Body::Rule(rule) => {
                note(rule.event);
                rule.escalate.iter().for_each(|step| note(step.to));
            }
            Body::Template(template) => {
                template.slots.iter().for_each(|(name, _)| note(name));
                template.examples.iter().flat_map(|example| &example.slots).for_each(|(name, _)| note(name));
            }
            Body::Policy(_) | Body::Alias(_) => {}
        }
    }
}

/// The numbers of the origins of all items and terms.
pub(super) struct Origins<'e>(HashMap<Stated<'e>, u32>);

impl<'e> Origins<'e> {
    pub(super) fn new<'s>(
        names: &'s [Arc<str>],
        stated: impl Iterator<Item = Stated<'e>>,
        shared: &mut Shared<'s>,
    ) -> Self {
        let mut known = HashMap::default();
        let mut versions: HashMap<&Version, u32> = HashMap::default();
        for (source, version, layer) in stated {
            known.entry((source, version, layer)).or_insert_with(|| {
                let source = shared.note(names.get(source as usize).map_or("", |name| name));
                let version = *versions.entry(version).or_insert_with(|| shared.once(&version.to_string()));
                shared.origin(source, version, layer as u8)
            });
        }
        Self(known)
    }

    pub(super) fn number(&self, source: SourceId, version: &'e Version, layer: Layer) -> u32 {
        self.0.get(&(source, version, layer)).copied().unwrap_or(0)
    }
}

//! What is written at an OID, and what has to be known of all of it first.

use std::sync::Arc;

use foldhash::HashMap;
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

/// Notes the texts that are likely to come again.
pub(super) fn note<'e>(item: &Item<'e, '_>, shared: &mut Shared<'e>) {
    let Item::Define(entry) = item else { return };
    let mut note = |text: &&'e str| {
        shared.note(text);
    };
    entry.language.iter().for_each(&mut note);
    entry.tags.iter().flatten().for_each(&mut note);
    match &entry.body {
        Body::Rule(rule) => {
            note(&rule.event);
            rule.escalate.iter().for_each(|step| note(&step.to));
        }
        Body::Template(template) => {
            template.slots.iter().for_each(|(name, _)| note(name));
            template.examples.iter().flat_map(|example| &example.slots).for_each(|(name, _)| note(name));
        }
        Body::Lexicon(_) | Body::Policy(_) | Body::Alias(_) => {}
    }
}

/// The numbers of the origins of all items and terms.
pub(super) struct Origins<'e>(HashMap<(SourceId, &'e Version, Layer), u32>);

impl<'e> Origins<'e> {
    pub(super) fn new<'s>(names: &'s [Arc<str>], items: &[Item<'e, '_>], shared: &mut Shared<'s>) -> Self {
        let mut known = HashMap::default();
        let mut versions: HashMap<&Version, u32> = HashMap::default();
        let mut note = |source: SourceId, version: &'e Version, layer: Layer| {
            known.entry((source, version, layer)).or_insert_with(|| {
                let source = shared.note(names.get(source as usize).map_or("", |name| name));
                let version = *versions.entry(version).or_insert_with(|| shared.once(&version.to_string()));
                shared.origin(source, version, layer as u8)
            });
        };
        for item in items {
            match item {
                Item::Define(entry) => note(entry.origin.source, &entry.version, entry.origin.layer),
                Item::Remove(Tombstone { version, origin, .. }) => note(origin.source, version, origin.layer),
            }
            let stated = item.lexicon().into_iter().flat_map(|lexicon| &lexicon.stated);
            stated.for_each(|stated| note(stated.source, &stated.version, stated.layer));
        }
        Self(known)
    }

    pub(super) fn number(&self, source: SourceId, version: &'e Version, layer: Layer) -> u32 {
        self.0.get(&(source, version, layer)).copied().unwrap_or(0)
    }
}

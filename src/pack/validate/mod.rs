//! What must hold of a merged pack. One rule, one file; each is a pure function of the whole pack and one entry.

mod aliases;
mod examples;
mod references;
mod registers;
mod templates;

use std::collections::HashSet;
use std::sync::Arc;

use crate::oid::Oid;
use crate::parallel::*;

use super::model::{Document, Entry};
use super::problem::Problem;

/// What the rules may look at beside the entry at hand.
pub struct Pack<'p, 'a> {
    /// The entries, by OID.
    pub entries: &'p [Arc<Entry<'a>>],
    /// What the documents say of themselves.
    pub documents: &'p [Document<'a>],
    /// OIDs whose definitions were not sound: references to them are no second error.
    pub broken: &'p HashSet<Oid>,
}

impl<'p, 'a> Pack<'p, 'a> {
    /// The entry with an OID.
    pub fn entry(&self, oid: &Oid) -> Option<&'p Entry<'a>> {
        self.position(oid).map(|at| &*self.entries[at])
    }

    fn position(&self, oid: &Oid) -> Option<usize> {
        self.entries.binary_search_by(|entry| entry.oid.cmp(oid)).ok()
    }

    /// Whether an entry exists, or was at least tried.
    fn has(&self, oid: &Oid) -> bool {
        self.entry(oid).is_some() || self.broken.contains(oid)
    }

    /// Whether a document or an entry stands at or below an OID.
    fn has_at_or_below(&self, oid: &Oid) -> bool {
        let at = self.entries.partition_point(|entry| entry.oid < *oid);
        self.entries.get(at).is_some_and(|entry| oid.is_prefix_of(&entry.oid))
            || self.documents.iter().any(|document| oid.is_prefix_of(&document.oid))
            || self.broken.iter().any(|broken| oid.is_prefix_of(broken))
    }
}

/// Finds all problems of a merged pack.
pub fn validate(pack: &Pack<'_, '_>) -> Vec<Problem> {
    let registers = registers::Registers::new(pack);
    let check = |entry: &Arc<Entry<'_>>| {
        let mut problems = Vec::new();
        references::check(pack, entry, &mut problems);
        templates::check(entry, &mut problems);
        examples::check(entry, &mut problems);
        aliases::check(entry, &mut problems);
        registers.check(entry, &mut problems);
        problems
    };
    let mut problems: Vec<_> = pack.entries.par_iter().with_min_len(64).flat_map_iter(check).collect();
    problems.extend(aliases::cycles(pack));
    problems
}

//! Which registers may be used where, before and after: what policies mean, not how they are written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::oid::Oid;
use crate::pack::model::{Body, Entry, Register};

use super::difference::{Changes, Side, pairs};
use super::rules::Rule;

/// The policies of a pack: what is allowed at and below an OID. Of equal OIDs all must allow.
struct Policies<'p>(BTreeMap<&'p Oid, [bool; 3]>);

impl<'p> Policies<'p> {
    fn of(entries: &'p [Arc<Entry<'_>>]) -> Self {
        let mut policies = BTreeMap::new();
        for entry in entries {
            let Body::Policy(policy) = &entry.body else { continue };
            for oid in &policy.applies_to {
                let allowed = policies.entry(oid).or_insert([true; 3]);
                for (_, register) in Register::WORDS {
                    allowed[register as usize] &= policy.registers.contains(&register);
                }
            }
        }
        Self(policies)
    }

    /// What is allowed under an OID, and how much of the OID the policy's own is; 0 for no policy.
    fn allowed(&self, oid: &Oid) -> ([bool; 3], usize) {
        let mut all = std::iter::once(oid.clone()).chain(oid.ancestors());
        let found = all.find_map(|oid| Some((*self.0.get(&oid)?, oid.depth())));
        found.unwrap_or(([true; 3], 0))
    }
}

/// Registers that are newly forbidden or allowed for what stands in both packs: one change for a policy's OID and a
/// register, however many entries stand below it.
pub(super) fn registers(old: &Side<'_, '_>, new: &Side<'_, '_>, changes: &mut Changes<'_>) {
    let (before, after) = (Policies::of(old.entries), Policies::of(new.entries));
    if before.0 == after.0 {
        return;
    }
    let mut told: BTreeSet<(Oid, Rule, &'static str)> = BTreeSet::new();
    for (_, entry) in pairs(old.entries, new.entries).filter(|(old, _)| old.is_some()) {
        let Some(entry) = entry else { continue };
        let ((was, old_length), (is, new_length)) = (before.allowed(&entry.oid), after.allowed(&entry.oid));
        for (word, register) in Register::WORDS {
            let rule = match (was[register as usize], is[register as usize]) {
                (true, false) => Rule::RegisterForbidden,
                (false, true) => Rule::RegisterAllowed,
                _ => continue,
            };
            let length = if new_length > 0 { new_length } else { old_length };
            told.insert((ancestor(&entry.oid, length), rule, word));
        }
    }
    for (oid, rule, word) in told {
        let state = |allowed: bool| Some(if allowed { "allowed" } else { "forbidden" }.to_owned());
        let forbidden = rule == Rule::RegisterForbidden;
        changes.about(&oid);
        changes.add(rule, word, state(forbidden), state(!forbidden));
    }
}

/// The OID's first arcs.
fn ancestor(oid: &Oid, length: usize) -> Oid {
    let own = || oid.clone();
    if oid.depth() == length {
        return own();
    }
    oid.ancestors().find(|ancestor| ancestor.depth() == length).unwrap_or_else(own)
}

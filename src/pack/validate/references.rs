//! `REF_NOT_FOUND`: every reference, alias target and `applies_to` leads somewhere.

use crate::diag::Code;
use crate::oid::Oid;
use crate::pack::model::{Body, Entry};
use crate::pack::problem::{Problem, Seg, Spot};

use super::Pack;

pub(super) fn check(pack: &Pack<'_, '_>, entry: &Entry<'_>, problems: &mut Vec<Problem>) {
    let stated = entry.refs_from.as_deref().unwrap_or(&entry.origin);
    for (i, oid) in entry.refs().iter().enumerate().filter(|(_, oid)| !pack.has(oid)) {
        let spot = Spot::inside(stated, [Seg::Key("refs"), Seg::Index(i as u32)]);
        problems.push(missing(pack, oid, spot, &format!("`{}` refers to `{oid}`", entry.oid)));
    }
    match &entry.body {
        Body::Alias(target) if !pack.has(target) => {
            let spot = Spot::inside(&entry.origin, [Seg::Key("target")]);
            problems.push(missing(pack, target, spot, &format!("`{}` is an alias of `{target}`", entry.oid)));
        }
        Body::Policy(policy) => {
            for (i, oid) in policy.applies_to.iter().enumerate().filter(|(_, oid)| !pack.has_at_or_below(oid))
            {
                let spot = Spot::inside(&entry.origin, [Seg::Key("applies_to"), Seg::Index(i as u32)]);
                let message = format!("the policy `{}` applies to `{oid}`", entry.oid);
                problems.push(Problem::error(
                    Code::RefNotFound,
                    spot,
                    format!("{message}, but no document or entry stands at or below it"),
                    hint(pack, oid),
                ));
            }
        }
        _ => {}
    }
}

fn missing(pack: &Pack<'_, '_>, oid: &Oid, spot: Spot, message: &str) -> Problem {
    let message = format!("{message}, which does not exist in the merged pack");
    Problem::error(Code::RefNotFound, spot, message, hint(pack, oid))
}

/// The nearest entry that does exist, by its written form.
fn hint(pack: &Pack<'_, '_>, oid: &Oid) -> String {
    let wanted = oid.to_string();
    let at = pack.entries.partition_point(|entry| entry.oid < *oid);
    let near = pack.entries[at.saturating_sub(8)..(at + 8).min(pack.entries.len())]
        .iter()
        .map(|e| e.oid.to_string());
    match near.map(|n| (strsim::levenshtein(&n, &wanted), n)).min() {
        Some((1..=2, near)) => {
            format!("did you mean `{near}`? Otherwise define `{oid}`, or remove the reference")
        }
        _ => format!("define `{oid}`, or remove the reference"),
    }
}

//! The merge: statements of three layers in, one pack out. Pure, and independent of the order of its input.
//!
//! The rules are numbered as in the contract: 1 inside a layer, 2 across layers, 3 tombstones, 4 final entries,
//! 5 the operator's preferences, 6 ranges.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::diag::Code;
use crate::layer::Prefer;
use crate::oid::Oid;

use super::canonical;
use super::model::{Body, Entry, Layer, Lexicon, Origin, Statement, Term};
use super::problem::{Problem, Spot};

/// What a merge needs beside the statements.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'r> {
    /// The pack's language: entries of that language state none.
    pub language: &'r str,
    /// The operator's preferences.
    pub prefer: &'r [Prefer],
    /// The names of the sources, by their number.
    pub sources: &'r [Arc<str>],
    /// OIDs whose definitions were not sound. They count as defined by every layer, so that one mistake is reported once.
    pub broken: &'r HashSet<Oid>,
}

/// What a merge gives.
#[derive(Debug, Default)]
pub struct Merged<'a> {
    /// The pack's entries, by OID.
    pub entries: Vec<Arc<Entry<'a>>>,
    /// What each layer says after rule 1: one statement an OID, by OID.
    pub layers: [Vec<Statement<'a>>; 3],
    /// What was wrong.
    pub problems: Vec<Problem>,
    /// Preferences that matched nothing, by their index.
    pub unmatched: Vec<usize>,
}

/// Merges.
pub fn merge<'a>(statements: Vec<Statement<'a>>, rules: Rules<'_>) -> Merged<'a> {
    let mut statements = statements;
    for statement in &mut statements {
        if let Statement::Define(entry) = statement
            && entry.language == Some(rules.language)
        {
            Arc::make_mut(entry).language = None;
        }
    }
    sort(&mut statements, rules.sources);
    let mut merger = Merger { rules, out: Merged::default(), matched: vec![false; rules.prefer.len()] };
    let mut rest = statements.into_iter().peekable();
    while let Some(first) = rest.next() {
        let mut group = vec![first];
        while let Some(next) = rest.next_if(|next| next.oid() == group[0].oid()) {
            group.push(next);
        }
        merger.oid(group);
    }
    merger.out.unmatched = (0..rules.prefer.len()).filter(|&i| !merger.matched[i]).collect();
    merger.out
}

/// By OID, layer, version (highest first), then place: the order in which the rest works. Build metadata, which has no
/// precedence, counts before the place: of equal statements the same version stays, wherever each stands.
fn sort(statements: &mut [Statement<'_>], sources: &[Arc<str>]) {
    let name = |origin: &Origin| sources.get(origin.source as usize);
    let compare = |a: &Statement<'_>, b: &Statement<'_>| {
        a.oid()
            .cmp(b.oid())
            .then_with(|| a.origin().layer.cmp(&b.origin().layer))
            .then_with(|| b.version().cmp(a.version()))
            .then_with(|| name(a.origin()).cmp(&name(b.origin())))
            .then_with(|| (a.origin().line, a.origin().index).cmp(&(b.origin().line, b.origin().index)))
    };
    if !statements.is_sorted_by(|a, b| compare(a, b).is_le()) {
        use crate::parallel::ParallelSliceMut as _;
        statements.par_sort_by(compare);
    }
}

struct Merger<'r, 'a> {
    rules: Rules<'r>,
    out: Merged<'a>,
    matched: Vec<bool>,
}

impl<'a> Merger<'_, 'a> {
    fn oid(&mut self, group: Vec<Statement<'a>>) {
        let oid = group[0].oid().clone();
        self.ranges(&oid, &group);
        let preferred = self.preference(&oid, &group);
        let mut by_layer: [Vec<Statement<'a>>; 3] = Default::default();
        for statement in group {
            by_layer[statement.origin().layer as usize].push(statement);
        }
        let defines = [0, 1, 2].map(|layer: usize| by_layer[layer].iter().any(Statement::defines));
        let mut winners: [Option<Statement<'a>>; 3] = Default::default();
        for (layer, mut part) in Layer::ALL.into_iter().zip(by_layer) {
            if part.is_empty() {
                continue;
            }
            let fixed =
                preferred.as_ref().filter(|(forced, _)| *forced == layer).and_then(|(_, at)| at.as_ref());
            if let Some(origin) = final_below(&winners, layer) {
                self.final_errors(&part, &origin);
            }
            let winner = match fixed {
                Some(origin) => part.iter().position(|s| s.origin() == origin).unwrap_or(0),
                None => {
                    self.inside(&part);
                    0
                }
            };
            winners[layer as usize] = Some(part.swap_remove(winner));
        }
        let forced = preferred.map(|(layer, _)| layer);
        if let Some(entry) = self.across(&winners, forced, defines) {
            self.out.entries.push(entry);
        }
        for (layer, mut winner) in winners.into_iter().enumerate() {
            // What lost to it is in no cache, but counts when the layers are merged anew.
            if let Some(Statement::Remove(tombstone)) = &mut winner
                && defines[layer]
            {
                tombstone.origin.overrode = vec![tombstone.origin.layer];
            }
            self.out.layers[layer].extend(winner);
        }
    }

    /// Rule 6: a layer introduces OIDs only inside its range, and may restate what a broader one defines.
    fn ranges(&mut self, oid: &Oid, group: &[Statement<'_>]) {
        if self.rules.broken.contains(oid) {
            return;
        }
        for entry in group.iter().filter_map(Statement::entry) {
            let layer = entry.origin.layer;
            let defined = group.iter().any(|other| other.origin().layer < layer && other.defines());
            if !layer.owns(oid) && !defined {
                self.out.problems.push(Problem::error(
                    Code::OidOutOfRange,
                    Spot::inside(&entry.origin, [super::problem::Seg::Key("oid")]),
                    format!(
                        "the {} layer introduces `{oid}`, but new OIDs of that layer lie in {}",
                        layer.as_str(),
                        layer.range()
                    ),
                    format!(
                        "number the entry inside {}, move it to the layer that owns `{oid}`, or define it there first",
                        layer.range()
                    ),
                ));
            }
        }
    }

    /// Rule 5: which layer is forced, and with a source, the statement that stands where.
    fn preference(&mut self, oid: &Oid, group: &[Statement<'a>]) -> Option<(Layer, Option<Origin>)> {
        let (number, prefer) = self.rules.prefer.iter().enumerate().find(|(_, prefer)| prefer.oid == *oid)?;
        let layer = Layer::from(prefer.layer);
        let in_layer = |i: &usize| group[*i].origin().layer == layer;
        let found = match &prefer.source {
            None => {
                // The layer's winner has to be a definition: a tombstone is none.
                let best = (0..group.len()).find(in_layer)?;
                group[best].entry().map(|_| (layer, None))
            }
            Some(source) => {
                let is_source = |i: &usize| {
                    let name = self.rules.sources.get(group[*i].origin().source as usize);
                    name.is_some_and(|name| is_at_or_below(name, source))
                };
                let part: Vec<_> = (0..group.len()).filter(in_layer).filter(is_source).collect();
                let best = part.into_iter().find(|&i| group[i].entry().is_some())?;
                Some((layer, Some(group[best].origin().clone())))
            }
        };
        if found.is_some() {
            self.matched[number] = true;
        }
        found
    }

    /// Rule 1: the highest version wins, which stands first; another of equal precedence has to say the same.
    fn inside(&mut self, part: &[Statement<'a>]) {
        let Some((best, rest)) = part.split_first() else { return };
        for other in rest.iter().take_while(|s| s.version().cmp_precedence(best.version()).is_eq()) {
            let (here, there) = (Spot::entry(other.origin()), Spot::entry(best.origin()));
            let (oid, version, layer) = (best.oid(), best.version(), best.origin().layer.as_str());
            let problem = if same_content(best, other) {
                Problem::warning(
                    Code::DuplicateEntry,
                    here,
                    format!("`{oid}` {version} is stated twice in the {layer} layer, with the same content"),
                    "remove one of the two",
                )
            } else {
                Problem::error(
                    Code::MergeConflict,
                    here,
                    format!("`{oid}` {version} is stated twice in the {layer} layer, with different content"),
                    "raise the version of the one that should win, remove the other, or choose with `pack.prefer`",
                )
            };
            self.out.problems.push(problem.related(there, "the other statement"));
        }
    }

    /// Rule 4: every statement of a final entry by a more specific layer.
    fn final_errors(&mut self, part: &[Statement<'a>], final_origin: &Origin) {
        for statement in part {
            let (oid, layer) = (statement.oid(), final_origin.layer.as_str());
            self.out.problems.push(
                Problem::error(
                    Code::MergeFinal,
                    Spot::entry(statement.origin()),
                    format!(
                        "`{oid}` is final in the {layer} layer: no more specific layer may state it again"
                    ),
                    format!("remove this statement, or ask the owner of the {layer} layer to drop `final`"),
                )
                .related(Spot::entry(final_origin), "declared final here"),
            );
        }
    }

    /// Rules 2, 3 and 5: what the layers give together.
    fn across(
        &mut self,
        winners: &[Option<Statement<'a>>; 3],
        forced: Option<Layer>,
        defines: [bool; 3],
    ) -> Option<Arc<Entry<'a>>> {
        if let Some(layer) = forced {
            let mut entry = winners[layer as usize].as_ref()?.entry()?.clone();
            entry.origin.preferred = true;
            entry.origin.overrode =
                Layer::ALL.into_iter().rev().filter(|&l| l != layer && defines[l as usize]).collect();
            return Some(Arc::new(entry));
        }
        let mut current: Option<Arc<Entry<'a>>> = None;
        for statement in winners.iter().flatten() {
            current = match (current, statement) {
                (None, Statement::Define(entry)) => Some(Arc::clone(entry)),
                (Some(_), Statement::Remove(_)) => None,
                (None, Statement::Remove(tombstone)) => {
                    self.removed_nothing(&tombstone.oid, &tombstone.origin);
                    None
                }
                (Some(below), Statement::Define(entry)) => Some(Arc::new(self.override_with(&below, entry))),
            };
        }
        current
    }

    fn removed_nothing(&mut self, oid: &Oid, origin: &Origin) {
        if self.rules.broken.contains(oid) {
            return;
        }
        self.out.problems.push(Problem::warning(
            Code::RemovedNothing,
            Spot::entry(origin),
            format!(
                "this tombstone removes nothing: no broader layer than {} defines `{oid}`",
                origin.layer.as_str()
            ),
            "remove the tombstone, or correct its OID",
        ));
    }

    /// Rule 2: the more specific definition wins whole, but lexicons unite.
    fn override_with(&mut self, below: &Entry<'a>, above: &Entry<'a>) -> Entry<'a> {
        let mut entry = above.clone();
        if below.body.number() != above.body.number() {
            self.out.problems.push(
                Problem::error(
                    Code::MergeKindMismatch,
                    Spot::entry(&above.origin),
                    format!(
                        "`{}` is a {} in the {} layer, but a {} here",
                        above.oid,
                        below.body.kind(),
                        below.origin.layer.as_str(),
                        above.body.kind()
                    ),
                    "keep the kind, or give the new entry an OID of its own and remove the old one with a tombstone",
                )
                .related(Spot::entry(&below.origin), format!("a {} here", below.body.kind())),
            );
        }
        entry.origin.overrode = vec![below.origin.layer];
        entry.origin.overrode.extend(&below.origin.overrode);
        if let (Body::Lexicon(lexicon), Body::Lexicon(other)) = (&mut entry.body, &below.body) {
            unite(lexicon, other);
            if entry.refs.is_none() && below.refs.is_some() {
                entry.refs.clone_from(&below.refs);
                entry.refs_from = below.refs_from.clone().or_else(|| Some(Box::new(below.origin.clone())));
            }
            entry.tags = entry.tags.or_else(|| below.tags.clone());
        }
        entry
    }
}

/// The final definition that the broader layers arrive at, if there is one.
fn final_below(winners: &[Option<Statement<'_>>; 3], layer: Layer) -> Option<Origin> {
    let broader = winners[..layer as usize].iter().flatten().filter_map(Statement::entry);
    broader.filter(|entry| entry.is_final).map(|entry| entry.origin.clone()).next()
}

/// Adds the terms of a broader definition whose keys the more specific one does not have.
fn unite<'a>(lexicon: &mut Lexicon<'a>, below: &Lexicon<'a>) {
    let offset = lexicon.stated.len() as u16;
    let mut kept: Vec<_> = Vec::new();
    for term in &below.terms {
        if lexicon.terms.binary_search_by(|t| t.key.cmp(&term.key)).is_err() {
            kept.push(Term { stated: term.stated + offset, ..term.clone() });
        }
    }
    lexicon.stated.extend(below.stated.iter().cloned());
    lexicon.terms.extend(kept);
    lexicon.sort();
}

fn same_content(a: &Statement<'_>, b: &Statement<'_>) -> bool {
    match (a.entry(), b.entry()) {
        (Some(a), Some(b)) => canonical::content(a) == canonical::content(b),
        (None, None) => true,
        _ => false,
    }
}

fn is_at_or_below(name: &str, source: &str) -> bool {
    let source = source.trim_end_matches('/');
    let source = source.strip_prefix("./").unwrap_or(source);
    name.strip_prefix(source).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '#']))
}

/// How many entries each layer won, for summaries.
pub fn count_by_layer(entries: &[Arc<Entry<'_>>]) -> BTreeMap<&'static str, usize> {
    let mut counts: BTreeMap<_, _> = Layer::ALL.into_iter().map(|layer| (layer.as_str(), 0)).collect();
    for entry in entries {
        *counts.entry(entry.origin.layer.as_str()).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests;

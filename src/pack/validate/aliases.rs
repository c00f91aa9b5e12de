//! `ALIAS_CYCLE`: alias entries end somewhere. `ALIAS_AMBIGUOUS`: in one lexicon an alias names one term.

use std::collections::HashMap;

use crate::diag::Code;
use crate::oid::Oid;
use crate::pack::model::{Body, Entry, Lexicon, Term};
use crate::pack::problem::{Problem, Seg, Spot};
use crate::text::term_key;

use super::Pack;

pub(super) fn check(pack: &Pack<'_, '_>, entry: &Entry<'_>, problems: &mut Vec<Problem>) {
    match &entry.body {
        Body::Alias(target) => cycle(pack, entry, target, problems),
        Body::Lexicon(lexicon) => ambiguous(entry, lexicon, problems),
        _ => {}
    }
}

/// Each cycle is reported once, at its smallest OID.
fn cycle(pack: &Pack<'_, '_>, entry: &Entry<'_>, target: &Oid, problems: &mut Vec<Problem>) {
    let mut path = vec![&entry.oid];
    let mut next = target;
    while *next != entry.oid {
        if *next < entry.oid && path.len() > 1 && path.contains(&next) {
            return; // a cycle further on, which its own members report
        }
        match pack.entry(next).map(|found| &found.body) {
            Some(Body::Alias(further)) if !path.contains(&next) => {
                path.push(next);
                next = further;
            }
            _ => return,
        }
    }
    if path.iter().all(|oid| **oid >= entry.oid) {
        let chain: Vec<_> = path.iter().chain([&next]).map(|oid| format!("`{oid}`")).collect();
        problems.push(Problem::error(
            Code::AliasCycle,
            Spot::inside(&entry.origin, [Seg::Key("target")]),
            format!("the alias leads back to itself: {}", chain.join(" → ")),
            "let one of them name an entry that is no alias",
        ));
    }
}

/// The order in which people read terms: broader layers first, then as written.
fn reading_order(lexicon: &Lexicon<'_>, term: &Term<'_>) -> impl Ord + use<> {
    let stated = lexicon.stated.get(term.stated as usize);
    (stated.map(|s| (s.layer, s.source, s.index)), term.index)
}

fn ambiguous(entry: &Entry<'_>, lexicon: &Lexicon<'_>, problems: &mut Vec<Problem>) {
    if lexicon.terms.iter().all(|term| term.aliases.is_empty()) {
        return;
    }
    let mut terms: Vec<_> = lexicon.terms.iter().collect();
    terms.sort_by_cached_key(|term| reading_order(lexicon, term));
    // The first term that each key names, and whether through an alias.
    let mut named: HashMap<String, (&Term<'_>, bool)> = HashMap::with_capacity(terms.len() * 2);
    for term in terms {
        let own = std::iter::once((term.key.to_string(), false));
        let aliases = term.aliases.iter().map(|alias| (term_key(alias).into_owned(), true));
        for (key, is_alias) in own.chain(aliases) {
            match named.get(&key) {
                Some((other, through)) if other.key != term.key && (is_alias || *through) => {
                    let spot = Spot::term(lexicon, term, [Seg::Key("term")]);
                    let problem = Problem::error(
                        Code::AliasAmbiguous,
                        spot,
                        format!("`{key}` names both `{}` and `{}` in `{}`", other.term, term.term, entry.oid),
                        "drop the alias from one of the two terms",
                    );
                    let first = Spot::term(lexicon, other, [Seg::Key("term")]);
                    problems.push(problem.related(first, "the earlier term"));
                }
                Some(_) => {}
                None => {
                    named.insert(key, (term, is_alias));
                }
            }
        }
    }
}

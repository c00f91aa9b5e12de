//! `ALIAS_CYCLE`: alias entries end somewhere. `ALIAS_AMBIGUOUS`: in one lexicon an alias names one term.

use std::borrow::Cow;

use crate::diag::Code;
use crate::pack::model::{Body, Entry, Lexicon, Term};
use crate::pack::problem::{Problem, Seg, Spot};
use crate::text::term_key;

use super::Pack;

pub(super) fn check(entry: &Entry<'_>, problems: &mut Vec<Problem>) {
    if let Body::Lexicon(lexicon) = &entry.body {
        ambiguous(entry, lexicon, problems);
    }
}

/// Each cycle is reported once, at its smallest OID. One walk over all aliases: each is left behind for good.
pub(super) fn cycles(pack: &Pack<'_, '_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    // Which walk came by: 0 for none.
    let mut walks = vec![0_usize; pack.entries.len()];
    for start in 0..pack.entries.len() {
        let mut path = Vec::new();
        let mut next = Some(start);
        while let Some(at) = next.filter(|&at| walks[at] == 0) {
            let Body::Alias(target) = &pack.entries[at].body else { break };
            walks[at] = start + 1;
            path.push(at);
            next = pack.position(target);
        }
        if let Some(first) = next.and_then(|at| path.iter().position(|&on_path| on_path == at)) {
            problems.push(cycle(pack, &path[first..]));
        }
    }
    problems
}

fn cycle(pack: &Pack<'_, '_>, members: &[usize]) -> Problem {
    let smallest = (0..members.len()).min_by_key(|&i| members[i]).unwrap_or(0);
    let path = members.iter().cycle().skip(smallest).take(members.len() + 1);
    let chain: Vec<_> = path.map(|&at| format!("`{}`", pack.entries[at].oid)).collect();
    let entry = &pack.entries[members[smallest]];
    Problem::error(
        Code::AliasCycle,
        Spot::inside(&entry.origin, [Seg::Key("target")]),
        format!("the alias leads back to itself: {}", chain.join(" → ")),
        "let one of them name an entry that is no alias",
    )
}

/// The order in which people read terms: broader layers first, then as written.
fn reading_order(lexicon: &Lexicon<'_>, term: &Term<'_>) -> impl Ord + use<> {
    let stated = lexicon.stated_of(term);
    (stated.map(|s| (s.layer, s.source, s.index)), term.index)
}

fn ambiguous(entry: &Entry<'_>, lexicon: &Lexicon<'_>, problems: &mut Vec<Problem>) {
    if lexicon.terms.iter().all(|term| term.aliases().is_empty()) {
        return;
    }
    // Every key that leads somewhere, with the position of its term: repeats come to stand together.
    let mut named: Vec<(Cow<'_, str>, usize, bool)> = Vec::with_capacity(lexicon.terms.len() * 2);
    for (at, term) in lexicon.terms.iter().enumerate() {
        named.push((Cow::Borrowed(&term.key), at, false));
        named.extend(term.aliases().iter().map(|alias| (term_key(alias), at, true)));
    }
    named.sort_unstable();
    for same in named.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
        if same.iter().any(|(.., is_alias)| *is_alias) {
            let mut terms: Vec<_> = same.iter().map(|(_, at, _)| *at).collect();
            terms.dedup();
            terms.sort_by_cached_key(|at| reading_order(lexicon, &lexicon.terms[*at]));
            for later in &terms[1..] {
                let (first, later) = (&lexicon.terms[terms[0]], &lexicon.terms[*later]);
                let message = format!(
                    "`{}` names both `{}` and `{}` in `{}`",
                    same[0].0, first.term, later.term, entry.oid
                );
                let spot = Spot::term(lexicon, later, [Seg::Key("term")]);
                let help = "drop the alias from one of the two terms";
                let problem = Problem::error(Code::AliasAmbiguous, spot, message, help);
                problems.push(
                    problem.related(Spot::term(lexicon, first, [Seg::Key("term")]), "the earlier term"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::Arc;

    use super::*;
    use crate::pack::decode::decode;
    use crate::pack::merge::{Rules, merge};
    use crate::pack::model::Layer;
    use crate::syntax::{Format, Text};

    /// The messages for aliases `1.1.n` that lead to `1.1.targets[n]`.
    fn messages(targets: &[usize]) -> Vec<String> {
        use std::fmt::Write as _;
        let mut text = "aegis: cache/v1\noid: '1.1'\ntitle: T\nversion: 1.0.0\nentries:\n".to_owned();
        for (number, target) in targets.iter().enumerate() {
            let _ = writeln!(text, "- {{oid: '1.1.{number}', kind: alias, target: '1.1.{target}'}}");
        }
        let text = Text::new(text);
        let tree = text.parse(Format::Yaml).unwrap().unwrap();
        let (names, broken) = ([Arc::from("a")], HashSet::new());
        let rules = Rules { language: "en", prefer: &[], sources: &names, broken: &broken };
        let merged = merge(decode(&tree, Layer::Domain, 0, None).statements, rules);
        let pack = Pack { entries: &merged.entries, documents: &[], broken: &broken };
        cycles(&pack).into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn a_cycle_is_reported_once_from_its_smallest_oid() {
        assert_eq!(messages(&[1, 2, 9]), [""; 0]);
        assert_eq!(messages(&[0]), ["the alias leads back to itself: `1.1.0` → `1.1.0`"]);
        // 0 → 3 → 1 → 2 → 3, and 4 → 1; 5 ⇄ 6.
        assert_eq!(
            messages(&[3, 2, 3, 1, 1, 6, 5]),
            [
                "the alias leads back to itself: `1.1.1` → `1.1.2` → `1.1.3` → `1.1.1`",
                "the alias leads back to itself: `1.1.5` → `1.1.6` → `1.1.5`",
            ]
        );
    }

    #[test]
    fn a_long_chain_is_walked_once() {
        let chain: Vec<usize> = (1..=5000).collect();
        assert_eq!(messages(&chain), [""; 0]);
    }
}

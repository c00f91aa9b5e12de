//! The merge does not depend on the order of its input.

use std::collections::{BTreeSet, HashSet};

use proptest::prelude::*;

use crate::diag::{Code, Severity};
use crate::pack::arbitrary::{Documents, Written, documents};
use crate::pack::{canonical, export};

use super::*;
use crate::layer::LayerName;

/// What a merge came to, with nothing in it that depends on how sources are numbered.
#[derive(Debug, PartialEq, Eq)]
struct Came {
    /// The export, with origins.
    export: String,
    /// What was wrong, and where.
    problems: BTreeSet<String>,
    /// The canonical entries, without origins.
    content: Vec<String>,
    errors: HashSet<Code>,
}

fn came(written: Vec<Written>, threads: usize) -> Came {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let documents = Documents::new(written);
    pool.install(|| {
        let (statements, names) = documents.statements();
        let broken = HashSet::new();
        let prefer = [Prefer { oid: "1.0.10".parse().unwrap(), layer: LayerName::Domain, source: None }];
        let merged =
            merge(statements, Rules { language: "en", prefer: &prefer, sources: &names, broken: &broken });
        let mut bytes = Vec::new();
        let oid = "1.0".parse().unwrap();
        let pack = export::Named { name: "n", oid: &oid, language: "en", version: "1.0.0" };
        export::json(&pack, &merged.entries, &names, &mut bytes).unwrap();
        let tell = |problem: &Problem| {
            let spot =
                problem.spot.as_ref().map(|spot| (&names[spot.source as usize], spot.line, spot.entry));
            format!("{:?} {} {spot:?}", problem.code, problem.message)
        };
        Came {
            export: String::from_utf8(bytes).unwrap(),
            problems: merged.problems.iter().map(tell).collect(),
            content: merged
                .entries
                .iter()
                .map(|entry| String::from_utf8(canonical::without_origin(entry).to_vec()).unwrap())
                .collect(),
            errors: merged
                .problems
                .iter()
                .filter(|problem| problem.severity == Severity::Error)
                .map(|problem| problem.code)
                .collect(),
        }
    })
}

proptest! {
    #[test]
    fn files_may_come_in_any_order_and_threads_in_any_number(
        (written, shuffled) in documents().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))
    ) {
        prop_assert_eq!(came(written, 1), came(shuffled, 4));
    }

    /// In another order inside a file, entries have other lines; what they say together is the same, unless two of
    /// one version contradict each other, which is found in any order.
    #[test]
    fn entries_may_come_in_any_order(
        (written, shuffled) in documents().prop_flat_map(|all| {
            let shuffled: Vec<_> = all
                .iter()
                .map(|(layer, name, entries)| (Just(*layer), Just(name.clone()), Just(entries.clone()).prop_shuffle()))
                .collect();
            (Just(all), shuffled)
        })
    ) {
        let (one, other) = (came(written, 1), came(shuffled, 4));
        prop_assert_eq!(one.errors.contains(&Code::MergeConflict), other.errors.contains(&Code::MergeConflict));
        if !one.errors.contains(&Code::MergeConflict) {
            prop_assert_eq!(one.content, other.content);
            prop_assert_eq!(one.errors, other.errors);
        }
    }
}

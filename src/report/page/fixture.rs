//! Reports for the tests of pages.

use std::time::Duration;

use super::*;
use crate::diag::{Code, Diagnostic, LineMap};
use crate::report::Report;
use crate::report::difference::{Change, Difference, Pack as Side, Saying, Sentence};
use crate::report::tree::{Leaf, tree};

fn change(rule: &'static str, level: &'static str, wording: &'static str, subject: &str) -> Change {
    Change {
        bot: None,
        rule,
        level,
        wording,
        oid: Some("1.0.2".into()),
        title: Some("Radio slang".into()),
        subject: subject.into(),
        before: Some("Where lorries | stand".into()),
        after: None,
        file: Some("packs/warehouse/slang.yaml".into()),
        line: Some(12),
        approved: None,
    }
}

fn difference() -> Difference {
    let sentence = |before: Option<&str>, after: Option<&str>| Sentence {
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    };
    let side = |version: Option<&str>| Side {
        name: "warehouse".into(),
        oid: "1.0".into(),
        version: version.map(str::to_owned),
    };
    Difference {
        of: "pack",
        old: side(Some("1.4.0")),
        new: side(None),
        bump: "major",
        next: Some("2.0.0".into()),
        changes: vec![
            change("term-removed", "major", "a term is gone", "Dock"),
            Change {
                after: Some("Where trucks are loaded".into()),
                approved: Some("agreed with @site-23".into()),
                ..change("meaning-reworded", "patch", "a meaning reads otherwise", "Ramp")
            },
        ],
        speech: Some(vec![Saying {
            oid: "1.0.3".into(),
            title: Some("Forklift in a pedestrian zone".into()),
            sentences: vec![
                sentence(
                    Some(
                        "When “forklift in pedestrian zone” happens, agents say at once, before anything else: “Alert: forklift in the pedestrian zone. Clear the area.”",
                    ),
                    Some(
                        "When “forklift in pedestrian zone” happens, agents say at once, before anything else: “Alert: forklift among people. Clear the area now.”",
                    ),
                ),
                sentence(
                    None,
                    Some("If nobody answers for 5 seconds, “safety supervisor” hears: “No answer.”"),
                ),
                sentence(Some("“Dock” (neutral) means: Where lorries stand."), None),
            ],
        }]),
        needless: 0,
    }
}

fn page() -> Page {
    let entries: [(&[u64], &str, &str); 7] = [
        (&[0, 1, 2], "Spatial words", "lexicon"),
        (&[1, 0, 2], "Radio slang", "lexicon"),
        (&[1, 0, 3], "Forklift in a pedestrian zone", "rule"),
        (&[1, 0, 3, 1], "Hazard \"near\" <people>", "template"),
        (&[1, 0, 5], "Alerts", "policy"),
        (&[1, 0, 9], "", "alias"),
        (&[2, 1337, 23, 1], "Gates of site 23", "lexicon"),
    ];
    let kind =
        |kind: &str| *crate::report::tree::KINDS.iter().find(|known| **known == kind).unwrap_or(&"rule");
    let leaves = entries.iter().map(|(arcs, title, of)| Leaf { arcs, title: Some(title), kind: kind(of) });
    let step = |name: &str, taken, why: &str| Step { name: name.into(), taken, why: why.into() };
    Page {
        pack: Some(Pack {
            name: "warehouse".into(),
            oid: "1.0".into(),
            version: "2.0.0".into(),
            bump: "major".into(),
            hash: "8c1f0a2e".repeat(8),
            path: "aegis-runtime".into(),
            layers: vec![("global", 14), ("domain", 42), ("local", 14)],
            terms: 163,
        }),
        files: vec![
            ("exports/pack.json".into(), 130_000),
            ("runtime.1337".into(), 90_112),
            ("README.md".into(), 900),
        ],
        suites: vec![
            Suite {
                file: "aegis-runtime/test_suites/domain_tests.yaml".into(),
                counts: [901, 0, 0, 0],
                time: Duration::from_millis(120),
                failures: Vec::new(),
            },
            Suite { file: "suites/floor.yaml".into(), counts: [6, 0, 0, 1], ..Suite::default() },
        ],
        steps: vec![
            step("build", true, "warehouse 2.0.0"),
            step("test", true, "907 passed"),
            step("publish", false, "pull requests never publish"),
        ],
        difference: Some(difference()),
        tree: tree(leaves, 60),
        checks: vec![Check {
            bot: "pizza".into(),
            id: "spec.locales".into(),
            status: "waived",
            detail: "`ru` only until spring".into(),
        }],
        bots: None,
        releases: vec![("1.3.0".into(), 120_000), ("1.4.0".into(), 151_000), ("2.0.0".into(), 150_112)],
        flows: vec![Flow {
            name: "pizza: order".into(),
            nodes: vec!["ask size".into(), "ask address".into(), "call: shop".into()],
            edges: vec![
                (0, 1, "size is known".into()),
                (1, 2, String::new()),
                (2, 0, "the shop says \"no\"".into()),
            ],
        }],
        blob: Some("https://github.com/octo-org/packs/blob/6dcb09b5/".into()),
    }
}

/// A run in which all went well.
pub(in crate::report) fn passed() -> Report {
    Report { page: page(), ..Report::new("ci") }
}

/// A run that met several problems.
pub(in crate::report) fn failed() -> Report {
    let mut report = Report { page: page(), closing: "nothing was published", ..Report::new("ci") };
    let source = "entries:\n      - term: Forkie\n        register: infromal\n";
    let lines = LineMap::new(source);
    let at = source.find("infromal").unwrap_or(0);
    let place = lines.place("packs/site 23.yaml".into(), at..at + 8, String::new());
    report.diagnostics.push(
        Diagnostic::error(
            Code::PackSchema,
            "a term's `register` is one of formal, neutral, informal, not `infromal`",
        )
        .at(place)
        .help("did you mean `informal`?"),
    );
    report.diagnostics.push(
        Diagnostic::error(Code::RefNotFound, "`2.1337.23.3` refers to `0.1.11`, which does not exist")
            .at(crate::diag::Place::line("packs/site-23.yaml".into(), 99))
            .related(crate::diag::Place::line("packs/global/a.yaml".into(), 3), "the nearest is here"),
    );
    report.diagnostics.push(Diagnostic::warning(Code::RemovedNothing, "this tombstone removes nothing"));
    report.page.suites[1].counts = [5, 1, 0, 1];
    report.page.suites[1].failures.push(Failure {
        name: "floor-3".into(),
        message: "expected \"Clear.\", got \"Clear the area.\"".into(),
        diff: "--- expected\n+++ actual\n-\"Clear.\"\n+\"Clear the area.\"\n".into(),
        place: Some(crate::diag::Place::line("suites/floor.yaml".into(), 12)),
    });
    report
}

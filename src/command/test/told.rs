//! What is told of cases that ran: diagnostics, JUnit, pages.

use serde_json::Value;

use crate::diag::{Code, Diagnostic};
use crate::report::{Report, junit, page};
use crate::suite::run::relevant;
use crate::suite::{Case, CaseResult, Outcome, Suite};

use super::{Counts, MOST_SHOWN};

/// Says which cases failed, and why: the first ones, and how many more there are.
pub(super) fn tell_failures(cases: &[&Case], results: &[CaseResult], report: &mut Report) {
    let bad = cases.iter().zip(results).filter_map(|(case, result)| match &result.outcome {
        Outcome::Failed { actual } => Some((case, Ok(actual))),
        Outcome::Error { why } => Some((case, Err(why))),
        Outcome::Passed | Outcome::Skipped { .. } => None,
    });
    let total = bad.clone().count();
    for (case, outcome) in bad.take(MOST_SHOWN) {
        let diagnostic = match outcome {
            Ok(actual) => Diagnostic::error(
                Code::TestFailed,
                format!("`{}` failed: {}", case.id, difference(case, actual)),
            )
            .help(
                "mend the pack; or the expectation, with `aegis test --accept` for suites that people write",
            ),
            Err(why) => {
                Diagnostic::error(Code::CacheCorrupt, format!("`{}` could not be told: {why}", case.id))
                    .help("build the pack again")
            }
        };
        report.diagnostics.push(diagnostic.at(case.place.clone()));
    }
    if total > MOST_SHOWN {
        let message =
            format!("{} more cases failed; JUnit and `--format json` name them all", total - MOST_SHOWN);
        report.diagnostics.push(Diagnostic::note(Code::TestFailed, message));
    }
}

fn difference(case: &Case, actual: &Value) -> String {
    let short = |value: &Value| {
        let text = value.to_string();
        if text.chars().count() > 300 { text.chars().take(299).chain(['…']).collect() } else { text }
    };
    format!("expected {}, got {}", short(&case.expect), short(&relevant(&case.expect, actual)))
}

/// The suite as JUnit tells it.
pub(super) fn junit_suite(suite: &Suite, cases: &[&Case], results: &[CaseResult]) -> junit::Suite {
    let case = |(case, result): (&&Case, &CaseResult)| junit::Case {
        name: case.id.clone(),
        classname: format!("aegis.{}", case.question.kind()),
        time: result.time,
        file: Some(suite.file.to_string()),
        line: case.place.at_line(),
        result: match &result.outcome {
            Outcome::Passed => junit::CaseResult::Passed,
            Outcome::Failed { actual } => junit::CaseResult::Failed {
                message: difference(case, actual),
                diff: diff(&case.expect, actual),
            },
            Outcome::Error { why } => {
                junit::CaseResult::Error { message: why.clone(), detail: String::new() }
            }
            Outcome::Skipped { why } => junit::CaseResult::Skipped { reason: why.clone() },
        },
        output: String::new(),
    };
    junit::Suite {
        name: suite.file.to_string(),
        file: Some(suite.file.to_string()),
        cases: cases.iter().zip(results).map(case).collect(),
    }
}

/// What pages tell of a suite.
pub(super) fn told(
    suite: &Suite,
    cases: &[&Case],
    results: &[CaseResult],
    time: std::time::Duration,
) -> page::Suite {
    let mut counts = Counts::default();
    let mut failures = Vec::new();
    for (case, result) in cases.iter().zip(results) {
        counts.add(&result.outcome);
        let (message, diff) = match &result.outcome {
            Outcome::Failed { actual } => (difference(case, actual), diff(&case.expect, actual)),
            Outcome::Error { why } => (why.clone(), String::new()),
            Outcome::Passed | Outcome::Skipped { .. } => continue,
        };
        if failures.len() < MOST_SHOWN {
            let (name, place) = (case.id.clone(), Some(case.place.clone()));
            failures.push(page::Failure { name, message, diff, place });
        }
    }
    let Counts { passed, failed, errors, skipped } = counts;
    page::Suite { file: suite.file.to_string(), counts: [passed, failed, errors, skipped], time, failures }
}

/// Expected against actual, line by line.
fn diff(expect: &Value, actual: &Value) -> String {
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default() + "\n";
    let (expect, actual) = (pretty(expect), pretty(&relevant(expect, actual)));
    similar::TextDiff::from_lines(&expect, &actual).unified_diff().header("expected", "actual").to_string()
}

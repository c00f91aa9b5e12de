//! Joining the reports of a run's parts: what several shards wrote becomes what one run would have written. Pure.
//!
//! A part that is missing is no part that passed.

mod document;
mod junit;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::diag::{Code, Diagnostic, Diagnostics, Place, Severity};

use super::junit::{Case, CaseResult, Suite};
use super::{Report, page};

pub use document::Part;

/// The suites of one JUnit file.
///
/// # Errors
/// It is no JUnit, as a sentence without its subject.
pub fn suites(text: &str) -> Result<Vec<Suite>, String> {
    junit::read(text)
}

/// The parts of a run, read.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// `report/v1` documents, each with the file that it was read from.
    pub documents: Vec<(String, Part)>,
    /// Suites of JUnit files.
    pub suites: Vec<Suite>,
    has_junit: bool,
}

impl Parts {
    /// Reads one more file: JSON or JUnit, told apart by how it begins.
    ///
    /// # Errors
    /// It is neither, as a sentence without its subject.
    pub fn read(&mut self, name: &str, text: &str) -> Result<(), String> {
        if text.trim_start_matches('\u{FEFF}').trim_start().starts_with('<') {
            self.suites.extend(junit::read(text)?);
            self.has_junit = true;
        } else {
            self.documents.push((name.to_owned(), Part::read(text)?));
        }
        Ok(())
    }

    /// Whether a JUnit file was among them.
    pub const fn has_junit(&self) -> bool {
        self.has_junit
    }

    /// The suites of all parts: those of one name are one, with the cases in the order of their names, so that it does
    /// not matter which part ran what.
    pub fn joined(&self) -> Vec<Suite> {
        let mut joined: BTreeMap<(&str, &Option<String>), Suite> = BTreeMap::new();
        for suite in &self.suites {
            let one = joined.entry((suite.name.as_str(), &suite.file)).or_insert_with(|| Suite {
                name: suite.name.clone(),
                file: suite.file.clone(),
                cases: Vec::new(),
            });
            one.cases.extend(suite.cases.iter().cloned());
        }
        let mut suites: Vec<_> = joined.into_values().collect();
        for suite in &mut suites {
            suite.cases.sort_by(|a, b| (&a.classname, &a.name).cmp(&(&b.classname, &b.name)));
        }
        suites
    }

    /// What the parts say together, into the report of the command that joins them.
    pub fn tell(&self, report: &mut Report) {
        let parts = || self.documents.iter().map(|(_, part)| part);
        if let Some(command) = only(parts().map(|part| part.command.as_str())) {
            report.command = known(command).unwrap_or(report.command);
        }
        self.diagnose(&mut report.diagnostics);
        report.summary = agreed(parts().map(|part| &part.summary), &["tests", "shard"]);
        report.outputs =
            agreed(parts().map(|part| &part.outputs), &["junit", "sarif", "status", "diagnostics"]);
        let suites = self.joined();
        report.page.suites = suites.iter().map(told).collect();
        let totals = if self.has_junit { report.page.totals() } else { self.totals() };
        let [passed, failed, errors, skipped] = totals;
        report.figure(
            "tests",
            serde_json::json!({
                "total": passed + failed + errors + skipped, "passed": passed, "failed": failed,
                "errors": errors, "skipped": skipped,
            }),
        );
        report.story = format!("  tests     {}\n", words(totals));
    }

    fn diagnose(&self, diagnostics: &mut Diagnostics) {
        for (name, part) in &self.documents {
            let found: Vec<_> = part.diagnostics().collect();
            let is_told = found.iter().any(|one| one.severity == Severity::Error);
            diagnostics.extend(found);
            if part.failed() && !is_told {
                let message = format!("the part `{name}` failed, and does not say why");
                let help = "look at the log of the job that wrote it";
                diagnostics.push(Diagnostic::error(Code::TestFailed, message).help(help));
            }
        }
        for missing in self.missing() {
            let message = format!("the part {missing} is missing: whether its cases pass is not known");
            let help = "run the job of that part again, and hand its report over too";
            diagnostics.push(Diagnostic::error(Code::ShardMissing, message).help(help));
        }
        if self.documents.is_empty() {
            diagnostics.extend(self.suites.iter().flat_map(failures));
        }
    }

    /// The parts `I/N` that are not there although another part of the same `N` is.
    fn missing(&self) -> Vec<String> {
        let shards = self.documents.iter().filter_map(|(_, part)| part.shard());
        let mut seen: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for (index, of) in shards {
            seen.entry(of).or_default().insert(index);
        }
        let gaps = seen.iter().flat_map(|(of, found)| {
            (1..=*of).filter(|index| !found.contains(index)).map(move |index| format!("{index}/{of}"))
        });
        gaps.collect()
    }

    /// The figures of the documents, where there is no JUnit to count.
    fn totals(&self) -> [usize; 4] {
        let names = ["passed", "failed", "errors", "skipped"];
        let of = |name: &str| {
            let counts =
                self.documents.iter().map(|(_, part)| part.summary["tests"][name].as_u64().unwrap_or(0));
            usize::try_from(counts.sum::<u64>()).unwrap_or(usize::MAX)
        };
        names.map(of)
    }
}

/// The commands whose reports have parts.
fn known(command: &str) -> Option<&'static str> {
    ["ci", "test", "build", "preflight"].into_iter().find(|known| *known == command)
}

/// The value, if all are equal.
fn only<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

/// The members that all maps have with one value, but for those that every part has its own of.
fn agreed<'m>(
    maps: impl Iterator<Item = &'m Map<String, Value>> + Clone,
    own: &[&str],
) -> Map<String, Value> {
    let Some(first) = maps.clone().next() else { return Map::new() };
    let is_agreed = |name: &String, value: &Value| {
        !own.contains(&name.as_str()) && maps.clone().all(|map| map.get(name) == Some(value))
    };
    first.iter().filter(|(name, value)| is_agreed(name, value)).map(|(n, v)| (n.clone(), v.clone())).collect()
}

fn failures(suite: &Suite) -> impl Iterator<Item = Diagnostic> {
    suite.cases.iter().filter_map(|case| {
        let message = match &case.result {
            CaseResult::Failed { message, .. } => format!("`{}` failed: {message}", case.name),
            CaseResult::Error { message, .. } => format!("`{}` could not be told: {message}", case.name),
            CaseResult::Passed | CaseResult::Skipped { .. } => return None,
        };
        let one = Diagnostic::error(Code::TestFailed, message);
        Some(match place(case, suite.file.as_ref()) {
            Some(place) => one.at(place),
            None => one,
        })
    })
}

fn told(suite: &Suite) -> page::Suite {
    let mut told = page::Suite { file: suite.name.clone(), ..page::Suite::default() };
    for case in &suite.cases {
        let (at, failure) = match &case.result {
            CaseResult::Passed => (0, None),
            CaseResult::Failed { message, diff } => (1, Some((message, diff))),
            CaseResult::Error { message, detail } => (2, Some((message, detail))),
            CaseResult::Skipped { .. } => (3, None),
        };
        told.counts[at] += 1;
        told.time += case.time;
        told.failures.extend(failure.map(|(message, diff)| failed(case, message, diff)));
    }
    told
}

/// Where a case's expectation is written: the line, if the file says it.
fn place(case: &Case, suite: Option<&String>) -> Option<Place> {
    let mut place = Place::file(case.file.as_ref().or(suite)?.as_str().into());
    if let Some(line) = case.line {
        (place.line, place.end_line) = (line, line);
    }
    Some(place)
}

fn failed(case: &Case, message: &str, diff: &str) -> page::Failure {
    let place = place(case, None);
    page::Failure { name: case.name.clone(), message: message.to_owned(), diff: diff.to_owned(), place }
}

fn words([passed, failed, errors, skipped]: [usize; 4]) -> String {
    let rest = [(failed, "failed"), (errors, "could not be told"), (skipped, "skipped")];
    let rest =
        rest.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!(", {count} {word}"));
    format!("{passed} passed{}", rest.collect::<String>())
}

#[cfg(test)]
mod tests;

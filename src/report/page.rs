//! What a run did, as pages tell it: the job summary, the HTML report, the comment. Data alone; whoever runs fills it.

use std::time::Duration;

use crate::diag::{Place, Severity};

use super::difference::Difference;
use super::tree::Tree;

/// What a run did.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// What was built.
    pub pack: Option<Pack>,
    /// The files of the runtime directory with their sizes in bytes, by name.
    pub files: Vec<(String, u64)>,
    /// The releases up to this one with their sizes in bytes, by version, the first one first.
    pub releases: Vec<(String, u64)>,
    /// The suites that ran.
    pub suites: Vec<Suite>,
    /// What preflight found, a row a check.
    pub checks: Vec<Check>,
    /// The steps, taken or not.
    pub steps: Vec<Step>,
    /// What changed since the last release, if there was one.
    pub difference: Option<Difference>,
    /// What changed of the bots since then.
    pub bots: Option<Difference>,
    /// The OIDs.
    pub tree: Tree,
    /// Pictures of flows, by bot.
    pub flows: Vec<Flow>,
    /// Where files of this commit can be looked at: a URL that a path is added to.
    pub blob: Option<String>,
}

/// The pack that was built.
#[derive(Debug, Clone, Default)]
pub struct Pack {
    /// Its name.
    pub name: String,
    /// Its OID.
    pub oid: String,
    /// Its version.
    pub version: String,
    /// How much the version was raised.
    pub bump: String,
    /// Its identity.
    pub hash: String,
    /// Where it was written.
    pub path: String,
    /// How many entries, by layer.
    pub layers: Vec<(&'static str, usize)>,
    /// How many terms.
    pub terms: usize,
}

/// A suite that ran.
#[derive(Debug, Clone, Default)]
pub struct Suite {
    /// Its file.
    pub file: String,
    /// How many cases passed, failed, could not be told, were skipped.
    pub counts: [usize; 4],
    /// How long it took.
    pub time: Duration,
    /// The cases that did not pass.
    pub failures: Vec<Failure>,
}

/// A case that did not pass.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The case.
    pub name: String,
    /// What was expected and what came, in one sentence.
    pub message: String,
    /// Expected against actual, line by line.
    pub diff: String,
    /// Where the expectation stands.
    pub place: Option<Place>,
}

/// What a check of preflight found.
#[derive(Debug, Clone)]
pub struct Check {
    /// The bot.
    pub bot: String,
    /// The check's id.
    pub id: String,
    /// How it went: `passed`, `failed`, `warning`, `waived`, `skipped`.
    pub status: &'static str,
    /// What there is to say.
    pub detail: String,
}

/// A step of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// Whether it was taken.
    pub taken: bool,
    /// What came of it, or why it was not taken.
    pub why: String,
}

/// The picture of a bot's flow.
#[derive(Debug, Clone)]
pub struct Flow {
    /// The bot and the flow.
    pub name: String,
    /// The steps, in order: their names.
    pub nodes: Vec<String>,
    /// From where to where, and what leads there.
    pub edges: Vec<(usize, usize, String)>,
}

impl Flow {
    /// Whether there is something to see: a single step is told by its name.
    pub(super) fn is_worth_a_picture(&self) -> bool {
        self.nodes.len() > 1
    }
}

impl Page {
    /// What changed, of the pack and of the bots.
    pub(super) fn differences(&self) -> impl Iterator<Item = &Difference> {
        self.difference.iter().chain(&self.bots)
    }

    /// All suites together: passed, failed, could not be told, skipped.
    pub fn totals(&self) -> [usize; 4] {
        let mut totals = [0; 4];
        for suite in &self.suites {
            for (total, count) in totals.iter_mut().zip(suite.counts) {
                *total += count;
            }
        }
        totals
    }
}

/// A number with its noun: `1 error`, `2 errors`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// So many entries.
pub(super) fn counted_entries(count: usize) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

/// A size for people: binary units, three digits.
pub fn bytes(size: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if size < 1024 {
        return format!("{size} B");
    }
    let mut value = size as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    let digits = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
    format!("{value:.digits$} {}", UNITS[unit])
}

/// The report's heading: whether it passed, and the count of what is wrong.
pub(super) fn verdict(report: &super::Report) -> (bool, String) {
    let passed = report.exit() == crate::exit::Exit::Success;
    let count = |severity| report.diagnostics.count(severity);
    let told: Vec<_> = [(Severity::Error, "error"), (Severity::Warning, "warning")]
        .into_iter()
        .filter(|(severity, _)| count(*severity) > 0)
        .map(|(severity, noun)| counted(count(severity), noun))
        .collect();
    let name = match &report.page.pack {
        Some(pack) => format!("{} {} ({})", pack.name, pack.version, pack.oid),
        None => format!("aegis {}", report.command),
    };
    let told = if told.is_empty() { String::new() } else { format!(": {}", told.join(", ")) };
    (passed, format!("{name} {}{told}", if passed { "passed" } else { "failed" }))
}

#[cfg(test)]
pub(super) mod fixture;

#[cfg(test)]
mod tests {
    #[test]
    fn sizes_have_three_digits() {
        let shown = [0, 1023, 1024, 1536, 150_000, 5_000_000_000].map(super::bytes);
        assert_eq!(shown, ["0 B", "1023 B", "1.00 KiB", "1.50 KiB", "146 KiB", "4.66 GiB"]);
    }
}

//! What the `junit-report` crate leaves out, added to what it wrote: the totals on the root, how many cases of a suite
//! were skipped (older versions of EnricoMi's action count those as passed otherwise), and the line of an expectation. Pure; it knows
//! the form in which the crate writes, and changes nothing that stands there.

use std::time::Duration;

use super::{CaseResult, MAX_TIME, Suite};

/// What is counted.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
    time: Duration,
}

impl Counts {
    fn of<'s>(suites: impl IntoIterator<Item = &'s Suite>) -> Self {
        let mut counts = Self::default();
        for case in suites.into_iter().flat_map(|suite| &suite.cases) {
            counts.tests += 1;
            counts.time = counts.time.saturating_add(case.time.min(MAX_TIME));
            match case.result {
                CaseResult::Passed => {}
                CaseResult::Failed { .. } => counts.failures += 1,
                CaseResult::Error { .. } => counts.errors += 1,
                CaseResult::Skipped { .. } => counts.skipped += 1,
            }
        }
        counts
    }
}

/// The XML of these suites, with what is missing in it.
pub(super) fn complete(xml: &str, suites: &[Suite]) -> String {
    let mut each = suites.iter();
    let mut cases = suites.iter().flat_map(|suite| &suite.cases);
    let mut out = String::with_capacity(xml.len() + xml.len() / 8);
    let mut rest = xml;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        out.push_str(text);
        // Texts of cases stand in CDATA, where anything may look like a tag; in attributes `<` is escaped.
        let end = if tag.starts_with("<![CDATA[") {
            tag.find("]]>").map_or(tag.len(), |end| end + "]]>".len())
        } else {
            tag.find([' ', '/', '>']).unwrap_or(tag.len()).max(1)
        };
        let (head, tail) = tag.split_at(end);
        out.push_str(head);
        match head {
            "<testsuites" => {
                let Counts { tests, failures, errors, skipped, time } = Counts::of(suites);
                let time = time.as_secs_f64();
                out.push_str(&format!(
                    " tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\" time=\"{time}\""
                ));
            }
            "<testsuite" => {
                let skipped = Counts::of(each.next()).skipped;
                out.push_str(&format!(" skipped=\"{skipped}\""));
            }
            "<testcase" => {
                if let Some(line) = cases.next().and_then(|case| case.line) {
                    out.push_str(&format!(" line=\"{line}\""));
                }
            }
            _ => {}
        }
        rest = tail;
    }
    out + rest
}

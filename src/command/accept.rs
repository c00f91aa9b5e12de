//! `--accept`: writes what changed cases now give into the suites that people wrote, for review.

use std::path::Path;

use crate::diag::{Code, Diagnostic, Diagnostics, Place};
use crate::suite::run::relevant;
use crate::suite::{Case, CaseResult, Outcome, Suite};
use crate::syntax::{Format, Text};

/// Rewrites the expectations of failed cases; returns how many. Nothing else in the file changes.
pub(super) fn accept(
    file: &Path,
    suite: &Suite,
    text: &Text,
    cases: &[&Case],
    results: &[CaseResult],
) -> Result<usize, Diagnostics> {
    let mut edits: Vec<_> = cases
        .iter()
        .zip(results)
        .filter_map(|(case, result)| match &result.outcome {
            Outcome::Failed { actual } => Some((case, relevant(&case.expect, actual))),
            _ => None,
        })
        .collect();
    edits.sort_by_key(|(case, _)| std::cmp::Reverse(case.expect_range.start));
    let mut out = text.as_str().to_owned();
    for (case, actual) in &edits {
        out.replace_range(case.expect_range.clone(), &format!(" {actual}"));
    }
    if edits.is_empty() {
        return Ok(0);
    }
    // The file is only touched if it reads back as the same suite with just these expectations changed.
    let format = Format::of(&suite.file).unwrap_or(Format::Yaml);
    let again = Suite::parse(&Text::new(out.as_str()), format, suite.file.clone());
    let is_same = again.is_ok_and(|again| {
        again.cases.len() == suite.cases.len()
            && again.cases.iter().zip(&suite.cases).all(|(new, old)| {
                let edit = edits.iter().find(|(case, _)| case.id == old.id);
                new.id == old.id
                    && new.question == old.question
                    && new.expect == *edit.map_or(&old.expect, |(_, value)| value)
            })
    });
    if !is_same {
        let message = "the expectations of this suite cannot be rewritten without changing more than them";
        let help =
            "write the changed `expect` values by hand; anchors and aliases in them are the likely reason";
        return Err(Diagnostic::error(Code::SuiteInvalid, message)
            .at(Place::file(suite.file.clone()))
            .help(help)
            .into());
    }
    super::write_file(file, out.as_bytes())?;
    Ok(edits.len())
}

//! `--accept` for conversations: writes what changed turns now give into the suites that people wrote, for review.

use std::path::Path;
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Diagnostics, Place};
use crate::suite::bot::actual::{matches, relevant};
use crate::suite::bot::run::{Judged, Verdict, What};
use crate::suite::bot::write::json_in_yaml;
use crate::suite::bot::{BotSuite, Conversation};
use crate::suite::case::Either;
use crate::syntax::{Format, Text};

use super::super::write_file;

/// Rewrites the expectations of the turns that changed; returns how many. Nothing else in the file changes.
pub(super) fn accept(
    file: &Path,
    suite: &BotSuite,
    text: &Text,
    cases: &[&Conversation],
    judged: &[Judged],
) -> Result<usize, Diagnostics> {
    let mut edits = Vec::new();
    for (case, judged) in cases.iter().zip(judged) {
        let Verdict::Failed(mismatch) = &judged.verdict else { continue };
        // A conversation that a script did not survive is not what anybody wants to expect.
        if mismatch.what != What::Other || mismatch.outcomes.len() != case.turns.len() {
            continue;
        }
        for (turn, outcome) in case.turns.iter().zip(&mismatch.outcomes) {
            if let Some(expect) = turn.expect.as_ref().filter(|expect| !matches(expect, outcome)) {
                edits.push((turn.expect_range.clone(), relevant(expect, outcome)));
            }
        }
    }
    if edits.is_empty() {
        return Ok(0);
    }
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut out = text.as_str().to_owned();
    for (range, value) in &edits {
        out.replace_range(range.clone(), &format!(" {}", json_in_yaml(value)));
    }
    // The file is only touched if it reads back as the same conversations.
    let format = Format::of(&suite.file).unwrap_or(Format::Yaml);
    let again = Either::parse(&Text::new(out.as_str()), format, Arc::clone(&suite.file));
    let said = |case: &Conversation| {
        let sends: Vec<_> = case.turns.iter().map(|turn| (turn.send.clone(), turn.after)).collect();
        (case.id.clone(), case.mocks.clone(), sends)
    };
    let is_same = matches!(&again, Ok(Either::Bot(again)) if again.cases.len() == suite.cases.len()
        && again.cases.iter().zip(&suite.cases).all(|(new, old)| said(new) == said(old)));
    if !is_same {
        let message = "the expectations of this suite cannot be rewritten without changing more than them";
        let help =
            "write the changed `expect` values by hand; anchors and aliases in them are the likely reason";
        let place = Place::file(Arc::clone(&suite.file));
        return Err(Diagnostic::error(Code::SuiteInvalid, message).at(place).help(help).into());
    }
    write_file(file, out.as_bytes())?;
    Ok(edits.len())
}

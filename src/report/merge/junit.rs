//! JUnit, read back: ours, and that of others as far as it says the same.

use std::time::Duration;

use roxmltree::{Document, Node, ParsingOptions};

use crate::report::junit::{Case, CaseResult, Suite, untold};

/// More elements than this are no test report.
const MOST: u32 = 20_000_000;

/// The suites of a file.
///
/// # Errors
/// It is no JUnit, as a sentence without its subject.
pub(super) fn read(text: &str) -> Result<Vec<Suite>, String> {
    // Entities and document types have no business here.
    let options = ParsingOptions { nodes_limit: MOST, ..ParsingOptions::default() };
    let document =
        Document::parse_with_options(text, options).map_err(|error| format!("is no XML: {error}"))?;
    let root = document.root_element();
    let suites: Vec<_> = match root.tag_name().name() {
        "testsuites" => root.children().filter(|node| node.has_tag_name("testsuite")).collect(),
        "testsuite" => vec![root],
        other => return Err(format!("is no JUnit: it begins with `<{other}>`")),
    };
    Ok(suites.into_iter().map(suite).collect())
}

fn suite(node: Node<'_, '_>) -> Suite {
    let attribute = |name: &str| node.attribute(name).map(str::to_owned);
    let name = attribute("name").unwrap_or_default();
    let cases: Vec<_> = node.descendants().filter(|node| node.has_tag_name("testcase")).map(case).collect();
    // Ours name the file on each case; of a suite without cases nothing is known.
    let file = attribute("file").or_else(|| cases.first().and_then(|case| case.file.clone()));
    Suite { name, file, cases }
}

fn case(node: Node<'_, '_>) -> Case {
    let attribute = |name: &str| node.attribute(name).unwrap_or_default().to_owned();
    let child = |name: &'static str| node.children().find(|child| child.has_tag_name(name));
    let message = |node: Node<'_, '_>| node.attribute("message").unwrap_or_default().to_owned();
    let (file, line) = (node.attribute("file"), node.attribute("line").and_then(|line| line.parse().ok()));
    let said = |node: Node<'_, '_>| untold(&text(node), &message(node), file.zip(line));
    let seconds: f64 = attribute("time").parse().unwrap_or(0.0);
    let result = if let Some(failure) = child("failure") {
        CaseResult::Failed { message: message(failure), diff: said(failure) }
    } else if let Some(error) = child("error") {
        CaseResult::Error { message: message(error), detail: said(error) }
    } else if let Some(skipped) = child("skipped") {
        CaseResult::Skipped { reason: message(skipped) }
    } else {
        CaseResult::Passed
    };
    Case {
        name: attribute("name"),
        classname: attribute("classname"),
        time: Duration::try_from_secs_f64(seconds).unwrap_or_default(),
        file: file.map(str::to_owned),
        line,
        result,
        output: child("system-out").map(text).unwrap_or_default(),
    }
}

fn text(node: Node<'_, '_>) -> String {
    node.children().filter_map(|child| child.text()).collect()
}

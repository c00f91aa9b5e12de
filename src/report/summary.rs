//! The job summary: what a run came to, as Markdown that GitHub shows below the job.
//!
//! A step's summary holds 1 MiB; one byte more and all of it is lost without the step failing. So it is put together
//! from parts, and ends at one of them.
//! <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary>

use std::fmt::Write as _;

use crate::diag::{Diagnostic, Place, Severity};

use super::difference::Difference;
use super::escape::visible;
use super::markdown::{bump, changes, code, plain, sayings};
use super::page::{Check, Page, bytes, counted, verdict};
use super::{Report, tree};

/// How many bytes a step's summary may have, with room for what the runner may add.
pub const MOST: usize = (1 << 20) - (16 << 10);

/// A piece of the page: a list between a head and a tail. Items are left out where there is no room, from the end.
struct Section {
    head: String,
    items: Vec<String>,
    tail: String,
    /// What one item is.
    noun: &'static str,
}

impl Section {
    fn whole(text: String) -> Self {
        Self { head: text, items: Vec::new(), tail: String::new(), noun: "" }
    }
}

/// The summary of a report in at most `most` bytes.
pub fn write(report: &Report, most: usize) -> String {
    let (passed, title) = verdict(report);
    let mut head = format!("## {} {}\n\n", if passed { "✅" } else { "❌" }, plain(&title));
    if report.diagnostics.has_errors() && !report.closing.is_empty() {
        let _ = writeln!(head, "{}.\n", capital(report.closing));
    }
    let page = &report.page;
    let mut sections = vec![Section::whole(head)];
    for (severity, title, noun) in [
        (Severity::Error, "What is wrong", "error"),
        (Severity::Warning, "Worth a look", "warning"),
        (Severity::Note, "Also", "note"),
    ] {
        sections.extend(problems(report, severity, title, noun));
    }
    for difference in page.differences() {
        let verdict = plain(&difference.verdict());
        let of = if difference.of == "pack" { "" } else { " of the bots" };
        let head = format!("### What changes{of}\n\n**{}**: {verdict}\n\n", bump(difference.bump));
        sections.push(Section::whole(head));
        sections.push(list(sayings(difference), "entry", ""));
        sections.extend(every_change(difference));
    }
    sections.extend(built(page));
    sections.extend(suites(page));
    sections.extend(preflight(page));
    sections.extend(steps(page));
    sections.extend(pictures(page));
    sections.extend(sizes(page));
    fit(sections, most)
}

/// The comment of a pull request in at most `most` bytes: what agents will say first, then the step and why; what is
/// wrong goes before all else.
pub fn comment(report: &Report, most: usize, run: Option<&str>) -> String {
    let (passed, title) = verdict(report);
    let page = &report.page;
    let mut sections =
        vec![Section::whole(format!("### {} {}\n\n", if passed { "✅" } else { "❌" }, plain(&title)))];
    sections.extend(problems(report, Severity::Error, "What is wrong", "error"));
    sections.extend(page.differences().map(|difference| list(sayings(difference), "entry", "")));
    for difference in page.differences() {
        let (step, verdict) = (bump(difference.bump), plain(&difference.verdict()));
        sections.push(Section::whole(format!("**{step}**: {verdict}\n\n")));
        sections.extend(every_change(difference));
    }
    if page.differences().next().is_none() && page.pack.is_some() {
        sections.push(Section::whole("There is no earlier release to compare with.\n\n".to_owned()));
    }
    let [passed, failed, errors, skipped] = page.totals();
    let ran = passed + failed + errors + skipped;
    let tests = if ran > 0 { format!("{passed} of {ran} tests passed") } else { "no test ran".to_owned() };
    let more = run.map(|run| format!(" · [the whole report]({run})")).unwrap_or_default();
    sections.push(Section::whole(format!("<sub>{tests}{more}</sub>\n")));
    fit(sections, most)
}

/// The table of changes, folded up: what is said otherwise stands above it.
fn every_change(difference: &Difference) -> Option<Section> {
    let mut parts = changes(difference);
    let head = parts.first_mut()?;
    *head = format!("<details>\n<summary>What changed: {}</summary>\n\n{head}", difference.counts());
    Some(list(parts, "entry", "\n</details>\n\n"))
}

/// A section from parts whose first is the head.
fn list(mut parts: Vec<String>, noun: &'static str, tail: &str) -> Section {
    let head = if parts.is_empty() { String::new() } else { parts.remove(0) };
    Section { head, items: parts, tail: tail.to_owned(), noun }
}

/// Puts sections together. A list may take no more than half of the room that is left, so that one long list does not
/// push everything else out; the first section is always there.
fn fit(sections: Vec<Section>, most: usize) -> String {
    /// What the line that counts the rest may need.
    const REST: usize = 120;
    let mut out = String::new();
    for section in sections {
        let room = most.saturating_sub(out.len());
        let need = section.head.len() + section.tail.len() + REST;
        if need > room {
            continue;
        }
        out.push_str(&section.head);
        let mut left = ((room - need) / 2).max((room - need).min(32 << 10));
        let total = section.items.len();
        let mut shown = 0;
        for item in &section.items {
            if item.len() > left {
                break;
            }
            left -= item.len();
            out.push_str(item);
            shown += 1;
        }
        out.push_str(&section.tail);
        if shown < total {
            let noun = section.noun;
            let noun = if noun == "entry" && total - shown > 1 { "entrie" } else { noun };
            let _ = writeln!(out, "\n**+{}**: the log has them all\n", more(total - shown, noun));
        }
    }
    out
}

fn more(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 more {noun}") } else { format!("{count} more {noun}s") }
}

fn problems(report: &Report, severity: Severity, title: &str, noun: &'static str) -> Option<Section> {
    let found = report.diagnostics.iter().filter(|one| one.severity == severity);
    let items: Vec<_> = found.map(|one| problem(one, report.page.blob.as_deref())).collect();
    if items.is_empty() {
        return None;
    }
    let head = format!("### {title}\n\n");
    Some(Section { head, items, tail: String::new(), noun })
}

/// One problem: code and place, what is wrong, the line, what to do.
fn problem(one: &Diagnostic, blob: Option<&str>) -> String {
    let mut out = format!("#### `{}`", one.code);
    if let Some(place) = &one.place {
        let _ = write!(out, " · {}", linked(place, blob));
    }
    let _ = write!(out, "\n\n{}\n\n", prose(&one.message));
    if let Some(place) = &one.place {
        out.push_str(&picture(place));
    }
    for (place, label) in &one.related {
        let _ = writeln!(out, "- {}: {}", prose(label), linked(place, blob));
    }
    if !one.related.is_empty() {
        out.push('\n');
    }
    if let Some(help) = &one.help {
        let _ = write!(out, "**What to do:** {}\n\n", prose(help));
    }
    out
}

/// Our own sentences with foreign words in backticks: these become code, all else is text.
pub(super) fn prose(text: &str) -> String {
    let parts: Vec<_> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return plain(text);
    }
    let part = |(number, part): (usize, &&str)| match number % 2 {
        0 => plain(part),
        _ if part.trim().is_empty() => plain(&format!("`{part}`")),
        _ => code(part),
    };
    parts.iter().enumerate().map(part).collect()
}

/// A place, as a link to the line where that is known.
fn linked(place: &Place, blob: Option<&str>) -> String {
    let shown = code(&place.to_string());
    match blob {
        Some(blob) if !place.file.starts_with('/') => {
            let line = if place.line > 0 { format!("#L{}", place.line) } else { String::new() };
            format!("[{shown}]({blob}{}{line})", address(&place.file))
        }
        _ => shown,
    }
}

/// A path as part of a URL in Markdown.
fn address(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(byte.into())
            }
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// The source line with what is meant underlined.
fn picture(place: &Place) -> String {
    let Some(text) = place.text.as_deref().filter(|text| !text.trim().is_empty()) else {
        return String::new();
    };
    let line = visible(text).replace(['\n', '\t'], " ");
    let start = (place.column as usize).saturating_sub(1);
    let width =
        if place.end_line == place.line { (place.end_column as usize).saturating_sub(start + 1) } else { 0 };
    let longest = line.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let carets = if place.column > 0 {
        format!("\n{}{}", " ".repeat(start), "^".repeat(width.max(1)))
    } else {
        String::new()
    };
    format!("{fence}text\n{line}{carets}\n{fence}\n\n")
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

fn built(page: &Page) -> Option<Section> {
    let pack = page.pack.as_ref()?;
    let layers: Vec<_> = pack.layers.iter().map(|(layer, count)| format!("{count} {layer}")).collect();
    let entries: usize = pack.layers.iter().map(|(_, count)| count).sum();
    let size: u64 = page.files.iter().map(|(_, size)| size).sum();
    let rows = [
        ("version", format!("{} (step: {})", code(&pack.version), plain(&pack.bump))),
        ("entries", format!("{entries} ({})", layers.join(", "))),
        ("terms", pack.terms.to_string()),
        ("identity", code(&pack.hash)),
        (
            "written to",
            format!("{}, {}, {}", code(&pack.path), counted(page.files.len(), "file"), bytes(size)),
        ),
    ];
    let mut out =
        format!("### What was built\n\n| {} | {} |\n| --- | --- |\n", plain(&pack.name), code(&pack.oid));
    for (name, value) in rows {
        let _ = writeln!(out, "| {name} | {value} |");
    }
    out.push('\n');
    Some(Section::whole(out))
}

fn suites(page: &Page) -> Option<Section> {
    if page.suites.is_empty() {
        return None;
    }
    let [passed, failed, errors, skipped] = page.totals();
    let head = format!(
        "### Tests: {passed} of {} passed\n\n| suite | passed | failed | could not be told | skipped | time |\n| --- | ---: | ---: | ---: | ---: | ---: |\n",
        passed + failed + errors + skipped,
    );
    let row = |suite: &super::page::Suite| {
        let [passed, failed, errors, skipped] = suite.counts;
        let time = suite.time.as_secs_f64();
        format!("| {} | {passed} | {failed} | {errors} | {skipped} | {time:.2} s |\n", code(&suite.file))
    };
    let items = page.suites.iter().map(row).collect();
    Some(Section { head, items, tail: "\n".to_owned(), noun: "suite" })
}

/// The head of the table of checks.
const CHECKS: &str = "| bot | check | | what there is to say |\n| --- | --- | --- | --- |\n";

/// The checks: first those that did not simply pass, then the others, folded up.
fn preflight(page: &Page) -> Vec<Section> {
    if page.checks.is_empty() {
        return Vec::new();
    }
    let row = |check: &&Check| {
        let (bot, id, detail) = (code(&check.bot), code(&check.id), prose(&check.detail));
        format!("| {bot} | {id} | {} | {detail} |\n", check.status)
    };
    let (passed, others): (Vec<_>, Vec<_>) = page.checks.iter().partition(|check| check.status == "passed");
    let head = format!("### Preflight: {} of {} checks passed\n\n", passed.len(), page.checks.len());
    let mut sections = vec![Section::whole(head)];
    let mut table = |head: String, checks: &[&Check], tail: &str| {
        if !checks.is_empty() {
            let items = checks.iter().map(row).collect();
            sections.push(Section { head, items, tail: tail.to_owned(), noun: "check" });
        }
    };
    table(CHECKS.to_owned(), &others, "\n");
    let head = format!("<details>\n<summary>What passed</summary>\n\n{CHECKS}");
    table(head, &passed, "\n</details>\n\n");
    sections
}

fn steps(page: &Page) -> Option<Section> {
    if page.steps.is_empty() {
        return None;
    }
    let head = "### Steps\n\n| step | | |\n| --- | --- | --- |\n".to_owned();
    let row = |step: &super::page::Step| {
        let taken = if step.taken { "done" } else { "skipped" };
        format!("| {} | {taken} | {} |\n", plain(&step.name), prose(&step.why))
    };
    Some(Section { head, items: page.steps.iter().map(row).collect(), tail: "\n".to_owned(), noun: "step" })
}

fn pictures(page: &Page) -> Vec<Section> {
    let mut sections = Vec::new();
    // What a reader can still see on a page's width.
    let shown = page.tree.first(60);
    let chart = tree::mermaid(&shown);
    if !chart.is_empty() {
        let rest = match shown.hidden {
            0 => String::new(),
            hidden => format!("{} without a place in the picture.\n\n", super::page::counted_entries(hidden)),
        };
        sections.push(folded("The OIDs", &format!("```mermaid\n{chart}```\n\n{rest}")));
    }
    for flow in page.flows.iter().filter(|flow| flow.is_worth_a_picture()) {
        let chart = format!("```mermaid\n{}```\n\n", flow_chart(flow));
        sections.push(folded(&format!("The flow {}", plain(&flow.name)), &chart));
    }
    sections
}

fn folded(title: &str, body: &str) -> Section {
    Section::whole(format!("<details>\n<summary>{title}</summary>\n\n{body}</details>\n\n"))
}

fn flow_chart(flow: &super::page::Flow) -> String {
    let mut out = String::from("flowchart TD\n");
    for (number, node) in flow.nodes.iter().enumerate() {
        let _ = writeln!(out, "  n{number}[\"{}\"]", tree::label(node));
    }
    for (from, to, by) in &flow.edges {
        let by = if by.is_empty() { String::new() } else { format!("|\"{}\"|", tree::label(by)) };
        let _ = writeln!(out, "  n{from} -->{by} n{to}");
    }
    out
}

fn sizes(page: &Page) -> Option<Section> {
    if page.files.is_empty() {
        return None;
    }
    let head = "<details>\n<summary>Sizes</summary>\n\n| file | size |\n| --- | ---: |\n".to_owned();
    let items = page.files.iter().map(|(name, size)| format!("| {} | {} |\n", code(name), bytes(*size)));
    Some(Section { head, items: items.collect(), tail: "\n</details>\n\n".to_owned(), noun: "file" })
}

#[cfg(test)]
mod tests;

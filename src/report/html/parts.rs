//! The sections of the HTML report, but for the pictures.

use std::fmt::Write as _;

use similar::{ChangeTag, TextDiff};

use crate::diag::{Diagnostic, Place, Severity};
use crate::report::Report;
use crate::report::difference::{Change, Difference, Sentence};
use crate::report::escape::visible;
use crate::report::page::{Page, bytes, counted};

use super::{capital, text};

/// How many problems of a level, failures of a suite and changes the page shows: a browser has to bear it.
const MOST: usize = 500;

/// Our sentences with foreign words in backticks.
fn prose(sentence: &str) -> String {
    let parts: Vec<_> = sentence.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return text(sentence);
    }
    let part = |(number, part): (usize, &&str)| match number % 2 {
        0 => text(part),
        _ => format!("<code>{}</code>", text(part)),
    };
    parts.iter().enumerate().map(part).collect()
}

fn rest(total: usize, noun: &str) -> String {
    match total.saturating_sub(MOST) {
        0 => String::new(),
        more => format!("<p class=\"lead\">And {}.</p>\n", counted(more, &format!("more {noun}"))),
    }
}

pub(super) fn problems(report: &Report, severity: Severity, title: &str) -> String {
    let found: Vec<_> = report.diagnostics.iter().filter(|one| one.severity == severity).collect();
    if found.is_empty() {
        return String::new();
    }
    let cards: String = found.iter().take(MOST).map(|one| problem(one)).collect();
    format!("<h2>{title}</h2>\n{cards}{}", rest(found.len(), severity.as_str()))
}

fn problem(one: &Diagnostic) -> String {
    let class = one.severity.as_str();
    let mut out = format!("<section class=\"card\">\n<h3><span class=\"pill {class}\">{}</span>", one.code);
    if let Some(place) = &one.place {
        let _ = write!(out, "<span class=\"oid\">{}</span>", text(&place.to_string()));
    }
    let _ = writeln!(out, "</h3>\n<p>{}</p>", prose(&capital(&one.message)));
    if let Some(place) = &one.place {
        out.push_str(&picture(place));
    }
    for (place, label) in &one.related {
        let _ = writeln!(out, "<p>{}: <code>{}</code></p>", prose(label), text(&place.to_string()));
    }
    if let Some(help) = &one.help {
        let _ = writeln!(out, "<p><b>What to do:</b> {}</p>", prose(help));
    }
    out + "</section>\n"
}

/// The source line with what is meant marked.
fn picture(place: &Place) -> String {
    let Some(line) = place.text.as_deref().filter(|line| !line.trim().is_empty()) else {
        return String::new();
    };
    let chars: Vec<char> = line.chars().collect();
    let start = (place.column as usize).saturating_sub(1).min(chars.len());
    let end =
        if place.end_line == place.line { place.end_column.saturating_sub(1) as usize } else { chars.len() };
    let end = end.clamp(start, chars.len());
    let piece = |range: std::ops::Range<usize>| text(&chars[range].iter().collect::<String>());
    let (before, meant, after) = (piece(0..start), piece(start..end), piece(end..chars.len()));
    format!("<pre class=\"place\">{before}<del>{meant}</del>{after}</pre>\n")
}

/// What agents will say.
pub(super) fn speech(difference: &Difference) -> String {
    let Some(speech) = &difference.speech else { return String::new() };
    let mut out = format!("<h2>What {} will say</h2>\n", difference.speakers());
    if speech.is_empty() {
        out.push_str("<p class=\"lead\">What they said before.</p>\n");
    }
    for saying in speech.iter().take(MOST) {
        let (title, oid) = (saying.title.as_deref().unwrap_or(""), text(&saying.oid));
        let _ = writeln!(
            out,
            "<section class=\"card\">\n<h3>{}<span class=\"oid\">{oid}</span></h3>",
            text(title)
        );
        saying.sentences.iter().for_each(|sentence| out.push_str(&said(sentence)));
        out.push_str("</section>\n");
    }
    out + &rest(speech.len(), "entry")
}

/// A sentence before and after, what differs marked word by word.
fn said(sentence: &Sentence) -> String {
    let rows = match (&sentence.before, &sentence.after) {
        (Some(before), Some(after)) => {
            let (before, after) = marked(before, after);
            vec![("until now", before), ("from now on", after)]
        }
        (None, Some(after)) => vec![("new", format!("<ins>{}</ins>", text(after)))],
        (Some(before), None) => vec![("no longer", format!("<del class=\"gone\">{}</del>", text(before)))],
        (None, None) => Vec::new(),
    };
    let rows: String =
        rows.iter().map(|(label, said)| format!("<dt>{label}</dt><dd>{said}</dd>\n")).collect();
    format!("<dl class=\"say\">\n{rows}</dl>\n")
}

fn marked(before: &str, after: &str) -> (String, String) {
    let (before, after) = (visible(before), visible(after));
    let words = TextDiff::from_words(&*before, &*after);
    let (mut was, mut is) = (String::new(), String::new());
    for change in words.iter_all_changes() {
        let word = text(change.value());
        match change.tag() {
            ChangeTag::Equal => {
                was.push_str(&word);
                is.push_str(&word);
            }
            ChangeTag::Delete => was.push_str(&format!("<del>{word}</del>")),
            ChangeTag::Insert => is.push_str(&format!("<ins>{word}</ins>")),
        }
    }
    // Neighbours are one mark.
    (was.replace("</del><del>", ""), is.replace("</ins><ins>", ""))
}

pub(super) fn changes(difference: &Difference) -> String {
    if difference.changes.is_empty() {
        return String::new();
    }
    let rows: String = difference.changes.iter().take(MOST).map(change).collect();
    let of = if difference.of == "pack" { "" } else { " of the bots" };
    format!(
        "<h2>What changed{of}: {}</h2>\n<div class=\"wide\"><table>\n<tr><th>where</th><th>step</th><th>what</th><th>was</th><th>is</th></tr>\n{rows}</table></div>\n{}",
        difference.counts(),
        rest(difference.changes.len(), "change")
    )
}

fn change(change: &Change) -> String {
    let oid = change
        .bot
        .as_deref()
        .or(change.oid.as_deref())
        .map_or_else(|| "the whole".to_owned(), |oid| format!("<code>{}</code>", text(oid)));
    let small = |text: Option<String>| text.map(|text| format!("<small>{text}</small>")).unwrap_or_default();
    let title = small(change.title.as_deref().map(text));
    // A long path breaks after a folder.
    let place = small(change.place().map(|place| text(&place).replace('/', "/<wbr/>")));
    let approved = small(change.approved.as_deref().map(|why| format!("approved: {}", text(why))));
    let subject =
        if change.about().is_empty() { String::new() } else { format!(": {}", text(change.about())) };
    let (level, rule, wording) = (change.level, change.rule, change.wording);
    let (was, is) = match (&change.before, &change.after) {
        (Some(before), Some(after)) => marked(before, after),
        (before, after) => (text(before.as_deref().unwrap_or("")), text(after.as_deref().unwrap_or(""))),
    };
    format!(
        "<tr><td>{oid}{title}</td><td><span class=\"pill {level}\">{level}</span></td><td>{wording}{subject}<small>{rule}</small>{place}{approved}</td><td>{was}</td><td>{is}</td></tr>\n"
    )
}

pub(super) fn tests(page: &Page) -> String {
    if page.suites.is_empty() {
        return String::new();
    }
    let mut rows = String::new();
    for suite in &page.suites {
        let [passed, failed, errors, skipped] = suite.counts;
        let _ = writeln!(
            rows,
            "<tr><td>{}</td><td class=\"n\">{passed}</td><td class=\"n\">{failed}</td><td class=\"n\">{errors}</td><td class=\"n\">{skipped}</td><td class=\"n\">{:.2} s</td></tr>",
            text(&suite.file),
            suite.time.as_secs_f64()
        );
    }
    let mut out = format!(
        "<h2>Tests</h2>\n<div class=\"wide\"><table>\n<tr><th>suite</th><th class=\"n\">passed</th><th class=\"n\">failed</th><th class=\"n\">not told</th><th class=\"n\">skipped</th><th class=\"n\">time</th></tr>\n{rows}</table></div>\n"
    );
    let failures: Vec<_> = page.suites.iter().flat_map(|suite| &suite.failures).collect();
    for failure in failures.iter().take(MOST) {
        let place = failure.place.as_ref().map(ToString::to_string).unwrap_or_default();
        let _ = write!(
            out,
            "<section class=\"card\">\n<h3><span class=\"pill error\">failed</span> {}<span class=\"oid\">{}</span></h3>\n<p>{}</p>\n",
            text(&failure.name),
            text(&place),
            text(&failure.message)
        );
        if !failure.diff.is_empty() {
            let _ = writeln!(out, "<pre>{}</pre>", lines(&failure.diff));
        }
        out.push_str("</section>\n");
    }
    out + &rest(failures.len(), "failure")
}

/// A diff with its lines marked.
fn lines(diff: &str) -> String {
    let line = |line: &str| match line.as_bytes().first() {
        Some(b'-') => format!("<del>{}</del>\n", text(line)),
        Some(b'+') => format!("<ins>{}</ins>\n", text(line)),
        _ => text(line) + "\n",
    };
    diff.lines().map(line).collect()
}

pub(super) fn preflight(page: &Page) -> String {
    if page.checks.is_empty() {
        return String::new();
    }
    let mut rows = String::new();
    let mut last = "";
    for check in &page.checks {
        // A bot is named once, above its checks.
        let bot = if check.bot == last { String::new() } else { text(&check.bot) };
        last = &check.bot;
        let class = match check.status {
            "failed" => "error",
            "passed" => "passed",
            _ => "warning",
        };
        let _ = writeln!(
            rows,
            "<tr><td>{bot}</td><td><code>{}</code></td><td><span class=\"pill {class}\">{}</span></td><td>{}</td></tr>",
            text(&check.id),
            check.status,
            prose(&check.detail)
        );
    }
    format!(
        "<h2>Preflight</h2>\n<div class=\"wide\"><table>\n<tr><th>bot</th><th>check</th><th></th><th></th></tr>\n{rows}</table></div>\n"
    )
}

pub(super) fn steps(page: &Page) -> String {
    if page.steps.is_empty() {
        return String::new();
    }
    let mut rows = String::new();
    for step in &page.steps {
        let (class, word) = if step.taken { ("passed", "done") } else { ("none", "skipped") };
        let _ = writeln!(
            rows,
            "<tr><td>{}</td><td><span class=\"pill {class}\">{word}</span></td><td>{}</td></tr>",
            text(&step.name),
            prose(&step.why)
        );
    }
    format!("<h2>Steps</h2>\n<div class=\"wide\"><table>\n{rows}</table></div>\n")
}

pub(super) fn sizes(page: &Page) -> String {
    // One release alone is no course.
    let releases = if page.releases.len() > 1 { &page.releases[..] } else { &[] };
    bars("Sizes", &page.files) + &bars("Sizes over releases", releases)
}

fn bars(title: &str, all: &[(String, u64)]) -> String {
    let largest = all.iter().map(|(_, size)| *size).max().unwrap_or(0).max(1);
    if all.is_empty() {
        return String::new();
    }
    let mut rows = String::new();
    for (name, size) in all {
        let share = *size as f64 * 100.0 / largest as f64;
        let _ = writeln!(
            rows,
            "<tr><td>{}</td><td style=\"width:45%\"><span class=\"bar\" style=\"width:{share:.1}%\"></span></td><td class=\"n\">{}</td></tr>",
            text(name),
            bytes(*size)
        );
    }
    format!("<h2>{title}</h2>\n<div class=\"wide\"><table>\n{rows}</table></div>\n")
}

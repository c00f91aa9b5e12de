//! The HTML report: one file, without scripts and without anything from elsewhere. It works offline, prints, and
//! follows the reader's choice of light or dark.

mod parts;
mod svg;

use std::fmt::Write as _;

use crate::diag::Severity;

use super::Report;
use super::escape::visible;
use super::page::{Page, bytes, counted, verdict};

/// Foreign text as HTML, in an element or in a quoted attribute.
pub fn text(text: &str) -> String {
    let text = visible(text);
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

/// The report of a run. `made` is when, for the foot of the page.
pub fn write(report: &Report, made: &str) -> String {
    let (passed, title) = verdict(report);
    let page = &report.page;
    let mut out = String::with_capacity(32 << 10);
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n<main>\n",
        text(&title),
        include_str!("style.css"),
    );
    out.push_str(&head(report, passed, &title));
    for (severity, title) in
        [(Severity::Error, "What is wrong"), (Severity::Warning, "Worth a look"), (Severity::Note, "Also")]
    {
        out.push_str(&parts::problems(report, severity, title));
    }
    for difference in page.differences() {
        out.push_str(&parts::speech(difference));
        out.push_str(&parts::changes(difference));
    }
    out.push_str(&parts::tests(page));
    out.push_str(&parts::preflight(page));
    out.push_str(&parts::steps(page));
    out.push_str(&svg::pictures(page));
    out.push_str(&parts::sizes(page));
    let _ = write!(
        out,
        "<footer>Made by aegis {} at {}.</footer>\n</main>\n</body>\n</html>\n",
        env!("CARGO_PKG_VERSION"),
        text(made)
    );
    out
}

fn head(report: &Report, passed: bool, title: &str) -> String {
    let page = &report.page;
    let (class, word) = if passed { ("passed", "Passed") } else { ("failed", "Failed") };
    let name = match &page.pack {
        Some(pack) => format!("{} {}", text(&pack.name), text(&pack.version)),
        None => text(title),
    };
    let oid = page.pack.as_ref().map(|pack| format!("<span class=\"oid\">{}</span>", text(&pack.oid)));
    let mut out = format!(
        "<header>\n<div class=\"status {class}\">{word}</div>\n<h1>{name}{}</h1>\n",
        oid.unwrap_or_default()
    );
    let lead = match page.differences().next() {
        Some(difference) => capital(&difference.verdict()) + ".",
        None if passed => "There is no earlier release to compare with.".to_owned(),
        None => capital(report.closing),
    };
    if page.pack.is_some() || !lead.is_empty() {
        let _ = writeln!(out, "<p class=\"lead\">{}</p>", text(&lead));
    }
    out.push_str(&figures(report, page));
    out + "</header>\n"
}

fn figures(report: &Report, page: &Page) -> String {
    let mut figures: Vec<(String, String)> = Vec::new();
    let problems = report.diagnostics.count(Severity::Error);
    if problems > 0 {
        figures.push((problems.to_string(), if problems == 1 { "error" } else { "errors" }.to_owned()));
    }
    if let Some(pack) = &page.pack {
        let entries: usize = pack.layers.iter().map(|(_, count)| count).sum();
        let layers: Vec<_> = pack.layers.iter().map(|(layer, count)| format!("{count} {layer}")).collect();
        figures.push((entries.to_string(), format!("entries: {}", layers.join(", "))));
        figures.push((pack.terms.to_string(), "terms".to_owned()));
    }
    if !page.suites.is_empty() {
        let [passed, failed, errors, skipped] = page.totals();
        let ran = passed + failed + errors + skipped;
        figures.push((
            format!("{passed}/{ran}"),
            format!("tests passed in {}", counted(page.suites.len(), "suite")),
        ));
    }
    if !page.files.is_empty() {
        let size: u64 = page.files.iter().map(|(_, size)| size).sum();
        figures.push((bytes(size), format!("in {}", counted(page.files.len(), "file"))));
    }
    if figures.is_empty() {
        return String::new();
    }
    let items: String = figures
        .iter()
        .map(|(figure, what)| format!("<li><b>{}</b><span>{}</span></li>\n", text(figure), text(what)))
        .collect();
    format!("<ul class=\"figures\">\n{items}</ul>\n")
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

#[cfg(test)]
mod tests;

//! What a release says: what changed, by OID, in the form of <https://keepachangelog.com>.

use std::fmt::Write as _;

use crate::report::difference::{Change, Difference};
use crate::report::markdown;

/// The most that GitHub takes is 125,000 characters; bytes are never fewer.
const MOST: usize = 100_000;

/// A section: its heading.
const SECTIONS: [&str; 4] = ["Added", "Changed", "Removed", "Other"];

/// What a changelog is written from.
#[derive(Debug, Clone, Default)]
pub struct About<'a> {
    /// The release's tag.
    pub tag: &'a str,
    /// The day (`2026-11-28`).
    pub date: &'a str,
    /// What changed since the last release; `None` for the first, or if nobody knows.
    pub difference: Option<&'a Difference>,
    /// What changed of the bots of a pack's project since then; they are versioned with it.
    pub bots: Option<&'a Difference>,
    /// Why there is no difference.
    pub without: &'a str,
    /// Who wrote the commits since then.
    pub authors: &'a [String],
    /// Where all of them can be looked at.
    pub compare: Option<String>,
}

/// The text, cut to what GitHub takes.
pub fn write(about: &About<'_>) -> String {
    let mut text = format!("## [{}] - {}\n\n", about.tag, about.date);
    match about.difference {
        Some(difference) => changes(difference, &mut text),
        None => {
            let _ = writeln!(text, "{}", about.without);
        }
    }
    if let Some(bots) = about.bots.filter(|bots| !bots.changes.is_empty()) {
        text.push_str("\n### Bots\n\n");
        let left = listed(&bots.changes.iter().collect::<Vec<_>>(), &mut text);
        more(left, &mut text);
    }
    if !about.authors.is_empty() {
        let _ = writeln!(
            text,
            "\n### Authors\n\n{}",
            about.authors.iter().map(|name| said(name)).collect::<Vec<_>>().join(", ")
        );
    }
    if let Some(address) = &about.compare {
        let _ = writeln!(text, "\n[{}]: {address}", about.tag);
    }
    text
}

/// As many changes as there is room for, a line each; how many are left.
fn listed(changes: &[&Change], text: &mut String) -> usize {
    let mut left = 0;
    for change in changes {
        let line = line(change);
        if text.len() + line.len() > MOST {
            left += 1;
        } else {
            text.push_str(&line);
        }
    }
    left
}

fn more(left: usize, text: &mut String) {
    if left > 0 {
        let _ = writeln!(text, "\n{left} more changes are not listed: `aegis diff` tells all of them.");
    }
}

fn changes(difference: &Difference, text: &mut String) {
    let _ = writeln!(text, "{}.", capital(&said(&difference.verdict())));
    let mut left = 0;
    for section in SECTIONS {
        let of_it: Vec<_> =
            difference.changes.iter().filter(|change| self::section(change.rule) == section).collect();
        if of_it.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n### {section}\n");
        left += listed(&of_it, text);
    }
    more(left, text);
}

/// Where a change belongs, by the id of its rule.
fn section(rule: &str) -> &'static str {
    match rule.rsplit_once('-').map_or("", |(_, what)| what) {
        "added" | "allowed" | "lifted" | "widened" => "Added",
        "removed" | "dropped" | "forbidden" => "Removed",
        _ => "Changed",
    }
}

fn line(change: &Change) -> String {
    let mut line = String::from("- ");
    if change.level == "major" {
        line.push_str("**Breaking:** ");
    }
    if let Some(bot) = &change.bot {
        let _ = write!(line, "`{}` – ", bot.replace('`', ""));
    }
    if let Some(oid) = &change.oid {
        let _ = write!(line, "`{oid}` ");
        if let Some(title) = &change.title {
            let _ = write!(line, "{} ", said(title));
        }
        line.push_str("– ");
    }
    line.push_str(change.wording);
    if !change.about().is_empty() {
        let _ = write!(line, ": {}", said(change.about()));
    }
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => {
            let _ = write!(line, " (“{}” → “{}”)", said(before), said(after));
        }
        (Some(one), None) | (None, Some(one)) => {
            let _ = write!(line, " (“{}”)", said(one));
        }
        (None, None) => {}
    }
    if let Some(reason) = &change.approved {
        let _ = write!(line, " – approved: {}", said(reason));
    }
    line.push('\n');
    line
}

/// Foreign text within a line of Markdown, cut to what one reads.
fn said(text: &str) -> String {
    let short: String = text.chars().take(200).collect();
    let dots = if short.len() < text.len() { "…" } else { "" };
    // A name in it is no mention: nobody is told by mail of what a pack says. Accounts of authors are meant.
    let account =
        text.strip_prefix('@').filter(|name| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    match account {
        Some(name) => format!("@{name}"),
        None => format!("{}{dots}", markdown::plain(&short)),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

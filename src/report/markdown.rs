//! Markdown as GitHub shows it: foreign text made safe, and the parts that pages are put together from.

use std::fmt::Write as _;

use super::difference::{Change, Difference, by_oid, labelled};
use super::escape::one_line;

/// Foreign text as one line of Markdown that says exactly this: no markup, no mention, no reference to an issue.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in one_line(&text.replace(['\n', '\t'], " ")).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => {
                out.push('\\');
                out.push(c);
            }
            // An empty comment keeps `@name` and `#1` from becoming a mention or a link, and is not seen.
            '@' | '#' => {
                out.push(c);
                out.push_str("<!-- -->");
            }
            c => out.push(c),
        }
    }
    out
}

/// Foreign text as code, in a line or a cell of a table.
pub fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let text = one_line(&text.replace(['\n', '\t'], " ")).replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if text.contains('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Text shortened to so many characters.
pub(super) fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

/// The longest value that a table shows, in characters.
const MOST: usize = 300;

/// The difference as a page: what is said first, then what changed, and what it comes to.
pub fn difference(difference: &Difference) -> String {
    let (old, new) = (plain(&difference.old.called()), plain(&difference.new.called()));
    let mut out = format!("### {old} → {new}\n\n");
    let _ = writeln!(out, "**{}**: {}\n", bump(difference.bump), plain(&difference.verdict()));
    for part in sayings(difference) {
        out.push_str(&part);
    }
    let parts = changes(difference);
    if !parts.is_empty() {
        out.push_str("#### What changed\n\n");
    }
    out.extend(parts);
    out
}

/// A bump in a word.
pub(super) fn bump(bump: &str) -> &'static str {
    match bump {
        "major" => "Major",
        "minor" => "Minor",
        "patch" => "Patch",
        _ => "No change",
    }
}

/// What is said, a part an entry; the first has the heading. None if it was not asked for.
pub(super) fn sayings(difference: &Difference) -> Vec<String> {
    let Some(speech) = &difference.speech else { return Vec::new() };
    let mut parts = vec![format!("#### What {} will say\n\n", difference.speakers())];
    if speech.is_empty() {
        parts.push("What they said before.\n\n".to_owned());
    }
    for saying in speech {
        let title = saying.title.as_deref().map(|title| format!("**{}** ", plain(title))).unwrap_or_default();
        let head = format!("{title}{}", code(&saying.oid));
        let mut part = format!("{}\n\n", head.trim_end());
        for sentence in &saying.sentences {
            let sides: Vec<_> = labelled(sentence)
                .into_iter()
                .map(|(label, said)| format!("*{label}:* {}", plain(said)))
                .collect();
            let _ = writeln!(part, "- {}", sides.join("<br>"));
        }
        part.push('\n');
        parts.push(part);
    }
    parts
}

/// The changes as one table, a part an entry; the first has the head, and the last ends the table.
pub(super) fn changes(difference: &Difference) -> Vec<String> {
    if difference.changes.is_empty() {
        return Vec::new();
    }
    let place = if difference.of == "pack" { "OID" } else { "bot" };
    let head =
        format!("| {place} | level | rule | what | was | is |\n| --- | --- | --- | --- | --- | --- |\n");
    let mut parts = vec![head];
    for group in by_oid(&difference.changes) {
        parts.push(group.iter().map(row).collect());
    }
    parts.push("\n".to_owned());
    parts
}

fn row(change: &Change) -> String {
    let oid = change.bot.as_deref().or(change.oid.as_deref()).map_or_else(|| "the whole".to_owned(), code);
    let title = change.title.as_deref().map(|title| format!("<br>{}", plain(title))).unwrap_or_default();
    let place = change.place().map(|place| format!("<br><sub>{}</sub>", plain(&place))).unwrap_or_default();
    let approved = change.approved.as_deref();
    let approved = approved.map(|why| format!("<br>approved: {}", plain(why))).unwrap_or_default();
    let subject =
        if change.about().is_empty() { String::new() } else { format!(": {}", plain(change.about())) };
    let value = |value: &Option<String>| plain(&short(value.as_deref().unwrap_or(""), MOST));
    format!(
        "| {oid}{title} | {} | {} | {}{subject}{place}{approved} | {} | {} |\n",
        change.level,
        code(change.rule),
        change.wording,
        value(&change.before),
        value(&change.after),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn foreign_text_is_text() {
        assert_eq!(
            plain("a|b <img> [x](y) *z* @team #1 `c` \\ $x$\nnext\u{202E}"),
            "a\\|b &lt;img&gt; \\[x\\](y) \\*z\\* @<!-- -->team #<!-- -->1 \\`c\\` \\\\ \\$x\\$ next<U+202E>"
                .replace("<U+202E>", "&lt;U+202E&gt;")
        );
        assert_eq!(
            (code("a|b"), code("`x``y"), code("")),
            ("`a\\|b`".into(), "``` `x``y ```".into(), String::new())
        );
        assert_eq!(short("äöü", 2), "ä…");
    }

    proptest! {
        #[test]
        fn no_line_breaks_and_no_tags(text in any::<String>()) {
            let safe = plain(&text);
            prop_assert!(!safe.contains('\n') && !safe.replace("<!-- -->", "").contains('<'));
            prop_assert!(!code(&text).contains('\n'));
        }
    }
}

//! `--record`: adds a conversation to a suite that people keep. What stands there stays as it is, comments too.

use std::path::Path;
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Diagnostics, Place};
use crate::suite::bot::case::Conversation;
use crate::suite::bot::write;
use crate::suite::case::Either;
use crate::syntax::{Format, Text};

use super::super::write_file;
use super::read;

/// What a new suite begins with.
const ABOUT: [&str; 2] = [
    "Conversations recorded with `aegis bot run --record`. Edit what is expected as you like;",
    "`aegis test --accept` writes what changed cases now give.",
];

/// Adds a case, under an id that the suite does not have yet; returns the id.
///
/// # Errors
/// The file is no suite of this bot, or cannot be added to.
pub(super) fn record(
    path: &Path,
    shown: &Arc<str>,
    bot: &str,
    mut case: Conversation,
    id: Option<&str>,
) -> Result<String, Diagnostics> {
    let refuse = |message: String, help: &str| {
        let error = Diagnostic::error(Code::SuiteInvalid, message).at(Place::file(Arc::clone(shown)));
        Diagnostics::from(error.help(help.to_owned()))
    };
    if Format::of(shown) != Some(Format::Yaml) {
        let help = "name the file with `.yaml`";
        return Err(refuse(format!("conversations are recorded into YAML, and `{shown}` is none"), help));
    }
    let name = id.map_or_else(|| name(&case), str::to_owned);
    if !path.exists() {
        case.id.clone_from(&name);
        write_file(path, write::suite(bot, &ABOUT, &[case]).as_bytes())?;
        return Ok(name);
    }
    let text = Text::from_bytes(read(path, shown)?, Format::Yaml)
        .map_err(|failed| refuse(failed.1.message, &failed.1.help))?;
    let suite = match Either::parse(&text, Format::Yaml, Arc::clone(shown))? {
        Either::Bot(suite) if suite.bot == bot => suite,
        Either::Bot(suite) => {
            let message = format!("this is a suite of the bot `{}`, not of `{bot}`", suite.bot);
            return Err(refuse(message, "record into a file of its own"));
        }
        Either::Pack(_) => {
            let message = "this is a suite of a pack: conversations do not belong there".to_owned();
            return Err(refuse(message, "record into a file of its own"));
        }
    };
    let is_taken = |name: &str| suite.cases.iter().any(|case| case.id == name);
    if id.is_some() && is_taken(&name) {
        return Err(refuse(
            format!("the suite has a case `{name}` already"),
            "give it another `--id`, or `aegis test --accept` the changed one",
        ));
    }
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    case.id = std::iter::once(name.clone()).chain(numbered).find(|name| !is_taken(name)).unwrap_or(name);
    let longer = added(text.as_str(), &case);
    // Only what reads back as the same suite with this one case more is written.
    let again = Either::parse(&Text::new(longer.as_str()), Format::Yaml, Arc::clone(shown));
    let is_same = matches!(&again, Ok(Either::Bot(again)) if again.cases.len() == suite.cases.len() + 1
        && again.cases.iter().zip(&suite.cases).all(|(new, old)| new == old)
        && again.cases.last().is_some_and(|last| last.id == case.id));
    if !is_same {
        let message =
            "the case cannot be added at the end of this suite without changing what stands there".to_owned();
        return Err(refuse(
            message,
            "let `cases` be the last field, its items on lines of their own; or record into another file",
        ));
    }
    write_file(path, longer.as_bytes())?;
    Ok(case.id)
}

/// The text with one case more at its end, indented like those before it.
fn added(text: &str, case: &Conversation) -> String {
    let is_item = |line: &&str| line.trim_start().starts_with("- ");
    let after_cases = text.lines().skip_while(|line| !line.trim_end().starts_with("cases:")).skip(1);
    let first = after_cases.into_iter().find(is_item);
    let indent = first.map_or(2, |line| line.len() - line.trim_start().len());
    let mut longer = text.to_owned();
    // An empty list in brackets becomes a list on lines.
    if first.is_none()
        && let Some(at) = longer.find("cases: []")
    {
        longer.replace_range(at..at + "cases: []".len(), "cases:");
    }
    if !longer.ends_with('\n') {
        longer.push('\n');
    }
    longer.push_str(&write::case(case, &" ".repeat(indent)));
    longer
}

/// A name made of what is said.
fn name(case: &Conversation) -> String {
    let said: Vec<_> = case.turns.iter().filter_map(|turn| turn.send.as_deref()).collect();
    let tame = |c: char| if c.is_alphanumeric() { c } else { '-' };
    let words: Vec<String> = said
        .iter()
        .map(|text| text.chars().map(tame).collect::<String>())
        .map(|text| text.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-"))
        .filter(|text| !text.is_empty())
        .collect();
    let name: String = words.join("/").chars().take(60).collect();
    if name.is_empty() { "recorded".to_owned() } else { format!("recorded/{name}") }
}

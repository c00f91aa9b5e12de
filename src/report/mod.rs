//! What a run has to say, and its readers: text, JSON, SARIF, GitHub, JUnit. They are independent of each other.

pub mod difference;
pub mod escape;
pub mod github;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod merge;
pub mod page;
pub mod sarif;
pub mod summary;
pub mod text;
pub mod tree;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::diag::{Diagnostics, Severity};
use crate::exit::Exit;

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people: a compiler's diagnostics, a summary.
    Text,
    /// One JSON document on standard output.
    Json,
    /// SARIF 2.1.0 on standard output.
    Sarif,
    /// GitHub workflow commands beside the text.
    Github,
}

/// The result of one command, before any reader has seen it.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The command's name.
    pub command: &'static str,
    /// What was wrong, or worth saying.
    pub diagnostics: Diagnostics,
    /// Figures for machines: the `summary` of the JSON report.
    pub summary: Map<String, Value>,
    /// The outputs of the action (`version`, `pack-hash`, …).
    pub outputs: Map<String, Value>,
    /// Data for standard output in the text form: an answer, a listing, a page.
    pub data: String,
    /// Whether every byte of the data counts (a canonical form): it is not made harmless for a runner's log then.
    pub exact: bool,
    /// The data as Markdown, which `--format github` shows in its place; empty where the text does for both.
    pub markdown: String,
    /// What a person enjoys reading at the end; goes to standard error when there is data, else to standard output.
    pub story: String,
    /// A document of its own that `--format json` prints instead of the report (`answer/v1`).
    pub answer: Option<Value>,
    /// Whether the data was written while the command ran: then no document follows it.
    pub streamed: bool,
    /// What the errors came to, said after their count: "nothing was written". Empty for nothing to say.
    pub closing: &'static str,
    /// What pages tell: the job summary, the HTML report.
    pub page: page::Page,
    /// Where the HTML report goes, if it is written.
    pub html: Option<std::path::PathBuf>,
    /// Whether warnings fail the run too (`--fail-on warning`).
    pub strict: bool,
}

impl Report {
    /// An empty report of a command.
    pub fn new(command: &'static str) -> Self {
        Self { command, ..Self::default() }
    }

    /// The exit code that it asks for.
    pub fn exit(&self) -> Exit {
        match self.diagnostics.exit() {
            Exit::Success if self.strict && self.diagnostics.count(Severity::Warning) > 0 => Exit::Input,
            exit => exit,
        }
    }

    /// Sets a figure of the summary.
    pub fn figure(&mut self, name: &str, value: impl Serialize) {
        self.summary.insert(name.to_owned(), serde_json::to_value(value).unwrap_or(Value::Null));
    }

    /// Sets an output of the action.
    pub fn output(&mut self, name: &str, value: impl Serialize) {
        self.outputs.insert(name.to_owned(), serde_json::to_value(value).unwrap_or(Value::Null));
    }
}

/// What readers need to know beside the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Without the story and the notes; documents for machines stay whole.
    pub quiet: bool,
    /// JSON over several lines.
    pub pretty: bool,
    /// Whether standard output is a terminal: data is made visible there, and left alone elsewhere.
    pub terminal: bool,
    /// Whether a GitHub runner reads what is written: no line but our own may be a workflow command.
    pub runner: bool,
    /// What the runner is told to wait for while foreign text is written (`::stop-commands::`), if it reads commands.
    pub guard: Option<[u8; 32]>,
    /// How diagnostics are drawn.
    pub style: text::Style,
}

/// What is to be written where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    /// For standard output.
    pub stdout: String,
    /// For standard error.
    pub stderr: String,
}

/// A report as a format shows it. Diagnostics are taken in the order that they have.
pub fn render(report: &Report, format: Format, options: Options) -> Rendered {
    match format {
        Format::Json => Rendered { stdout: document(report, options.pretty), stderr: String::new() },
        Format::Sarif => Rendered {
            stdout: sarif::write(report, options.pretty),
            stderr: calm(drawn(report, options), options.runner),
        },
        Format::Text => prose(report, format, options),
        Format::Github => prose(report, format, Options { runner: true, ..options }),
    }
}

fn document(report: &Report, pretty: bool) -> String {
    match &report.answer {
        Some(answer) if !report.diagnostics.has_errors() => json::write(answer, pretty),
        _ => json::write(&json::Document::of(report), pretty),
    }
}

/// Data, workflow commands and the story on standard output, diagnostics on standard error; if there is data, the
/// story too.
fn prose(report: &Report, format: Format, options: Options) -> Rendered {
    let github = format == Format::Github;
    let commands = if github { github::commands(&report.diagnostics) } else { String::new() };
    let data = if github && !report.markdown.is_empty() { &report.markdown } else { &report.data };
    let data = if options.terminal { escape::visible(data).into_owned() } else { data.clone() };
    let story = if options.quiet { String::new() } else { escape::visible(&report.story).into_owned() };
    let guard = options.guard.filter(|_| github);
    let mut stdout = guarded(calm(data, options.runner && !report.exact), guard);
    let mut stderr = calm(drawn(report, options), options.runner);
    let story = guarded(calm(story, options.runner), guard.filter(|_| stdout.is_empty()));
    let has_data = !stdout.is_empty();
    if !commands.is_empty() {
        end_line(&mut stdout);
        stdout.push_str(&commands);
    }
    if has_data {
        if !story.is_empty() && !stderr.is_empty() {
            stderr.push('\n');
        }
        stderr.push_str(&story);
        end_line(&mut stderr);
    } else {
        stdout.push_str(&story);
        end_line(&mut stdout);
    }
    Rendered { stdout, stderr }
}

/// Foreign text as a runner reads it without obeying: commands are stopped until the token comes.
fn guarded(mut text: String, guard: Option<[u8; 32]>) -> String {
    let Some(token) = guard.filter(|_| !text.is_empty()) else { return text };
    let token = escape::hex(&token);
    end_line(&mut text);
    format!("::stop-commands::{token}\n{text}::{token}::\n")
}

fn end_line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

fn drawn(report: &Report, options: Options) -> String {
    let closing = if report.diagnostics.has_errors() { report.closing } else { "" };
    if !options.quiet || report.diagnostics.count(Severity::Note) == 0 {
        return text::diagnostics(&report.diagnostics, options.style, closing);
    }
    let mut told = Diagnostics::new();
    told.extend(report.diagnostics.iter().filter(|one| one.severity != Severity::Note).cloned());
    text::diagnostics(&told, options.style, closing)
}

fn calm(text: String, runner: bool) -> String {
    if runner { escape::disarm(&text).into_owned() } else { text }
}

#[cfg(test)]
mod tests;

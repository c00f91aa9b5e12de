//! What a GitHub runner takes from a step beside its log: outputs, the job summary, files. Only what a report says
//! gets there, without the secrets that this process was given.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::cli::{Command, Global};
use crate::diag::{Code, Diagnostic, Outcome, io};
use crate::exit::Exit;
use crate::host::Host;
use crate::report::escape::{Secrets, hex};
use crate::report::{Report, html, json, sarif, summary};
use crate::time::rfc3339;

/// The secrets of these surroundings.
pub(super) fn secrets(host: &Host) -> Secrets {
    Secrets::new(host.secrets())
}

/// Whether a command's results make a summary in a runner.
const fn tells(command: &Command) -> bool {
    command.judges() || matches!(command, Command::Plan(_) | Command::Report(_) | Command::Diff(_))
}

/// Writes what the user and the runner asked for beside the log. What cannot be written becomes part of the report.
pub(super) fn write(report: &mut Report, command: &Command, global: &Global, host: &Host) {
    if let Some(file) = &global.sarif {
        let path = host.cwd().join(file);
        let text = secrets(host).scrub(&sarif::write(report, false)).into_owned();
        match crate::command::write_file(&path, text.as_bytes()) {
            Ok(()) => report.output("sarif", file.display().to_string()),
            Err(failed) => report.diagnostics.push(*failed),
        }
    }
    if let Some(path) = report.html.clone() {
        let text = secrets(host).scrub(&html::write(report, &rfc3339(host.now()))).into_owned();
        if let Err(failed) = crate::command::write_file(&path, text.as_bytes()) {
            report.diagnostics.push(*failed);
        }
    }
    tell(report, host, tells(command), global.summary);
}

/// Writes the outputs, and the summary of what has one, in a runner. Whoever waits for `status` gets it from each command.
pub(super) fn tell(report: &mut Report, host: &Host, tells: bool, summary: bool) {
    if !host.is_runner() {
        return;
    }
    report.output("status", if report.exit() == Exit::Success { "pass" } else { "fail" });
    report.output("diagnostics", report.diagnostics.iter().count());
    let secrets = secrets(host);
    if let Some(file) = host.var("GITHUB_OUTPUT") {
        let text = secrets.scrub(&outputs(report, &hex(&host.random()))).into_owned();
        if let Err(failed) = append(Path::new(file), &text) {
            report.diagnostics.push(*failed);
        }
    }
    if let Some(file) = host.var("GITHUB_STEP_SUMMARY").filter(|_| tells && summary) {
        let path = Path::new(file);
        let there =
            std::fs::metadata(path).map_or(0, |file| usize::try_from(file.len()).unwrap_or(usize::MAX));
        let text = secrets.scrub(&summary::write(report, summary::MOST.saturating_sub(there))).into_owned();
        if let Err(failed) = append(path, &text) {
            report.diagnostics.push(*failed);
        }
    }
}

/// The outputs in the form of `GITHUB_OUTPUT`: a random delimiter, so that no value can end early.
fn outputs(report: &Report, random: &str) -> String {
    let mut text = String::new();
    for (name, value) in &report.outputs {
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => json::write(other, false).trim_end().to_owned(),
        };
        text.push_str(&format!("{name}<<aegis_{random}\n{value}\naegis_{random}\n"));
    }
    text
}

fn append(path: &Path, text: &str) -> Outcome<()> {
    let failed = |error: std::io::Error| io(Code::OutputFailed, "write", path, &error);
    let mut file = OpenOptions::new().append(true).create(true).open(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}

/// What the inputs asked for and the command cannot do.
pub(super) fn needless(sentences: &[String], report: &mut Report) {
    for sentence in sentences {
        let help = "leave the input out, or choose the command that it belongs to";
        report.diagnostics.push(Diagnostic::warning(Code::UsageInvalid, sentence.as_str()).help(help));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_cannot_end_early() {
        let mut report = Report::new("ci");
        report.output("version", "1.0.0\nstatus=pass");
        report.output("tags", ["v1.0.0", "a\nb"]);
        report.output("release-url", Value::Null);
        insta::assert_snapshot!(outputs(&report, "0f"));
    }
}

//! The `report/v1` document: what `--format json` prints. Its types are its own, so that nothing else that changes
//! can change what others parse; `aegis schema report` prints their JSON Schema.
//!
//! Every field is always there; one without a value is `null`. A new field may come, none goes away within `v1`.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::diag::{Diagnostic, Severity};
use crate::exit::Exit;

use super::{Report, escape};

/// The result of one run of a command.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "AEGIS report", rename = "Report")]
pub struct Document<'a> {
    /// The form of this document.
    pub aegis: Form,
    /// The command that ran; `aegis` if the arguments named none.
    pub command: &'a str,
    /// Whether the run passed.
    pub status: Status,
    /// What was wrong, or worth saying, in the order of file and line.
    pub diagnostics: Vec<Item<'a>>,
    /// Figures of the run; which, depends on the command.
    pub summary: &'a Map<String, Value>,
    /// The outputs of the action that the run set.
    pub outputs: &'a Map<String, Value>,
}

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub enum Form {
    /// This one.
    #[serde(rename = "report/v1")]
    V1,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Exit code 0.
    Pass,
    /// Any other exit code.
    Fail,
}

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It failed the run.
    Error,
    /// Worth a look.
    Warning,
    /// For information.
    Note,
}

/// One diagnostic. Lines and columns count from 1, columns in Unicode characters.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Item<'a> {
    /// The stable code; `aegis explain CODE` tells more.
    #[schemars(regex(pattern = r"^[A-Z][A-Z0-9_]*$"))]
    pub code: &'a str,
    /// How bad it is.
    pub severity: Level,
    /// What is wrong and why.
    pub message: &'a str,
    /// The file, relative to the workspace where it can be.
    pub file: Option<&'a str>,
    /// First line.
    #[schemars(range(min = 1))]
    pub line: Option<u32>,
    /// First column.
    #[schemars(range(min = 1))]
    pub column: Option<u32>,
    /// Last line.
    #[schemars(range(min = 1))]
    pub end_line: Option<u32>,
    /// The column after the last character.
    #[schemars(range(min = 1))]
    pub end_column: Option<u32>,
    /// RFC 6901 pointer to the value at fault.
    pub pointer: Option<&'a str>,
    /// What to do.
    pub help: Option<&'a str>,
}

impl<'a> Document<'a> {
    /// The document of a report.
    pub fn of(report: &'a Report) -> Self {
        Self {
            aegis: Form::V1,
            command: report.command,
            status: if report.exit() == Exit::Success { Status::Pass } else { Status::Fail },
            diagnostics: report.diagnostics.iter().map(Item::of).collect(),
            summary: &report.summary,
            outputs: &report.outputs,
        }
    }
}

impl<'a> Item<'a> {
    fn of(one: &'a Diagnostic) -> Self {
        let place = one.place.as_ref();
        let number = |n: u32| (n > 0).then_some(n);
        Self {
            code: one.code.as_str(),
            severity: match one.severity {
                Severity::Error => Level::Error,
                Severity::Warning => Level::Warning,
                Severity::Note => Level::Note,
            },
            message: &one.message,
            file: place.map(|p| &*p.file),
            line: place.and_then(|p| number(p.line)),
            column: place.and_then(|p| number(p.column)),
            end_line: place.and_then(|p| number(p.end_line)),
            end_column: place.and_then(|p| number(p.end_column)),
            pointer: place.map(|p| p.pointer.as_str()).filter(|pointer| !pointer.is_empty()),
            help: one.help.as_deref(),
        }
    }
}

/// The JSON Schema (2020-12) of a report.
pub fn schema() -> Value {
    // As it is written, not as a lenient reader would take it: all fields are required.
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<Document<'static>>().to_value()
}

/// A document as JSON with a final line break: on one line, or pretty with two spaces. What acts on a terminal and
/// what a runner would obey is escaped; the values stay the same.
pub fn write(document: &impl Serialize, pretty: bool) -> String {
    let text = if pretty { serde_json::to_string_pretty(document) } else { serde_json::to_string(document) };
    // Neither our types nor `Value` can fail: their keys are strings.
    escape::json(text.unwrap_or_default()) + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Code, LineMap, Place};

    fn nasty() -> Report {
        let mut report = Report::new("build");
        let source = "entries:\n  - oid: 1.10\n";
        let place = LineMap::new(source).place("packs/a.yaml".into(), 18..22, "/entries/0/oid".into());
        report.diagnostics.push(
            Diagnostic::error(
                Code::PackSchema,
                "an \"oid\" is a text\u{1B}[31m\u{202E}, but this is a number",
            )
            .at(place)
            .help("quote it"),
        );
        report.diagnostics.push(
            Diagnostic::warning(Code::RemovedNothing, "##[add-mask]x").at(Place::file("b.yaml".into())),
        );
        report.diagnostics.push(Diagnostic::note(Code::NotFound, "no place"));
        report.figure("entries", 3);
        report.output("pack-hash", "00ff");
        report
    }

    #[test]
    fn one_line_and_pretty_hold_the_same() {
        let report = nasty();
        let (line, pretty) = (write(&Document::of(&report), false), write(&Document::of(&report), true));
        assert_eq!(line.matches('\n').count(), 1);
        let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(parse(&line), parse(&pretty));
        insta::assert_snapshot!(pretty);
    }

    #[test]
    fn the_status_is_that_of_the_exit_code() {
        let mut report = Report::new("build");
        report.diagnostics.push(Diagnostic::warning(Code::RemovedNothing, "x"));
        assert_eq!(Document::of(&report).status, Status::Pass);
        report.diagnostics.push(Diagnostic::error(Code::RefNotFound, "x"));
        assert_eq!(Document::of(&report).status, Status::Fail);
    }

    #[test]
    fn the_schema_names_every_field() {
        insta::assert_snapshot!(write(&schema(), true));
    }
}

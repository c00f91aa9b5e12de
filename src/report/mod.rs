//! What a run has to say, and its readers: text, JSON, SARIF, GitHub, JUnit. They are independent of each other.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::diag::Diagnostics;
use crate::exit::Exit;

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
    /// What a person enjoys reading at the end; goes to standard error when there is data, else to standard output.
    pub story: String,
    /// A document of its own that `--format json` prints instead of the report (`answer/v1`).
    pub answer: Option<Value>,
}

impl Report {
    /// An empty report of a command.
    pub fn new(command: &'static str) -> Self {
        Self { command, ..Self::default() }
    }

    /// The exit code that it asks for.
    pub fn exit(&self) -> Exit {
        self.diagnostics.exit()
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

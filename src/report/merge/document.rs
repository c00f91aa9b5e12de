//! A `report/v1` document, read back.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::diag::{Code, Diagnostic, Place};

/// One part's document. Unknown members may stand beside these.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Part {
    aegis: String,
    /// The command that wrote it.
    pub command: String,
    status: String,
    diagnostics: Vec<Item>,
    /// Its figures.
    pub summary: Map<String, Value>,
    /// Its outputs.
    pub outputs: Map<String, Value>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    code: String,
    severity: String,
    message: String,
    file: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
    end_line: Option<u32>,
    end_column: Option<u32>,
    pointer: Option<String>,
    help: Option<String>,
}

impl Part {
    /// Reads a document.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence without its subject.
    pub fn read(text: &str) -> Result<Self, String> {
        let part: Self = serde_json::from_str(text.trim_start_matches('\u{FEFF}'))
            .map_err(|error| format!("is no report: {error}"))?;
        if part.aegis != "report/v1" {
            return Err(format!("is of the form `{}`, not `report/v1`", part.aegis));
        }
        match part.diagnostics.iter().find(|item| Code::find(&item.code).is_none()) {
            Some(item) => Err(format!("has the code `{}`, which this version does not know", item.code)),
            None => Ok(part),
        }
    }

    /// Whether it says that its run failed.
    pub fn failed(&self) -> bool {
        self.status != "pass"
    }

    /// Which part it is, of how many.
    pub fn shard(&self) -> Option<(u32, u32)> {
        let (index, of) = self.summary.get("shard")?.as_str()?.split_once('/')?;
        Some((index.parse().ok()?, of.parse().ok()?))
    }

    /// Its diagnostics.
    pub fn diagnostics(&self) -> impl Iterator<Item = Diagnostic> {
        self.diagnostics.iter().filter_map(Item::diagnostic)
    }
}

impl Item {
    fn diagnostic(&self) -> Option<Diagnostic> {
        let code = Code::find(&self.code)?;
        let message = self.message.as_str();
        let mut one = match self.severity.as_str() {
            "warning" => Diagnostic::warning(code, message),
            "note" => Diagnostic::note(code, message),
            _ => Diagnostic::error(code, message),
        };
        one.help.clone_from(&self.help);
        one.place = self.file.as_ref().map(|file| Place {
            line: self.line.unwrap_or(0),
            column: self.column.unwrap_or(0),
            end_line: self.end_line.unwrap_or(0),
            end_column: self.end_column.unwrap_or(0),
            pointer: self.pointer.clone().unwrap_or_default(),
            ..Place::file(file.as_str().into())
        });
        Some(one)
    }
}

//! The file of approved breaks that a project names, read and judged.

use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Diagnostics, LineMap, Place, io};
use crate::files::{self, Failed};
use crate::project::Project;
use crate::semver::approved::{self, Approved};
use crate::syntax::{Format, Text};

/// The largest file of approvals that is read, in bytes.
const MOST: u64 = 4 << 20;

/// The approvals of a project; none if it names no file.
pub(super) fn read(project: &Project) -> Result<Approved, Diagnostics> {
    let Some(named) = &project.approved else { return Ok(Approved::default()) };
    let path = project.root.join(&named.value);
    let shown: Arc<str> = project.workspace.show(&path).into();
    if !path.is_file() {
        let message = format!("`semver.approved` names `{}`, and there is no such file", named.value);
        let help = "write the file, beginning with `aegis: approved/v1`, or leave the field out";
        return Err(Diagnostic::error(Code::ConfigInvalid, message)
            .at(named.place.clone())
            .help(help)
            .into());
    }
    if !project.workspace.holds(&path) {
        let message = format!("`{}` lies outside of the workspace", named.value);
        let help = "an approval is part of the repository: keep the file there";
        return Err(Diagnostic::error(Code::SourceOutside, message)
            .at(named.place.clone())
            .help(help)
            .into());
    }
    let bytes = match files::read(&path, MOST) {
        Ok(bytes) => bytes,
        Err(Failed::Io(error)) => return Err(io(Code::SourceUnreadable, "read", &path, &error).into()),
        Err(Failed::TooLarge(size)) => {
            let message = format!("the file of approved breaks has {size} bytes; it may have {MOST}");
            return Err(Diagnostic::error(Code::LimitExceeded, message).at(Place::file(shown)).into());
        }
    };
    parse(bytes, &shown)
}

fn parse(bytes: Vec<u8>, shown: &Arc<str>) -> Result<Approved, Diagnostics> {
    let format = Format::of(shown).unwrap_or(Format::Yaml);
    let (text, mut errors) = match Text::from_bytes(bytes, format) {
        Ok(text) => (text, Vec::new()),
        Err(failed) => (failed.0, vec![failed.1]),
    };
    let lines = LineMap::new(text.as_str());
    let invalid = |range, pointer, message: String, help: String| {
        let place = lines.place(Arc::clone(shown), range, pointer);
        Diagnostic::error(Code::ConfigInvalid, message).at(place).help(help)
    };
    let tree = if errors.is_empty() {
        text.parse(format).unwrap_or_else(|found| {
            errors = found;
            None
        })
    } else {
        None
    };
    let mut diagnostics = Diagnostics::new();
    for error in errors {
        diagnostics.push(invalid(error.range, String::new(), error.message, error.help));
    }
    // An empty file approves nothing: that is how the last approval is removed.
    let approved = tree.map(|tree| approved::decode(&tree));
    let (approved, problems) = approved.unwrap_or_default();
    for problem in problems {
        diagnostics.push(invalid(problem.range, problem.pointer, problem.message, problem.help));
    }
    if diagnostics.has_errors() { Err(diagnostics) } else { Ok(approved) }
}

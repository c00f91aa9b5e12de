//! Diagnostics: what is wrong, where, and what to do about it. Every problem that a person may meet is one of these.
//!
//! Pure data. How they are shown is the matter of `report`, what they cost the run is that of [`Code::exit`].

mod codes;
mod place;

use std::sync::Arc;

pub use codes::Code;
pub use place::{LineMap, Place};

use crate::exit::Exit;

/// How bad a diagnostic is. Only errors fail a run (unless `--fail-on warning`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The run fails.
    Error,
    /// Worth a look, fails nothing.
    Warning,
    /// For information.
    Note,
}

impl Severity {
    /// The word that people and reports read.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong and why, one sentence without a final full stop.
    pub message: String,
    /// Where, if it has a place.
    pub place: Option<Place>,
    /// What to do, one sentence.
    pub help: Option<String>,
    /// Other places that matter, each with what it shows.
    pub related: Vec<(Place, String)>,
}

impl Diagnostic {
    /// An error without a place.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            place: None,
            help: None,
            related: Vec::new(),
        }
    }

    /// A warning without a place.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// A note without a place.
    pub fn note(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::error(code, message) }
    }

    /// The same, at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same, with what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same, with another place that matters.
    #[must_use]
    pub fn related(mut self, place: Place, label: impl Into<String>) -> Self {
        self.related.push((place, label.into()));
        self
    }

    /// The exit code that this diagnostic asks for.
    pub fn exit(&self) -> Exit {
        match self.severity {
            Severity::Error => self.code.exit(),
            Severity::Warning | Severity::Note => Exit::Success,
        }
    }

    fn order(&self) -> impl Ord + '_ {
        let place = self.place.as_ref();
        (place.map(|p| (&*p.file, p.line, p.column)), self.severity, self.code, &self.message)
    }
}

impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}[{}]: {}", self.severity.as_str(), self.code, self.message)?;
        if let Some(place) = &self.place {
            write!(f, " ({place})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}

/// The diagnostics of a run, in the order of their places whatever order they were found in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds those of another run.
    pub fn extend(&mut self, others: impl IntoIterator<Item = Diagnostic>) {
        self.0.extend(others);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether at least one is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|d| d.severity == Severity::Error)
    }

    /// How many have this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.0.iter().filter(|d| d.severity == severity).count()
    }

    /// The exit code that they ask for together.
    pub fn exit(&self) -> Exit {
        self.0.iter().map(Diagnostic::exit).max().unwrap_or(Exit::Success)
    }

    /// Sorts them by place and drops repeats: the result does not depend on threads.
    pub fn sort(&mut self) {
        self.0.sort_by(|a, b| a.order().cmp(&b.order()));
        self.0.dedup();
    }

    /// Shows paths below `top` relative to it, in places and in messages: whoever met a problem may have known the
    /// full path alone.
    pub fn show_below(&mut self, top: &std::path::Path) {
        let top = top.to_string_lossy();
        let prefix = format!("{}/", top.trim_end_matches('/'));
        for one in &mut self.0 {
            let places = one.place.iter_mut().chain(one.related.iter_mut().map(|(place, _)| place));
            for place in places {
                if let Some(shown) = place.file.strip_prefix(&*prefix).map(Arc::from) {
                    place.file = shown;
                }
            }
            one.message = one.message.replace(&format!("`{prefix}"), "`");
        }
    }

    /// All of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// What a fallible step that stops the run returns: the diagnostic that says why.
pub type Outcome<T> = Result<T, Box<Diagnostic>>;

impl From<Box<Diagnostic>> for Diagnostics {
    fn from(diagnostic: Box<Diagnostic>) -> Self {
        Self(vec![*diagnostic])
    }
}

/// A diagnostic for an operation of the file system that failed at `path`. Such a failure is the outside's.
pub fn io(code: Code, doing: &str, path: &std::path::Path, error: &std::io::Error) -> Box<Diagnostic> {
    let help = match error.kind() {
        std::io::ErrorKind::PermissionDenied => {
            "give the user that runs aegis the permission that it lacks here"
        }
        std::io::ErrorKind::StorageFull => "free some space and run the command again: nothing was changed",
        std::io::ErrorKind::ReadOnlyFilesystem => "choose a place that can be written, with `-o`",
        _ => "mend what the message names and run the command again",
    };
    let shown = path.display().to_string();
    Box::new(
        Diagnostic::error(code, format!("cannot {doing} `{shown}`: {error}"))
            .at(Place::file(Arc::from(shown.as_str())))
            .help(help),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_below_the_top_are_shown_relative() {
        let path = std::path::Path::new("/work/site/out/x");
        let mut all = Diagnostics::from(*io(Code::OutputFailed, "write", path, &std::io::Error::other("no")));
        all.show_below(std::path::Path::new("/work/site"));
        assert_eq!(
            all.iter().next().unwrap().to_string(),
            "error[OUTPUT_FAILED]: cannot write `out/x`: no (out/x)"
        );
        all.show_below(std::path::Path::new("/"));
        assert_eq!(all.iter().next().unwrap().place.as_ref().unwrap().file, "out/x".into());
    }

    #[test]
    fn order_and_exit_do_not_depend_on_the_order_of_discovery() {
        let at = |line| Place { line, column: 1, ..Place::file("a.yaml".into()) };
        let one = Diagnostic::error(Code::PackSchema, "one").at(at(3));
        let two = Diagnostic::error(Code::ConfigInvalid, "two").at(at(1));
        let warning = Diagnostic::warning(Code::DuplicateEntry, "three").at(at(2));
        let mut a = Diagnostics(vec![one.clone(), two.clone(), warning.clone(), one.clone()]);
        let mut b = Diagnostics(vec![warning, one, two]);
        a.sort();
        b.sort();
        assert_eq!(a, b);
        assert_eq!(a.exit(), Exit::Usage);
        assert_eq!(a.count(Severity::Warning), 1);
    }
}

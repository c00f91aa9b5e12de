//! Preflight: is a finished revision what its passport says, and may it be published and deployed? Every check is listed with its
//! outcome and why; none stops the others. One check, one file, one registry.
//!
//! Judges bytes that somebody read (`folder` does, from a folder); knows no store, no command and no format of output.

mod checks;
pub mod files;
pub mod folder;
pub mod play;
mod subject;
pub mod waive;

use std::time::{Duration, Instant};

use crate::diag::{Diagnostic, Severity};

pub use checks::{ALL, Check};
pub use files::{Content, Files, Stray};
pub use play::{Conversations, Play, Played};
pub use subject::Subject;

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Nothing is wrong.
    Pass,
    /// Something is worth a look.
    Warning,
    /// Something was worth a look, and somebody said that it is meant.
    Waived,
    /// It could not be judged, and the reason is another check's matter.
    Skipped,
    /// Something is wrong.
    Fail,
}

impl Status {
    /// The word that people and reports read.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warning => "warning",
            Self::Waived => "waived",
            Self::Skipped => "skipped",
            Self::Fail => "fail",
        }
    }
}

/// What came of a check.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// The check's id.
    pub check: &'static str,
    /// How it ended.
    pub status: Status,
    /// Why, or what was seen, in a few words; may be empty.
    pub why: String,
    /// What is wrong, or worth saying.
    pub diagnostics: Vec<Diagnostic>,
    /// How long it took.
    pub time: Duration,
}

/// What a check says.
#[derive(Debug, Default)]
pub struct Said {
    skipped: Option<String>,
    note: String,
    diagnostics: Vec<Diagnostic>,
}

impl Said {
    /// Nothing is wrong; what was seen.
    pub fn pass(note: impl Into<String>) -> Self {
        Self { note: note.into(), ..Self::default() }
    }

    /// It cannot be judged, and why.
    pub fn skip(why: impl Into<String>) -> Self {
        Self { skipped: Some(why.into()), ..Self::default() }
    }

    /// What is wrong or worth saying; nothing of both is a pass.
    pub fn of(diagnostics: Vec<Diagnostic>) -> Self {
        Self { diagnostics, ..Self::default() }
    }

    /// The same, with what was seen if nothing is wrong.
    #[must_use]
    pub fn noting(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }

    fn judged(self, check: &'static str, time: Duration) -> Judgement {
        let is = |severity| self.diagnostics.iter().any(|one| one.severity == severity);
        let status = match &self.skipped {
            Some(_) => Status::Skipped,
            None if is(Severity::Error) => Status::Fail,
            None if is(Severity::Warning) => Status::Warning,
            None => Status::Pass,
        };
        let why = match (self.skipped, self.diagnostics.len()) {
            (Some(why), _) => why,
            (None, 0) => self.note,
            (None, 1) => format!("{}: {}", self.diagnostics[0].code, self.diagnostics[0].message),
            (None, count) => {
                let mut codes: Vec<_> = self.diagnostics.iter().map(|one| one.code.as_str()).collect();
                codes.sort_unstable();
                codes.dedup();
                format!("{count} findings: {}", codes.join(", "))
            }
        };
        Judgement { check, status, why, diagnostics: self.diagnostics, time }
    }
}

/// Judges a revision: all checks, in the order of the registry. Without something that plays scripts only those that run
/// nothing.
pub fn judge(files: &Files, play: Option<&dyn Play>) -> Vec<Judgement> {
    Subject::playing(files, play).judge()
}

impl Subject<'_> {
    /// The same of a subject that may have been asked something already.
    pub fn judge(&self) -> Vec<Judgement> {
        let wanted = ALL.iter().filter(|check| self.is_played() || check.is_static);
        wanted
            .map(|check| {
                let start = Instant::now();
                let said = (check.judge)(self);
                said.judged(check.id, start.elapsed())
            })
            .collect()
    }
}

/// Whether a revision may be published and deployed.
pub fn passes(judgements: &[Judgement]) -> bool {
    judgements.iter().all(|one| one.status != Status::Fail)
}

#[cfg(test)]
mod tests;

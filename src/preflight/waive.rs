//! Waivers: warnings that somebody accepted, each with a reason and perhaps a last day. Errors are never waived, so that a
//! store's judgement and a project's agree.

use crate::diag::{Code, Diagnostic, Severity};
use crate::project::Waiver;

use super::{Judgement, Status};

/// Applies the waivers for a bot; `today` is a day as `2026-03-01`. Returns what is to be said of the waivers themselves.
pub fn apply(judgements: &mut [Judgement], bot: &str, waivers: &[Waiver], today: &str) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    for waiver in waivers.iter().filter(|waiver| waiver.bot.as_deref().is_none_or(|own| own == bot)) {
        for one in judgements.iter_mut().filter(|one| one.check == waiver.check) {
            let is_grave = one.diagnostics.iter().any(|found| found.code == Code::SecurityViolation);
            match one.status {
                Status::Warning if waiver.is_expired(today) => {
                    let until = waiver.expires.as_deref().unwrap_or_default();
                    let message = format!("the waiver of `{}` held until {until}", waiver.check);
                    let help = "mend what was waived, or give the waiver another day";
                    told.push(
                        Diagnostic::warning(Code::WaiverUnused, message).at(waiver.place.clone()).help(help),
                    );
                }
                Status::Warning if !is_grave => {
                    one.status = Status::Waived;
                    one.why = match &waiver.expires {
                        Some(until) => format!("{} (until {until})", waiver.reason),
                        None => waiver.reason.clone(),
                    };
                    for found in &mut one.diagnostics {
                        found.severity = Severity::Note;
                    }
                }
                Status::Fail | Status::Warning => {
                    let message = format!("`{}` fails, and errors are not waived", waiver.check);
                    let help = "mend what the check names: a waiver accepts warnings alone";
                    told.push(
                        Diagnostic::warning(Code::WaiverUnused, message).at(waiver.place.clone()).help(help),
                    );
                }
                Status::Pass | Status::Waived | Status::Skipped => {}
            }
        }
    }
    told
}

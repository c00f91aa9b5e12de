//! What is said of the steps of `aegis ci`: in the log, and on the pages.

use crate::cli;
use crate::command::event::{Plan, Step, Surroundings};
use crate::diag::Diagnostics;
use crate::report::{Report, page};

/// Says of every step what came of it: to the story, and to the pages.
pub(super) struct Told<'t> {
    pub(super) args: &'t cli::Ci,
    pub(super) around: &'t Surroundings,
}

/// What a step that was taken came to.
pub(super) enum Came {
    /// What people read of it in the log, and in the list of steps.
    Done(String, String),
    /// There was nothing to do, for this reason.
    Nothing(String),
}

impl Told<'_> {
    pub(super) fn done(&self, name: &str, why: String, report: &mut Report) {
        report.page.steps.push(page::Step { name: name.to_owned(), taken: true, why });
    }

    pub(super) fn skipped(&self, name: &str, step: &Step, report: &mut Report) {
        let Step::No(why) = step else { return };
        report.page.steps.push(page::Step { name: name.to_owned(), taken: false, why: why.clone() });
        if self.matters(name) {
            report.story.push_str(&format!("  skipped   {name}: {why}\n"));
        }
    }

    /// A step, taken or not by the plan. `false` if it failed: `closing` says what that means, and nothing after it is taken.
    pub(super) fn step(
        &self,
        (plan, name): (&Plan, &str),
        closing: &'static str,
        report: &mut Report,
        take: impl FnOnce(&mut Report) -> Result<Came, Diagnostics>,
    ) -> bool {
        let steps = plan.steps();
        let Some((_, step)) = steps.iter().find(|(other, _)| *other == name) else { return true };
        if !step.is_taken() {
            self.skipped(name, step, report);
            return true;
        }
        match take(report) {
            Ok(Came::Done(story, why)) => {
                report.story.push_str(&story);
                self.done(name, why, report);
            }
            Ok(Came::Nothing(why)) => self.skipped(name, &Step::No(why), report),
            Err(diagnostics) => {
                report.diagnostics.extend(diagnostics);
                report.closing = closing;
                self.stopped(plan, name, "it failed", report);
                return false;
            }
        }
        true
    }

    /// Whether people look for the step in the log: what nobody asked for is only in the summary.
    fn matters(&self, name: &str) -> bool {
        match name {
            "publish" => true,
            "release" => self.around.is_runner || self.args.release == cli::When::True,
            "deploy" => self.args.channel.is_some(),
            "comment" => self.args.comment,
            _ => false,
        }
    }

    /// A step failed: those after it are not taken.
    pub(super) fn stopped(&self, plan: &Plan, at: &str, why: &str, report: &mut Report) {
        let mut failed = false;
        for (name, step) in plan.steps() {
            if name == at {
                failed = true;
                report.page.steps.push(page::Step {
                    name: name.to_owned(),
                    taken: false,
                    why: why.to_owned(),
                });
            } else if failed {
                let why = match step {
                    Step::Yes => format!("`{at}` failed"),
                    Step::No(why) => why.clone(),
                };
                report.page.steps.push(page::Step { name: name.to_owned(), taken: false, why });
            }
        }
    }
}

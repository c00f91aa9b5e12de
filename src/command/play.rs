//! Running a revision's script for preflight: in worker processes, whoever wrote it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::diag::{Code, Diagnostic};
use crate::preflight::play::Script;
use crate::preflight::{Play, Played};
use crate::script::sandbox::{self, Bot, Job, Limits, Sandbox};
use crate::suite::bot::Conversation;
use crate::suite::bot::generate::generate;
use crate::suite::bot::run::{Runner, Verdict};

use super::bot;
use super::test::bots::diagnostic;

/// Plays scripts in worker processes.
pub(super) struct Player {
    sandbox: Sandbox,
}

impl Player {
    /// One whose workers are this program.
    pub(super) fn new(program: PathBuf) -> Self {
        Self { sandbox: Sandbox::new(program) }
    }

    fn job(script: &Script<'_>) -> Job {
        Job::new(script.source, Bot::of(script.spec), Limits::default())
    }
}

impl Play for Player {
    fn cold_start(&self, script: &Script<'_>) -> Result<Duration, Box<Diagnostic>> {
        let started = self.sandbox.cold_start(&Self::job(script));
        started.map_err(|failure| Box::new(bot::failed(&failure, &script.script_shown, script.source)))
    }

    fn conversations(&self, script: &Script<'_>) -> Result<Played, String> {
        let generated =
            generate(script.spec, Arc::clone(&script.spec_shown)).map_err(|unfit| unfit.to_string())?;
        let job = Self::job(script);
        let engine = |asked: &sandbox::Conversation| self.sandbox.run(&job, asked);
        let runner = Runner::new(script.spec, &engine, Arc::new(AtomicBool::new(false)));
        let cases: Vec<&Conversation> = generated.suite.cases.iter().collect();
        let judged = runner.run(&generated.suite, &cases, &|_| {});
        let mut played = Played { conversations: cases.len(), ran: cases.len(), ..Played::default() };
        for (case, judged) in cases.iter().zip(judged) {
            match judged.verdict {
                Verdict::Passed => {}
                Verdict::Skipped { why } => {
                    played.ran -= 1;
                    played.skipped = Some(why);
                }
                Verdict::Failed(mismatch) => {
                    if let Some(failure) = &mismatch.failure {
                        note(&mut played, bot::failed(failure, &script.script_shown, script.source));
                    }
                    played.failed.push(diagnostic(case, &mismatch, (script.source, &script.script_shown)));
                }
            }
        }
        if let (Some(why), false) = (&played.skipped, played.failed.is_empty()) {
            let message =
                format!("{} of {} conversations were not run: {why}", cases.len() - played.ran, cases.len());
            played.failed.push(Diagnostic::note(Code::ConversationFailed, message));
        }
        Ok(played)
    }
}

/// One failure of a script may show in many conversations: it is told once.
fn note(played: &mut Played, failure: Diagnostic) {
    let is_same = |one: &Diagnostic| (one.code, &one.place) == (failure.code, &failure.place);
    if !played.failures.iter().any(is_same) {
        played.failures.push(failure);
    }
}

//! Running a revision's script for preflight: in worker processes, whoever wrote it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::diag::{Code, Diagnostic};
use crate::preflight::play::Script;
use crate::preflight::{Conversations, Play, Played};
use crate::script::sandbox::{self, Bot, Job, Limits, Sandbox};
use crate::suite::bot::generate::generate;
use crate::suite::bot::run::{Runner, Verdict};
use crate::suite::bot::{BotSuite, Conversation};

use super::bot;
use super::test::bots::diagnostic;

/// How many workers are started before it is known how many there is work for: a small bot needs one, most need two.
const FIRST: usize = 2;

/// Plays scripts in worker processes.
pub(super) struct Player {
    sandbox: Sandbox,
}

impl Player {
    /// One whose workers are this program.
    pub(super) fn new(program: PathBuf) -> Self {
        Self { sandbox: Sandbox::new(program) }
    }

    /// The same, whose first workers get ready while something else is done.
    pub(super) fn soon(program: PathBuf) -> Self {
        let player = Self::new(program);
        player.sandbox.expect(FIRST);
        player
    }

    fn job(script: &Script<'_>) -> Job {
        Job::new(script.source, Bot::of(script.spec), Limits::default())
    }
}

impl Play for Player {
    fn start(&self, script: &Script<'_>) -> (Result<Duration, Box<Diagnostic>>, Conversations<'_>) {
        let job = Self::job(script);
        let (generated, started) = rayon::join(
            || generate(script.spec, Arc::clone(&script.spec_shown)),
            || {
                let started = self.sandbox.cold_start(&job);
                if started.is_ok() {
                    self.sandbox.prepare(&job);
                }
                started
            },
        );
        let failed = |failure| Box::new(bot::failed(&failure, &script.script_shown, script.source));
        let conversations = move |script: &Script<'_>| {
            let generated = generated.map_err(|unfit| unfit.to_string())?;
            Ok(self.converse(script, &job, &generated.suite))
        };
        (started.map_err(failed), Box::new(conversations))
    }
}

impl Player {
    fn converse(&self, script: &Script<'_>, job: &Job, suite: &BotSuite) -> Played {
        let engine = |asked: &sandbox::Conversation| self.sandbox.run(job, asked);
        let runner = Runner::new(script.spec, &engine, Arc::new(AtomicBool::new(false)));
        let cases: Vec<&Conversation> = suite.cases.iter().collect();
        let judged = runner.run(suite, &cases, &|_| {});
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
        played
    }
}

/// One failure of a script may show in many conversations: it is told once.
fn note(played: &mut Played, failure: Diagnostic) {
    let is_same = |one: &Diagnostic| (one.code, &one.place) == (failure.code, &failure.place);
    if !played.failures.iter().any(is_same) {
        played.failures.push(failure);
    }
}

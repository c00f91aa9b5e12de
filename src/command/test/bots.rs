//! Conversations with the bots of a project: those that the specs ask for, and those that people wrote or recorded.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::bot::generate::template;
use crate::bot::spec::Spec;
use crate::command::bot as files;
use crate::diag::{Code, Diagnostic, Diagnostics, Place};
use crate::project::{BotConfig, Project};
use crate::report::{Report, junit, page};
use crate::script::sandbox::{self, Bot};
use crate::suite::Outcome;
use crate::suite::bot::actual::{matches, relevant};
use crate::suite::bot::generate::{Generated, generate};
use crate::suite::bot::run::{Event, Judged, Mismatch, Runner, Verdict, What};
use crate::suite::bot::{BotSuite, Conversation};
use crate::syntax::Text;

use super::super::progress::Progress;
use super::{Counts, MOST_SHOWN, Run, Totals, accept_turns};

/// How many things that are not covered a person is shown.
const MOST_UNCOVERED: usize = 10;

/// What a run fills.
pub(super) struct Filled<'f> {
    pub(super) totals: &'f mut Totals,
    pub(super) written: &'f mut Vec<junit::Suite>,
    pub(super) report: &'f mut Report,
}

/// A bot that is tested.
struct Tested {
    spec: Spec,
    spec_shown: Arc<str>,
    engine: files::Engine,
    source: String,
    script_shown: Arc<str>,
}

/// Runs the conversations of all bots.
pub(super) fn test(
    project: &Project,
    suites: &[(PathBuf, BotSuite, Text)],
    run: &Run<'_>,
    progress: &Progress,
    filled: &mut Filled<'_>,
) -> Result<(), Diagnostics> {
    let mut failed = Diagnostics::new();
    for (_, suite, _) in suites {
        if !project.bots.iter().any(|bot| bot.id.value == suite.bot) {
            failed.push(stranger(project, suite));
        }
    }
    for config in &project.bots {
        let bot = match load(project, config, run) {
            Ok(bot) => bot,
            Err(diagnostics) => {
                failed.extend(diagnostics);
                continue;
            }
        };
        let own: Vec<_> = suites.iter().filter(|(_, suite, _)| suite.bot == config.id.value).collect();
        bot.test(&own, run, progress, filled)?;
    }
    if failed.is_empty() { Ok(()) } else { Err(failed) }
}

/// A suite of a bot that the project does not have.
fn stranger(project: &Project, suite: &BotSuite) -> Diagnostic {
    let message = format!("the suite is for the bot `{}`, which the project does not have", suite.bot);
    let names: Vec<_> = project.bots.iter().map(|bot| bot.id.value.as_str()).collect();
    let help = if names.is_empty() {
        "declare it under `bots`".to_owned()
    } else {
        format!("the bots are: {}", names.join(", "))
    };
    Diagnostic::error(Code::SuiteInvalid, message).at(Place::file(Arc::clone(&suite.file))).help(help)
}

fn load(project: &Project, config: &BotConfig, run: &Run<'_>) -> Result<Tested, Diagnostics> {
    let path = |path: &str| {
        let path = project.root.join(path);
        let shown: Arc<str> = project.workspace.show(&path).into();
        (path, shown)
    };
    let (file, spec_shown) = path(&config.spec);
    let (spec, ..) = crate::bot::load(files::read(&file, &spec_shown)?, &spec_shown).sound()?;
    if spec.meta.bot_id != config.id.value {
        let message = format!("the bot is `{}` here and `{}` in its spec", config.id.value, spec.meta.bot_id);
        let error = Diagnostic::error(Code::ConfigInvalid, message).at(config.id.place.clone());
        return Err(error.help("write `meta.botId` of the spec").into());
    }
    let (source, script_shown) = match &config.script {
        Some(script) => {
            let (file, shown) = path(script);
            (files::source(files::read(&file, &shown)?, &shown)?, shown)
        }
        None => (template(&spec), Arc::clone(&spec_shown)),
    };
    let script = files::compile(&source, &script_shown)?;
    let (host, program) = (Bot::of(&spec), run.program.clone());
    let engine = files::Engine::new(script, &source, config.script.is_some(), host, program);
    Ok(Tested { spec, spec_shown, engine, source, script_shown })
}

impl Tested {
    fn test(
        &self,
        suites: &[&(PathBuf, BotSuite, Text)],
        run: &Run<'_>,
        progress: &Progress,
        filled: &mut Filled<'_>,
    ) -> Result<(), Diagnostics> {
        let engine = |asked: &sandbox::Conversation| self.engine.converse(asked);
        let runner = Runner::new(&self.spec, &engine, Arc::clone(run.interrupted));
        // With `--suite` only what was named is run.
        if run.args.suites.is_empty() {
            let generated = generate(&self.spec, Arc::clone(&self.spec_shown)).map_err(|unfit| {
                let place = Place::file(Arc::clone(&self.spec_shown));
                Diagnostics::from(Diagnostic::error(Code::SpecInvalidSchema, unfit.to_string()).at(place))
            })?;
            self.tell_coverage(&generated, filled);
            let begun = Instant::now();
            let (selected, judged) = select(&runner, &generated.suite, run, progress);
            filled.add(&generated.suite, &selected, &judged, begun.elapsed());
            self.tell_failures(&selected, &judged, |_| true, filled.report);
        }
        for (file, suite, text) in suites {
            let begun = Instant::now();
            let (selected, judged) = select(&runner, suite, run, progress);
            filled.add(suite, &selected, &judged, begun.elapsed());
            if run.args.accept {
                filled.totals.accepted += accept_turns::accept(file, suite, text, &selected, &judged)?;
            }
            // What `--accept` cannot mend: scripts that fail, requests that nothing answers.
            let is_told = |what: &What| !run.args.accept || *what != What::Other;
            self.tell_failures(&selected, &judged, is_told, filled.report);
        }
        Ok(())
    }

    fn tell_coverage(&self, generated: &Generated, filled: &mut Filled<'_>) {
        let (id, covered, total) = (&self.spec.meta.bot_id, generated.covered(), generated.total);
        let story = &mut filled.totals.covered;
        story.push_str(&format!(
            "  covered   {covered} of {total} steps, branches, commands and intents of {id}\n"
        ));
        for (mark, why) in generated.uncovered.iter().take(MOST_UNCOVERED) {
            story.push_str(&format!("            not {mark}: {why}\n"));
        }
        let more = generated.uncovered.len().saturating_sub(MOST_UNCOVERED);
        if more > 0 {
            story.push_str(&format!("            and {more} more: `--format json` names them all\n"));
        }
        let named = |(mark, why): &(_, &str)| {
            let what: &crate::bot::interpret::Mark = mark;
            json!({"what": what.to_string(), "why": why})
        };
        let uncovered: Vec<_> = generated.uncovered.iter().map(named).collect();
        let mut all = filled.report.summary.get("coverage").cloned().unwrap_or_else(|| json!({}));
        all[id.as_str()] = json!({"covered": covered, "total": total, "uncovered": uncovered});
        filled.report.figure("coverage", all);
    }

    fn tell_failures(
        &self,
        cases: &[&Conversation],
        judged: &[Judged],
        is_told: impl Fn(&What) -> bool,
        report: &mut Report,
    ) {
        for (case, judged) in cases.iter().zip(judged) {
            if let Verdict::Failed(mismatch) = &judged.verdict
                && is_told(&mismatch.what)
            {
                let script = (self.source.as_str(), &self.script_shown);
                report.diagnostics.push(diagnostic(case, mismatch, script));
            }
        }
    }
}

/// A conversation that did not go as expected; `script` is the script's text, and what people know its file as.
pub(in crate::command) fn diagnostic(
    case: &Conversation,
    mismatch: &Mismatch,
    script: (&str, &Arc<str>),
) -> Diagnostic {
    let message = format!("`{}` failed: {}{}", case.id, mismatch.sentence(case), difference(case, mismatch));
    let error = Diagnostic::error(Code::ConversationFailed, message);
    let help = "mend the script or the spec; or the expectation, with `aegis test --accept` for suites that people write";
    let place = match &mismatch.what {
        What::Failure(failure) if failure.place.is_some() => files::failed(failure, script.1, script.0).place,
        _ => None,
    };
    error.at(place.unwrap_or_else(|| expected(case, mismatch).clone())).help(help)
}

/// Where the expectation is written that was not met.
fn expected<'c>(case: &'c Conversation, mismatch: &Mismatch) -> &'c Place {
    case.turns.get(mismatch.turn).map_or(&case.place, |turn| &turn.place)
}

/// Runs the selected cases of a suite.
fn select<'c>(
    runner: &Runner<'_>,
    suite: &'c BotSuite,
    run: &Run<'_>,
    progress: &Progress,
) -> (Vec<&'c Conversation>, Vec<Judged>) {
    let selected: Vec<_> = suite.cases.iter().filter(|case| run.selects(&case.id)).collect();
    let judged = runner.run(suite, &selected, &|event| {
        if matches!(event, Event::CaseFinished { .. }) {
            progress.tick();
        }
    });
    (selected, judged)
}

impl Filled<'_> {
    /// Counts a suite, and keeps it for the page and for JUnit.
    fn add(&mut self, suite: &BotSuite, cases: &[&Conversation], judged: &[Judged], time: Duration) {
        let mut counts = Counts::default();
        let mut failures = Vec::new();
        for (case, judged) in cases.iter().zip(judged) {
            let outcome = match &judged.verdict {
                Verdict::Passed => Outcome::Passed,
                Verdict::Failed(_) => Outcome::Failed { actual: Value::Null },
                Verdict::Skipped { why } => Outcome::Skipped { why: why.clone() },
            };
            counts.add(&outcome);
            self.totals.all.add(&outcome);
            if let Verdict::Failed(mismatch) = &judged.verdict
                && failures.len() < MOST_SHOWN
            {
                let (name, message, diff) = (case.id.clone(), mismatch.sentence(case), mismatch.diff(case));
                let place = Some(expected(case, mismatch).clone());
                failures.push(page::Failure { name, message, diff, place });
            }
        }
        self.totals.suites.push((suite.file.to_string(), counts));
        self.written.push(junit_suite(suite, cases, judged));
        let Counts { passed, failed, errors, skipped } = counts;
        let counts = [passed, failed, errors, skipped];
        self.report.page.suites.push(page::Suite { file: suite.file.to_string(), counts, time, failures });
    }
}

/// Expected against what came, in a line; the parts that are the same are left out.
fn difference(case: &Conversation, mismatch: &Mismatch) -> String {
    let turn = case.turns.get(mismatch.turn).and_then(|turn| turn.expect.as_ref());
    let (Some(Value::Object(expect)), Some(outcome)) = (turn, mismatch.outcomes.get(mismatch.turn)) else {
        return String::new();
    };
    let short = |value: &Value| {
        let text = value.to_string();
        if text.chars().count() > 300 { text.chars().take(299).chain(['…']).collect() } else { text }
    };
    let differing = expect.iter().filter(|(name, part)| !matches(&json!({*name: part}), outcome));
    let parts = differing.map(|(name, part)| {
        let part = json!({name: part});
        format!("; expected {}, got {}", short(&part), short(&relevant(&part, outcome)))
    });
    parts.collect()
}

fn junit_suite(suite: &BotSuite, cases: &[&Conversation], judged: &[Judged]) -> junit::Suite {
    let case = |(case, judged): (&&Conversation, &Judged)| junit::Case {
        name: case.id.clone(),
        classname: format!("aegis.conversation.{}", suite.bot),
        time: judged.time,
        file: Some(suite.file.to_string()),
        line: match &judged.verdict {
            Verdict::Failed(mismatch) => expected(case, mismatch).at_line(),
            _ => case.place.at_line(),
        },
        result: match &judged.verdict {
            Verdict::Passed => junit::CaseResult::Passed,
            Verdict::Failed(mismatch) => {
                junit::CaseResult::Failed { message: mismatch.sentence(case), diff: mismatch.diff(case) }
            }
            Verdict::Skipped { why } => junit::CaseResult::Skipped { reason: why.clone() },
        },
        output: String::new(),
    };
    junit::Suite {
        name: suite.file.to_string(),
        file: Some(suite.file.to_string()),
        cases: cases.iter().zip(judged).map(case).collect(),
    }
}

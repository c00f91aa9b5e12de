//! `aegis bot run`: one conversation with a bot.

use std::path::Path;
use std::sync::Arc;

use crate::bot::generate::template;
use crate::bot::spec::Spec;
use crate::bot::talk::Mock;
use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics, Place};
use crate::report::Report;
use crate::script::sandbox::{self, Bot, Run};
use crate::suite::bot::actual::{expectation, outcome};
use crate::suite::bot::case::{self, CHAT, Conversation, Exchange, START};
use crate::syntax::{Format, Text};

use super::super::Context;
use super::{Engine, chat, compile, failed, read, record};

pub(super) fn run(args: &cli::BotRun, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let mut report = Report::new("bot run");
    let (spec, notes) = super::spec(&args.spec, context)?;
    report.diagnostics = notes;
    let (source, shown) = script(args, &spec, context)?;
    let compiled = compile(&source, &shown)?;
    let mocks = args.mock.as_deref().map(|path| mocks(path, context)).transpose()?.unwrap_or_default();
    let mut case = conversation(args, &shown, mocks);
    let updates = case.updates(&spec.meta.default_locale);
    let asked = sandbox::Conversation { updates: updates.clone(), mocks: case.mocks.clone() };
    let program = context.host.program.clone();
    let engine = Engine::new(compiled, &source, args.script.is_some(), Bot::of(&spec), program);
    let run = engine.converse(&asked);
    tell(&run, &shown, &source, &mut report);
    let is_terminal = context.host.stdout_is_terminal;
    report.data = chat::text(&updates, &run.turns, is_terminal, context.global.verbose);
    let outcomes: Vec<_> = run.turns.iter().map(|turn| outcome(&spec, turn)).collect();
    let locale = case.locale.clone().unwrap_or_else(|| spec.meta.default_locale.clone());
    report.answer = Some(chat::document(&spec.meta.bot_id, &locale, &updates, &outcomes));
    if let Some(path) = &args.record {
        if report.diagnostics.has_errors() || !run.missing.is_empty() {
            let message = "the conversation was not recorded: a failed one would expect the failure";
            let error = Diagnostic::error(Code::ConversationFailed, message);
            report.diagnostics.push(
                error.help("give the requests an answer with `--mock`, mend the script, and record again"),
            );
            return Ok(report);
        }
        for (turn, outcome) in case.turns.iter_mut().zip(&outcomes) {
            turn.expect = Some(expectation(outcome));
        }
        let path = context.host.cwd().join(path);
        let shown: Arc<str> = context.workspace().show(&path).into();
        let id = record::record(&path, &shown, &spec.meta.bot_id, case, args.id.as_deref())?;
        report.story = format!("  recorded  {shown}: {id}\n");
        report.output("recorded", id);
    }
    Ok(report)
}

/// The script, and what it is called: the user's, else what the spec compiles to.
fn script(args: &cli::BotRun, spec: &Spec, context: &Context<'_>) -> Result<(String, Arc<str>), Diagnostics> {
    let Some(path) = &args.script else {
        return Ok((template(spec), "bot.js".into()));
    };
    let path = context.host.cwd().join(path);
    let shown: Arc<str> = context.workspace().show(&path).into();
    let bytes = read(&path, &shown)?;
    let source = super::source(bytes, &shown)?;
    Ok((source, shown))
}

fn mocks(path: &Path, context: &Context<'_>) -> Result<Vec<Mock>, Diagnostics> {
    let path = context.host.cwd().join(path);
    let shown: Arc<str> = context.workspace().show(&path).into();
    let format = Format::of(&shown).unwrap_or(Format::Yaml);
    let text = Text::from_bytes(read(&path, &shown)?, format).map_err(|failed| {
        let place = Place::file(Arc::clone(&shown));
        Diagnostics::from(
            Diagnostic::error(Code::SuiteInvalid, failed.1.message).at(place).help(failed.1.help),
        )
    })?;
    case::mocks(&text, format, &shown)
}

/// What is said, as a case that expects nothing yet.
fn conversation(args: &cli::BotRun, shown: &Arc<str>, mocks: Vec<Mock>) -> Conversation {
    let place = Place::file(Arc::clone(shown));
    let turn = |text: &String| Exchange {
        send: Some(text.clone()),
        after: 0,
        expect: None,
        place: place.clone(),
        expect_range: 0..0,
    };
    Conversation {
        id: String::new(),
        locale: args.locale.clone(),
        chat: CHAT.to_owned(),
        now: START,
        mocks,
        turns: args.send.iter().map(turn).collect(),
        place,
    }
}

/// What went wrong in the conversation.
fn tell(run: &Run, shown: &Arc<str>, source: &str, report: &mut Report) {
    for missing in &run.missing {
        let message = format!(
            "no mock answers {} {}: the bot was told that nothing was reached",
            missing.method, missing.url
        );
        let help = "give it an answer: `--mock FILE` with `[{method, url, answers: [{status, json}]}]`";
        report.diagnostics.push(Diagnostic::warning(Code::ConversationFailed, message).help(help));
    }
    if let Some(failure) = &run.failure {
        let help = "the conversation stops here; mend the script";
        report.diagnostics.push(failed(failure, shown, source).help(help));
    }
}

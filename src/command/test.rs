//! `aegis test`: run the suites against the built pack and the bots.

mod accept_turns;
pub(super) mod bots;
mod told;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::cache::Pack;
use crate::cli::{self, Only};
use crate::diag::{Code, Diagnostic, Diagnostics, Place, io};
use crate::files::{self, Failed};
use crate::pack::directory::read_metadata;
use crate::project::Project;
use crate::report::{Report, junit};
use crate::source::cache_diagnostic;
use crate::suite::bot::BotSuite;
use crate::suite::case::Either;
use crate::suite::shard::Shard;
use crate::suite::{Case, CaseResult, Event, Outcome, Runner, Suite};
use crate::syntax::{Format, MAX_TEXT, Text};

use super::{Context, accept, interrupt};
use bots::Filled;
use told::{junit_suite, tell_failures, told};

/// How many failed cases become diagnostics; the rest is counted. JUnit has them all.
const MOST_SHOWN: usize = 50;

pub(super) fn run(args: &cli::Test, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let project = narrowed(context.project()?, args.run.only.as_ref())?;
    let mut report = Report::new("test");
    let pack = match &args.pack {
        Some(path) => context.host.cwd().join(path),
        None => {
            let here = context.host.cwd().join("aegis-runtime");
            if here.is_dir() { here } else { project.root.join("aegis-runtime") }
        }
    };
    let junit = args.run.junit.as_ref().map(|path| context.host.cwd().join(path));
    let totals = test(&project, &args.run, &pack, (junit.as_deref(), Vec::new()), context, &mut report)?;
    report.story = totals.story();
    Ok(report)
}

/// The project without what is left out.
pub(super) fn narrowed(mut project: Project, only: Option<&Only>) -> Result<Project, Diagnostics> {
    let refused =
        |message: String, help: &str| Err(Diagnostic::error(Code::UsageInvalid, message).help(help).into());
    match only {
        None => {}
        Some(Only::Pack) if project.pack.is_none() => {
            return refused(
                "`--only pack`: the project has no pack".to_owned(),
                "name one of its bots: `bot:ID`",
            );
        }
        Some(Only::Pack) => project.bots.clear(),
        Some(Only::Bot(id)) => {
            let names = project.bot_ids().collect::<Vec<_>>().join(", ");
            project.pack = None;
            project.bots.retain(|bot| bot.id.value == *id);
            if project.bots.is_empty() {
                return refused(
                    format!("`--only bot:{id}`: the project has no such bot"),
                    &format!("its bots are: {names}"),
                );
            }
        }
    }
    Ok(project)
}

/// What came of all suites together.
#[derive(Debug, Default)]
pub(super) struct Totals {
    suites: Vec<(String, Counts)>,
    all: Counts,
    time: std::time::Duration,
    accepted: usize,
    /// What of the bots' specs the generated conversations cover.
    covered: String,
}

#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    passed: usize,
    failed: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn add(&mut self, outcome: &Outcome) {
        *match outcome {
            Outcome::Passed => &mut self.passed,
            Outcome::Failed { .. } => &mut self.failed,
            Outcome::Error { .. } => &mut self.errors,
            Outcome::Skipped { .. } => &mut self.skipped,
        } += 1;
    }

    fn words(self) -> String {
        let mut words = format!("{} passed", self.passed);
        for (count, word) in
            [(self.failed, "failed"), (self.errors, "could not be told"), (self.skipped, "skipped")]
        {
            if count > 0 {
                words.push_str(&format!(", {count} {word}"));
            }
        }
        words
    }
}

impl Totals {
    /// What a person reads of it.
    pub(super) fn story(&self) -> String {
        let mut story = String::new();
        for (number, (file, counts)) in self.suites.iter().enumerate() {
            let head = if number == 0 { "tests" } else { "" };
            story.push_str(&format!("  {head:<9} {} · {file}\n", counts.words()));
        }
        story.push_str(&self.covered);
        if self.accepted > 0 {
            story.push_str(&format!(
                "  accepted  {} expectations were rewritten: review the change\n",
                self.accepted
            ));
        }
        story
    }
}

/// Runs suites against a runtime directory; writes JUnit whatever comes of it.
pub(super) fn test(
    project: &Project,
    args: &cli::TestRun,
    dir: &Path,
    (junit_file, beside): (Option<&Path>, Vec<junit::Suite>),
    context: &mut Context<'_>,
    report: &mut Report,
) -> Result<Totals, Diagnostics> {
    let shard = match args.shard.as_deref().map(Shard::parse) {
        None => None,
        Some(Ok(shard)) => Some(shard),
        Some(Err(message)) => return Err(Diagnostic::error(Code::UsageInvalid, message).into()),
    };
    let suites = read_suites(project, args, dir, context, report)?;
    let interrupted = interrupt::flag();
    let run = Run { args, shard, interrupted: &interrupted, program: context.host.program.clone() };
    let progress = context.progress("testing");
    let (mut totals, mut written) = (Totals::default(), beside);
    let start = Instant::now();
    if project.pack.is_some() || !suites.packs.is_empty() || project.bots.is_empty() {
        let filled = &mut Filled { totals: &mut totals, written: &mut written, report };
        test_pack(project, dir, &suites.packs, &run, &progress, filled)?;
    }
    let filled = &mut Filled { totals: &mut totals, written: &mut written, report };
    bots::test(project, &suites.bots, &run, &progress, filled)?;
    totals.time = start.elapsed();
    drop(progress);
    if let Some(file) = junit_file {
        write_junit(file, &written, context)?;
        report.output("junit", project.workspace.show(file));
    }
    if interrupted.load(Ordering::Relaxed) {
        let message = "the run was interrupted: the remaining cases were skipped";
        report.diagnostics.push(Diagnostic::error(Code::Interrupted, message).help("run the command again"));
    }
    if totals.all.passed + totals.all.failed + totals.all.errors == 0 && shard.is_none() {
        let message = "no case ran";
        let help =
            "look at `--filter` and `--suite`, and whether the pack was built with its suites (`--emit`)";
        report.diagnostics.push(Diagnostic::warning(Code::SuiteInvalid, message).help(help));
    }
    if let Some(shard) = &args.shard {
        report.figure("shard", shard);
    }
    let counts = totals.all;
    report.figure(
        "tests",
        serde_json::json!({
            "total": counts.passed + counts.failed + counts.errors + counts.skipped, "passed": counts.passed,
            "failed": counts.failed, "errors": counts.errors, "skipped": counts.skipped,
        }),
    );
    Ok(totals)
}

/// What a run of suites goes by.
struct Run<'r> {
    args: &'r cli::TestRun,
    shard: Option<Shard>,
    interrupted: &'r Arc<AtomicBool>,
    /// This program: it runs scripts that people wrote in processes of their own.
    program: PathBuf,
}

impl Run<'_> {
    /// Whether a case of this id is to be run.
    fn selects(&self, id: &str) -> bool {
        let filter = &self.args.filter;
        (filter.is_empty() || filter.iter().any(|text| id.contains(text)))
            && self.shard.is_none_or(|shard| shard.holds(id))
    }
}

/// The suites that were read, each with its file and its text.
#[derive(Default)]
struct Suites {
    packs: Vec<(PathBuf, Suite, Text)>,
    bots: Vec<(PathBuf, BotSuite, Text)>,
}

fn read_suites(
    project: &Project,
    args: &cli::TestRun,
    dir: &Path,
    context: &Context<'_>,
    report: &mut Report,
) -> Result<Suites, Diagnostics> {
    let mut suites = Suites::default();
    let mut failed = Diagnostics::new();
    for file in suite_files(project, args, dir, context, report)? {
        match read_suite(project, &file) {
            Ok((Either::Pack(suite), text)) => suites.packs.push((file, suite, text)),
            Ok((Either::Bot(suite), text)) => suites.bots.push((file, suite, text)),
            Err(diagnostics) => failed.extend(diagnostics),
        }
    }
    match &args.only {
        None => {}
        Some(Only::Pack) => suites.bots.clear(),
        Some(Only::Bot(id)) => {
            suites.packs.clear();
            suites.bots.retain(|(_, suite, _)| suite.bot == *id);
        }
    }
    if failed.is_empty() { Ok(suites) } else { Err(failed) }
}

fn test_pack(
    project: &Project,
    dir: &Path,
    suites: &[(PathBuf, Suite, Text)],
    run: &Run<'_>,
    progress: &super::progress::Progress,
    filled: &mut Filled<'_>,
) -> Result<(), Diagnostics> {
    let metadata = read_metadata(dir)?;
    let shown: Arc<str> = project.workspace.show(&dir.join("runtime.1337")).into();
    let opened = Pack::open(&dir.join("runtime.1337")).and_then(|pack| {
        pack.verify(rayon::current_num_threads())?;
        Ok(pack)
    });
    let pack = opened.map_err(|error| cache_diagnostic(&error, Arc::clone(&shown)))?;
    let mut failed = Diagnostics::new();
    for (_, suite, _) in suites.iter().filter(|(_, suite, _)| suite.pack != metadata.oid) {
        let message = format!("the suite is for `{}`, the pack is `{}`", suite.pack, metadata.oid);
        let help = "correct the suite's `pack`, or name the pack's directory with `--pack`";
        let place = Place::file(Arc::clone(&suite.file));
        failed.push(Diagnostic::error(Code::SuiteInvalid, message).at(place).help(help));
    }
    if !failed.is_empty() {
        return Err(failed);
    }
    let export = Some(dir.join("exports/pack.json")).filter(|path| path.is_file());
    let runner = Runner::new(&pack, export.as_deref(), Arc::clone(run.interrupted))
        .map_err(|error| cache_diagnostic(&error, shown))?;
    for (file, suite, text) in suites {
        let selected: Vec<&Case> = suite.cases.iter().filter(|case| run.selects(&case.id)).collect();
        let begun = Instant::now();
        let results = runner.run(suite, &selected, &|event| progress.event(event));
        filled.report.page.suites.push(told(suite, &selected, &results, begun.elapsed()));
        filled.totals.add(suite, &results);
        if run.args.accept && !file.starts_with(dir) {
            filled.totals.accepted += accept::accept(file, suite, text, &selected, &results)?;
        } else {
            tell_failures(&selected, &results, filled.report);
        }
        filled.written.push(junit_suite(suite, &selected, &results));
    }
    Ok(())
}

impl Totals {
    fn add(&mut self, suite: &Suite, results: &[CaseResult]) {
        let mut counts = Counts::default();
        for result in results {
            counts.add(&result.outcome);
            self.all.add(&result.outcome);
        }
        self.suites.push((suite.file.to_string(), counts));
    }
}

impl super::progress::Progress {
    fn event(&self, event: &Event<'_>) {
        if let Event::CaseFinished { .. } = event {
            self.tick();
        }
    }
}

/// The generated suite and the project's own, or those that the user named.
fn suite_files(
    project: &Project,
    args: &cli::TestRun,
    dir: &Path,
    context: &Context<'_>,
    report: &mut Report,
) -> Result<Vec<PathBuf>, Diagnostics> {
    if !args.suites.is_empty() {
        return Ok(args.suites.iter().map(|file| context.host.cwd().join(file)).collect());
    }
    let generated = dir.join("test_suites/domain_tests.yaml");
    let mut files: Vec<_> = Some(generated).filter(|path| path.is_file()).into_iter().collect();
    files.extend(written_suites(project, report)?);
    Ok(files)
}

/// The suites that people wrote.
pub(super) fn written_suites(project: &Project, report: &mut Report) -> Result<Vec<PathBuf>, Diagnostics> {
    let mut files = Vec::new();
    for pattern in &project.suites {
        let bad = |message: String| {
            Diagnostics::from(Diagnostic::error(Code::ConfigInvalid, message).at(pattern.place.clone()))
        };
        let root = glob::Pattern::escape(&project.root.to_string_lossy());
        let found = glob::glob(&format!("{root}/{}", pattern.value)).map_err(|e| bad(e.to_string()))?;
        let before = files.len();
        for path in found {
            files.push(path.map_err(|error| bad(error.to_string()))?);
        }
        if files.len() == before {
            let message = format!("no file matches `{}`", pattern.value);
            let help = "write a suite there, or remove the line";
            if pattern.value.contains(['*', '?', '[']) {
                let warning = Diagnostic::warning(Code::SuiteInvalid, message);
                report.diagnostics.push(warning.at(pattern.place.clone()).help(help));
            } else {
                return Err(bad(message));
            }
        }
    }
    Ok(files)
}

fn read_suite(project: &Project, file: &Path) -> Result<(Either, Text), Diagnostics> {
    let shown: Arc<str> = project.workspace.show(file).into();
    let bytes = match files::read(file, MAX_TEXT) {
        Ok(bytes) => bytes,
        Err(Failed::Io(error)) => return Err(io(Code::SourceUnreadable, "read", file, &error).into()),
        Err(Failed::TooLarge(size)) => {
            let message = format!("the suite has {size} bytes; one file may have {MAX_TEXT}");
            let help = "split it into several suites";
            let one = Diagnostic::error(Code::LimitExceeded, message).at(Place::file(shown)).help(help);
            return Err(one.into());
        }
    };
    let format = Format::of(&shown).unwrap_or(Format::Yaml);
    let text = Text::from_bytes(bytes, format).map_err(|failed| {
        let (_, error) = *failed;
        let place = Place::file(Arc::clone(&shown));
        Diagnostics::from(Diagnostic::error(Code::SuiteInvalid, error.message).at(place).help(error.help))
    })?;
    Ok((Either::parse(&text, format, shown)?, text))
}

/// Writes the file beside its place and renames it in: nobody reads half of it.
pub(super) fn write_junit(
    file: &Path,
    suites: &[junit::Suite],
    context: &Context<'_>,
) -> Result<(), Diagnostics> {
    let xml = junit::write(suites, context.host.now())?;
    super::write_file(file, xml.as_bytes())?;
    Ok(())
}

//! `aegis preflight`: judge a finished revision, in a folder or in a store.

use std::path::Path;

use serde_json::{Value, json};

use crate::bot::spec::Spec;
use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics, Place, Severity};
use crate::preflight::{self, Files, Judgement, Status, waive};
use crate::project::{Project, Waiver};
use crate::report::{Report, junit, page};
use crate::script::sandbox::keep_small;

use super::bot::picture;
use super::play::Player;
use super::{Context, revisions, write_file};

pub(super) fn run(args: &cli::Preflight, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    // It is over in some hundredths of a second, most of them in engines.
    keep_small();
    let player = Player::soon(context.host.program.clone());
    let mut report = Report::new("preflight");
    let waivers = waivers(context)?;
    let progress = context.progress("judging");
    let found = revisions::find(&args.target, args.bot.as_deref(), context)?;
    drop(progress);
    let mut suites = Vec::new();
    for files in &found {
        let judged = judge_with(&player, files, &waivers, context, &mut report);
        suites.push(judged.suite());
        report.story.push_str(&judged.table());
        add(&mut report, &judged);
        judged.draw(&mut report);
    }
    if let Some(path) = &args.junit {
        let path = context.host.cwd().join(path);
        write_file(&path, junit::write(&suites, context.host.now())?.as_bytes())?;
        report.output("junit", context.workspace().show(&path));
    }
    Ok(report)
}

/// The waivers of the project around, if there is one.
pub(super) fn waivers(context: &Context<'_>) -> Result<Vec<Waiver>, Diagnostics> {
    let file = crate::project::FILE_NAME;
    let is_there = context.global.project.is_some()
        || context.host.cwd().ancestors().any(|folder| folder.join(file).is_file());
    if !is_there {
        return Ok(Vec::new());
    }
    known(&context.project()?)
}

/// The waivers of a project, where each names a check that there is.
///
/// # Errors
/// One names none.
pub(super) fn known(project: &Project) -> Result<Vec<Waiver>, Diagnostics> {
    let ids: Vec<_> = preflight::ALL.iter().map(|check| check.id).collect();
    let mut wrong = Diagnostics::new();
    for waiver in project.waivers.iter().filter(|waiver| !ids.contains(&waiver.check.as_str())) {
        let message = format!("there is no check `{}`", waiver.check);
        let near = crate::syntax::suggest(&waiver.check, &ids).map(|near| format!("did you mean `{near}`?"));
        let help = near.unwrap_or_else(|| "`docs/preflight.md` lists the checks".to_owned());
        wrong.push(Diagnostic::error(Code::ConfigInvalid, message).at(waiver.place.clone()).help(help));
    }
    if wrong.is_empty() { Ok(project.waivers.clone()) } else { Err(wrong) }
}

/// A revision that was judged.
pub(super) struct Judged {
    /// The bot, as well as it is known.
    pub(super) bot: String,
    /// The hash, as well as it is known.
    pub(super) rev_hash: String,
    /// Where it stands.
    shown: String,
    /// The spec, if it has the form of one.
    spec: Option<Spec>,
    /// What came of it.
    pub(super) judgements: Vec<Judgement>,
}

/// Judges a revision; what is said of it goes into the report.
pub(super) fn judge(files: &Files, waivers: &[Waiver], context: &Context<'_>, report: &mut Report) -> Judged {
    judge_with(&Player::new(context.host.program.clone()), files, waivers, context, report)
}

/// The same with workers that may be there already.
fn judge_with(
    player: &Player,
    files: &Files,
    waivers: &[Waiver],
    context: &Context<'_>,
    report: &mut Report,
) -> Judged {
    let subject = preflight::Subject::playing(files, Some(player));
    let mut judgements = subject.judge();
    let spec = subject.spec().and_then(|checked| checked.spec.clone());
    let bot = spec.as_ref().map(|spec| spec.meta.bot_id.clone());
    let bot = bot.or_else(|| files.bot.clone()).unwrap_or_else(|| "?".to_owned());
    let rev_hash = subject.passport().ok().map(|passport| passport.rev_hash.clone());
    let rev_hash = rev_hash.or_else(|| files.name.clone()).unwrap_or_else(|| "?".to_owned());
    let today = crate::time::rfc3339(context.host.now());
    report.diagnostics.extend(waive::apply(&mut judgements, &bot, waivers, today.get(..10).unwrap_or("")));
    report.diagnostics.extend(judgements.iter().flat_map(|one| one.diagnostics.iter().cloned()));
    Judged { bot, rev_hash, shown: files.shown.clone(), spec, judgements }
}

/// Adds to the list of judged revisions, and to the pages' table of checks.
pub(super) fn add(report: &mut Report, judged: &Judged) {
    let mut all = report.summary.remove("preflight").and_then(|v| v.as_array().cloned()).unwrap_or_default();
    all.push(judged.figures());
    report.figure("preflight", all);
    report.page.checks.extend(judged.judgements.iter().map(|one| page::Check {
        bot: judged.bot.clone(),
        id: one.check.to_owned(),
        status: match one.status {
            Status::Pass => "passed",
            Status::Warning => "warning",
            Status::Waived => "waived",
            Status::Skipped => "skipped",
            Status::Fail => "failed",
        },
        detail: one.why.clone(),
    }));
}

impl Judged {
    /// Whether it may be published.
    pub(super) fn passes(&self) -> bool {
        preflight::passes(&self.judgements)
    }

    /// What a person reads: a line a check, and what it comes to.
    pub(super) fn table(&self) -> String {
        let mut out = format!("{} {}\n", self.bot, self.rev_hash);
        for one in &self.judgements {
            let line = format!("  {:<8} {:<18} {}", one.status.as_str(), one.check, short(&one.why));
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out.push_str(&format!("  {}\n", self.count()));
        out
    }

    /// "18 passed, 1 warning, 1 skipped".
    pub(super) fn count(&self) -> String {
        let words = [
            (Status::Fail, "failed"),
            (Status::Pass, "passed"),
            (Status::Warning, "with warnings"),
            (Status::Waived, "waived"),
            (Status::Skipped, "skipped"),
        ];
        let count = |status| self.judgements.iter().filter(|one| one.status == status).count();
        let said: Vec<_> = words
            .into_iter()
            .map(|(status, word)| (count(status), word))
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        said.join(", ")
    }

    /// Adds the pictures of its flows to the pages.
    pub(super) fn draw(&self, report: &mut Report) {
        report.page.flows.extend(self.spec.iter().flat_map(picture::flows));
    }

    fn figures(&self) -> Value {
        let checks: Vec<_> = self
            .judgements
            .iter()
            .map(|one| json!({"check": one.check, "status": one.status, "why": one.why, "findings": one.diagnostics.len()}))
            .collect();
        let status = if self.passes() { "pass" } else { "fail" };
        json!({"botId": self.bot, "revHash": self.rev_hash, "path": self.shown, "status": status, "checks": checks})
    }

    pub(super) fn suite(&self) -> junit::Suite {
        let case = |one: &Judgement| junit::Case {
            name: one.check.to_owned(),
            classname: format!("aegis.preflight.{}", self.bot),
            time: one.time,
            file: place(one).map(|place| place.file.to_string()),
            line: place(one).and_then(Place::at_line),
            result: match one.status {
                Status::Fail => {
                    let errors = one.diagnostics.iter().filter(|found| found.severity == Severity::Error);
                    let lines: Vec<_> = errors.map(|found| format!("{found}\n")).collect();
                    junit::CaseResult::Failed { message: one.why.clone(), diff: lines.concat() }
                }
                Status::Skipped => junit::CaseResult::Skipped { reason: one.why.clone() },
                Status::Pass | Status::Warning | Status::Waived => junit::CaseResult::Passed,
            },
            output: String::new(),
        };
        let name = format!("preflight {} {}", self.bot, self.rev_hash);
        junit::Suite { name, file: None, cases: self.judgements.iter().map(case).collect() }
    }
}

/// Where the first finding that has a place is.
fn place(judgement: &Judgement) -> Option<&Place> {
    judgement.diagnostics.iter().find_map(|found| found.place.as_ref())
}

fn short(text: &str) -> String {
    match text.char_indices().nth(100) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// What people know a folder as.
pub(super) fn shown(dir: &Path, context: &Context<'_>) -> String {
    context.workspace().show(dir)
}

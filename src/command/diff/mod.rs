//! `aegis diff`: what changed between two packs, what agents will say, and the version step that it asks for.

mod bots;
mod operand;
mod told;

use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::project::Project;
use crate::report::{Report, difference as shown};
use crate::semver::{self, Approved, Change, Level, Levels, UNRELEASED, difference::largest, next, speak};

use super::{Context, approved};
#[cfg(feature = "github")]
pub(super) use bots::{Bots, compare_all};
pub(super) use operand::View;

use operand::Operand;

pub(super) fn run(args: &cli::Diff, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let mut report = Report::new("diff");
    let progress = context.progress("comparing");
    let mut wrong = Diagnostics::new();
    let operands = [&args.old, &args.new].map(|text| {
        match Operand::open(text, (args.pack.as_deref(), args.bot.as_deref()), context) {
            Ok(operand) => Some(operand),
            Err(diagnostics) => {
                wrong.extend(diagnostics);
                None
            }
        }
    });
    let [Some(old), Some(new)] = operands else { return Err(wrong) };
    let mut bots = None;
    let difference = match (old.bot(), new.bot()) {
        (Some(old), Some(new)) => bots::compare(old, new, &Rules::of_bots(context)?, args.speak),
        (None, None) if old.is_without_pack() && new.is_without_pack() => {
            let rules = Rules::of_sides(&new, &[], context)?;
            bots::compare_all(&old.bots()?, &new.bots()?, &rules, None, args.speak).0
        }
        (None, None) => {
            let (old_view, new_view) = (old.view()?, new.view()?);
            let rules = Rules::of_sides(&new, &[&old_view, &new_view], context)?;
            if let (Some(_), Some(_)) = (old.project(), new.project()) {
                let (was, is) = (old.bots()?, new.bots()?);
                let any = !was.is_empty() || !is.is_empty();
                bots = any.then(|| bots::compare_all(&was, &is, &rules, None, args.speak).0);
            }
            compare(&old_view, &new_view, &rules, args.speak).difference
        }
        _ => {
            let message = format!("one of `{}` and `{}` is a bot, the other a pack", args.old, args.new);
            let help = "compare two packs, or two specs or revisions of a bot";
            return Err(Diagnostic::error(Code::UsageInvalid, message).help(help).into());
        }
    };
    drop(progress);
    if let serde_json::Value::Object(figures) = serde_json::to_value(&difference).unwrap_or_default() {
        report.summary.extend(figures);
    }
    report.output("bump", difference.bump);
    report.data = shown::text(&difference);
    report.markdown = crate::report::markdown::difference(&difference);
    if let Some(bots) = &bots {
        report.figure("bots", serde_json::to_value(bots).unwrap_or_default());
        report.data.push_str(&format!("\n{}", shown::text(bots)));
        report.markdown.push_str(&crate::report::markdown::difference(bots));
    }
    Ok(report)
}

/// How a project weighs changes.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    /// The levels that it raised or lowered.
    pub(super) levels: Levels,
    /// The breaks that it approved.
    pub(super) approved: Approved,
}

/// What came of a comparison.
pub(super) struct Compared {
    /// As readers see it.
    pub(super) difference: shown::Difference,
    /// The largest change, and the first one that is as large.
    pub(super) largest: Option<(Level, Change)>,
}

impl Rules {
    /// Those of a project.
    pub(super) fn of(project: &Project) -> Result<Self, Diagnostics> {
        Ok(Self { levels: project.levels.clone(), approved: approved::read(project)? })
    }

    /// Those for bots: of the project that the user names, else of the one around the working folder.
    fn of_bots(context: &Context<'_>) -> Result<Self, Diagnostics> {
        let is_there = |folder: &std::path::Path| folder.join(crate::project::FILE_NAME).is_file();
        if context.global.project.is_none() && !context.host.cwd().ancestors().any(is_there) {
            return Ok(Self::default());
        }
        Self::of(&context.project()?)
    }

    /// Those of the project that the user names, else of the new side if it is one, else of the project around the
    /// working folder if it is that of one of the packs.
    fn of_sides(new: &Operand, views: &[&View<'_>], context: &Context<'_>) -> Result<Self, Diagnostics> {
        let of = Self::of;
        if context.global.project.is_some() {
            return of(&context.project()?);
        }
        if let Some(project) = new.project() {
            return of(project);
        }
        let is_there = |folder: &std::path::Path| folder.join(crate::project::FILE_NAME).is_file();
        if !context.host.cwd().ancestors().any(is_there) {
            return Ok(Self::default());
        }
        // Another pack's project has no say here, not even when it is wrong.
        let Ok(project) = context.project() else { return Ok(Self::default()) };
        let is_ours = |pack: &crate::project::PackConfig| views.iter().any(|view| view.oid == pack.oid);
        if project.pack.as_ref().is_some_and(is_ours) { of(&project) } else { Ok(Self::default()) }
    }
}

/// Compares two packs as a project weighs changes.
pub(super) fn compare(old: &View<'_>, new: &View<'_>, rules: &Rules, speaks: bool) -> Compared {
    let (was, is) = (old.side(), new.side());
    let last = old.version.as_ref().and_then(|version| version.parse::<::semver::Version>().ok());
    let mut changes = semver::difference(&was, &is, &rules.levels);
    let needless = rules.approved.apply(&mut changes, last.as_ref()).len();
    let level = largest(&changes);
    let first = level.and_then(|level| changes.iter().find(|change| change.level == level)).cloned();
    let released = last.filter(|last| last.to_string() != UNRELEASED);
    let difference = shown::Difference {
        of: "pack",
        old: told::pack(old),
        new: told::pack(new),
        bump: level.map_or("none", Level::as_str),
        next: level.and_then(|level| Some(next(&released?, level).to_string())),
        changes: changes.into_iter().map(|change| told::change(change, old, new)).collect(),
        speech: speaks.then(|| speak::speak(&was, &is).into_iter().map(told::saying).collect()),
        needless,
    };
    Compared { difference, largest: level.zip(first) }
}

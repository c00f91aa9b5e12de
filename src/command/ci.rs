//! `aegis ci`: build, test and publish, as the event allows. What a repository runs on every push.

use std::path::PathBuf;

use serde_json::Value;

use crate::build::default_target;
use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics, Place};
use crate::project::Project;
use crate::report::Report;

use super::event::{Publish, Surroundings, publish};
use super::{Context, build, publish as publisher, summary, test};

pub(super) fn run(args: &cli::Ci, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let project = context.project()?;
    let mut report = Report::new("ci");
    refuse_bots(&project)?;
    let target = match &args.build.output {
        Some(path) => context.host.cwd().join(path),
        None => default_target(&project),
    };
    let store = args.store.as_deref();
    let Some(built) = build::build(&project, &args.build, target, store, context, &mut report)? else {
        report.closing = "nothing was built, tested or published";
        return Ok(report);
    };
    report.story = summary::built(&project, &built.metadata, &built.target, context);
    let junit = junit_file(args, &project, &built.target, context);
    let totals = test::test(&project, &args.run, &built.target, Some(&junit), context, &mut report)?;
    report.story.push_str(&totals.story());
    report.story.push_str(&format!("  junit     {}\n", project.workspace.show(&junit)));
    if report.diagnostics.has_errors() {
        report.closing = "nothing was published";
        return Ok(report);
    }
    let url = args.store.as_deref().unwrap_or_else(|| project.pack_store());
    match publish(args.publish, &surroundings(context), url) {
        Publish::No(why) => report.story.push_str(&format!("  skipped   publish: {why}\n")),
        Publish::Yes => {
            match publisher::built(&project, &built.target, args.store.as_deref(), context, &mut report) {
                Ok(line) => report.story.push_str(&line),
                Err(diagnostics) => {
                    report.diagnostics.extend(diagnostics);
                    report.closing = "the pack was built and tested, but not published";
                }
            }
        }
    }
    Ok(report)
}

fn junit_file(args: &cli::Ci, project: &Project, target: &std::path::Path, context: &Context<'_>) -> PathBuf {
    match &args.run.junit {
        Some(path) => context.host.cwd().join(path),
        None => target.parent().unwrap_or(&project.root).join("junit.xml"),
    }
}

/// A run that passed would say that the bots were judged: they are not yet.
fn refuse_bots(project: &Project) -> Result<(), Diagnostics> {
    if project.bots.is_empty() {
        return Ok(());
    }
    let message = "this version does not judge bots yet, and `ci` does not pass what nobody judged";
    let place = Place::file(project.workspace.show(&project.file).into());
    Err(Diagnostic::error(Code::NotSupported, message)
        .at(place)
        .help("keep the bots in a project of their own; `aegis build` and `aegis test` ignore `bots`")
        .into())
}

fn surroundings(context: &Context<'_>) -> Surroundings {
    let var = |name: &str| context.host.var(name).unwrap_or("").to_owned();
    let payload = context.host.var("GITHUB_EVENT_PATH").and_then(|path| std::fs::read(path).ok());
    Surroundings {
        is_runner: context.host.is_runner(),
        event: var("GITHUB_EVENT_NAME"),
        reference: var("GITHUB_REF"),
        payload: payload.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or(Value::Null),
    }
}

//! `aegis ci`: build, test, judge, publish, as the event allows. What a repository runs on every push.

mod told;

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::build::default_target;
use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::project::Project;
use crate::report::{Report, junit, page};

use super::channels::Deployment;
use super::event::{self, Asked, Plan, Step, Surroundings};
use super::{Context, bots, build, comment, publish as publisher, summary, test};
use told::{Came, Told};

pub(super) fn run(args: &cli::Ci, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let project = test::narrowed(context.project()?, args.run.only.as_ref())?;
    let mut report = Report::new("ci");
    let around = surroundings(&project, context);
    let plan = plan(args, &project, &around);
    if let Step::No(why) = &plan.build {
        return Err(untrusted(why));
    }
    go(args, &project, (&plan, &around), context, &mut report)?;
    if plan.comment.is_taken()
        && let Some(address) = comment::write(&project, &around.payload, context, &mut report)
    {
        report.story.push_str(&format!("  commented {address}\n"));
        report.page.steps.push(page::Step { name: "comment".to_owned(), taken: true, why: address });
    }
    Ok(report)
}

/// The steps, up to the first that fails.
fn go(
    args: &cli::Ci,
    project: &Project,
    (plan, around): (&Plan, &Surroundings),
    context: &mut Context<'_>,
    report: &mut Report,
) -> Result<(), Diagnostics> {
    let target = match &args.build.output {
        Some(path) => context.host.cwd().join(path),
        None => default_target(project),
    };
    report.page.blob = blob(around, context);
    report.html = Some(beside(args.html.as_ref(), "report.html", project, &target, context));
    let told = Told { args, around };
    if project.bots.is_empty() {
        project.pack()?;
    }
    let folder = target.parent().unwrap_or(&project.root).join(bots::FOLDER);
    let mut suites = Vec::new();
    let built = bots::build_all(project, &folder, context, report, &mut suites)?;
    #[cfg(feature = "github")]
    // What is left out is not gone.
    if args.run.only.is_none() {
        super::version::bots::tell(project, &built, context, report);
    }
    suites.extend(built.iter().map(bots::Built::suite));
    let junit = beside(args.run.junit.as_ref(), "junit.xml", project, &target, context);
    let store = args.store.as_deref();
    let pack = if project.pack.is_some() {
        let Some(pack) = build::build(project, &args.build, target, store, context, report)? else {
            let name = project.pack.as_ref().map_or("pack", |pack| pack.name.as_str());
            suites.push(junit::Suite::refused("pack", name, &report.diagnostics));
            test::write_junit(&junit, &suites, context)?;
            report.output("junit", project.workspace.show(&junit));
            report.closing = "nothing was built, tested or published";
            told.stopped(plan, "build", "the sources are not sound", report);
            return Ok(());
        };
        let metadata = &pack.metadata;
        report.story = summary::built(project, metadata, &pack.target, context);
        super::version::history::tell(project, metadata, store, context, report);
        told.done("build", format!("{} {}", metadata.name, metadata.version), report);
        let totals = test::test(project, &args.run, &pack.target, (Some(&junit), suites), context, report)?;
        report.story.push_str(&totals.story());
        Some(pack.target)
    } else if built.len() == project.bots.len() && built.iter().all(bots::Built::passes) {
        let totals = test::test(project, &args.run, &target, (Some(&junit), suites), context, report)?;
        report.story.push_str(&totals.story());
        None
    } else {
        // What the conversations would say was said already, or cannot be asked.
        test::write_junit(&junit, &suites, context)?;
        report.output("junit", project.workspace.show(&junit));
        None
    };
    report.story.extend(built.iter().map(bots::Built::story));
    report.story.push_str(&format!("  junit     {}\n", project.workspace.show(&junit)));
    if let Some(html) = &report.html {
        report.story.push_str(&format!("  report    {}\n", project.workspace.show(html)));
    }
    if report.diagnostics.has_errors() || !built.iter().all(bots::Built::passes) {
        report.closing = "nothing was published";
        told.stopped(plan, "test", "a test failed", report);
        return Ok(());
    }
    let [passed, ..] = report.page.totals();
    told.done("test", format!("{passed} passed"), report);
    if built.is_empty() {
        told.skipped("judge", &plan.judge, report);
    } else {
        told.done("judge", format!("{} bots", built.len()), report);
    }
    publish(plan, project, (pack.as_deref(), &built), args, context, (&told, report));
    Ok(())
}

/// Publishes, and what comes after it, up to the first step that fails.
fn publish(
    plan: &Plan,
    project: &Project,
    built: (Option<&Path>, &[bots::Built]),
    args: &cli::Ci,
    context: &mut Context<'_>,
    (told, report): (&Told<'_>, &mut Report),
) {
    let one_line = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("; ");
    let closing = "what was built and tested was not published, or not all of it";
    let went_on = told.step((plan, "publish"), closing, report, |report| {
        let lines = send(project, built, args, context, report)?;
        let why = one_line(&lines);
        Ok(Came::Done(lines, why))
    });
    let closing = "what was built and published was not released, or not all of it";
    let went_on = went_on
        && told.step((plan, "release"), closing, report, |report| {
            release(plan, project, built, args, context, report)
        });
    let closing = "what was published was not deployed, or not all of it";
    let went_on = went_on
        && told.step((plan, "deploy"), closing, report, |report| {
            let channel = args.channel.as_deref().unwrap_or_default();
            let lines = deploy(channel, project, built, args, context, report)?;
            Ok(Came::Done(lines, format!("to `{channel}`")))
        });
    if went_on {
        told.skipped("comment", &plan.comment, report);
    }
}

/// Makes what was published current in a channel; returns the lines that say so.
fn deploy(
    channel: &str,
    project: &Project,
    (pack, built): (Option<&Path>, &[bots::Built]),
    args: &cli::Ci,
    context: &mut Context<'_>,
    report: &mut Report,
) -> Result<String, Diagnostics> {
    let asked = args.store.as_deref();
    let base = publisher::base(asked, project, context);
    let mut all = Vec::new();
    if let Some(pack) = pack {
        let (subject, hash) = publisher::identity(pack)?;
        all.push((asked.unwrap_or_else(|| project.pack_store()).to_owned(), subject, hash));
    }
    for one in built {
        let (subject, hash) = one.identity()?;
        all.push((one.url(asked).to_owned(), subject, hash));
    }
    let mut lines = String::new();
    for (url, subject, hash) in all {
        let store = &*context.store(&url, &base, Some(project))?;
        let place = Deployment { store, channel, accept_unsafe: false };
        lines.push_str(&place.deploy_judged(&subject, hash, context, report)?);
    }
    Ok(lines)
}

/// Releases what was published.
#[cfg(feature = "github")]
fn release(
    plan: &Plan,
    project: &Project,
    (pack, bots): (Option<&Path>, &[bots::Built]),
    args: &cli::Ci,
    context: &mut Context<'_>,
    report: &mut Report,
) -> Result<Came, Diagnostics> {
    use super::release::{Asked, Ended};
    let target = default_target(project);
    let dir = pack.unwrap_or(&target);
    // Nobody knows the release before it: there is nothing to raise.
    if report.outputs.get("version").and_then(Value::as_str) == Some(crate::semver::UNRELEASED) {
        let why = "the pack has no version: no release is known that it could follow";
        return Ok(Came::Nothing(why.to_owned()));
    }
    let junit = beside(args.run.junit.as_ref(), "junit.xml", project, dir, context);
    let asked = Asked {
        dir,
        bots: Some(bots),
        junit: &junit,
        store: args.store.as_deref(),
        dry_run: false,
        is_published: plan.publish.is_taken(),
    };
    Ok(match super::release::release(project, &asked, context, report)? {
        Ended::Done(line) => {
            let why = line.trim().to_owned();
            Came::Done(line, why)
        }
        Ended::Nothing(why) => Came::Nothing(why),
    })
}

#[cfg(not(feature = "github"))]
fn release(
    _: &Plan,
    _: &Project,
    _: (Option<&Path>, &[bots::Built]),
    _: &cli::Ci,
    _: &mut Context<'_>,
    _: &mut Report,
) -> Result<Came, Diagnostics> {
    Ok(Came::Nothing("this build knows nothing of GitHub".to_owned()))
}

/// Publishes the pack and the bots; returns the lines that say so.
fn send(
    project: &Project,
    (pack, built): (Option<&Path>, &[bots::Built]),
    args: &cli::Ci,
    context: &mut Context<'_>,
    report: &mut Report,
) -> Result<String, Diagnostics> {
    let asked = args.store.as_deref();
    let mut lines = String::new();
    if let Some(pack) = pack {
        lines.push_str(&publisher::built(project, pack, asked, context, report)?);
    }
    lines.push_str(&bots::publish_built(project, built, asked, context, report)?);
    Ok(lines)
}

/// A file beside the runtime directory, unless the user says where.
fn beside(
    said: Option<&PathBuf>,
    name: &str,
    project: &Project,
    target: &Path,
    context: &Context<'_>,
) -> PathBuf {
    match said {
        Some(path) => context.host.cwd().join(path),
        None => target.parent().unwrap_or(&project.root).join(name),
    }
}

fn untrusted(why: &str) -> Diagnostics {
    let message = format!("the content is not looked at: {why}");
    let help = "run on `pull_request` instead, which gives forks neither secrets nor a token that may write";
    Diagnostic::error(Code::EventUntrusted, message).help(help).into()
}

fn plan(args: &cli::Ci, project: &Project, around: &Surroundings) -> Plan {
    let store = args.store.as_deref().unwrap_or_else(|| project.pack_store());
    let asked = Asked {
        publish: args.publish,
        release: args.release,
        channel: args.channel.as_deref(),
        comment: args.comment,
        partly: args.run.is_part(),
        has_bots: !project.bots.is_empty(),
        folder: store.starts_with("file://") || !store.contains("://"),
        prefix: &project.release.prefix,
        branches: &project.release.branches,
    };
    event::plan(&asked, around)
}

fn surroundings(project: &Project, context: &Context<'_>) -> Surroundings {
    let var = |name: &str| context.host.var(name).unwrap_or("").to_owned();
    let payload = context.host.var("GITHUB_EVENT_PATH").and_then(|path| std::fs::read(path).ok());
    let token = super::repository::TOKENS;
    Surroundings {
        is_runner: context.host.is_runner(),
        event: var("GITHUB_EVENT_NAME"),
        reference: var("GITHUB_REF"),
        sha: context.host.var("GITHUB_SHA").map(str::to_owned),
        checked_out: super::git::head(project.workspace.top()),
        actor: var("GITHUB_ACTOR"),
        has_token: token.iter().any(|name| context.host.var(name).is_some()),
        payload: payload.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or(Value::Null),
    }
}

/// Where the files of this commit can be looked at. A pull request's own commit stays when its merge is gone.
fn blob(around: &Surroundings, context: &Context<'_>) -> Option<String> {
    let server = context.host.var("GITHUB_SERVER_URL")?.trim_end_matches('/');
    let repository = context.host.var("GITHUB_REPOSITORY")?;
    let head = around.payload.pointer("/pull_request/head/sha").and_then(Value::as_str);
    let commit = head.or(around.sha.as_deref())?;
    Some(format!("{server}/{repository}/blob/{commit}/"))
}

//! `aegis release`: tags and a GitHub release for what was built. What belongs to it is found out and decided here,
//! `crate::release` makes it.

mod found;

use std::path::{Path, PathBuf};

use crate::build::default_target;
use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::forge::{Hub, Patience};
use crate::project::Project;
use crate::release::apply::{self, Job};
use crate::release::bundle::{self, Bundle, Parts};
use crate::release::changelog::{self, About};
use crate::release::plan::{self, Do, Published};
use crate::release::sign;
use crate::report::Report;
use crate::store::versions::VersionDocument;

use super::{Context, publish, repository};
use found::{Found, Ready};

/// What is to be released.
pub(super) struct Asked<'a> {
    /// The runtime directory.
    pub(super) dir: &'a Path,
    /// The tests' JUnit.
    pub(super) junit: &'a Path,
    /// Where to publish, instead of the project's store.
    pub(super) store: Option<&'a str>,
    /// Only say what would be done.
    pub(super) dry_run: bool,
    /// Whether this run has put it into the store already.
    pub(super) is_published: bool,
}

/// How a release ended.
pub(super) enum Ended {
    /// There was nothing to release, for this reason.
    Nothing(String),
    /// It is made, or planned: what a person reads of it.
    Done(String),
}

pub(super) fn run(args: &cli::Release, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let project = context.project()?;
    let mut report = Report::new("release");
    let cwd = context.host.cwd().to_path_buf();
    let dir = args.pack.as_ref().map_or_else(|| default_target(&project), |path| cwd.join(path));
    let junit = args.junit.as_ref().map_or_else(|| beside(&dir, "junit.xml"), |path| cwd.join(path));
    let asked = Asked {
        dir: &dir,
        junit: &junit,
        store: args.store.as_deref(),
        dry_run: args.dry_run,
        is_published: false,
    };
    match release(&project, &asked, context, &mut report)? {
        Ended::Nothing(why) => report.story.push_str(&format!("nothing is released: {why}\n")),
        Ended::Done(line) => report.story.push_str(&line),
    }
    Ok(report)
}

fn beside(dir: &Path, name: &str) -> PathBuf {
    dir.parent().unwrap_or(dir).join(name)
}

/// Releases what was built, or finds that it is released.
pub(super) fn release(
    project: &Project,
    asked: &Asked<'_>,
    context: &mut Context<'_>,
    report: &mut Report,
) -> Result<Ended, Diagnostics> {
    let mut found = Found::read(project, asked, context, report)?;
    let Some(repository) = repository::repository(context) else {
        let message = "a release needs a repository on GitHub and a token";
        let help = "run it in a job with `github-token` and `permissions: {contents: write}`, or set GITHUB_REPOSITORY and GITHUB_TOKEN";
        return Err(Diagnostic::error(Code::UsageInvalid, message).help(help).into());
    };
    if context.global.offline {
        let message = "a release is made on GitHub, and `--offline` forbids to use the network";
        return Err(Diagnostic::error(Code::UsageInvalid, message).help("leave `--offline` out").into());
    }
    let hub = Hub::new(repository, Patience::of_release())?;
    found.on_a_branch(&hub, project)?;
    let key = context.host.var(sign::VARIABLE).map(sign::Key::of_pem).transpose()?;
    if !asked.dry_run {
        if !asked.is_published {
            let line = publish::built(project, asked.dir, asked.store, context, report)?;
            report.story.push_str(&line);
        }
        found.as_published(project, asked, context)?;
    }
    let ready = match found.judge(&hub, project, asked, context)? {
        Ok(ready) => ready,
        Err(why) => return Ok(Ended::Nothing(why)),
    };
    let bundle = files(&found, key.as_ref())?;
    let (published, release) = match bundle.files.iter().find(|file| file.name == "versions.json") {
        Some(versions) => apply::published(&hub, &ready.tag, versions)?,
        None => (Published::None, None),
    };
    let plan = plan::plan(ready.wanted.clone(), &ready.seen, &found.commit, published)?;
    tell(&plan, &ready, report);
    if asked.dry_run {
        return Ok(Ended::Done(dry(&plan, &ready, &bundle)));
    }
    let (url, base) = match asked.store {
        Some(url) => (url, context.host.cwd()),
        None => (project.pack_store(), &*project.root),
    };
    let store = context.store(url, base, Some(project))?;
    let progress = context.progress("releasing");
    write_out(&bundle, &beside(asked.dir, "aegis-release"))?;
    let text = text(&hub, &found, &ready, context)?;
    let document = VersionDocument::new(
        found.metadata.oid.clone(),
        found.version.clone(),
        found.pack_hash,
        found.content_hash,
    );
    let done = apply::apply(&Job {
        hub: &hub,
        store: &*store,
        document: &document,
        plan: &plan,
        bundle: &bundle,
        commit: &found.commit,
        pack: &found.metadata.name,
        text: &text,
        floating: &ready.floating,
        is_latest: ready.is_latest,
    })?;
    drop(progress);
    let is_new = release.is_none() || !done.created.is_empty();
    report.output("release-url", &done.url);
    let sums = beside(asked.dir, "aegis-release").join("checksums.txt");
    report.output("subjects", project.workspace.show(&sums));
    report.figure("release", serde_json::json!({"tag": ready.tag, "url": done.url, "created": done.created}));
    let did = if is_new { "released" } else { "unchanged" };
    Ok(Ended::Done(format!("  {did:<9} {} ({})\n", ready.tag, done.url)))
}

fn files(found: &Found, key: Option<&sign::Key>) -> Result<Bundle, Diagnostics> {
    let parts = Parts {
        metadata: &found.metadata,
        files: &found.files,
        versions: &found.versions,
        junit: found.junit.as_ref().map(|(bytes, suites)| (bytes.as_slice(), suites.as_slice())),
        key,
    };
    bundle::bundle(&parts).map_err(|why| {
        let message = format!("the pack cannot be archived: {why}");
        Diagnostic::error(Code::LimitExceeded, message).help("give the pack a shorter name").into()
    })
}

/// The files of the release, beside the runtime directory: what `actions/attest` and people take from there.
fn write_out(bundle: &Bundle, folder: &Path) -> Result<(), Diagnostics> {
    for file in &bundle.files {
        super::write_file(&folder.join(&file.name), &file.bytes)?;
    }
    Ok(())
}

fn text(hub: &Hub, found: &Found, ready: &Ready, context: &Context<'_>) -> Result<String, Diagnostics> {
    let authors = match &ready.last_tag {
        Some(last) => hub.authors(last, &found.commit)?,
        None => Vec::new(),
    };
    let address = repository::address(context);
    let compare = match (&address, &ready.last_tag) {
        (Some(address), Some(last)) => Some(format!("{address}/compare/{last}...{}", ready.tag)),
        (Some(address), None) => Some(format!("{address}/tree/{}", ready.tag)),
        _ => None,
    };
    let date = super::rfc3339(context.host.now());
    Ok(changelog::write(&About {
        tag: &ready.tag,
        date: date.get(..10).unwrap_or_default(),
        difference: ready.difference.as_ref(),
        without: ready.without,
        authors: &authors,
        compare,
    }))
}

/// The plan, for the outputs and for machines.
fn tell(plan: &plan::Plan, ready: &Ready, report: &mut Report) {
    let names: Vec<_> = plan.tags.iter().map(|(wanted, _)| wanted.name.as_str()).collect();
    report.output("tags", names);
    let tags: Vec<_> = plan
        .tags
        .iter()
        .map(|(wanted, what)| {
            let what = if *what == Do::Create { "create" } else { "leave" };
            serde_json::json!({"name": wanted.name, "sha256": wanted.sha256, "do": what})
        })
        .collect();
    report.figure(
        "plan",
        serde_json::json!({"tags": tags, "publishes": plan.publishes, "moves": ready.floating}),
    );
}

/// The plan, for people.
fn dry(plan: &plan::Plan, ready: &Ready, bundle: &Bundle) -> String {
    let mut text = format!("{} would be released\n", ready.tag);
    for (wanted, what) in &plan.tags {
        let what = if *what == Do::Create { "create" } else { "leave" };
        text.push_str(&format!("  {what:<9} tag {}\n", wanted.name));
    }
    for name in &ready.floating {
        text.push_str(&format!("  {:<9} tag {name}\n", "move"));
    }
    if plan.publishes {
        for file in &bundle.files {
            let size = super::summary::bytes(file.bytes.len() as u64);
            text.push_str(&format!("  {:<9} {} ({size})\n", "attach", file.name));
        }
    } else {
        text.push_str("  leave     the release: it is published\n");
    }
    text
}

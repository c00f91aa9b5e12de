//! `aegis release`: tags and a GitHub release for what was built. What belongs to it is found out and decided here,
//! `crate::release` makes it.

mod bots;
mod chosen;
mod found;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use semver::Version;

use crate::build::default_target;
use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::forge::{self, Hub, Patience};
use crate::project::Project;
use crate::release::apply::{self, Job};
use crate::release::bots::Bots;
use crate::release::bundle::{self, Bundle, File, Parts};
use crate::release::changelog::{self, About};
use crate::release::plan::{self, Do, Seen, Wanted};
use crate::release::statement::Made;
use crate::release::{oids, sign};
use crate::report::Report;
use crate::store::versions::VersionDocument;

use super::bots::Built;
use super::version::bots as bots_of;
use super::{Context, publish, repository};
use found::Found;

/// What helps where the archive's format has no room for a path.
const TOO_LONG: &str = "give the pack a shorter name, or the release a shorter version";

/// What is to be released.
pub(super) struct Asked<'a> {
    /// The runtime directory.
    pub(super) dir: &'a Path,
    /// The bots, if they were built and judged already.
    pub(super) bots: Option<&'a [Built]>,
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
        bots: None,
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

/// GitHub, where releases are made.
fn hub(context: &Context<'_>) -> Result<Hub, Diagnostics> {
    let Some(repository) = repository::repository(context) else {
        let message = "a release needs a repository on GitHub and a token";
        let help = "run it in a job with `github-token` and `permissions: {contents: write}`, or set GITHUB_REPOSITORY and GITHUB_TOKEN";
        return Err(Diagnostic::error(Code::UsageInvalid, message).help(help).into());
    };
    if context.global.offline {
        let message = "a release is made on GitHub, and `--offline` forbids to use the network";
        return Err(Diagnostic::error(Code::UsageInvalid, message).help("leave `--offline` out").into());
    }
    Ok(Hub::new(repository, Patience::of_release())?)
}

/// Releases what was built, or finds that it is released: the pack and with it its project's bots, or bots alone.
pub(super) fn release(
    project: &Project,
    asked: &Asked<'_>,
    context: &mut Context<'_>,
    report: &mut Report,
) -> Result<Ended, Diagnostics> {
    let own;
    let built = match asked.bots {
        Some(built) => built,
        None => {
            own = bots::build(project, asked, context, report)?;
            &own
        }
    };
    if project.pack.is_none() {
        return bots::release(project, asked, built, context, report);
    }
    let mut found = Found::read(project, asked, context, report)?;
    let hub = hub(context)?;
    found::on_a_branch(&found.commit, &hub, project)?;
    let key = context.host.var(sign::VARIABLE).map(sign::Key::of_pem).transpose()?;
    let ready = match found.judge(&hub, project, asked, context)? {
        Ok(ready) => ready,
        Err(why) => return Ok(Ended::Nothing(why)),
    };
    // Everything is looked at before anything is published.
    let (name, paths) = (found.metadata.name.as_str(), found.files.keys().map(String::as_str));
    fits(name, &found.version, paths, TOO_LONG)?;
    let decisive = bundle::record(oids::FILE_NAME, found.versions.to_bytes());
    let (plan, release) =
        planned(&hub, &ready.tag, ready.wanted.clone(), (&ready.seen, &found.commit), &decisive)?;
    tell(&plan, &ready.floating, report);
    let bots = (!built.is_empty()).then(|| bots_of::document(built));
    if asked.dry_run {
        let bundle = files(&found, bots.as_ref(), key.as_ref())?;
        return Ok(Ended::Done(dry(&plan, &ready.tag, &ready.floating, &bundle)));
    }
    let changed = match (&bots, &ready.last_tag) {
        (Some(bots), Some(last)) => bots::since(&hub, project, last, bots, report)?,
        _ => None,
    };
    if !asked.is_published {
        let line = publish::built(project, asked.dir, asked.store, context, report)?;
        report.story.push_str(&line);
    }
    found.as_published(project, asked, context)?;
    let bundle = files(&found, bots.as_ref(), key.as_ref())?;
    let (url, base) = match asked.store {
        Some(url) => (url, context.host.cwd()),
        None => (project.pack_store(), &*project.root),
    };
    let store = context.store(url, base, Some(project))?;
    let progress = context.progress("releasing");
    write_out(&bundle, &beside(asked.dir, "aegis-release"))?;
    let about = About {
        tag: &ready.tag,
        difference: ready.difference.as_ref(),
        bots: changed.as_ref(),
        without: ready.without,
        ..About::default()
    };
    let text = text(&hub, &found.commit, ready.last_tag.as_deref(), about, context)?;
    let document = VersionDocument::new(
        found.metadata.oid.clone(),
        found.version.clone(),
        found.pack_hash,
        found.content_hash,
    );
    let done = apply::apply(&Job {
        hub: &hub,
        document: Some((&*store, &document)),
        version: &found.version,
        plan: &plan,
        bundle: &bundle,
        commit: &found.commit,
        pack: &found.metadata.name,
        text: &text,
        floating: &ready.floating,
        is_latest: ready.is_latest,
    })?;
    drop(progress);
    Ok(ended(&done, release.is_none(), &ready.tag, (project, asked), report))
}

/// Says what was done.
fn ended(
    done: &apply::Done,
    is_new: bool,
    tag: &str,
    (project, asked): (&Project, &Asked<'_>),
    report: &mut Report,
) -> Ended {
    let is_new = is_new || !done.created.is_empty();
    report.output("release-url", &done.url);
    let sums = beside(asked.dir, "aegis-release").join("checksums.txt");
    report.output("subjects", project.workspace.show(&sums));
    report.figure("release", serde_json::json!({"tag": tag, "url": done.url, "created": done.created}));
    let did = if is_new { "released" } else { "unchanged" };
    Ended::Done(format!("  {did:<9} {tag} ({})\n", done.url))
}

/// What is to be done, by what is there; and the release that is published already.
fn planned(
    hub: &Hub,
    tag: &str,
    wanted: Vec<Wanted>,
    (seen, commit): (&BTreeMap<String, Seen>, &str),
    decisive: &File,
) -> Result<(plan::Plan, Option<forge::Release>), Diagnostics> {
    let (published, release) = apply::published(hub, tag, decisive)?;
    Ok((plan::plan(wanted, seen, commit, published)?, release))
}

fn files(found: &Found, bots: Option<&Bots>, key: Option<&sign::Key>) -> Result<Bundle, Diagnostics> {
    let mut records = vec![(oids::FILE_NAME, found.versions.to_bytes())];
    records.extend(bots.map(|bots| (crate::release::bots::FILE_NAME, bots.to_bytes())));
    let parts = Parts {
        name: &found.metadata.name,
        version: &found.metadata.version,
        files: &found.files,
        records,
        made: &Made::of_pack(&found.metadata),
        junit: found.junit.as_ref().map(|(bytes, suites)| (bytes.as_slice(), suites.as_slice())),
        key,
    };
    bundled(&parts, TOO_LONG)
}

fn bundled(parts: &Parts<'_>, help: &str) -> Result<Bundle, Diagnostics> {
    bundle::bundle(parts).map_err(|why| too_long(&why, help))
}

/// Whether these files fit into the archive of a release.
fn fits<'f>(
    name: &str,
    version: &Version,
    files: impl Iterator<Item = &'f str>,
    help: &str,
) -> Result<(), Diagnostics> {
    bundle::fits(name, &version.to_string(), files).map_err(|why| too_long(&why, help))
}

fn too_long(why: &str, help: &str) -> Diagnostics {
    let message = format!("the files of the release cannot be archived: {why}");
    Diagnostic::error(Code::LimitExceeded, message).help(help).into()
}

/// The files of the release, beside the runtime directory: what `actions/attest` and people take from there.
fn write_out(bundle: &Bundle, folder: &Path) -> Result<(), Diagnostics> {
    for file in &bundle.files {
        super::write_file(&folder.join(&file.name), &file.bytes)?;
    }
    Ok(())
}

/// The text of the release: `about`, completed by who wrote it and where it can be looked at.
fn text(
    hub: &Hub,
    commit: &str,
    last: Option<&str>,
    about: About<'_>,
    context: &Context<'_>,
) -> Result<String, Diagnostics> {
    let authors = match last {
        Some(last) => hub.authors(last, commit)?,
        None => Vec::new(),
    };
    let compare = repository::address(context).map(|address| match last {
        Some(last) => format!("{address}/compare/{last}...{}", about.tag),
        None => format!("{address}/tree/{}", about.tag),
    });
    let date = crate::time::rfc3339(context.host.now());
    let date = date.get(..10).unwrap_or_default();
    Ok(changelog::write(&About { date, authors: &authors, compare, ..about }))
}

/// The plan, for the outputs and for machines.
fn tell(plan: &plan::Plan, floating: &[String], report: &mut Report) {
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
    report.figure("plan", serde_json::json!({"tags": tags, "publishes": plan.publishes, "moves": floating}));
}

/// The plan, for people.
fn dry(plan: &plan::Plan, tag: &str, floating: &[String], bundle: &Bundle) -> String {
    let mut text = format!("{tag} would be released\n");
    for (wanted, what) in &plan.tags {
        let what = if *what == Do::Create { "create" } else { "leave" };
        text.push_str(&format!("  {what:<9} tag {}\n", wanted.name));
    }
    for name in floating {
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

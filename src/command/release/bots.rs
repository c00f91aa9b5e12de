//! Releases of bots: together with their project's pack, or, where there is none, by themselves.

use std::collections::BTreeMap;

use semver::Version;
use serde_json::{Value, json};

use crate::bot::revision::{FILES, REV, sha256};
use crate::command::bots::{self, Built};
use crate::command::version::bots as versions;
use crate::command::{Context, build as builder};
use crate::diag::{Code, Diagnostic, Diagnostics, Outcome};
use crate::forge::Hub;
use crate::project::Project;
use crate::release::apply::{self, Job};
use crate::release::bots::{Bots, FILE_NAME};
use crate::release::bundle::Parts;
use crate::release::changelog::About;
use crate::release::plan::Wanted;
use crate::release::sign;
use crate::release::statement::Made;
use crate::report::Report;
use crate::report::difference::Difference;
use crate::semver::{FIRST, Level, next, tagged};
use crate::store::{self, Store, block_on};

use super::found::{self, refused};
use super::{Asked, Ended, beside};

/// What a release of bots is called, in its tag's message and its archive.
const NAME: &str = "bots";

/// Builds and judges the bots of a project.
///
/// # Errors
/// One of them may not be published.
pub(super) fn build(
    project: &Project,
    asked: &Asked<'_>,
    context: &mut Context<'_>,
    report: &mut Report,
) -> Result<Vec<Built>, Diagnostics> {
    let built = bots::build_all(project, &beside(asked.dir, bots::FOLDER), context, report)?;
    let all_pass = built.len() == project.bots.len() && built.iter().all(Built::passes);
    if all_pass && !report.diagnostics.has_errors() {
        return Ok(built);
    }
    let mut wrong = std::mem::take(&mut report.diagnostics);
    wrong.extend(refused("a bot does not pass its preflight", "what fails is not released: see `aegis ci`"));
    Err(wrong)
}

/// What changed of the bots since a release; `None` if that release does not say which bots it had.
pub(super) fn since(
    hub: &Hub,
    project: &Project,
    tag: &str,
    bots: &Bots,
) -> Result<Option<Difference>, Diagnostics> {
    let last = tagged(&format!("refs/tags/{tag}"), &project.release.prefix);
    match (last, versions::of_release(hub, tag)?) {
        (Some(last), Some(was)) => Ok(Some(versions::compare((&last, &was), bots, project)?.0)),
        _ => Ok(None),
    }
}

/// The version of a release of bots.
struct Chosen {
    version: Version,
    /// The release before it.
    last: Option<Version>,
    /// What changed since then.
    difference: Option<Difference>,
    /// Why that is not known.
    without: &'static str,
    bump: &'static str,
}

/// Releases bots that no pack stands beside: one version for all of them, which their own largest change raises.
pub(super) fn release(
    project: &Project,
    asked: &Asked<'_>,
    built: &[Built],
    context: &mut Context<'_>,
    report: &mut Report,
) -> Result<Ended, Diagnostics> {
    let commit = found::commit(project, context)?;
    let tests = found::tests(asked, &project.workspace.show(asked.junit), report)?;
    let hub = super::hub(context)?;
    found::on_a_branch(&commit, &hub, project)?;
    let key = context.host.var(sign::VARIABLE).map(sign::Key::of_pem).transpose()?;
    let document = versions::document(built);
    let prefix = &project.release.prefix;
    let pushed = context.host.var("GITHUB_REF").filter(|_| context.host.is_runner());
    let pushed = pushed.and_then(|name| tagged(name, prefix));
    let there = hub.tags(prefix)?;
    let mut released = versions::versions(&hub, prefix)?;
    let chosen = match pushed {
        Some(tag) => pushed_version(&hub, project, tag, &released, &document)?,
        None => next_version(&hub, project, &released, &document)?,
    };
    let Chosen { version, last, difference, without, bump } = chosen;
    let tag = format!("{prefix}v{version}");
    let wanted = vec![Wanted {
        name: tag.clone(),
        oid: None,
        sha256: document.content(),
        version: version.to_string(),
    }];
    let seen = found::seen(&hub, &there, &wanted)?;
    if let Some(elsewhere) = seen.get(&tag).filter(|seen| seen.commit != commit)
        && elsewhere.sha256.as_ref() == Some(&wanted[0].sha256)
    {
        return Ok(Ended::Nothing(found::unchanged(&hub, &tag, &elsewhere.commit)?));
    }
    report.output("version", version.to_string());
    report.output("bump", bump);
    if !asked.dry_run && !asked.is_published {
        publish(project, asked, built, context, report)?;
    }
    let files = files(project, asked, built, context)?;
    let run = builder::provenance(context, project);
    let sources = sources(project);
    let hashes: BTreeMap<_, _> = document.bots.iter().map(|(id, bot)| (id, &bot.rev_hash)).collect();
    let bundle = super::bundled(&Parts {
        name: NAME,
        version: &version.to_string(),
        files: &files,
        records: vec![(FILE_NAME, document.to_bytes())],
        made: &Made {
            run: &run,
            what: (NAME, json!(document.bots.keys().collect::<Vec<_>>())),
            hashes: json!({"contentHash": document.content(), "revisions": hashes}),
            sources: sources.clone(),
            tested: sources,
        },
        junit: tests.as_ref().map(|(bytes, suites)| (bytes.as_slice(), suites.as_slice())),
        key: key.as_ref(),
    })?;
    let (plan, published) = super::planned(&hub, &tag, wanted, (&seen, &commit), &bundle)?;
    released.retain(|other| *other != version);
    let (is_latest, floating) = found::standing(&version, &released, project);
    super::tell(&plan, &floating, report);
    if asked.dry_run {
        return Ok(Ended::Done(super::dry(&plan, &tag, &floating, &bundle)));
    }
    let progress = context.progress("releasing");
    super::write_out(&bundle, &beside(asked.dir, "aegis-release"))?;
    let last = last.map(|last| format!("{prefix}v{last}"));
    let about = About { tag: &tag, difference: difference.as_ref(), without, ..About::default() };
    let text = super::text(&hub, &commit, last.as_deref(), about, context)?;
    let done = apply::apply(&Job {
        hub: &hub,
        document: None,
        version: &version,
        plan: &plan,
        bundle: &bundle,
        commit: &commit,
        pack: NAME,
        text: &text,
        floating: &floating,
        is_latest,
    })?;
    drop(progress);
    Ok(super::ended(&done, published.is_none(), &tag, (project, asked), report))
}

/// The version that nobody chose: the last one, raised by the largest change. That of the last release itself, if
/// nothing changed: its own job may be run again.
fn next_version(
    hub: &Hub,
    project: &Project,
    released: &[Version],
    document: &Bots,
) -> Result<Chosen, Diagnostics> {
    let first = "The first release.";
    let Some(last) = released.iter().max().cloned() else {
        return Ok(Chosen { version: FIRST, last: None, difference: None, without: first, bump: "minor" });
    };
    let tag = format!("{}v{last}", project.release.prefix);
    let Some(was) = versions::of_release(hub, &tag)? else {
        let message =
            format!("the last release, {tag}, has no `{FILE_NAME}`, so nothing can be compared with it");
        let help = "push a tag of a higher version yourself: the releases after that one follow from it";
        return Err(Diagnostic::error(Code::ReleaseUnreadable, message).help(help).into());
    };
    if was.content() != document.content() {
        let (difference, level) = versions::compare((&last, &was), document, project)?;
        // Content that differs without a change would be a gap in the rules: it is at least reworded.
        let level = level.unwrap_or(Level::Patch);
        let version = next(&last, level);
        let (difference, bump) = (Some(difference), level.as_str());
        return Ok(Chosen { version, last: Some(last), difference, without: "", bump });
    }
    // The release of this content, perhaps by another run of this job: it is told from the one before it.
    let before = released.iter().filter(|other| other.cmp_precedence(&last).is_lt()).max().cloned();
    let compared = match &before {
        Some(before) => match versions::of_release(hub, &format!("{}v{before}", project.release.prefix))? {
            Some(was) => Some(versions::compare((before, &was), document, project)?),
            None => None,
        },
        None => None,
    };
    let bump = compared.as_ref().and_then(|(_, level)| *level).map_or("none", Level::as_str);
    let without = if before.is_some() { UNKNOWN } else { first };
    Ok(Chosen { version: last, last: before, difference: compared.map(|(all, _)| all), without, bump })
}

const UNKNOWN: &str = "What changed since the last release is not known.";

/// The version of a tag that was pushed, if it is high enough.
fn pushed_version(
    hub: &Hub,
    project: &Project,
    version: Version,
    released: &[Version],
    document: &Bots,
) -> Result<Chosen, Diagnostics> {
    let prefix = &project.release.prefix;
    let last = released.iter().filter(|other| other.cmp_precedence(&version).is_lt()).max().cloned();
    let Some(last) = last else {
        let without = "The first release.";
        return Ok(Chosen { version, last: None, difference: None, without, bump: "none" });
    };
    let Some(was) = versions::of_release(hub, &format!("{prefix}v{last}"))? else {
        return Ok(Chosen { version, last: Some(last), difference: None, without: UNKNOWN, bump: "none" });
    };
    let (difference, level) = versions::compare((&last, &was), document, project)?;
    if let Some(level) = level {
        let needed = next(&last, level);
        if !next::suffices(&version, &last, &needed) {
            let message = format!(
                "{version} is too low: {last} is released, and there is a {} change of the bots since",
                level.as_str()
            );
            let help = format!("delete the tag and push `{prefix}v{needed}`");
            return Err(Diagnostic::error(Code::VersionTooLow, message).help(help).into());
        }
    }
    let bump = level.map_or("none", Level::as_str);
    Ok(Chosen { version, last: Some(last), difference: Some(difference), without: "", bump })
}

/// Publishes what is not yet in its store.
fn publish(
    project: &Project,
    asked: &Asked<'_>,
    built: &[Built],
    context: &Context<'_>,
    report: &mut Report,
) -> Result<(), Diagnostics> {
    let lines = bots::publish_built(project, built, asked.store, context, report)?;
    report.story.push_str(&lines);
    Ok(())
}

/// The files of the archive: every revision as it stands in a store, with the passport that the store has. The first
/// one stands there, whoever built the revision again.
fn files(
    project: &Project,
    asked: &Asked<'_>,
    built: &[Built],
    context: &Context<'_>,
) -> Result<BTreeMap<String, Vec<u8>>, Diagnostics> {
    let base = crate::command::publish::base(asked.store, project, context);
    let mut files = BTreeMap::new();
    for one in built {
        let root = format!("{}/{}", one.id(), one.rev_hash());
        for name in FILES {
            files.insert(format!("{root}/{name}"), one.file(name).to_vec());
        }
        if asked.dry_run {
            continue;
        }
        let store = context.store(one.url(asked.store), &base, Some(project))?;
        files.insert(format!("{root}/{REV}"), passport(&*store, one)?);
    }
    Ok(files)
}

/// The passport of a revision, as the store has it.
fn passport(store: &dyn Store, one: &Built) -> Outcome<Vec<u8>> {
    let key = store::bots::folder(one.id(), one.rev_hash())?.key(REV).map_err(|error| {
        Box::new(Diagnostic::error(Code::Internal, format!("`{REV}` of {} is no key: {error}", one.id())))
    })?;
    Ok(block_on(store::read_small(store, &key, store::manifest::MAX_MANIFEST))??)
}

/// The files that the bots were made from.
fn sources(project: &Project) -> Vec<Value> {
    let written = project
        .bots
        .iter()
        .flat_map(|bot| [Some(&bot.spec), bot.script.as_ref(), bot.build.as_ref()].into_iter().flatten());
    let described = written.filter_map(|path| {
        let path = project.root.join(path);
        let bytes = crate::files::read(&path, crate::preflight::files::MOST).ok()?;
        Some(json!({"name": project.workspace.show(&path), "digest": {"sha256": sha256(&bytes)}}))
    });
    described.collect()
}

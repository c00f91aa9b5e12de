//! Releases of bots: together with their project's pack, or, where there is none, by themselves.

use std::collections::BTreeMap;

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
use crate::release::bundle::{self, Parts};
use crate::release::changelog::About;
use crate::release::plan::Wanted;
use crate::release::sign;
use crate::release::statement::Made;
use crate::report::Report;
use crate::report::difference::Difference;
use crate::semver::tagged;
use crate::store::{self, Store, block_on};

use super::chosen::{self, Choice, Chosen};
use super::found::{self, refused};
use super::{Asked, Ended, beside};

/// What a release of bots is called, in its tag's message and its archive.
const NAME: &str = "bots";
/// What helps where the archive's format has no room for a path.
const TOO_LONG: &str = "give the release a shorter version, or the bots shorter ids";

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
    let built = bots::build_all(project, &beside(asked.dir, bots::FOLDER), context, report, &mut Vec::new())?;
    let all_pass = built.len() == project.bots.len() && built.iter().all(Built::passes);
    if all_pass && !report.diagnostics.has_errors() {
        return Ok(built);
    }
    let mut wrong = std::mem::take(&mut report.diagnostics);
    wrong.extend(refused("a bot does not pass its preflight", "what fails is not released: see `aegis ci`"));
    Err(wrong)
}

/// What changed of the bots since a release; `None` if that release does not say which bots it had. That what it says
/// cannot be read is told, and stops no pack.
pub(super) fn since(
    hub: &Hub,
    project: &Project,
    tag: &str,
    bots: &Bots,
    report: &mut Report,
) -> Result<Option<Difference>, Diagnostics> {
    let Some(last) = tagged(&format!("refs/tags/{tag}"), &project.release.prefix) else { return Ok(None) };
    let compared = versions::of_release(hub, project, tag)
        .map_err(Diagnostics::from)
        .and_then(|was| was.map(|was| versions::compare((&last, &was), bots, project)).transpose());
    match compared {
        Err(failed) if versions::is_unreadable(&failed) => {
            report.diagnostics.extend(versions::weaker(failed));
            Ok(None)
        }
        compared => Ok(compared?.map(|(difference, _)| difference)),
    }
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
    let there = hub.tags(prefix)?;
    let mut released = versions::among(&there, prefix);
    let choice = Choice {
        hub: &hub,
        project,
        there: &there,
        released: &released,
        document: &document,
        commit: &commit,
    };
    let chosen = match chosen::pushed_tag(project, context) {
        Some(tag) => choice.pushed(tag, report)?,
        None => match choice.next(report)? {
            Ok(chosen) => chosen,
            Err(why) => return Ok(Ended::Nothing(why)),
        },
    };
    let Chosen { version, last, difference, without, bump, is_same } = chosen;
    let tag = format!("{prefix}v{version}");
    let wanted = vec![Wanted {
        name: tag.clone(),
        oid: None,
        sha256: document.content(),
        version: version.to_string(),
    }];
    let seen = found::seen(&hub, &there, &wanted)?;
    if let Some(elsewhere) = seen.get(&tag).filter(|seen| seen.commit != commit)
        && (is_same || elsewhere.sha256.as_ref() == Some(&wanted[0].sha256))
    {
        return Ok(Ended::Nothing(found::unchanged(&hub, &tag, &elsewhere.commit)?));
    }
    report.output("version", version.to_string());
    report.output("bump", bump);
    released.retain(|other| *other != version);
    let (is_latest, floating) = found::standing(&version, &released, project);
    // Everything is looked at before anything is published.
    let paths: Vec<_> = built.iter().flat_map(paths).collect();
    super::fits(NAME, &version, paths.iter().map(String::as_str), TOO_LONG)?;
    let decisive = bundle::record(FILE_NAME, document.to_bytes());
    let (plan, published) = super::planned(&hub, &tag, wanted, (&seen, &commit), &decisive)?;
    super::tell(&plan, &floating, report);
    if !asked.dry_run && !asked.is_published {
        publish(project, asked, built, context, report)?;
    }
    let files = files(project, asked, built, context)?;
    let run = builder::provenance(context, project);
    let sources = sources(project);
    let hashes: BTreeMap<_, _> = document.bots.iter().map(|(id, bot)| (id, &bot.rev_hash)).collect();
    let parts = Parts {
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
    };
    let bundle = super::bundled(&parts, TOO_LONG)?;
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

/// The paths of a revision in the archive.
fn paths(one: &Built) -> Vec<String> {
    FILES.iter().chain([&REV]).map(|name| format!("{}/{}/{name}", one.id(), one.rev_hash())).collect()
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

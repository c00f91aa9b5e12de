//! The bots of the last release, and what changed since: they are compared with the `bots.json` that is attached to it.

use std::collections::BTreeMap;
use std::sync::Arc;

use semver::Version;

use crate::bot::revision::{SCRIPT, SPEC, sha256};
use crate::bot::value::canonical;
use crate::command::bots::Built;
use crate::command::diff::{self, Rules, compare_all};
use crate::command::{Context, repository};
use crate::diag::{Code, Diagnostic, Diagnostics, Outcome, Severity};
use crate::forge::{Hub, Patience, TagRef};
use crate::project::Project;
use crate::release::apply::attached;
use crate::release::bots::{Bots, FILE_NAME, Record};
use crate::release::plan;
use crate::report::Report;
use crate::report::difference::Difference;
use crate::semver::{FIRST, Level, tagged};

/// The document of bots that were built.
pub(in crate::command) fn document(built: &[Built]) -> Bots {
    let record = |one: &Built| Record {
        rev_hash: one.rev_hash().to_owned(),
        script: sha256(one.file(SCRIPT)),
        spec: serde_json::from_slice(one.file(SPEC)).unwrap_or_default(),
    };
    Bots::new(built.iter().map(|one| (one.id().to_owned(), record(one))).collect::<BTreeMap<_, _>>())
}

/// The document that a release has; `None` if it has none. Of bots alone the tag says the content, and so which draft is
/// its, if no release is published.
pub(in crate::command) fn of_release(hub: &Hub, project: &Project, tag: &str) -> Outcome<Option<Bots>> {
    let is_its = |bytes: &[u8]| -> Outcome<bool> {
        if project.pack.is_some() {
            return Ok(true);
        }
        let Some(found) = hub.tag(tag)? else { return Ok(true) };
        let Some(said) = plan::said(&hub.annotation(&found)?.message) else { return Ok(true) };
        Ok(Bots::parse(bytes).is_ok_and(|bots| bots.content() == said))
    };
    let Some(bytes) = attached(hub, tag, FILE_NAME, is_its)? else { return Ok(None) };
    Bots::parse(&bytes).map(Some).map_err(|why| unreadable(tag, &why))
}

fn unreadable(release: &str, why: &str) -> Box<Diagnostic> {
    let message = format!("`{FILE_NAME}` of the release {release} {why}");
    let help = "release the bots by a tag of a higher version that you push yourself";
    Box::new(Diagnostic::error(Code::ReleaseUnreadable, message).help(help))
}

/// Whether nothing is wrong but a release that cannot be read.
pub(in crate::command) fn is_unreadable(wrong: &Diagnostics) -> bool {
    wrong.iter().all(|one| one.code == Code::ReleaseUnreadable)
}

/// The same as warnings, where the bots are released whatever the last release had.
pub(in crate::command) fn weaker(wrong: Diagnostics) -> impl Iterator<Item = Diagnostic> {
    wrong.into_iter().map(|one| {
        let message = format!("what changed of the bots is not told: {}", one.message);
        let help = "nothing is to be done: the next release is compared with this one";
        Diagnostic { severity: Severity::Warning, message, ..one }.help(help)
    })
}

/// What changed from one document to another, as a project weighs it.
///
/// # Errors
/// `RELEASE_UNREADABLE`: the old one holds what is no bot. The approved breaks are not sound.
pub(in crate::command) fn compare(
    (last, was): (&Version, &Bots),
    is: &Bots,
    project: &Project,
) -> Result<(Difference, Option<Level>), Diagnostics> {
    let compared = |bots: &Bots, shown: String| -> Result<diff::Bots, Diagnostics> {
        let (mut all, shown): (_, Arc<str>) = (diff::Bots::default(), shown.into());
        for (id, record) in &bots.bots {
            all.add(id, canonical(&record.spec).into_bytes(), Some(record.script.clone()), &shown)?;
        }
        Ok(all)
    };
    let was = compared(was, format!("{FILE_NAME} of {last}")).map_err(|wrong| {
        let why = wrong.iter().next().map_or("", |first| &first.message);
        unreadable(&last.to_string(), &format!("has a bot that cannot be read: {why}"))
    })?;
    let is = compared(is, FILE_NAME.to_owned())?;
    Ok(compare_all(&was, &is, &Rules::of(project)?, Some(last), true))
}

/// Tells the pages what changed since the last release. That it could not be found out fails nothing: a release will ask again.
pub(in crate::command) fn tell(
    project: &Project,
    built: &[Built],
    context: &Context<'_>,
    report: &mut Report,
) {
    let repository = repository::repository(context).filter(|_| context.host.is_runner());
    let Some(repository) = repository.filter(|_| !context.global.offline && !built.is_empty()) else {
        return;
    };
    let told = Hub::new(repository, Patience::default())
        .map_err(Diagnostics::from)
        .and_then(|hub| since(project, built, &hub, context, report));
    for failed in told.err().into_iter().flatten() {
        let message = format!("the bots were not compared with the last release: {}", failed.message);
        report.diagnostics.push(Diagnostic { severity: Severity::Warning, message, ..failed });
    }
}

fn since(
    project: &Project,
    built: &[Built],
    hub: &Hub,
    context: &Context<'_>,
    report: &mut Report,
) -> Result<(), Diagnostics> {
    let prefix = &project.release.prefix;
    let mut released = versions(hub, prefix)?;
    let pushed = context.host.var("GITHUB_REF").and_then(|name| tagged(name, prefix));
    released.retain(|version| Some(version) != pushed.as_ref());
    let last = released.into_iter().max();
    let was = match &last {
        Some(last) => of_release(hub, project, &format!("{prefix}v{last}"))?,
        None => None,
    };
    let (next, bump) = match (last, was) {
        (Some(last), Some(was)) => {
            let (difference, level) = compare((&last, &was), &document(built), project)?;
            report.page.bots = Some(difference);
            let next = level.map_or(last.clone(), |level| crate::semver::next(&last, level));
            (next, level.map_or("none", Level::as_str))
        }
        (None, _) => (FIRST, "minor"),
        (Some(_), None) => return Ok(()),
    };
    if project.pack.is_none() {
        report.output("version", pushed.unwrap_or(next).to_string());
        report.output("bump", bump);
    }
    Ok(())
}

/// The versions that have a tag.
pub(in crate::command) fn versions(hub: &Hub, prefix: &str) -> Outcome<Vec<Version>> {
    Ok(among(&hub.tags(prefix)?, prefix))
}

/// The versions that tags are of.
pub(in crate::command) fn among(tags: &[TagRef], prefix: &str) -> Vec<Version> {
    tags.iter().filter_map(|tag| tagged(&format!("refs/tags/{}", tag.name), prefix)).collect()
}

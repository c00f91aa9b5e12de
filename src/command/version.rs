//! Which version a build gets: the author's claim, a tag's, or the last release raised by the largest change.
//!
//! Here is what is asked, of whom and in which order; `decide` decides, `released` reads the store.

#[cfg(feature = "github")]
pub(super) mod bots;
mod decide;
pub(super) mod history;
#[cfg(feature = "github")]
pub(super) mod older;
mod released;
#[cfg(feature = "github")]
mod since;

use std::cell::RefCell;

use semver::Version;

use crate::build::Built;
use crate::diag::{Code, Diagnostic, Diagnostics, Outcome, Severity};
use crate::project::{PackConfig, Project};
use crate::report::Report;
use crate::report::difference::Difference;
use crate::semver::{FIRST, Level, UNRELEASED, next, tagged};

use super::Context;
use super::diff::{Rules, View};
#[cfg(feature = "github")]
use crate::forge::{Hub, Patience};
use decide::{Chooser, Chosen, Compared, Resolved, Settled};
#[cfg(feature = "github")]
use older::Order;
use released::Releases;
#[cfg(feature = "github")]
pub(super) use since::{Candidate, since};

/// Resolves the version. `store` takes the place of the project's, if the user named one.
pub(super) fn resolve(
    project: &Project,
    config: &PackConfig,
    built: &Built<'_>,
    store: Option<&str>,
    context: &mut Context<'_>,
    report: &mut Report,
) -> Result<Resolved, Diagnostics> {
    let rules = Rules { levels: project.levels.clone(), approved: super::approved::read(project)? };
    let resolver = Resolver::new(project, config, built, (store, rules), context);
    let resolved = match (&config.version, resolver.tag(context)) {
        (Some(claim), Some(tag)) if claim.value != tag => {
            return Err(decide::mismatch(claim, &tag, &project.release.prefix).into());
        }
        (Some(claim), _) => resolver.claimed(&claim.value, Chooser::Author(&claim.place), report),
        (None, Some(tag)) => resolver.tag_pushed(&tag, context),
        (None, None) => resolver.auto(context, report),
    }?;
    report.page.difference = resolver.told.take();
    Ok(resolved)
}

struct Resolver<'r> {
    project: &'r Project,
    rules: Rules,
    pack: View<'r>,
    built: &'r Built<'r>,
    releases: Releases<'r>,
    /// What the last comparison found, for the pages.
    told: RefCell<Option<Difference>>,
}

impl<'r> Resolver<'r> {
    fn new(
        project: &'r Project,
        config: &'r PackConfig,
        built: &'r Built<'r>,
        (store, rules): (Option<&str>, Rules),
        context: &Context<'_>,
    ) -> Self {
        let pack = View {
            name: config.name.clone(),
            oid: config.oid.clone(),
            language: config.language.clone(),
            version: None,
            entries: built.entries.clone(),
            names: built.names.clone(),
        };
        let (url, base) = match store {
            Some(url) => (url, context.host.cwd()),
            None => (project.pack_store(), &*project.root),
        };
        Self {
            project,
            rules,
            pack,
            built,
            releases: Releases::new(
                url,
                base,
                &config.oid,
                context.global.offline,
                context.store_settings(url, Some(project)),
            ),
            told: RefCell::default(),
        }
    }

    /// What changed since a release, as this project weighs it.
    fn compare(&self, last: &released::Document) -> Outcome<Compared> {
        let (compared, told) =
            self.releases.compare(last, &self.pack, self.built.content_hash(), &self.rules)?;
        self.told.replace(told);
        Ok(compared)
    }

    /// The version of the tag that was pushed, if that is what runs us.
    fn tag(&self, context: &Context<'_>) -> Option<Version> {
        let reference = context.host.var("GITHUB_REF").filter(|_| context.host.is_runner())?;
        tagged(reference, &self.project.release.prefix)
    }

    /// A claim stands by itself: a store that cannot be asked is no reason not to build.
    fn claimed(&self, version: &Version, by: Chooser<'_>, report: &mut Report) -> Outcome<Resolved> {
        let chosen = Chosen { version, by };
        let asked = || -> Outcome<(Settled, Option<Compared>)> {
            let settled = self.settled(version)?;
            let last = if settled == Settled::Same { None } else { self.releases.highest(None)? };
            let last = last.map(|last| self.compare(&last));
            Ok((settled, last.transpose()?))
        };
        let (settled, last) = match asked() {
            Ok(found) => found,
            Err(failed) => {
                if failed.code != Code::NotSupported {
                    let message =
                        format!("{version} was not compared with the last release: {}", failed.message);
                    let help = "`aegis release` will compare it; until then nothing depends on it";
                    let one = Diagnostic { severity: Severity::Warning, message, ..*failed };
                    report.diagnostics.push(one.help(help));
                }
                (Settled::Free, None)
            }
        };
        decide::chosen(&chosen, settled, last.as_ref(), &self.project.release.prefix)
    }

    fn tag_pushed(&self, tag: &Version, context: &Context<'_>) -> Outcome<Resolved> {
        let chosen = Chosen { version: tag, by: Chooser::Tag };
        let settled = self.settled(tag)?;
        if settled == Settled::Same {
            return decide::chosen(&chosen, settled, None, &self.project.release.prefix);
        }
        let last = match self.tags(context)? {
            Some(versions) => self.document(versions.into_iter().filter(|version| version != tag).max())?,
            None => self.releases.highest(Some(tag))?,
        };
        let last = match last {
            Some(last) => Some(self.compare(&last)?),
            None => None,
        };
        decide::chosen(&chosen, settled, last.as_ref(), &self.project.release.prefix)
    }

    fn auto(&self, context: &Context<'_>, report: &mut Report) -> Outcome<Resolved> {
        let (last, otherwise) = match self.tags(context)? {
            Some(versions) => (self.document(versions.into_iter().max())?, self.first(context)),
            None => match self.releases.highest(None) {
                // What this version cannot do yet is no reason not to build; the version says that it is none.
                Err(failed) if failed.code == Code::NotSupported => {
                    report.diagnostics.push(decide::without_store(&failed));
                    (None, unreleased()?)
                }
                found => (found?, unreleased()?),
            },
        };
        match last {
            Some(last) => {
                let last = self.compare(&last)?;
                if last.largest.is_some()
                    && let Some(version) = self.own(&last.version, context)?
                {
                    self.told.take();
                    return Ok(Resolved { version, bump: "none" });
                }
                self.untaken(&last)
            }
            None => Ok(otherwise),
        }
    }

    /// The next version, beyond those that a release with other content took and did not finish.
    fn untaken(&self, last: &Compared) -> Outcome<Resolved> {
        let mut resolved = decide::auto(last);
        let Some((level, _)) = &last.largest else { return Ok(resolved) };
        while self.settled(&resolved.version)? == Settled::Other {
            resolved.version = next(&resolved.version, *level);
        }
        Ok(resolved)
    }

    /// The first version, beyond those that unfinished releases took. A pull request does not ask the store: it may have
    /// no right to, and releases nothing.
    fn first(&self, context: &Context<'_>) -> Resolved {
        let mut resolved = Resolved { version: FIRST, bump: "minor" };
        let asks =
            !context.host.var("GITHUB_EVENT_NAME").is_some_and(|event| event.starts_with("pull_request"));
        while asks && matches!(self.settled(&resolved.version), Ok(Settled::Other)) {
            resolved.version = next(&resolved.version, Level::Minor);
        }
        resolved
    }

    /// Whether the store already says what a version is.
    fn settled(&self, version: &Version) -> Outcome<Settled> {
        let document = match self.releases.of(version) {
            Err(failed) if failed.code == Code::NotSupported => None,
            found => found?,
        };
        Ok(match document {
            Some(document) if document.content_hash.to_string() == self.built.content_hash() => Settled::Same,
            Some(_) => Settled::Other,
            None => Settled::Free,
        })
    }

    /// The version document of the last release that GitHub knows.
    fn document(&self, last: Option<Version>) -> Outcome<Option<released::Document>> {
        let Some(last) = last else { return Ok(None) };
        self.releases
            .of(&last)?
            .map(Some)
            .ok_or_else(|| self.releases.missing(&last, &self.project.release.prefix))
    }

    /// The versions of GitHub's release tags; `None` where GitHub is not to be asked.
    #[cfg(feature = "github")]
    fn tags(&self, context: &Context<'_>) -> Outcome<Option<Vec<Version>>> {
        use crate::forge::released;
        match super::repository::repository(context) {
            Some(repository) if context.host.is_runner() && !context.global.offline => {
                released(&repository, &self.project.release.prefix, Patience::default()).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The version that this commit was released as, with this content, before what is the last release now: its job is
    /// run again.
    #[cfg(feature = "github")]
    fn own(&self, last: &Version, context: &Context<'_>) -> Outcome<Option<Version>> {
        let event = context.host.var("GITHUB_EVENT_NAME");
        let repository = super::repository::repository(context).filter(|_| context.host.is_runner());
        // What a pull request is checked out as is no commit of any branch.
        let (Some(repository), Some(commit), false, false) = (
            repository,
            context.host.var("GITHUB_SHA"),
            context.global.offline,
            event.is_some_and(|event| event.starts_with("pull_request")),
        ) else {
            return Ok(None);
        };
        let (hub, prefix) = (Hub::new(repository, Patience::default())?, &self.project.release.prefix);
        let there = hub.tags(prefix)?;
        let commit = older::Commit { hub: &hub, there: &there, prefix, commit };
        let branch = context.host.var("GITHUB_REF").and_then(|name| name.strip_prefix("refs/heads/"));
        let is_released =
            branch.is_some_and(|name| self.project.release.branches.iter().any(|one| one == name));
        match commit.order(last)? {
            Order::After => Ok(None),
            // Any branch that goes its own way, where nothing was released.
            Order::Beside if !is_released => Ok(None),
            Order::Before | Order::Same | Order::Beside => commit.own(self.built.content_hash()),
        }
    }

    #[cfg(not(feature = "github"))]
    fn own(&self, _: &Version, _: &Context<'_>) -> Outcome<Option<Version>> {
        Ok(None)
    }

    #[cfg(not(feature = "github"))]
    fn tags(&self, _: &Context<'_>) -> Outcome<Option<Vec<Version>>> {
        Ok(None)
    }
}

fn unreleased() -> Outcome<Resolved> {
    let version = UNRELEASED.parse().map_err(|error| {
        Box::new(Diagnostic::error(Code::Internal, format!("{UNRELEASED} is no version: {error}")))
    })?;
    Ok(Resolved { version, bump: "none" })
}

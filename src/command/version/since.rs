//! The release before a version, and what changed since: what a release judges and tells.

use std::path::Path;

use semver::Version;

use crate::diag::{Code, Diagnostics, Outcome};
use crate::project::{PackConfig, Project};
use crate::report::difference::Difference;

use super::decide::{self, Chooser, Chosen, Settled};
use super::released::{Document, Releases};
use crate::command::Context;
use crate::command::approved;
use crate::command::diff::{Rules, View};

/// What is known of the releases before a version.
pub(in crate::command) struct Since {
    /// The highest release before it.
    pub(in crate::command) last: Option<Version>,
    /// What changed since then.
    pub(in crate::command) difference: Option<Difference>,
    /// Why there is no difference, as a sentence.
    pub(in crate::command) without: &'static str,
    /// The version's own document, if the store has one.
    pub(in crate::command) own: Option<Document>,
}

/// A pack that is to be released.
pub(in crate::command) struct Candidate<'c> {
    /// The project.
    pub(in crate::command) project: &'c Project,
    /// Its pack.
    pub(in crate::command) config: &'c PackConfig,
    /// The pack as it was built.
    pub(in crate::command) pack: &'c View<'c>,
    /// What it says, whatever its version.
    pub(in crate::command) content_hash: &'c str,
    /// Its version.
    pub(in crate::command) version: &'c Version,
    /// The store.
    pub(in crate::command) store: (&'c str, &'c Path),
}

/// Finds out what changed since the highest of these versions that comes before, and whether the version says so.
///
/// # Errors
/// `VERSION_TOO_LOW`; or the last release cannot be read, and the version follows from it.
pub(in crate::command) fn since(
    candidate: &Candidate<'_>,
    released: &[Version],
    context: &Context<'_>,
) -> Result<Since, Diagnostics> {
    let Candidate { project, config, pack, content_hash, version, store: (url, base) } = *candidate;
    let prefix = &project.release.prefix;
    let settings = context.store_settings(url, Some(project));
    let releases = Releases::new(url, base, &config.oid, context.global.offline, settings);
    let own = releases.of(version)?;
    let last = released.iter().filter(|other| other.cmp_precedence(version).is_lt()).max().cloned();
    let nothing = |last, without| Since { last, difference: None, without, own: own.clone() };
    let Some(found) = last.clone() else { return Ok(nothing(None, "The first release.")) };
    let rules = Rules { levels: project.levels.clone(), approved: approved::read(project)? };
    let compared = || -> Outcome<_> {
        let document = releases.of(&found)?.ok_or_else(|| releases.missing(&found, prefix))?;
        releases.compare(&document, pack, content_hash, &rules)
    };
    let (compared, difference) = match (compared(), &config.version) {
        (Ok(compared), _) => compared,
        // A claim stands by itself, where releases were made by other means before.
        (Err(failed), Some(_)) if failed.code == Code::ReleaseUnreadable => {
            return Ok(nothing(last, "What changed since the last release is not known."));
        }
        (Err(failed), _) => return Err(failed.into()),
    };
    if let Some(claim) = &config.version {
        let chosen = Chosen { version, by: Chooser::Author(&claim.place) };
        decide::chosen(&chosen, Settled::Free, Some(&compared), prefix)?;
    }
    Ok(Since { last, difference, without: "It says the same as the release before.", own })
}

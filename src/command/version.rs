//! Which version a build gets: the author's claim, or the last release raised by the largest change.

use crate::diag::Diagnostics;
use crate::pack::build::Built;
use crate::project::{PackConfig, Project};
use crate::report::Report;
use crate::semver::UNRELEASED;

use super::Context;

/// A resolved version.
pub(super) struct Resolved {
    /// The version.
    pub(super) version: String,
    /// How much it was raised: `major`, `minor`, `patch` or `none`.
    pub(super) bump: &'static str,
}

pub(super) fn resolve(
    _project: &Project,
    config: &PackConfig,
    _built: &Built<'_>,
    _context: &mut Context<'_>,
    _report: &mut Report,
) -> Result<Resolved, Diagnostics> {
    let version = match &config.version {
        Some(claimed) => claimed.value.to_string(),
        None => UNRELEASED.to_owned(),
    };
    Ok(Resolved { version, bump: "none" })
}

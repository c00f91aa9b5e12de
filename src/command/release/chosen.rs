//! The version of a release of bots that no pack stands beside.

use semver::Version;

use crate::command::Context;
use crate::command::version::bots::{self as versions, is_unreadable, of_release, weaker};
use crate::command::version::older::{Commit, Order, passed};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::forge::{Hub, TagRef};
use crate::project::Project;
use crate::release::bots::{Bots, FILE_NAME};
use crate::report::Report;
use crate::report::difference::Difference;
use crate::semver::{FIRST, Level, next, tagged};

const FIRST_ONE: &str = "The first release.";
const UNKNOWN: &str = "What changed since the last release is not known.";

/// The version, and what is told of it.
pub(super) struct Chosen {
    pub(super) version: Version,
    /// The release before it.
    pub(super) last: Option<Version>,
    /// What changed since then.
    pub(super) difference: Option<Difference>,
    /// Why that is not known.
    pub(super) without: &'static str,
    pub(super) bump: &'static str,
    /// Whether the release of this version has this content already.
    pub(super) is_same: bool,
}

/// What there is to choose from.
pub(super) struct Choice<'c> {
    pub(super) hub: &'c Hub,
    pub(super) project: &'c Project,
    /// The tags that are there.
    pub(super) there: &'c [TagRef],
    /// The versions among them.
    pub(super) released: &'c [Version],
    /// The bots.
    pub(super) document: &'c Bots,
    pub(super) commit: &'c str,
}

/// What changed since a release, as far as it is known.
struct Since {
    difference: Option<Difference>,
    level: Option<Level>,
    without: &'static str,
}

impl Choice<'_> {
    fn tag(&self, version: &Version) -> String {
        format!("{}v{version}", self.project.release.prefix)
    }

    /// The highest release that comes before a version.
    fn before(&self, version: &Version) -> Option<Version> {
        self.released.iter().filter(|other| other.cmp_precedence(version).is_lt()).max().cloned()
    }

    fn of(&self, version: &Version) -> Result<Option<Bots>, Diagnostics> {
        Ok(of_release(self.hub, self.project, &self.tag(version))?)
    }

    /// What changed since a release. One that cannot be read is told, and stops nothing.
    fn since(&self, last: Option<&Version>, report: &mut Report) -> Result<Since, Diagnostics> {
        let nothing = |without| Since { difference: None, level: None, without };
        let Some(last) = last else { return Ok(nothing(FIRST_ONE)) };
        let compared = self.of(last).and_then(|was| {
            was.map(|was| versions::compare((last, &was), self.document, self.project)).transpose()
        });
        match compared {
            Ok(Some((difference, level))) => Ok(Since { difference: Some(difference), level, without: "" }),
            Ok(None) => Ok(nothing(UNKNOWN)),
            Err(failed) if is_unreadable(&failed) => {
                report.diagnostics.extend(weaker(failed));
                Ok(nothing(UNKNOWN))
            }
            Err(failed) => Err(failed),
        }
    }

    /// A version whose release has this content: it is told from the one before it.
    fn again(&self, version: Version, report: &mut Report) -> Result<Chosen, Diagnostics> {
        let last = self.before(&version);
        let Since { difference, level, without } = self.since(last.as_ref(), report)?;
        let bump = level.map_or("none", Level::as_str);
        Ok(Chosen { version, last, difference, without, bump, is_same: true })
    }

    /// The version that nobody chose: the last one, raised by the largest change. That of a release that has this
    /// content, if it is the last one or one of this commit: a job may be run again. `Err` in it: why there is none.
    pub(super) fn next(&self, report: &mut Report) -> Result<Result<Chosen, String>, Diagnostics> {
        let Some(last) = self.released.iter().max().cloned() else {
            let (version, bump) = (FIRST, "minor");
            let without = FIRST_ONE;
            return Ok(Ok(Chosen { version, last: None, difference: None, without, bump, is_same: false }));
        };
        let was = self.of(&last);
        if was.as_ref().is_ok_and(|was| was.as_ref().is_some_and(|was| self.has(was))) {
            return self.again(last, report).map(Ok);
        }
        let (hub, there, commit) = (self.hub, self.there, self.commit);
        let commit = Commit { hub, there, prefix: &self.project.release.prefix, commit };
        let order = commit.order(&last)?;
        if order != Order::After {
            if let Some(version) = commit.own(&self.document.content())? {
                return self.again(version, report).map(Ok);
            }
            if order == Order::Before {
                report.output("version", last.to_string());
                report.output("bump", "none");
                return Ok(Err(passed(&self.tag(&last))));
            }
        }
        let Some(was) = was? else {
            let tag = self.tag(&last);
            let message =
                format!("the last release, {tag}, has no `{FILE_NAME}`, so nothing can be compared with it");
            let help = "push a tag of a higher version yourself: the releases after that one follow from it";
            return Err(Diagnostic::error(Code::ReleaseUnreadable, message).help(help).into());
        };
        let (difference, level) = versions::compare((&last, &was), self.document, self.project)?;
        // Content that differs without a change would be a gap in the rules: it is at least reworded.
        let level = level.unwrap_or(Level::Patch);
        Ok(Ok(Chosen {
            version: next(&last, level),
            last: Some(last),
            difference: Some(difference),
            without: "",
            bump: level.as_str(),
            is_same: false,
        }))
    }

    fn has(&self, other: &Bots) -> bool {
        other.content() == self.document.content()
    }

    /// The version of a tag that was pushed, if it is high enough: above every other release, as much as the changes
    /// ask for. One whose release has this content stands: its job may be run again, whatever came after it.
    pub(super) fn pushed(&self, version: Version, report: &mut Report) -> Result<Chosen, Diagnostics> {
        let highest = self.released.iter().filter(|other| **other != version).max().cloned();
        let since = self.since(highest.as_ref(), report)?;
        let is_high = |highest: &Version| match since.level {
            Some(level) => next::suffices(&version, highest, &next(highest, level)),
            None => version.cmp_precedence(highest).is_gt(),
        };
        let Some(highest) = highest.filter(|highest| !is_high(highest)) else {
            let last = self.before(&version);
            let bump = since.level.map_or("none", Level::as_str);
            let Since { difference, without, .. } = since;
            return Ok(Chosen { version, last, difference, without, bump, is_same: false });
        };
        let own = self.of(&version);
        if own.is_ok_and(|own| own.is_some_and(|own| self.has(&own))) {
            return self.again(version, report);
        }
        let changed = match since.level {
            Some(level) => format!(", and there is a {} change of the bots since", level.as_str()),
            None if since.difference.is_some() => ", with the same bots".to_owned(),
            None => String::new(),
        };
        let message = format!("{version} is too low: {highest} is released{changed}");
        let needed = next(&highest, since.level.unwrap_or(Level::Patch));
        let help = format!("delete the tag and push `{}`", self.tag(&needed));
        Err(Diagnostic::error(Code::VersionTooLow, message).help(help).into())
    }
}

/// The version of the tag that runs us, if that is what does.
pub(super) fn pushed_tag(project: &Project, context: &Context<'_>) -> Option<Version> {
    let name = context.host.var("GITHUB_REF").filter(|_| context.host.is_runner())?;
    tagged(name, &project.release.prefix)
}

//! The decision, from what was found out. Pure.

use semver::Version;

use crate::diag::{Code, Diagnostic, Outcome, Place};
use crate::project::Located;
use crate::semver::{Change, Level, next};

/// A resolved version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::command) struct Resolved {
    /// The version.
    pub(in crate::command) version: Version,
    /// How much it was raised: `major`, `minor`, `patch` or `none`.
    pub(in crate::command) bump: &'static str,
}

/// Who chose a version.
#[derive(Debug, Clone, Copy)]
pub(super) enum Chooser<'c> {
    /// The author, here.
    Author(&'c Place),
    /// Whoever pushed the tag.
    Tag,
}

/// A version that somebody chose.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chosen<'c> {
    /// The version.
    pub(super) version: &'c Version,
    /// By whom.
    pub(super) by: Chooser<'c>,
}

/// What the store says of the chosen version itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settled {
    /// Nothing.
    Free,
    /// That it is this pack.
    Same,
    /// That it is another one.
    Other,
}

/// The pack beside the last release.
#[derive(Debug, Clone)]
pub(super) struct Compared {
    /// The last release.
    pub(super) version: Version,
    /// The largest change since, and one that is as large; `None` for no change.
    pub(super) largest: Option<(Level, Option<Change>)>,
}

/// The version that nobody chose.
pub(super) fn auto(last: &Compared) -> Resolved {
    match &last.largest {
        None => Resolved { version: last.version.clone(), bump: "none" },
        Some((level, _)) => Resolved { version: next(&last.version, *level), bump: level.as_str() },
    }
}

/// The version that somebody chose, if it is high enough.
pub(super) fn chosen(
    chosen: &Chosen<'_>,
    settled: Settled,
    last: Option<&Compared>,
    prefix: &str,
) -> Outcome<Resolved> {
    let resolved = |bump| Ok(Resolved { version: chosen.version.clone(), bump });
    let (Settled::Free | Settled::Other, Some(last)) = (settled, last) else {
        return if settled == Settled::Other { Err(taken(chosen)) } else { resolved("none") };
    };
    let (needed, enough) = match &last.largest {
        None => (last.version.clone(), chosen.version.cmp_precedence(&last.version).is_ge()),
        Some((level, _)) => {
            let needed = next(&last.version, *level);
            let enough = next::suffices(chosen.version, &last.version, &needed);
            (needed, enough)
        }
    };
    if enough && settled == Settled::Free {
        return resolved(last.largest.as_ref().map_or("none", |(level, _)| level.as_str()));
    }
    Err(too_low(chosen, last, &needed, prefix))
}

fn too_low(chosen: &Chosen<'_>, last: &Compared, needed: &Version, prefix: &str) -> Box<Diagnostic> {
    let why = match &last.largest {
        None => format!("{} is released already, with the same content", last.version),
        Some((level, change)) => {
            let change = change.as_ref().map(|change| format!(" ({})", told(change))).unwrap_or_default();
            format!("{} is released, and there is a {} change since{change}", last.version, level.as_str())
        }
    };
    let help = match chosen.by {
        Chooser::Author(_) => format!("write `version: {needed}`, or `version: auto`"),
        Chooser::Tag => format!("delete the tag and push `{prefix}v{needed}`"),
    };
    refused(chosen, format!("{} is too low: {why}", chosen.version), help)
}

fn taken(chosen: &Chosen<'_>) -> Box<Diagnostic> {
    let message = format!("{} is too low: it is released already, with other content", chosen.version);
    let help = match chosen.by {
        Chooser::Author(_) => "write a higher version, or `version: auto`",
        Chooser::Tag => "delete the tag and push one of a higher version",
    };
    refused(chosen, message, help.to_owned())
}

fn refused(chosen: &Chosen<'_>, message: String, help: String) -> Box<Diagnostic> {
    let diagnostic = Diagnostic::error(Code::VersionTooLow, message).help(help);
    Box::new(match chosen.by {
        Chooser::Author(place) => diagnostic.at(place.clone()),
        Chooser::Tag => diagnostic,
    })
}

/// A change in a few words.
fn told(change: &Change) -> String {
    let mut text = format!("`{}`", change.rule.id());
    if let Some(oid) = &change.oid {
        text.push_str(&format!(" at {oid}"));
    }
    if !change.subject.is_empty() {
        let subject: String = change.subject.chars().take(60).collect();
        text.push_str(&format!(": {subject}"));
    }
    text
}

/// The tag that was pushed is not that of the claim.
pub(super) fn mismatch(claim: &Located<Version>, tag: &Version, prefix: &str) -> Diagnostic {
    let message = format!("the tag `{prefix}v{tag}` was pushed, but the pack claims to be {}", claim.value);
    let help = format!("write `version: {tag}` before tagging, or push the tag `{prefix}v{}`", claim.value);
    Diagnostic::error(Code::TagVersionMismatch, message).at(claim.place.clone()).help(help)
}

/// The store cannot be asked for the last release, because this program cannot use it yet.
pub(super) fn without_store(failed: &Diagnostic) -> Diagnostic {
    let message = format!("the last release is not known, so the pack gets no version: {}", failed.message);
    Diagnostic::warning(Code::NotSupported, message)
        .help("claim a version with `pack.version`, or use a store that this version knows")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(version: &str, level: Option<Level>) -> Compared {
        Compared { version: version.parse().unwrap(), largest: level.map(|level| (level, None)) }
    }

    #[test]
    fn nobody_chose() {
        let go = |level| {
            let resolved = auto(&compared("1.2.3", level));
            format!("{} {}", resolved.version, resolved.bump)
        };
        assert_eq!(go(None), "1.2.3 none");
        assert_eq!(go(Some(Level::Patch)), "1.2.4 patch");
        assert_eq!(go(Some(Level::Major)), "2.0.0 major");
    }

    #[test]
    fn a_choice_is_high_enough_or_told_what_would_be() {
        let place = Place::file("aegis.yaml".into());
        let (minor, major) = (Some(Level::Minor), Some(Level::Major));
        for (version, settled, last, expected) in [
            ("1.0.0", Settled::Free, None, Ok("none")),
            ("0.1.0", Settled::Same, Some(compared("9.0.0", major)), Ok("none")),
            ("1.0.0", Settled::Other, None, Err("write a higher version, or `version: auto`")),
            (
                "1.0.0",
                Settled::Other,
                Some(compared("1.0.0", minor)),
                Err("write `version: 1.1.0`, or `version: auto`"),
            ),
            (
                "5.0.0",
                Settled::Other,
                Some(compared("1.0.0", minor)),
                Err("write `version: 1.1.0`, or `version: auto`"),
            ),
            (
                "1.0.9",
                Settled::Free,
                Some(compared("1.0.0", minor)),
                Err("write `version: 1.1.0`, or `version: auto`"),
            ),
            ("1.1.0", Settled::Free, Some(compared("1.0.0", minor)), Ok("minor")),
            ("1.1.0-rc.1", Settled::Free, Some(compared("1.0.0", minor)), Ok("minor")),
            ("3.0.0", Settled::Free, Some(compared("1.0.0", major)), Ok("major")),
            ("1.5.0", Settled::Free, Some(compared("1.0.0", None)), Ok("none")),
            (
                "0.9.0",
                Settled::Free,
                Some(compared("1.0.0", None)),
                Err("write `version: 1.0.0`, or `version: auto`"),
            ),
        ] {
            let version = version.parse().unwrap();
            let one = Chosen { version: &version, by: Chooser::Author(&place) };
            let got = chosen(&one, settled, last.as_ref(), "");
            let got = got.map(|resolved| resolved.bump).map_err(|refused| {
                assert_eq!((refused.code, refused.place.as_ref()), (Code::VersionTooLow, Some(&place)));
                refused.help.unwrap_or_default()
            });
            assert_eq!(got, expected.map_err(str::to_owned), "{version}");
        }
    }
}

//! What a release has to do, from what it wants and what is there: a pure decision. What disagrees is said before
//! anything is created.

use std::collections::BTreeMap;

use crate::diag::{Code, Diagnostic, Diagnostics, Outcome};

/// The most tags that one release makes: each takes two of the 500 writes that GitHub allows in an hour.
pub const MOST_TAGS: usize = 50;

/// A tag that is to be there after the release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its name.
    pub name: String,
    /// The OID that it is of; `None` for the tag of the version.
    pub oid: Option<String>,
    /// The SHA-256 of what it stands for.
    pub sha256: String,
    /// The version that it says.
    pub version: String,
}

/// A tag that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The commit that it points to.
    pub commit: String,
    /// The SHA-256 that it says, if we made it.
    pub sha256: Option<String>,
}

/// The release that is published under the tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    /// There is none.
    None,
    /// It holds the same `versions.json`.
    Same,
    /// It holds another, or none.
    Other,
}

/// What becomes of a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Do {
    /// It is created.
    Create,
    /// It is there, and agrees.
    Leave,
}

/// What a release does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The tags, that of the version first.
    pub tags: Vec<(Wanted, Do)>,
    /// Whether the release is to be published; else it is already.
    pub publishes: bool,
}

/// The first line and the rest of a tag's message: what [`said`] reads.
pub fn message(wanted: &Wanted, pack: &str, release: &str) -> String {
    let head = wanted.oid.as_ref().map_or_else(|| pack.to_owned(), |oid| oid.clone());
    format!("{head} {}\n\nRelease: {release}\nSHA-256: {}\n", wanted.version, wanted.sha256)
}

/// The SHA-256 that a tag's message says.
pub fn said(message: &str) -> Option<String> {
    let value = message.lines().find_map(|line| line.strip_prefix("SHA-256: "))?.trim();
    let is_digest = value.len() == 64 && value.bytes().all(|b| b.is_ascii_hexdigit());
    is_digest.then(|| value.to_owned())
}

/// Whether git takes a name for a tag: see `git check-ref-format`.
pub fn is_tag(name: &str) -> bool {
    let is_bad = |c: char| c.is_control() || " ~^:?*[\\\u{7f}".contains(c);
    let parts = name.split('/');
    !name.is_empty()
        && !name.contains(is_bad)
        && !name.contains("..")
        && !name.contains("@{")
        && !name.ends_with('.')
        && name != "@"
        && parts.clone().count() > 0
        && parts
            .into_iter()
            .all(|part| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock"))
}

/// Decides. The tag of the version comes first in `wanted`.
///
/// # Errors
/// `TAG_LIMIT`, `CONFIG_INVALID` for names that git does not take, `TAG_CONFLICT`, or `VERSION_TOO_LOW` for an OID
/// whose content changed under a version that has a tag.
pub fn plan(
    wanted: Vec<Wanted>,
    seen: &BTreeMap<String, Seen>,
    commit: &str,
    published: Published,
) -> Result<Plan, Diagnostics> {
    let mut wrong = Diagnostics::new();
    if wanted.len() > MOST_TAGS {
        let message = format!("the release would have {} tags, and {MOST_TAGS} is the most", wanted.len());
        let help = "name fewer OIDs in `release.oids`: every OID's version stands in versions.json anyway";
        return Err(Diagnostic::error(Code::TagLimit, message).help(help).into());
    }
    let mut tags = Vec::with_capacity(wanted.len());
    for one in wanted {
        if !is_tag(&one.name) {
            let message = format!("`{}` is no name for a tag", one.name);
            wrong.push(Diagnostic::error(Code::ConfigInvalid, message).help("correct `release.prefix`"));
            continue;
        }
        match judge(&one, seen.get(&one.name), commit) {
            Ok(what) => tags.push((one, what)),
            Err(refused) => wrong.push(*refused),
        }
    }
    if published == Published::Other {
        let name = tags.first().map_or("", |(one, _)| &one.name);
        let message = format!("the release {name} is published already, with other content");
        let help = "release the next version: a published release never changes";
        wrong.push(Diagnostic::error(Code::TagConflict, message).help(help));
    }
    if wrong.is_empty() { Ok(Plan { tags, publishes: published == Published::None }) } else { Err(wrong) }
}

fn judge(wanted: &Wanted, seen: Option<&Seen>, commit: &str) -> Outcome<Do> {
    let Some(seen) = seen else { return Ok(Do::Create) };
    let is_here = seen.commit == commit;
    match (&wanted.oid, &seen.sha256) {
        // What an OID says counts, not where it was said.
        (Some(_), Some(sha256)) if *sha256 == wanted.sha256 => Ok(Do::Leave),
        (Some(oid), Some(_)) => {
            let message = format!(
                "{oid} changed, but its version {} is released already as `{}`",
                wanted.version, wanted.name
            );
            let help = format!("raise the version of {oid} where it is written");
            Err(Box::new(Diagnostic::error(Code::VersionTooLow, message).help(help)))
        }
        _ if is_here => Ok(Do::Leave),
        _ => {
            let message = format!(
                "the tag `{}` exists already, at the commit {} and not at {commit}",
                wanted.name, seen.commit
            );
            let help = "release the next version, or delete the tag if nobody uses it yet";
            Err(Box::new(Diagnostic::error(Code::TagConflict, message).help(help)))
        }
    }
}

/// The tags that move with a release: `v1` and `v1.2`, those of them in whose line it is the highest. Prereleases move
/// none.
pub fn floating(version: &semver::Version, others: &[semver::Version], prefix: &str) -> Vec<String> {
    if !version.pre.is_empty() {
        return Vec::new();
    }
    let is_highest = |same: &dyn Fn(&semver::Version) -> bool| {
        let rivals = others.iter().filter(|other| other.pre.is_empty() && same(other));
        rivals.into_iter().all(|other| other.cmp_precedence(version).is_le())
    };
    let major = |other: &semver::Version| other.major == version.major;
    let minor = |other: &semver::Version| major(other) && other.minor == version.minor;
    let lines = [
        (is_highest(&major), format!("{prefix}v{}", version.major)),
        (is_highest(&minor), format!("{prefix}v{}.{}", version.major, version.minor)),
    ];
    lines.into_iter().filter(|(moves, _)| *moves).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(name: &str, oid: Option<&str>) -> Wanted {
        Wanted {
            name: name.to_owned(),
            oid: oid.map(str::to_owned),
            sha256: "a".repeat(64),
            version: "1.0.0".to_owned(),
        }
    }

    fn seen(commit: &str, sha256: Option<char>) -> Seen {
        Seen { commit: commit.to_owned(), sha256: sha256.map(|c| c.to_string().repeat(64)) }
    }

    #[test]
    fn what_agrees_is_left_alone_and_what_disagrees_is_refused() {
        for (oid, there, expected) in [
            (None, None, Ok(Do::Create)),
            (None, Some(seen("here", None)), Ok(Do::Leave)),
            (None, Some(seen("there", None)), Err(Code::TagConflict)),
            (None, Some(seen("there", Some('a'))), Err(Code::TagConflict)),
            (Some("1.0.2"), Some(seen("there", Some('a'))), Ok(Do::Leave)),
            (Some("1.0.2"), Some(seen("here", Some('b'))), Err(Code::VersionTooLow)),
            (Some("1.0.2"), Some(seen("there", None)), Err(Code::TagConflict)),
            (Some("1.0.2"), Some(seen("here", None)), Ok(Do::Leave)),
        ] {
            let all = there.clone().map(|seen| ("t".to_owned(), seen)).into_iter().collect();
            let got = plan(vec![tag("t", oid)], &all, "here", Published::None);
            let got =
                got.map(|plan| plan.tags[0].1.clone()).map_err(|wrong| wrong.iter().next().unwrap().code);
            assert_eq!(got, expected, "{oid:?} {there:?}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let all = BTreeMap::from([
            ("v1.0.0".to_owned(), seen("there", None)),
            ("x".to_owned(), seen("there", Some('b'))),
        ]);
        let wanted = vec![tag("v1.0.0", None), tag("x", Some("1.0.2")), tag("a b", Some("1.0.3"))];
        let wrong = plan(wanted, &all, "here", Published::Other).unwrap_err();
        let mut codes: Vec<_> = wrong.iter().map(|one| one.code.as_str()).collect();
        codes.sort_unstable();
        assert_eq!(codes, ["CONFIG_INVALID", "TAG_CONFLICT", "TAG_CONFLICT", "VERSION_TOO_LOW"]);
        let many = (0..=MOST_TAGS).map(|number| tag(&number.to_string(), None)).collect();
        let wrong = plan(many, &all, "here", Published::None).unwrap_err();
        assert_eq!(wrong.iter().next().unwrap().code, Code::TagLimit);
    }

    #[test]
    fn a_message_says_what_it_stands_for() {
        let text = message(&tag("1.0.2-v1.0.0", Some("1.0.2")), "depot", "v2.0.0");
        assert_eq!(text, format!("1.0.2 1.0.0\n\nRelease: v2.0.0\nSHA-256: {}\n", "a".repeat(64)));
        assert_eq!(said(&text), Some("a".repeat(64)));
        assert_eq!(said("SHA-256: no"), None);
    }

    #[test]
    fn names_of_tags_are_those_that_git_takes() {
        for name in ["v1.0.0", "site/v1.0.0+build.1", "1.0-v1.0.0-rc.1", "a@b", ".lock.x"] {
            let git = std::process::Command::new("git")
                .args(["check-ref-format", &format!("refs/tags/{name}")])
                .status();
            assert_eq!(is_tag(name), git.unwrap().success(), "{name}");
        }
        for name in [
            "", "a b", "a..b", "a.", "a/.b", "a.lock", "a.lock/b", "a//b", "a/", "/a", "a@{b", "a\\b", "a~1",
            "a:b", "a\u{7f}",
        ] {
            let git = std::process::Command::new("git")
                .args(["check-ref-format", &format!("refs/tags/{name}")])
                .status();
            assert!(!git.unwrap().success() && !is_tag(name), "{name}");
        }
    }

    #[test]
    fn floating_tags_follow_the_highest_of_their_line() {
        let versions =
            |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<semver::Version>>();
        let others = versions(&["1.2.0", "1.3.1", "2.0.0", "2.1.0-rc.1", "1.2.5"]);
        let go = |version: &str| floating(&version.parse().unwrap(), &others, "p/");
        assert_eq!(go("1.2.6"), ["p/v1.2"]);
        assert_eq!(go("1.4.0"), ["p/v1", "p/v1.4"]);
        assert_eq!(go("2.0.1"), ["p/v2", "p/v2.0"]);
        assert_eq!(go("1.2.4"), [""; 0]);
        assert_eq!(go("2.1.0-rc.2"), [""; 0]);
        assert_eq!(go("2.0.0"), ["p/v2", "p/v2.0"], "again");
    }
}

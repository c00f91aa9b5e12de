//! What in a store a user means: a pack or a bot, said or found, and a revision of it.

use std::collections::BTreeSet;

use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics, Outcome};
use crate::oid::Oid;
use crate::store::subject::Subject;
use crate::store::{Digest, Folder, Store, Walk, block_on, layout};

use super::publish::parse_oid;

/// What a key of a store says about what is asked for.
pub(super) struct Held<'k> {
    /// The revision that it belongs to.
    pub(super) hash: Option<Digest>,
    /// The channel that it belongs to.
    pub(super) channel: Option<&'k str>,
}

/// What is meant: as the user says, or the one thing in the store to which the wanted key belongs.
pub(super) fn subject_of(
    target: &cli::Target,
    store: &dyn Store,
    is_wanted: &dyn Fn(&Held<'_>) -> bool,
    what: &str,
) -> Result<Subject, Diagnostics> {
    match (&target.pack, &target.bot) {
        (Some(oid), _) => return Ok(Subject::Pack(parse_oid(oid)?)),
        (None, Some(bot)) => return Ok(Subject::Bot(bot.clone())),
        (None, None) => {}
    }
    let found = block_on(holders(store, is_wanted))??;
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(subject(&one)?),
        (None, _) => {
            let message = format!("the store {} holds nothing of `{what}`", store.url());
            let help = "see with `aegis list URL --pack OID` or `--bot ID` what it holds";
            Err(Diagnostic::error(Code::NotFound, message).help(help).into())
        }
        (Some(one), Some(other)) => {
            let message =
                format!("`{what}` may be of {}, of {}, or of another", subject(&one)?, subject(&other)?);
            let help = "say which one with `--pack OID` or `--bot ID`";
            Err(Diagnostic::error(Code::UsageInvalid, message).help(help).into())
        }
    }
}

fn subject((kind, name): &(bool, String)) -> Result<Subject, Diagnostics> {
    if *kind { Ok(Subject::Pack(parse_oid(name)?)) } else { Ok(Subject::Bot(name.clone())) }
}

/// The packs (true, by OID) and bots (false, by id) to which a wanted key belongs.
async fn holders(
    store: &dyn Store,
    is_wanted: &dyn Fn(&Held<'_>) -> bool,
) -> Outcome<BTreeSet<(bool, String)>> {
    let mut found = BTreeSet::new();
    let mut walk = Walk::new(store, Folder::root());
    while let Some(listed) = walk.next().await? {
        let segments: Vec<_> = listed.key.segments().collect();
        let (owner, rest): ((bool, String), &[&str]) = match segments.as_slice() {
            [layout::PACKS, oid, rest @ ..] if oid.parse::<Oid>().is_ok() => {
                ((true, (*oid).to_owned()), rest)
            }
            [bot, rest @ ..] if !bot.starts_with('.') => ((false, (*bot).to_owned()), rest),
            _ => continue,
        };
        let held = match rest {
            ["channels", name, _] => Held { hash: None, channel: Some(name) },
            [hash, _, ..] => Held { hash: hash.parse().ok(), channel: None },
            _ => continue,
        };
        if is_wanted(&held) {
            found.insert(owner);
        }
    }
    Ok(found)
}

pub(super) fn parse_hash(text: &str) -> Result<Digest, Diagnostics> {
    text.parse().map_err(|error| {
        let message = format!("`{text}` is no revision: {error}");
        let help = "give the 64 lower-case digits that `aegis list` prints";
        Diagnostic::error(Code::UsageInvalid, message).help(help).into()
    })
}

//! What in a store a user means: a pack or a bot, said or found, and a revision of it.

use std::collections::BTreeSet;
use std::fmt::Display;

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

/// Whose channel is meant: as the user says, or the one thing in the store that has a channel of this name.
pub(super) fn subject_of(
    target: &cli::Target,
    store: &dyn Store,
    channel: &str,
) -> Result<Subject, Diagnostics> {
    if let Some(said) = said(target)? {
        return Ok(said);
    }
    let is_channel = |held: &Held<'_>| (held.channel == Some(channel)).then_some(());
    let found = block_on(holders(store, Folder::root(), &is_channel))??;
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some((one, ())), None) => Ok(subject(&one)?),
        (None, _) => Err(nothing(store, channel)),
        (Some((one, ())), Some((other, ()))) => {
            let message =
                format!("`{channel}` may be of {}, of {}, or of another", subject(&one)?, subject(&other)?);
            let help = "say which one with `--pack OID` or `--bot ID`";
            Err(Diagnostic::error(Code::UsageInvalid, message).help(help).into())
        }
    }
}

/// The revision that is meant: with the pack or the bot that the user says, or the only one in the store with such a hash.
pub(super) fn revision_of(
    target: &cli::Target,
    store: &dyn Store,
    named: &Named,
) -> Result<(Subject, Digest), Diagnostics> {
    let said = said(target)?;
    if let (Some(subject), Some(hash)) = (&said, named.whole) {
        return Ok((subject.clone(), hash));
    }
    let folder = match &said {
        Some(subject) => subject.folder()?,
        None => Folder::root(),
    };
    let is_named = |held: &Held<'_>| held.hash.filter(|hash| named.is(hash));
    let mut found = Vec::new();
    for (one, hash) in block_on(holders(store, folder, &is_named))?? {
        found.push((subject(&one)?, hash));
    }
    let one = named.only(found, |(subject, hash)| format!("`{hash}` of {subject}"))?;
    one.ok_or_else(|| nothing(store, &named.text))
}

fn nothing(store: &dyn Store, what: &str) -> Diagnostics {
    let message = format!("the store {} holds nothing of `{what}`", store.url());
    let help = "see with `aegis list URL --pack OID` or `--bot ID` what it holds";
    Diagnostic::error(Code::NotFound, message).help(help).into()
}

fn said(target: &cli::Target) -> Result<Option<Subject>, Diagnostics> {
    Ok(match (&target.pack, &target.bot) {
        (Some(oid), _) => Some(Subject::Pack(parse_oid(oid)?)),
        (None, Some(bot)) => Some(Subject::Bot(bot.clone())),
        (None, None) => None,
    })
}

fn subject((kind, name): &(bool, String)) -> Result<Subject, Diagnostics> {
    if *kind { Ok(Subject::Pack(parse_oid(name)?)) } else { Ok(Subject::Bot(name.clone())) }
}

/// The packs (true, by OID) and bots (false, by id) to which a wanted key in a folder belongs, each with what is wanted of it.
async fn holders<T: Ord>(
    store: &dyn Store,
    folder: Folder,
    wanted: &dyn Fn(&Held<'_>) -> Option<T>,
) -> Outcome<BTreeSet<((bool, String), T)>> {
    let mut found = BTreeSet::new();
    let mut walk = Walk::new(store, folder);
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
        if let Some(wanted) = wanted(&held) {
            found.insert((owner, wanted));
        }
    }
    Ok(found)
}

/// How much of a hash is enough, in digits: as git writes them.
const SHORTEST: usize = 7;
/// How many candidates are named.
const SHOWN: usize = 10;

/// A revision as a user names it: by its hash, or by how that begins.
pub(super) struct Named {
    text: String,
    whole: Option<Digest>,
}

impl Named {
    /// Reads the name of a revision.
    ///
    /// # Errors
    /// `USAGE_INVALID` if no hash begins like that, or too many do.
    pub(super) fn parse(text: &str) -> Result<Self, Diagnostics> {
        let is_digits = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if is_digits && (SHORTEST..=64).contains(&text.len()) {
            return Ok(Self { text: text.to_owned(), whole: text.parse().ok() });
        }
        let message = format!(
            "`{text}` is no revision: its hash has 64 lower-case hexadecimal digits, of which the first {SHORTEST} are the least to name it by"
        );
        let help = "give the hash that `aegis list` prints, or how it begins";
        Err(Diagnostic::error(Code::UsageInvalid, message).help(help).into())
    }

    /// As the user wrote it.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it names the revision of this hash.
    pub(super) fn is(&self, hash: &Digest) -> bool {
        self.whole.map_or_else(|| hash.to_string().starts_with(&self.text), |whole| whole == *hash)
    }

    /// The only one of those that it names, if there is any.
    ///
    /// # Errors
    /// `USAGE_INVALID` if there are several: with their names.
    pub(super) fn only<T, S: Display>(
        &self,
        found: Vec<T>,
        show: impl Fn(&T) -> S,
    ) -> Result<Option<T>, Diagnostics> {
        if found.len() < 2 {
            return Ok(found.into_iter().next());
        }
        let mut shown: Vec<_> = found.iter().take(SHOWN).map(|one| show(one).to_string()).collect();
        if found.len() > SHOWN {
            shown.push(format!("{} more", found.len() - SHOWN));
        }
        let message = format!("`{}` names {} revisions: {}", self.text, found.len(), shown.join(", "));
        let help = "write more of the hash, or say which one with `--pack OID` or `--bot ID`";
        Err(Diagnostic::error(Code::UsageInvalid, message).help(help).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_named_by_seven_digits_or_more() {
        let hash = Digest::of(b"x");
        let text = hash.to_string();
        for length in [7, 8, 63, 64] {
            let named = Named::parse(&text[..length]).unwrap();
            assert!(named.is(&hash) && !named.is(&Digest::of(b"y")), "{length}");
        }
        let upper = text.to_uppercase();
        for wrong in ["", &text[..6], &upper, &format!("{text}0"), "zzzzzzzz", "../../x"] {
            assert_eq!(Named::parse(wrong).err().unwrap().iter().next().unwrap().code, Code::UsageInvalid);
        }
    }

    #[test]
    fn several_are_named_and_none_is_none() {
        let named = Named::parse("abcdef0").unwrap();
        assert_eq!(named.only(Vec::<u8>::new(), |one| *one).unwrap(), None);
        assert_eq!(named.only(vec![1], |one| *one).unwrap(), Some(1));
        let message = |count: u8| {
            let failed = named.only((0..count).collect(), |one| *one).unwrap_err();
            failed.iter().next().unwrap().message.clone()
        };
        assert_eq!(message(2), "`abcdef0` names 2 revisions: 0, 1");
        assert_eq!(message(10), "`abcdef0` names 10 revisions: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9");
        assert_eq!(message(12), "`abcdef0` names 12 revisions: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2 more");
    }
}

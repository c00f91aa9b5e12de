//! Bots in a store: `<botId>/<revHash>/{bot.js,spec.json,rev.json}`. What is publishable, what is listed, what is read back.
//! Whether a revision is sound is the matter of `preflight`; here are bytes and keys.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde_json::Value;

use crate::diag::{Code, Diagnostic, Outcome};

use super::list::{MAX_PAGE_SIZE, Position};
use super::publish::{Revision, Role};
use super::tasks::all;
use super::{Digest, Folder, Key, Payload, Store, StoreError, Walk, layout, read_small};

/// The passport of a revision: written last, its presence is the commit.
pub const PASSPORT: &str = "rev.json";
/// The script of a revision.
pub const SCRIPT: &str = "bot.js";
/// The spec of a revision.
pub const SPEC: &str = "spec.json";
/// What of two passports has to be equal for them to speak of the same revision.
const SAME: &[&str] = &["revHash", "hashes", "sizes", "security"];
/// The largest file that is read, in bytes.
pub const MOST: u64 = 64 << 20;

/// The folder of a bot's revision.
///
/// # Errors
/// They make no key.
pub fn folder(bot: &str, rev_hash: &str) -> Outcome<Folder> {
    Folder::new(&format!("{bot}/{rev_hash}")).map_err(|error| {
        let message = format!("`{bot}/{rev_hash}` cannot stand in a store: {error}");
        Box::new(Diagnostic::error(Code::NotSupported, message).help("build the revision again"))
    })
}

/// A revision that is ready to be published: the script, which its hash does not cover, its canonical spec, its passport.
///
/// # Errors
/// Its bot or its hash make no key.
pub fn publishable(
    bot: &str,
    rev_hash: &str,
    script: Vec<u8>,
    spec: Vec<u8>,
    rev: Vec<u8>,
) -> Outcome<Revision> {
    let said: Value = serde_json::from_slice(&rev).unwrap_or_default();
    let version = said["specVersion"].as_u64().unwrap_or_default();
    let tags = [SCRIPT, SPEC, PASSPORT].map(|name| Some((name.to_owned(), etag(name, rev_hash, version)?)));
    let files = [
        (SCRIPT.to_owned(), Payload::bytes(script), Role::Unhashed),
        (SPEC.to_owned(), Payload::bytes(spec), Role::Hashed),
    ];
    let revision = Revision::new(folder(bot, rev_hash)?, files, (PASSPORT, rev), SAME)?;
    Ok(revision.tagged(tags.into_iter().flatten()))
}

/// The entity tag of a revision's file: what the gateway answers with, and what the store keeps beside the object. None for
/// a name that no file of a revision has.
pub fn etag(name: &str, rev_hash: &str, spec_version: u64) -> Option<String> {
    match name {
        SPEC => Some(format!("\"spec-{spec_version}\"")),
        SCRIPT => Some(format!("\"bot-{rev_hash}\"")),
        PASSPORT => Some(format!("\"rev-{rev_hash}\"")),
        _ => None,
    }
}

/// The bot, the revision and the file that a key names, where it is one of a bot's revision.
pub fn place(key: &Key) -> Option<(&str, Digest, &str)> {
    let (bot, rest) = key.as_str().split_once('/')?;
    let (hash, name) = rest.split_once('/')?;
    (bot != layout::PACKS && !bot.starts_with('.')).then_some(())?;
    Some((bot, hash.parse().ok()?, name))
}

/// A revision as the store holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The bot under whose id it stands.
    pub bot: String,
    /// The hash under which it stands.
    pub rev_hash: Digest,
    /// Its files by name; without bytes those that are too large to be read.
    pub files: BTreeMap<String, Result<Vec<u8>, u64>>,
}

/// Reads the revisions of a bot, or of all of them, whole.
///
/// # Errors
/// The store failed.
pub async fn read_all(store: &dyn Store, bot: Option<&str>) -> Outcome<Vec<Held>> {
    read_below(store, scope(bot)?).await
}

async fn read_below(store: &dyn Store, folder: Folder) -> Outcome<Vec<Held>> {
    let mut held: BTreeMap<(String, Digest), Held> = BTreeMap::new();
    let mut walk = Walk::new(store, folder);
    while let Some(listed) = walk.next().await? {
        let Some((bot, rev_hash, name)) = place(&listed.key) else { continue };
        let bytes = if listed.meta.size > MOST {
            Err(listed.meta.size)
        } else {
            Ok(read_small(store, &listed.key, MOST).await?)
        };
        let one = held.entry((bot.to_owned(), rev_hash));
        let one = one.or_insert_with(|| Held { bot: bot.to_owned(), rev_hash, files: BTreeMap::new() });
        one.files.insert(name.to_owned(), bytes);
    }
    Ok(held.into_values().collect())
}

/// Reads one revision of a bot, whole; without files if the store holds nothing of it.
///
/// # Errors
/// The store failed.
pub async fn read_one(store: &dyn Store, bot: &str, rev_hash: Digest) -> Outcome<Held> {
    let none = Held { bot: bot.to_owned(), rev_hash, files: BTreeMap::new() };
    Ok(read_below(store, folder(bot, &rev_hash.to_string())?).await?.pop().unwrap_or(none))
}

/// Whether a store holds something of a bot's revision.
///
/// # Errors
/// The store failed.
pub async fn any(store: &dyn Store) -> Outcome<bool> {
    let mut walk = Walk::new(store, Folder::root());
    while let Some(listed) = walk.next().await? {
        if place(&listed.key).is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(crate) fn scope(bot: Option<&str>) -> Outcome<Folder> {
    let Some(bot) = bot else { return Ok(Folder::root()) };
    Folder::new(bot).map_err(|error| {
        let message = format!("`{bot}` is no bot's id: {error}");
        Box::new(Diagnostic::error(Code::UsageInvalid, message).help("write the `meta.botId` of its spec"))
    })
}

/// A finished revision of a listing.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Its hash.
    pub rev_hash: Digest,
    /// When it was published, by the store's clock.
    pub published: SystemTime,
    /// Its passport, as far as it can be read.
    pub passport: Option<Value>,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// A page of a bot's finished revisions, newest first, then by hash, and where the next page begins.
///
/// # Errors
/// `USAGE_INVALID` for a page size outside 1 to 1,000 or a token that is none; or the store failed.
pub async fn revisions(
    store: &dyn Store,
    bot: &str,
    page_size: u16,
    page_token: Option<&str>,
) -> Outcome<(Vec<Listed>, Option<String>)> {
    if !(1..=MAX_PAGE_SIZE).contains(&page_size) {
        let message = format!("the page size is {page_size}, but must be from 1 to {MAX_PAGE_SIZE}");
        return Err(Box::new(
            Diagnostic::error(Code::UsageInvalid, message).help("choose another page size"),
        ));
    }
    let after = page_token.map(Position::parse).transpose()?;
    let (mut finished, mut revoked) = (Vec::new(), std::collections::BTreeSet::new());
    let mut walk = Walk::new(store, scope(Some(bot))?);
    while let Some(listed) = walk.next().await? {
        match place(&listed.key) {
            Some((_, hash, PASSPORT)) => finished.push(Position { published: listed.meta.modified, hash }),
            Some((_, hash, layout::REVOKED)) => {
                revoked.insert(hash);
            }
            _ => {}
        }
    }
    finished.sort_by_key(Position::order);
    finished.retain(|position| after.is_none_or(|after| position.order() > after.order()));
    let more = finished.len() > usize::from(page_size);
    finished.truncate(page_size.into());
    let next = finished.last().filter(|_| more).map(Position::token);
    let passports =
        all(finished.iter().map(|position| passport(store, bot, position.hash)).collect()).await?;
    let rows = finished.into_iter().zip(passports).map(|(position, passport)| Listed {
        rev_hash: position.hash,
        published: position.published,
        passport,
        revoked: revoked.contains(&position.hash),
    });
    Ok((rows.collect(), next))
}

async fn passport(store: &dyn Store, bot: &str, hash: Digest) -> Result<Option<Value>, StoreError> {
    let key = folder(bot, &hash.to_string()).ok().and_then(|folder| folder.key(PASSPORT).ok());
    let Some(key) = key else { return Ok(None) };
    let bytes = read_small(store, &key, MOST).await?;
    Ok(serde_json::from_slice(&bytes).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_name_a_bot_a_revision_and_a_file() {
        let hash = Digest::of(b"x");
        let key = |text: String| Key::new(&text).unwrap();
        assert_eq!(place(&key(format!("pizza/{hash}/bot.js"))), Some(("pizza", hash, "bot.js")));
        for other in [
            format!("packs/{hash}/bot.js"),
            format!(".aegis/{hash}/x"),
            "pizza/channels/stable.json".to_owned(),
            format!("pizza/{hash}"),
            "pizza".to_owned(),
        ] {
            assert_eq!(place(&key(other.clone())), None, "{other}");
        }
    }
}

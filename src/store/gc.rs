//! What nothing keeps: revisions that no channel ever named, no version names, and that are old. Finding them changes
//! nothing; removing one looks at the channels again first.
//!
//! What cannot be read keeps everything: a channel document that is damaged may name any revision.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::diag::{Code, Diagnostic, Outcome};

use super::layout::{self, Place};
use super::{Digest, Folder, Key, Listed, Store, Walk, bots, read_small, versions};

/// The largest document of a channel or a version that is read, in bytes.
const MAX_DOCUMENT: u64 = 64 << 10;

/// What is to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Everything younger than that is kept.
    pub older_than: Duration,
    /// The present.
    pub now: SystemTime,
    /// Whether only what has no manifest is looked for.
    pub unfinished: bool,
}

/// A revision that nothing keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The folder of the bot or the pack that it belongs to.
    pub owner: Folder,
    /// Its hash.
    pub hash: Digest,
    /// Whether it has a manifest.
    pub finished: bool,
    /// When the last of it was written, by the store's clock.
    pub modified: SystemTime,
    /// Its bytes.
    pub bytes: u64,
    /// Its objects, the manifest first: without it readers find nothing, whatever else is still there.
    pub objects: Vec<Key>,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// What nothing keeps.
    pub candidates: Vec<Candidate>,
    /// How many revisions something keeps.
    pub kept: u64,
}

/// Finds what nothing keeps, in one bot, one pack, or the whole store.
///
/// # Errors
/// `METADATA_INVALID` for a document of a channel or a version that cannot be read; or the store failed.
pub async fn find(store: &dyn Store, folder: Folder, rules: &Rules) -> Outcome<Found> {
    let mut found = Found::default();
    let mut walk = Walk::new(store, folder);
    let mut current: Option<(Folder, Held)> = None;
    while let Some(listed) = walk.next().await? {
        let Some((owner, place)) = owner(&listed.key) else { continue };
        // Keys come in order, so that what belongs to one owner comes together.
        if current.as_ref().is_none_or(|(at, _)| *at != owner)
            && let Some((at, held)) = current.replace((owner, Held::default()))
        {
            judge(store, &at, held, rules, &mut found).await?;
        }
        if let Some((_, held)) = &mut current {
            held.add(place, listed);
        }
    }
    if let Some((at, held)) = current {
        judge(store, &at, held, rules, &mut found).await?;
    }
    Ok(found)
}

/// Removes a revision, unless something names it by now. False if it was kept.
///
/// # Errors
/// As [`find`].
pub async fn remove(store: &dyn Store, candidate: &Candidate) -> Outcome<bool> {
    let mut walk = Walk::new(store, candidate.owner.clone());
    let mut held = Held::default();
    while let Some(listed) = walk.next().await? {
        if let Some((_, place)) = owner(&listed.key) {
            held.add(place, listed);
        }
    }
    let now = held.revisions.get(&candidate.hash);
    let was_finished = now.is_some_and(|now| now.finished) && !candidate.finished;
    // A publisher may have taken up what was left, and counts on it.
    let was_resumed = now.is_some_and(|now| now.modified > candidate.modified);
    if was_finished || was_resumed || named(store, &held).await?.contains(&candidate.hash) {
        return Ok(false);
    }
    for key in &candidate.objects {
        store.delete(key).await?;
    }
    Ok(true)
}

/// What a key is to its owner.
enum At {
    File(Digest, bool),
    Document,
    /// That a revision was revoked stays for ever: nobody may publish it again.
    Revoked,
}

fn owner(key: &Key) -> Option<(Folder, At)> {
    if let Some((oid, place)) = layout::place(key) {
        let at = match place {
            Place::Pack(_, layout::REVOKED) => At::Revoked,
            Place::Pack(hash, name) => At::File(hash, name == layout::MANIFEST),
            Place::Version(_) | Place::Channel => At::Document,
            Place::Stray => return None,
        };
        return Some((layout::packs_of(&oid).ok()?, at));
    }
    let (bot, rest) = key.as_str().split_once('/')?;
    if bot == layout::PACKS || bot.starts_with('.') {
        return None;
    }
    let at = match bots::place(key) {
        Some((_, _, layout::REVOKED)) => At::Revoked,
        Some((_, hash, name)) => At::File(hash, name == bots::PASSPORT),
        None if rest.starts_with("channels/") => At::Document,
        None => return None,
    };
    Some((Folder::new(bot).ok()?, at))
}

/// What an owner has in the store.
#[derive(Default)]
struct Held {
    revisions: BTreeMap<Digest, Files>,
    documents: Vec<Key>,
}

struct Files {
    finished: bool,
    modified: SystemTime,
    bytes: u64,
    objects: Vec<Key>,
}

impl Held {
    fn add(&mut self, at: At, listed: Listed) {
        let (hash, is_manifest) = match at {
            At::Revoked => return,
            At::Document => return self.documents.push(listed.key),
            At::File(hash, is_manifest) => (hash, is_manifest),
        };
        let modified = listed.meta.modified;
        let none = || Files { finished: false, modified, bytes: 0, objects: Vec::new() };
        let files = self.revisions.entry(hash).or_insert_with(none);
        files.modified = files.modified.max(modified);
        files.bytes += listed.meta.size;
        files.finished |= is_manifest;
        let at = if is_manifest { 0 } else { files.objects.len() };
        files.objects.insert(at, listed.key);
    }
}

async fn judge(
    store: &dyn Store,
    owner: &Folder,
    held: Held,
    rules: &Rules,
    found: &mut Found,
) -> Outcome<()> {
    // A time that a store told in words that nobody understands is the beginning of all times, and no age.
    let is_old = |files: &Files| {
        let age = rules.now.duration_since(files.modified);
        files.modified != SystemTime::UNIX_EPOCH && age.is_ok_and(|age| age >= rules.older_than)
    };
    let is_sought = |files: &Files| is_old(files) && !(rules.unfinished && files.finished);
    // Documents are read only where something hangs on them.
    let named = match held.revisions.values().any(is_sought) {
        true => named(store, &held).await?,
        false => BTreeSet::new(),
    };
    for (hash, files) in held.revisions {
        if named.contains(&hash) || !is_sought(&files) {
            found.kept += 1;
            continue;
        }
        let Files { finished, modified, bytes, objects } = files;
        found.candidates.push(Candidate { owner: owner.clone(), hash, finished, modified, bytes, objects });
    }
    Ok(())
}

/// The revisions that documents of channels or versions name: what is current, what was, and what was released.
async fn named(store: &dyn Store, held: &Held) -> Outcome<BTreeSet<Digest>> {
    let mut named = BTreeSet::new();
    for key in &held.documents {
        let bytes = read_small(store, key, MAX_DOCUMENT).await?;
        let document: Value =
            serde_json::from_slice(&bytes).map_err(|error| unreadable(key, &error.to_string()))?;
        let hashes = ["to", "from", "packHash"].into_iter().filter_map(|name| document[name].as_str());
        let before = named.len();
        for hash in hashes {
            named.insert(hash.parse().map_err(|_| unreadable(key, "it names what is no hash"))?);
        }
        // A hint for fast readers repeats what a numbered document says.
        if named.len() == before && document.get("to").or(document.get("packHash")).is_none() {
            return Err(unreadable(key, "it names no revision"));
        }
    }
    Ok(named)
}

fn unreadable(key: &Key, why: &str) -> Box<Diagnostic> {
    let one = versions::invalid(key, &format!("cannot be read: {why}"));
    let help =
        "mend or remove that document first: as long as nobody knows what it names, nothing is removed";
    Box::new(Diagnostic::error(Code::MetadataInvalid, one.message).help(help))
}

//! From one store into another: fetching a pack whole, so that it can be verified and published like one that was
//! just built. What is published where, and whether it passes, is decided elsewhere.

use std::io::Write as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::diag::{Code, Diagnostic, Outcome, io};
use crate::oid::Oid;

use super::body::blocking;
use super::layout::{self, Place};
use super::manifest::{FileEntry, MAX_MANIFEST, Manifest};
use super::tasks::all;
use super::{Digest, Folder, Key, Store, StoreError, StoreErrorKind, Walk, bots, read_small};

/// A finished revision that a store holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Whose it is.
    pub of: Of,
    /// The hash under which it stands.
    pub hash: Digest,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// Whose a revision is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// A bot's, by its id.
    Bot(String),
    /// A pack's, by its OID.
    Pack(Oid),
}

/// The finished revisions in a folder of a store, in the order of their keys.
///
/// # Errors
/// The store failed.
pub async fn finished(store: &dyn Store, folder: Folder) -> Outcome<Vec<Found>> {
    let mut found: Vec<Found> = Vec::new();
    // Of one revision the manifest may come before or after what says that it was revoked.
    let mut revoked: Option<(Of, Digest)> = None;
    let mut walk = Walk::new(store, folder);
    while let Some(listed) = walk.next().await? {
        let Some((of, hash, name)) = place(&listed.key) else { continue };
        let manifest = match of {
            Of::Bot(_) => bots::PASSPORT,
            Of::Pack(_) => layout::MANIFEST,
        };
        if name == layout::REVOKED {
            if let Some(last) = found.last_mut().filter(|last| last.of == of && last.hash == hash) {
                last.revoked = true;
            }
            revoked = Some((of, hash));
        } else if name == manifest {
            let is_revoked = revoked.as_ref().is_some_and(|(other, at)| *other == of && *at == hash);
            found.push(Found { of, hash, revoked: is_revoked });
        }
    }
    Ok(found)
}

/// Whose revision a key belongs to, and the name of the file in it.
pub(super) fn place(key: &Key) -> Option<(Of, Digest, &str)> {
    if let Some((oid, place)) = layout::place(key) {
        let Place::Pack(hash, name) = place else { return None };
        return Some((Of::Pack(oid), hash, name));
    }
    let (bot, hash, name) = bots::place(key)?;
    Some((Of::Bot(bot.to_owned()), hash, name))
}

/// What is left to fetch of a pack.
#[derive(Debug)]
pub struct Pack {
    folder: Folder,
    manifest: Manifest,
    bytes: Vec<u8>,
}

impl Pack {
    /// The manifest, as the store has it.
    pub fn manifest(&self) -> &[u8] {
        &self.bytes
    }
}

/// Reads the manifest of a pack, and checks that it speaks of that pack.
///
/// # Errors
/// `METADATA_INVALID`, or the store failed.
pub async fn manifest(store: &dyn Store, oid: &Oid, hash: Digest) -> Outcome<Pack> {
    let folder = layout::pack(oid, hash)?;
    let key = key(&folder, layout::MANIFEST)?;
    let bytes = read_small(store, &key, MAX_MANIFEST).await?;
    let manifest = Manifest::parse(&bytes).map_err(|why| invalid(&key, &why))?;
    if (&manifest.oid, manifest.pack_hash) != (oid, hash) {
        return Err(invalid(&key, "speaks of another pack than its key"));
    }
    Ok(Pack { folder, manifest, bytes })
}

/// Fetches the files of a pack into a folder, the manifest last, each checked as it comes. Memory is bounded: the
/// content goes to the disk, a piece at a time.
///
/// # Errors
/// `HASH_MISMATCH` if a file is not what the manifest says; the folder cannot be written; or the store failed.
pub async fn fetch(store: &dyn Store, pack: &Pack, into: &Path) -> Outcome<()> {
    let files = pack.manifest.files.iter();
    all(files.map(|(name, entry)| file(store, pack, name, *entry, into)).collect()).await?;
    let path = into.join(layout::MANIFEST);
    std::fs::write(&path, &pack.bytes).map_err(|error| io(Code::OutputFailed, "write", &path, &error))
}

async fn file(store: &dyn Store, pack: &Pack, name: &str, entry: FileEntry, into: &Path) -> Outcome<()> {
    let key = key(&pack.folder, name)?;
    // A name of a manifest is a key: no segment of it leads out of the folder.
    let path = into.join(name);
    let failed = |error: std::io::Error| io(Code::OutputFailed, "write", &path, &error);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(failed)?;
    }
    let mut out = std::fs::File::create(&path).map_err(failed)?;
    let mut object = store.get(&key, None).await?;
    let (mut hasher, mut size) = (Sha256::new(), 0u64);
    while let Some(chunk) = object.body.next().await? {
        size += chunk.len() as u64;
        if size > entry.size {
            break;
        }
        let done = blocking(move || {
            hasher.update(&chunk);
            out.write_all(&chunk).map(|()| (hasher, out))
        });
        (hasher, out) = done.await?.map_err(failed)?;
    }
    let sha256 = Digest::from(hasher);
    if size == entry.size && sha256 == entry.sha256 {
        return Ok(());
    }
    let found = match size.cmp(&entry.size) {
        std::cmp::Ordering::Less => format!("it has {size} bytes instead of {}", entry.size),
        std::cmp::Ordering::Equal => format!("its SHA-256 is {sha256} instead of {}", entry.sha256),
        std::cmp::Ordering::Greater => format!("it has more than {} bytes", entry.size),
    };
    let message = format!("`{key}` is not what its manifest says: {found}; nothing of that pack was copied");
    let help = "find out with `aegis verify` what else is damaged there, and copy from a store that is sound";
    Err(Box::new(Diagnostic::error(Code::HashMismatch, message).help(help)))
}

fn key(folder: &Folder, name: &str) -> Outcome<Key> {
    let refused =
        |error| StoreError::new(StoreErrorKind::Other, format!("`{folder}{name}` is no key: {error}"));
    Ok(folder.key(name).map_err(refused)?)
}

fn invalid(key: &Key, why: &str) -> Box<Diagnostic> {
    Box::new(super::versions::invalid(key, why))
}

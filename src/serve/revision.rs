//! Finished revisions of bots and packs: what their manifests say, and their files as they are served.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use serde::Deserialize;
use serde_json::Value;

use crate::store::manifest::{FileEntry, MAX_MANIFEST, Manifest};
use crate::store::subject::Subject;
use crate::store::{Digest, Folder, Key, Meta, Store, bots, layout};

use super::asset::{Asset, Content, Parts};
use super::budget::{self, Permit};
use super::metrics::Route;
use super::problem::Problem;
use super::shelf::{OVERHEAD, Shelf};
use super::standing::Standing;
use super::stream::Stored;

/// The largest passport that is read, in bytes.
const MAX_PASSPORT: u64 = 1 << 20;
/// How long the store may take for what a request waits for.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// The route that a file of its revisions is counted under.
const fn route(owner: &Subject) -> Route {
    match owner {
        Subject::Bot(_) => Route::BotFile,
        Subject::Pack(_) => Route::PackFile,
    }
}

/// A finished revision.
#[derive(Debug)]
pub(super) struct Revision {
    owner: Subject,
    hash: Digest,
    folder: Folder,
    spec_version: u64,
    files: BTreeMap<String, FileEntry>,
    /// Its manifest, as it stands in the store.
    manifest: Vec<u8>,
    modified: SystemTime,
    /// Whether it was revoked.
    pub(super) standing: Arc<Standing>,
    _permit: Permit,
}

/// What of a passport is needed to serve its revision.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Passport {
    rev_hash: Digest,
    spec_version: u64,
    hashes: BTreeMap<String, Digest>,
    sizes: BTreeMap<String, u64>,
}

impl Revision {
    /// Reads a revision's manifest; `None` if there is none: then there is no revision.
    ///
    /// # Errors
    /// The store failed, what it has is no manifest of this revision, or there is no memory left for it.
    pub(super) async fn load(
        store: &dyn Store,
        owner: Subject,
        hash: Digest,
        shelf: &Shelf,
    ) -> Result<Option<Self>, Problem> {
        let folder = owner.revision(hash)?;
        let key = key(&folder, owner.manifest_name())?;
        let most = if matches!(owner, Subject::Bot(_)) { MAX_PASSPORT } else { MAX_MANIFEST };
        let (meta, manifest) = match read(store, &key, most).await {
            Err(None) => return Ok(None),
            Err(Some(problem)) => return Err(problem),
            Ok(found) => found,
        };
        let wrong = |why: String| Problem::unavailable(format!("`{key}` in the store {why}"));
        let (spec_version, files) = match &owner {
            Subject::Bot(_) => {
                let passport: Passport = serde_json::from_slice(&manifest)
                    .map_err(|error| wrong(format!("is no passport of a revision: {error}")))?;
                if passport.rev_hash != hash {
                    return Err(wrong("is the passport of another revision".to_owned()));
                }
                let sizes = passport.sizes;
                let entry = |(name, sha256): (String, Digest)| {
                    let size = *sizes.get(&name)?;
                    Some((name, FileEntry { sha256, size }))
                };
                (passport.spec_version, passport.hashes.into_iter().filter_map(entry).collect())
            }
            Subject::Pack(_) => {
                let manifest = Manifest::parse(&manifest).map_err(wrong)?;
                if manifest.computed_pack_hash() != hash {
                    return Err(wrong("is the manifest of another pack".to_owned()));
                }
                (0, manifest.files)
            }
        };
        let permit = shelf.room(manifest.len() * 2 + OVERHEAD).ok_or_else(crowded)?;
        let standing = Arc::new(Standing::new(folder.clone()));
        let modified = meta.modified;
        Ok(Some(Self {
            owner,
            hash,
            folder,
            spec_version,
            files,
            manifest,
            modified,
            standing,
            _permit: permit,
        }))
    }

    /// The manifest as a document; `null` if it is none.
    pub(super) fn document(&self) -> Value {
        serde_json::from_slice(&self.manifest).unwrap_or_default()
    }

    /// How many bytes the manifest has.
    pub(super) fn size(&self) -> u64 {
        self.manifest.len() as u64
    }

    /// The files beside the manifest, by name.
    pub(super) const fn files(&self) -> &BTreeMap<String, FileEntry> {
        &self.files
    }

    /// One of its files, ready to be served.
    ///
    /// # Errors
    /// It has none of this name, the store failed, or what it has is not what was published.
    pub(super) async fn asset(
        &self,
        store: &Arc<dyn Store>,
        name: &str,
        cache_control: &'static str,
        shelf: &Shelf,
    ) -> Result<Asset, Problem> {
        let (content, sha256, modified) = if name == self.owner.manifest_name() {
            let bytes = self.manifest.clone();
            let sha256 = Digest::of(&bytes);
            let permit = shelf.room(bytes.len() + OVERHEAD).ok_or_else(crowded)?;
            (Content::Memory(budget::counted(bytes, permit)), sha256, self.modified)
        } else {
            let entry = self.files.get(name).copied();
            let entry =
                entry.ok_or_else(|| Problem::not_found(format!("the revision has no file `{name}`")))?;
            let key = key(&self.folder, name)?;
            let (content, modified) = self.content(store, &key, entry, shelf).await?;
            (content, entry.sha256, modified)
        };
        Ok(Asset::new(Parts {
            route: route(&self.owner),
            etag: self.etag(name, sha256),
            content_type: layout::content_type(name),
            cache_control,
            modified: Some(modified),
            // The contract names the script alone, of a bot's files.
            ranges: matches!(self.owner, Subject::Pack(_)) || name == "bot.js",
            encodes: true,
            extra: HeaderMap::new(),
            standing: Some(Arc::clone(&self.standing)),
            content,
        }))
    }

    fn etag(&self, name: &str, sha256: Digest) -> String {
        let own = match &self.owner {
            Subject::Bot(_) => bots::etag(name, &self.hash.to_string(), self.spec_version),
            Subject::Pack(_) => None,
        };
        own.unwrap_or_else(|| layout::immutable(name, sha256).etag)
    }

    async fn content(
        &self,
        store: &Arc<dyn Store>,
        key: &Key,
        entry: FileEntry,
        shelf: &Shelf,
    ) -> Result<(Content, SystemTime), Problem> {
        let gone =
            || Problem::unavailable(format!("`{key}` is not in the store, though its revision is finished"));
        let other = || Problem::unavailable(format!("`{key}` in the store is not what was published"));
        if !shelf.takes(entry.size) {
            let meta = store
                .head(key)
                .await
                .map_err(|error| if error.is_not_found() { gone() } else { error.into() })?;
            if meta.size != entry.size {
                return Err(other());
            }
            let store = Arc::clone(store);
            let stored = Stored { store, key: key.clone(), size: entry.size, sha256: entry.sha256 };
            return Ok((Content::Stored(stored), meta.modified));
        }
        let permit = shelf.room(entry.size as usize + OVERHEAD).ok_or_else(crowded)?;
        let (meta, bytes) =
            read(&**store, key, entry.size).await.map_err(|problem| problem.unwrap_or_else(gone))?;
        if bytes.len() as u64 != entry.size || Digest::of(&bytes) != entry.sha256 {
            return Err(other());
        }
        Ok((Content::Memory(budget::counted(bytes, permit)), meta.modified))
    }
}

/// Why something cannot be read now: others use all the memory that contents may have.
fn crowded() -> Problem {
    Problem::unavailable("the memory for contents is in use by other requests: try again")
}

/// The key of a file.
///
/// # Errors
/// Its name makes none.
pub(super) fn key(folder: &Folder, name: &str) -> Result<Key, Problem> {
    folder.key(name).map_err(|error| Problem::not_found(format!("`{name}` names no file: {error}")))
}

/// Reads an object of at most `most` bytes, and what is known of it; `Err(None)` if there is none.
pub(super) async fn read(
    store: &dyn Store,
    key: &Key,
    most: u64,
) -> Result<(Meta, Vec<u8>), Option<Problem>> {
    let work = async {
        let mut object = store.get(key, None).await?;
        let mut bytes = Vec::with_capacity(object.meta.size.min(most) as usize);
        while let Some(piece) = object.body.next().await? {
            bytes.extend_from_slice(&piece);
            if bytes.len() as u64 > most {
                break;
            }
        }
        Ok((object.meta, bytes))
    };
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(Ok((_, bytes))) if bytes.len() as u64 > most => {
            Err(Some(Problem::unavailable(format!("`{key}` in the store has more than {most} bytes"))))
        }
        Ok(Ok(found)) => Ok(found),
        Ok(Err(error)) => Err((!crate::store::StoreError::is_not_found(&error)).then(|| error.into())),
        Err(_) => Err(Some(Problem::unavailable("the store does not answer in time"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_have_ids() {
        for good in ["pizza", "0", "a-b_c", &"x".repeat(63)] {
            assert!(Subject::bot(good).is_some(), "{good}");
        }
        for bad in ["", "packs", "Pizza", "-a", "a.b", ".aegis", "ü", &"x".repeat(64)] {
            assert!(Subject::bot(bad).is_none(), "{bad}");
        }
        assert!(Subject::pack("1.0").is_some());
        for bad in ["", "1.", "01.0", "1.0.json", "x"] {
            assert!(Subject::pack(bad).is_none(), "{bad}");
        }
    }
}

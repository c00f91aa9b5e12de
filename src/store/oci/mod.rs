//! The back end that is a repository of an OCI registry. It keeps packs only.
//!
//! Each object is a small manifest under a tag that is made of its key; the content is a blob, which has its digest for a name. With the
//! manifest of a pack, whose presence is the commit, comes what other tools read: an artifact of all its files, and an image
//! whose only layer is the runtime directory (`pack`).
//!
//! Create-only: content by its digest; a tag is written only where there is none, and read back. A registry has no conditional
//! requests, so that of two who write one tag in the same moment the later one may stand, unless the registry itself keeps tags from
//! moving. What that means is in `docs/stores.md`.

mod artifact;
mod direct;
mod failure;
mod listing;
mod login;
mod manifests;
mod object;
mod pack;
mod receiving;
mod registry;
mod sending;
mod tag;
mod tar;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use async_trait::async_trait;
use tokio::sync::OnceCell;

use crate::oid::Oid;

use super::error::{Doing, StoreError, StoreErrorKind};
use super::layout::{self, Place};
use super::manifest::MAX_MANIFEST;
use super::settings::Settings;
use super::stream::Nothing;
use super::tasks::all;
use super::{Attributes, Digest, Folder, Key, Listed, Meta, Object, Page, Payload, Store, read_small};

pub use artifact::artifact_file;
use manifests::Found;
use object::Entry;
use registry::Registry;

/// A repository as a store.
pub(super) struct OciStore {
    url: String,
    host: String,
    repository: String,
    settings: Settings,
    registry: OnceCell<Arc<Registry>>,
    /// What tags of objects name, as far as a listing has seen it.
    seen: Mutex<HashMap<String, Entry>>,
    /// The files of packs that this process has sent: an image is made of them without fetching them again.
    sent: Mutex<HashMap<Key, Payload>>,
}

impl std::fmt::Debug for OciStore {
    /// Without the client, which holds the credentials.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OciStore").field("url", &self.url).finish_non_exhaustive()
    }
}

impl OciStore {
    /// The store of a repository. Nothing is asked before the first operation.
    pub(super) fn new(url: &str, host: &str, repository: &str, settings: Settings) -> Self {
        Self {
            url: url.to_owned(),
            host: host.to_owned(),
            repository: repository.to_owned(),
            settings,
            registry: OnceCell::new(),
            seen: Mutex::default(),
            sent: Mutex::default(),
        }
    }

    fn doing<'d>(&'d self, verb: &'static str, what: &'d str) -> Doing<'d> {
        Doing::plainly(verb, what, &self.url)
    }

    async fn registry(&self) -> Result<&Arc<Registry>, StoreError> {
        let connect =
            async || Registry::connect(&self.host, &self.repository, &self.settings).await.map(Arc::new);
        self.registry.get_or_try_init(connect).await
    }

    fn seen<T>(&self, work: impl FnOnce(&mut HashMap<String, Entry>) -> T) -> T {
        work(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn sent<T>(&self, work: impl FnOnce(&mut HashMap<Key, Payload>) -> T) -> T {
        work(&mut self.sent.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The entry of a tag; `None` if there is no such tag.
    async fn entry(&self, verb: &'static str, tag: &str, what: &str) -> Result<Option<Entry>, StoreError> {
        let Some(found) = self.registry().await?.manifest(verb, tag, what).await? else { return Ok(None) };
        parsed(&found, self.doing(verb, what), tag).map(Some)
    }

    /// The entry of a key.
    async fn find(&self, verb: &'static str, key: &Key) -> Result<Entry, StoreError> {
        let found = self.entry(verb, &tag::of(key), key.as_str()).await?;
        let missing =
            || self.doing(verb, key.as_str()).because(StoreErrorKind::NotFound, "there is no such object");
        found.filter(|entry| entry.key == *key).ok_or_else(missing)
    }

    /// The keys that tags stand for, with the tags. Where a tag does not say it, what it names does.
    async fn keys(&self, folder: &Folder, from: &str) -> Result<Vec<(Key, String)>, StoreError> {
        let tags = self.registry().await?.tags().await?;
        let is_wanted = |key: &Key| key.as_str() > from && folder.name_of(key).is_some();
        let mut keys = Vec::new();
        let mut unknown = Vec::new();
        for tag in tags {
            match tag::key(&tag) {
                tag::Means::Key(key) => keys.push((key, tag)),
                tag::Means::Hidden => unknown.push(tag),
                tag::Means::Other => {}
            }
        }
        for entry in self.entries(&unknown).await?.into_iter().flatten() {
            let tag = tag::of(&entry.key);
            keys.push((entry.key, tag));
        }
        keys.retain(|(key, _)| is_wanted(key));
        keys.sort();
        Ok(keys)
    }

    /// What tags name, a few at a time. What is gone by now, or no object of ours, is left out; one of ours that is damaged is an
    /// error.
    async fn entries(&self, tags: &[String]) -> Result<Vec<Option<Entry>>, StoreError> {
        let one = async |tag: &String| {
            if let Some(entry) = self.seen(|seen| seen.get(tag).cloned()) {
                return Ok(Some(entry));
            }
            let found = self.registry().await?.manifest("list", tag, tag).await?;
            let found = found.filter(|found| object::is_object(&found.bytes));
            let entry = found.map(|found| parsed(&found, self.doing("list", tag), tag)).transpose()?;
            let entry = entry.filter(|entry| tag::of(&entry.key) == *tag);
            if let Some(entry) = &entry {
                self.seen(|seen| seen.insert(tag.clone(), entry.clone()));
            }
            Ok::<_, StoreError>(entry)
        };
        all(tags.iter().map(one).collect()).await
    }

    /// The artifact and the image of a pack, made of its manifest.
    async fn pack(&self, key: &Key, hash: Digest, manifest: &Payload) -> Result<pack::Made, StoreError> {
        let folder = key.as_str().strip_suffix(layout::MANIFEST).unwrap_or_default();
        let sent = |name: &str| {
            let key = Key::new(&format!("{folder}{name}")).ok()?;
            self.sent(|sent| sent.get(&key).cloned())
        };
        pack::make(self.registry().await?, key, hash, manifest, sent).await
    }

    /// Writes the manifest of a pack: artifact and image have to be there before it, and to be its own after it. `entry` is what its
    /// tag is to name.
    async fn commit(
        &self,
        key: &Key,
        hash: Digest,
        payload: &Payload,
        entry: &[u8],
    ) -> Result<bool, StoreError> {
        let (registry, tag) = (self.registry().await?, tag::of(key));
        let made = self.pack(key, hash, payload).await?;
        if registry.manifest("write", &tag, key.as_str()).await?.is_some() {
            return Ok(false);
        }
        made.name(registry, key).await?;
        if registry.claim(&tag, key.as_str(), entry, registry::MANIFEST).await? {
            // Who was here in the same moment may have given the tags to what is not committed.
            return made.name(registry, key).await.map(|()| true);
        }
        // The tags are those of the one who came first.
        let made = self.pack(key, hash, &Payload::bytes(self.content(key).await?)).await?;
        made.name(registry, key).await.map(|()| false)
    }

    /// The content of a small object.
    async fn content(&self, key: &Key) -> Result<Vec<u8>, StoreError> {
        read_small(self, key, MAX_MANIFEST).await
    }

    /// Whether a pack has a manifest.
    async fn is_committed(&self, oid: &Oid, hash: Digest) -> Result<bool, StoreError> {
        let key = layout::pack(oid, hash).ok().and_then(|folder| folder.key(layout::MANIFEST).ok());
        let Some(key) = key else { return Ok(false) };
        let found = self.registry().await?.manifest("delete", &tag::of(&key), key.as_str()).await?;
        Ok(found.is_some())
    }

    async fn write(&self, key: &Key, payload: &Payload, attributes: &Attributes) -> Result<(), StoreError> {
        let (registry, tag) = (self.registry().await?, tag::of(key));
        let taken = || self.doing("write", key.as_str()).because(StoreErrorKind::Exists, "it exists already");
        if registry.manifest("write", &tag, key.as_str()).await?.is_some() {
            if matches!(layout::place(key), Some((_, Place::Version(_)))) {
                self.complete(key).await?;
            }
            return Err(taken());
        }
        registry.put_blob(key.as_str(), payload).await?;
        let entry = object::manifest(key, payload, attributes, SystemTime::now());
        let place = layout::place(key);
        if let Some((oid, Place::Version(_))) = &place {
            // The tags of a version are there before its document.
            pack::name_version(registry, key, oid, &payload.read().await?).await?;
        }
        let wrote = match place {
            Some((_, Place::Pack(hash, layout::MANIFEST))) => self.commit(key, hash, payload, &entry).await?,
            _ => registry.claim(&tag, key.as_str(), &entry, registry::MANIFEST).await?,
        };
        if !wrote {
            return Err(taken());
        }
        self.seen(|seen| seen.remove(&tag));
        if let Some((_, Place::Pack(_, name))) = layout::place(key)
            && name != layout::MANIFEST
        {
            self.sent(|sent| sent.insert(key.clone(), payload.clone()));
        }
        Ok(())
    }
}

/// The entry that a manifest is.
fn parsed(found: &Found, doing: Doing<'_>, tag: &str) -> Result<Entry, StoreError> {
    Entry::parse(&found.bytes, &found.digest)
        .map_err(|why| doing.because(StoreErrorKind::Other, format!("the tag `{tag}` {why}")))
}

#[async_trait]
impl Store for OciStore {
    fn url(&self) -> &str {
        &self.url
    }

    async fn head(&self, key: &Key) -> Result<Meta, StoreError> {
        Ok(self.find("look at", key).await?.meta)
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, StoreError> {
        let Entry { meta, blob, .. } = self.find("read", key).await?;
        let size = meta.size;
        let range = range.map(|range| range.start.min(size)..range.end.min(size));
        if size == 0 || range.as_ref().is_some_and(Range::is_empty) {
            return Ok(Object { meta, body: Box::new(Nothing) });
        }
        let body = self.registry().await?.blob(key.as_str(), &blob, size, range).await?;
        Ok(Object { meta, body })
    }

    async fn create(&self, key: &Key, payload: &Payload, attributes: &Attributes) -> Result<(), StoreError> {
        let first = key.segments().next().unwrap_or_default();
        if !matches!(first, layout::PACKS | ".aegis") {
            let why = "a registry keeps packs only: publish bots to a bucket or a folder";
            return Err(self.doing("write", key.as_str()).because(StoreErrorKind::Other, why));
        }
        self.write(key, payload, attributes).await
    }

    /// Gives a pack or a version the tags that are missing; one that is there stays what it is.
    async fn complete(&self, key: &Key) -> Result<(), StoreError> {
        let registry = self.registry().await?;
        match layout::place(key) {
            Some((_, Place::Pack(hash, layout::MANIFEST))) => {
                if pack::is_named(registry, key, hash).await? {
                    return Ok(());
                }
                let made = self.pack(key, hash, &Payload::bytes(self.content(key).await?)).await?;
                made.complete(registry, key).await
            }
            Some((oid, Place::Version(_))) => {
                pack::name_version(registry, key, &oid, &self.content(key).await?).await
            }
            _ => Ok(()),
        }
    }

    async fn list(&self, folder: &Folder, from: Option<&str>, limit: usize) -> Result<Page, StoreError> {
        let mut keys = self.keys(folder, from.unwrap_or("")).await?;
        let more = keys.len() > limit;
        keys.truncate(limit);
        let next = keys.last().filter(|_| more).map(|(key, _)| key.as_str().to_owned());
        let tags: Vec<_> = keys.into_iter().map(|(_, tag)| tag).collect();
        let entries = self.entries(&tags).await?.into_iter().flatten();
        Ok(Page { objects: entries.map(|entry| Listed { key: entry.key, meta: entry.meta }).collect(), next })
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        let registry = self.registry().await?;
        let tag = tag::of(key);
        self.seen(|seen| seen.remove(&tag));
        // What other tools read of a pack goes before its manifest, and where there is none before any file.
        if let Some((oid, Place::Pack(hash, name))) = layout::place(key)
            && name != layout::REVOKED
            && (name == layout::MANIFEST || !self.is_committed(&oid, hash).await?)
        {
            pack::remove(registry, key, hash).await?;
        }
        if let Some(entry) = self.entry("delete", &tag, key.as_str()).await? {
            registry.delete(key.as_str(), &entry.digest).await?;
        }
        Ok(())
    }
}

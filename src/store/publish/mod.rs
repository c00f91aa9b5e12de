//! Publishing a revision: everything else first, the manifest last. Its presence is the commit.
//!
//! Conditional creates alone make it safe: any number of publishers may race, repeat each other or be killed at any
//! point. What was there first stays; what has equal content is a success; nothing is ever overwritten or removed.

mod many;
mod revision;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::diag::{Code, Diagnostic, Diagnostics, Outcome};

use super::manifest::{self, FileEntry, MAX_MANIFEST};
use super::tasks::all;
use super::{
    Digest, Key, Payload, Store, StoreErrorKind, Walk, digest_of, layout, probe, read_small, revoke,
};

pub use many::publish_all;
pub use revision::{PublishFile, Revision, Role};

/// How a publish ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// Nothing of the revision was there; this run wrote its manifest.
    Created,
    /// Some of it was there without a manifest, from a publish that was killed or is running; this run wrote the
    /// manifest.
    Finished,
    /// The manifest was there, or another publisher wrote it first.
    AlreadyThere,
}

/// What a publish did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// How it ended.
    pub done: Done,
    /// How many objects of the revision this run wrote.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What the user should know all the same.
    pub diagnostics: Diagnostics,
}

/// Publishes a revision. `unsafe_store` accepts a store that does not honour conditional writes.
///
/// # Errors
/// `IMMUTABLE_CONFLICT` if something else is published under the same identity, with both hashes: nothing was
/// changed. `REVOKED` for what was revoked. `STORE_UNSAFE`, see [`probe`]. `HASH_MISMATCH` if a source is not what the revision says. Or the store
/// failed: what was written stays, and another run goes on from there.
pub async fn publish(store: &dyn Store, revision: &Revision, unsafe_store: bool) -> Outcome<Published> {
    let run = Run::new(store, revision);
    run.refuse_revoked().await?;
    if run.is_published().await? {
        return Ok(run.published(Done::AlreadyThere, Diagnostics::new()));
    }
    let diagnostics: Diagnostics =
        probe::check(store, unsafe_store).await?.map(Diagnostics::from).unwrap_or_default();
    let present = run.present().await?;
    let resumed = !present.is_empty();
    run.look_before(present).await?;
    run.send(resumed, diagnostics).await
}

/// Whether a revision is published already, so that nothing of it has to be sent.
///
/// # Errors
/// `IMMUTABLE_CONFLICT` if something else is published under the same identity; or the store failed.
pub async fn is_published(store: &dyn Store, revision: &Revision) -> Outcome<bool> {
    Run::new(store, revision).is_published().await
}

/// One publish.
struct Run<'r> {
    store: &'r dyn Store,
    revision: &'r Revision,
    tally: Mutex<Tally>,
}

/// What the run knows so far.
#[derive(Default)]
struct Tally {
    objects: u64,
    bytes: u64,
    /// Companions that the store holds with other content than this run's.
    differing: BTreeMap<String, FileEntry>,
    /// Files that the store holds.
    settled: std::collections::BTreeSet<String>,
}

impl<'r> Run<'r> {
    fn new(store: &'r dyn Store, revision: &'r Revision) -> Self {
        Self { store, revision, tally: Mutex::default() }
    }
}

impl Run<'_> {
    /// Sends what is missing. `resumed` tells whether something of the revision was there.
    async fn send(&self, resumed: bool, diagnostics: Diagnostics) -> Outcome<Published> {
        self.send_files().await?;
        let done = match self.send_manifest().await? {
            true if resumed => Done::Finished,
            true => Done::Created,
            false => Done::AlreadyThere,
        };
        Ok(self.published(done, diagnostics))
    }

    fn tally<T>(&self, change: impl FnOnce(&mut Tally) -> T) -> T {
        change(&mut self.tally.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn published(&self, done: Done, diagnostics: Diagnostics) -> Published {
        self.tally(|tally| Published { done, objects: tally.objects, bytes: tally.bytes, diagnostics })
    }

    /// What was revoked is not published again, nor finished.
    async fn refuse_revoked(&self) -> Outcome<()> {
        let folder = &self.revision.folder;
        let key = folder
            .key(layout::REVOKED)
            .map_err(|error| revision::refused(layout::REVOKED, &error.to_string()))?;
        match revoke::at(self.store, &key).await? {
            Some(revocation) => Err(Box::new(revoke::refusal(&format!("`{}`", folder.path()), &revocation))),
            None => Ok(()),
        }
    }

    /// Whether the manifest is there, and says the same. Then what belongs to it is there too.
    async fn is_published(&self) -> Outcome<bool> {
        let key = &self.revision.manifest_key;
        let stored = match read_small(self.store, key, MAX_MANIFEST).await {
            Ok(stored) => stored,
            Err(error) if error.is_not_found() => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        if self.revision.is_same(&stored) {
            self.store.complete(key).await?;
            return Ok(true);
        }
        let digests = (Digest::of(&stored), Digest::of(&self.revision.manifest));
        Err(Box::new(conflict(key, digests.0, digests.1).help(IMMUTABLE)))
    }

    /// The revision's files that are there already.
    async fn present(&self) -> Outcome<Vec<&PublishFile>> {
        let mut present = Vec::new();
        let mut walk = Walk::new(self.store, self.revision.folder.clone());
        while let Some(listed) = walk.next().await? {
            let name = self.revision.folder.name_of(&listed.key).unwrap_or_default();
            if name == layout::REVOKED || listed.key == self.revision.manifest_key {
                continue;
            }
            let Some(file) = self.revision.files.iter().find(|file| file.key == listed.key) else {
                let message = format!(
                    "`{}` is in the store, but is no file of what is to be published there",
                    listed.key
                );
                let help = "it is left from another publish that did not finish, or does not belong there: remove it";
                return Err(Box::new(Diagnostic::error(Code::ImmutableConflict, message).help(help)));
            };
            present.push(file);
        }
        Ok(present)
    }

    /// Compares what is there, so that a conflict is found before anything is written.
    async fn look_before(&self, present: Vec<&PublishFile>) -> Outcome<()> {
        all(present.into_iter().map(|file| self.compare(file)).collect()).await?;
        Ok(())
    }

    /// Sends the files that are missing. Those that the identity's hash does not cover come first, one after the
    /// other in the order of their names: where two publishers differ, only one gets beyond the first of them, so
    /// that one of them wins whole. Checksums come last, as they speak of the others.
    async fn send_files(&self) -> Outcome<()> {
        let files = || self.revision.files.iter();
        for file in files().filter(|file| file.role == Role::Unhashed) {
            self.settle(file, &file.payload).await?;
        }
        let is_checksums =
            |file: &&PublishFile| file.role == Role::Companion && file.name == layout::CHECKSUMS;
        let together = files().filter(|file| file.role != Role::Unhashed && !is_checksums(file));
        all(together.map(|file| self.settle(file, &file.payload)).collect()).await?;
        if let Some(file) = files().find(is_checksums) {
            let payload = self.checksums(file).await?;
            self.settle(file, &payload).await?;
        }
        Ok(())
    }

    /// Brings a file into the store, or accepts what is there.
    async fn settle(&self, file: &PublishFile, payload: &Payload) -> Outcome<()> {
        if self.tally(|tally| tally.settled.contains(&file.name)) {
            return Ok(());
        }
        let attributes = self.revision.attributes(&file.name, payload.sha256());
        match self.store.create(&file.key, payload, &attributes).await {
            Ok(()) => {
                let entry = FileEntry { sha256: payload.sha256(), size: payload.size() };
                self.tally(|tally| {
                    tally.objects += 1;
                    tally.bytes += entry.size;
                    tally.note(file, entry);
                });
                Ok(())
            }
            Err(error) if error.is_exists() => self.compare(file).await,
            Err(error) => Err(error.into()),
        }
    }

    /// Compares a file with what the store holds of it. A companion may differ; any other file may not.
    async fn compare(&self, file: &PublishFile) -> Outcome<()> {
        let meta = self.store.head(&file.key).await?;
        let entry = match meta.sha256 {
            Some(sha256) => FileEntry { sha256, size: meta.size },
            None => {
                let (sha256, size) = digest_of(self.store, &file.key).await?;
                FileEntry { sha256, size }
            }
        };
        if file.role != Role::Companion && entry.sha256 != file.payload.sha256() {
            let conflict = conflict(&file.key, entry.sha256, file.payload.sha256());
            return Err(Box::new(conflict.help(self.way_out().await)));
        }
        self.tally(|tally| tally.note(file, entry));
        Ok(())
    }

    /// What to do about a conflict: it depends on whether what is there was ever finished.
    async fn way_out(&self) -> &'static str {
        match self.store.head(&self.revision.manifest_key).await {
            Err(error) if error.kind == StoreErrorKind::NotFound => {
                "it belongs to a publish that is running or did not finish (there is no manifest): run the command again \
                 later, and if nothing is running, remove the files of that revision first"
            }
            _ => IMMUTABLE,
        }
    }

    /// The checksums as they have to be beside the files that the store holds.
    async fn checksums(&self, file: &PublishFile) -> Outcome<Payload> {
        let differing = self.tally(|tally| tally.differing.clone());
        if differing.is_empty() {
            return Ok(file.payload.clone());
        }
        let bytes = file.payload.read().await?;
        let text = String::from_utf8_lossy(&bytes);
        let lines = text.split_inclusive('\n').map(|line| {
            let name = line.trim_end().split_once("  ").map_or("", |(_, name)| name);
            match differing.get(name) {
                Some(entry) => format!("{}  {name}\n", entry.sha256),
                None => line.to_owned(),
            }
        });
        Ok(Payload::bytes(lines.collect::<String>().into_bytes()))
    }

    /// Writes the manifest, with the entries of the companions as the store holds them. False if another publisher
    /// was first.
    async fn send_manifest(&self) -> Outcome<bool> {
        let differing = self.tally(|tally| tally.differing.clone());
        let entries = differing.iter().map(|(name, entry)| (name.as_str(), *entry)).collect();
        // A manifest that speaks of no companion is not looked into.
        let manifest = if differing.is_empty() {
            self.revision.manifest.clone()
        } else {
            manifest::with_entries(&self.revision.manifest, &entries)
                .map_err(|why| revision::invalid(&self.revision.manifest_key, &why))?
        };
        let payload = Payload::bytes(manifest);
        let key = &self.revision.manifest_key;
        let name = self.revision.folder.name_of(key).unwrap_or_default();
        let attributes = self.revision.attributes(name, payload.sha256());
        match self.store.create(key, &payload, &attributes).await {
            Ok(()) => {
                self.tally(|tally| {
                    tally.objects += 1;
                    tally.bytes += payload.size();
                });
                Ok(true)
            }
            Err(error) if error.is_exists() && self.is_published().await? => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

impl Tally {
    fn note(&mut self, file: &PublishFile, entry: FileEntry) {
        self.settled.insert(file.name.clone());
        if entry.sha256 != file.payload.sha256() {
            self.differing.insert(file.name.clone(), entry);
        }
    }
}

const IMMUTABLE: &str = "what is published never changes: there is no way to overwrite it. Find out which of the two is \
                         wrong, and publish the right one as a new revision";

fn conflict(key: &Key, stored: Digest, own: Digest) -> Diagnostic {
    let message = format!(
        "`{key}` is in the store with other content: its SHA-256 is {stored}, not {own}; nothing was changed"
    );
    Diagnostic::error(Code::ImmutableConflict, message)
}

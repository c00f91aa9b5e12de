//! What is published: files, the role that each plays, and the manifest that makes a revision of them.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::diag::{Code, Diagnostic, Outcome, Place};
use crate::store::manifest::{Manifest, is_hashed};
use crate::store::{Attributes, Digest, Folder, Key, Payload, layout};

/// A revision that is ready to be published.
#[derive(Debug, Clone)]
pub struct Revision {
    pub(super) folder: Folder,
    pub(super) files: Vec<PublishFile>,
    pub(super) manifest_key: Key,
    pub(super) manifest: Vec<u8>,
    pub(super) same: &'static [&'static str],
    pub(super) tags: BTreeMap<String, String>,
}

/// A file of a revision.
#[derive(Debug, Clone)]
pub struct PublishFile {
    pub(super) key: Key,
    pub(super) name: String,
    pub(super) payload: Payload,
    pub(super) role: Role,
}

/// What a file has to do with the identity of its revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Part of the identity, and of its hash: honest publishers of one identity cannot differ in it.
    Hashed,
    /// Part of the identity, but not of its hash: publishers may differ in it, and one of them wins.
    Unhashed,
    /// No part of the identity: what was stored first stands, and the manifest speaks of that.
    Companion,
}

impl Revision {
    /// A revision of any kind. Two manifests speak of the same one when the members `same` of both are equal.
    ///
    /// # Errors
    /// A name that cannot stand in a store.
    pub fn new(
        folder: Folder,
        files: impl IntoIterator<Item = (String, Payload, Role)>,
        (manifest_name, manifest): (&str, Vec<u8>),
        same: &'static [&'static str],
    ) -> Outcome<Self> {
        let key_of = |name: &str| folder.key(name).map_err(|error| refused(name, &error.to_string()));
        let file = |(name, payload, role): (String, Payload, Role)| {
            Ok(PublishFile { key: key_of(&name)?, name, payload, role })
        };
        let mut files: Vec<_> = files.into_iter().map(file).collect::<Outcome<_>>()?;
        files.sort_by(|a, b| a.name.cmp(&b.name));
        let tags = BTreeMap::new();
        Ok(Self { manifest_key: key_of(manifest_name)?, folder, files, manifest, same, tags })
    }

    /// The same, whose files of these names have entity tags of their own. Without one it is the SHA-256.
    #[must_use]
    pub fn tagged(self, tags: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { tags: tags.into_iter().collect(), ..self }
    }

    /// What readers are told about a file of it.
    pub(super) fn attributes(&self, name: &str, sha256: Digest) -> Attributes {
        let attributes = layout::immutable(name, sha256);
        match self.tags.get(name) {
            Some(etag) => Attributes { etag: etag.clone(), ..attributes },
            None => attributes,
        }
    }

    /// The revision that a runtime directory holds, by its `metadata.json`. The files are read only when they are
    /// sent, and must then be what the manifest says.
    ///
    /// # Errors
    /// `METADATA_INVALID` for a manifest that is none, or whose `packHash` is not that of the files it names.
    pub fn of_pack(directory: &Path, metadata: Vec<u8>) -> Outcome<Self> {
        let shown = directory.join(layout::MANIFEST).display().to_string();
        let manifest = Manifest::parse(&metadata).map_err(|why| refused(&shown, &why))?;
        let computed = manifest.computed_pack_hash();
        if computed != manifest.pack_hash {
            return Err(refused(
                &shown,
                &format!("says packHash {}, but its files have {computed}", manifest.pack_hash),
            ));
        }
        let files = manifest.files.iter().map(|(name, entry)| {
            let role = if is_hashed(name) { Role::Hashed } else { Role::Companion };
            (name.clone(), Payload::file(directory.join(name), entry.size, entry.sha256), role)
        });
        let folder = layout::pack(&manifest.oid, manifest.pack_hash)?;
        Self::new(folder, files, (layout::MANIFEST, metadata), &["packHash"])
    }

    /// The folder of the store that it goes to.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// How many bytes of it are in memory or in files.
    pub fn size(&self) -> usize {
        self.manifest.len() + self.files.iter().map(|file| file.payload.size() as usize).sum::<usize>()
    }

    /// Whether a manifest in the store speaks of this revision.
    pub(super) fn is_same(&self, stored: &[u8]) -> bool {
        let members = |bytes: &[u8]| -> Option<Vec<Value>> {
            let document: Value = serde_json::from_slice(bytes).ok()?;
            self.same.iter().map(|name| document.get(name).cloned()).collect()
        };
        members(&self.manifest).is_some_and(|own| members(stored) == Some(own))
    }
}

pub(super) fn refused(name: &str, why: &str) -> Box<Diagnostic> {
    let help =
        "build the pack again: what stands there was not made, or was changed, by something else than aegis";
    let place = Place::file(name.into());
    Box::new(Diagnostic::error(Code::MetadataInvalid, format!("`{name}` {why}")).at(place).help(help))
}

pub(super) fn invalid(key: &Key, why: &str) -> Box<Diagnostic> {
    refused(key.as_str(), why)
}

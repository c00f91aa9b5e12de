//! Reading back what a store holds, all of it, and comparing it with what the manifests say.

use std::collections::BTreeMap;

use semver::Version;

use crate::diag::{Code, Diagnostic, Diagnostics, Outcome, Place as At};
use crate::oid::Oid;

use super::layout::Place;
use super::manifest::{FileEntry, MAX_MANIFEST, Manifest};
use super::tasks::all;
use super::{Digest, Folder, Key, Listed, Store, Walk, digest_of, layout, read_small, versions};

/// What to verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Every pack.
    All,
    /// Every revision of an OID's pack.
    Pack(Oid),
    /// One revision.
    Revision(Oid, Digest),
}

/// What was verified, and what was wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many finished revisions there are.
    pub revisions: u64,
    /// How many files of them were read, with the manifests.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// How many revisions have no manifest.
    pub unfinished: u64,
    /// How many version documents were read.
    pub versions: u64,
    /// What was wrong, and notes about publishes that did not finish. No errors mean that all is as it should be.
    pub diagnostics: Diagnostics,
}

/// Reads everything back and checks it.
///
/// # Errors
/// The store failed, so that it cannot be told. What is wrong in the store is in [`Verified::diagnostics`]; that
/// there is nothing to verify is `NOT_FOUND` there.
pub async fn verify(store: &dyn Store, scope: &Scope) -> Outcome<Verified> {
    let folder = match scope {
        Scope::All => Folder::new(layout::PACKS)
            .map_err(|e| Box::new(Diagnostic::error(Code::Internal, e.to_string())))?,
        Scope::Pack(oid) => layout::packs_of(oid)?,
        Scope::Revision(oid, hash) => layout::pack(oid, *hash)?,
    };
    let mut run = Run { store, verified: Verified::default(), finished: Vec::new(), named: Vec::new() };
    let mut walk = Walk::new(store, folder.clone());
    let mut group: Option<Group> = None;
    while let Some(listed) = walk.next().await? {
        let place = layout::place(&listed.key);
        if let Some((oid, Place::Pack(hash, name))) = &place {
            let (oid, name) = (oid.clone(), (*name).to_owned());
            // Keys come in order, so that a revision's files come one after the other.
            if group.as_ref().is_none_or(|group| group.oid != oid || group.hash != *hash) {
                run.revision(group.take()).await?;
            }
            let group = group.get_or_insert_with(|| Group { oid, hash: *hash, files: BTreeMap::new() });
            group.files.insert(name, listed);
            continue;
        }
        match place {
            Some((oid, Place::Version(name))) => run.version(&oid, name, &listed.key).await?,
            Some((_, Place::Channel)) => {}
            _ => run.verified.diagnostics.push(stray(&listed.key)),
        }
    }
    run.revision(group).await?;
    run.named_packs();
    let mut verified = run.verified;
    if verified.revisions + verified.unfinished + verified.versions == 0 && verified.diagnostics.is_empty() {
        let message = format!("there is nothing to verify below `{folder}` in the store");
        let help = "check the URL and the OID; `aegis publish` puts packs there";
        verified.diagnostics.push(Diagnostic::error(Code::NotFound, message).help(help));
    }
    verified.diagnostics.sort();
    Ok(verified)
}

/// The objects of one revision, by their names in it.
struct Group {
    oid: Oid,
    hash: Digest,
    files: BTreeMap<String, Listed>,
}

struct Run<'s> {
    store: &'s dyn Store,
    verified: Verified,
    /// The revisions that have a manifest.
    finished: Vec<(Oid, Digest)>,
    /// The packs that version documents name, with the documents.
    named: Vec<(Oid, Version, Digest, Key)>,
}

impl Run<'_> {
    fn error(&mut self, code: Code, key: &Key, message: String, help: &str) {
        let diagnostic = Diagnostic::error(code, message).at(At::file(key.as_str().into())).help(help);
        self.verified.diagnostics.push(diagnostic);
    }

    async fn revision(&mut self, group: Option<Group>) -> Outcome<()> {
        let Some(mut group) = group else { return Ok(()) };
        if !group.files.contains_key(layout::MANIFEST) && !group.files.is_empty() {
            group = self.looked_up(group).await?;
        }
        group.files.remove(layout::REVOKED);
        let Some(listed) = group.files.remove(layout::MANIFEST) else {
            if !group.files.is_empty() {
                self.unfinished(&group)?;
            }
            return Ok(());
        };
        self.verified.revisions += 1;
        self.finished.push((group.oid.clone(), group.hash));
        let bytes = read_small(self.store, &listed.key, MAX_MANIFEST).await?;
        self.verified.files += 1;
        self.verified.bytes += bytes.len() as u64;
        match Manifest::parse(&bytes) {
            Ok(manifest) => {
                self.identity(&group, &listed.key, &manifest);
                self.files(group, manifest).await
            }
            Err(why) => {
                let message = format!("`{}` {why}", listed.key);
                self.error(Code::MetadataInvalid, &listed.key, message, RESTORE);
                Ok(())
            }
        }
    }

    /// A revision whose manifest a listing does not name: it may have come meanwhile, or the listing may have been
    /// damaged on its way. So the manifest is asked for by its name, and if it is there, all is listed once more.
    async fn looked_up(&self, group: Group) -> Outcome<Group> {
        let folder = layout::pack(&group.oid, group.hash)?;
        let key = folder
            .key(layout::MANIFEST)
            .map_err(|error| Box::new(Diagnostic::error(Code::Internal, format!("`{folder}`: {error}"))))?;
        match self.store.head(&key).await {
            Ok(_) => {}
            Err(error) if error.is_not_found() => return Ok(group),
            Err(error) => return Err(error.into()),
        }
        let (mut files, mut walk) = (BTreeMap::new(), Walk::new(self.store, folder.clone()));
        while let Some(listed) = walk.next().await? {
            files.extend(folder.name_of(&listed.key).map(str::to_owned).map(|name| (name, listed)));
        }
        Ok(Group { files, ..group })
    }

    fn unfinished(&mut self, group: &Group) -> Outcome<()> {
        self.verified.unfinished += 1;
        let folder = layout::pack(&group.oid, group.hash)?;
        let files = group.files.len();
        let message =
            format!("`{folder}` has {files} files and no manifest: a publish is running, or did not finish");
        let help = "publish that pack again to finish it; readers do not see it until then";
        let note =
            Diagnostic::note(Code::PublishUnfinished, message).at(At::file(folder.path().into())).help(help);
        self.verified.diagnostics.push(note);
        Ok(())
    }

    /// Whether the manifest speaks of the revision that its key names.
    fn identity(&mut self, group: &Group, key: &Key, manifest: &Manifest) {
        if manifest.oid != group.oid {
            let message = format!("`{key}` says OID {}, but stands under {}", manifest.oid, group.oid);
            self.error(Code::MetadataInvalid, key, message, RESTORE);
        }
        if manifest.pack_hash != group.hash {
            let message =
                format!("`{key}` says packHash {}, but stands under {}", manifest.pack_hash, group.hash);
            self.error(Code::HashMismatch, key, message, RESTORE);
        }
        let computed = manifest.computed_pack_hash();
        if computed != manifest.pack_hash {
            let message =
                format!("`{key}` says packHash {}, but its files have {computed}", manifest.pack_hash);
            self.error(Code::HashMismatch, key, message, RESTORE);
        }
    }

    async fn files(&mut self, mut group: Group, manifest: Manifest) -> Outcome<()> {
        let mut present = Vec::with_capacity(manifest.files.len());
        for (name, entry) in manifest.files {
            match group.files.remove(&name) {
                Some(listed) => present.push((listed.key, entry)),
                None => {
                    let folder = layout::pack(&group.oid, group.hash)?;
                    let path = format!("{folder}{name}");
                    let message = format!("`{path}` is not in the store, but the manifest names it");
                    let missing =
                        Diagnostic::error(Code::FileMissing, message).at(At::file(path.into())).help(RESTORE);
                    self.verified.diagnostics.push(missing);
                }
            }
        }
        for listed in group.files.into_values() {
            let message = format!("`{}` is in the store, but the manifest does not name it", listed.key);
            self.error(Code::UnexpectedFile, &listed.key, message, "remove it: nothing reads it");
        }
        let read = all(present.iter().map(|(key, _)| digest_of(self.store, key)).collect()).await?;
        for ((key, expected), (sha256, size)) in present.iter().zip(read) {
            self.verified.files += 1;
            self.verified.bytes += size;
            self.verified.diagnostics.extend(compare(key, *expected, FileEntry { sha256, size }));
        }
        Ok(())
    }

    async fn version(&mut self, oid: &Oid, name: &str, key: &Key) -> Outcome<()> {
        self.verified.versions += 1;
        let Some(version) = versions::version_of(name) else {
            self.verified.diagnostics.push(versions::invalid(key, "has a name that is no version"));
            return Ok(());
        };
        match versions::read(self.store, oid, &version, key).await {
            Ok(document) => self.named.push((oid.clone(), version, document.pack_hash, key.clone())),
            Err(diagnostic) if diagnostic.code == Code::MetadataInvalid => {
                self.verified.diagnostics.push(*diagnostic)
            }
            Err(diagnostic) => return Err(diagnostic),
        }
        Ok(())
    }

    /// Whether the packs are there that version documents name.
    fn named_packs(&mut self) {
        for (oid, version, hash, key) in std::mem::take(&mut self.named) {
            if !self.finished.contains(&(oid.clone(), hash)) {
                let message = format!(
                    "`{key}` says that {oid} {version} is the pack {hash}, which is not in the store"
                );
                self.error(Code::FileMissing, &key, message, "publish that pack again");
            }
        }
    }
}

const RESTORE: &str = "something other than aegis changed the store: put the file back from a copy, or remove the whole \
                       revision and publish it again";

fn compare(key: &Key, expected: FileEntry, found: FileEntry) -> Option<Diagnostic> {
    let (code, message) = if found.size != expected.size {
        let message = format!("`{key}` has {} bytes, but the manifest says {}", found.size, expected.size);
        (Code::SizeMismatch, message)
    } else if found.sha256 != expected.sha256 {
        let message =
            format!("`{key}` has the SHA-256 {}, but the manifest says {}", found.sha256, expected.sha256);
        (Code::HashMismatch, message)
    } else {
        return None;
    };
    Some(Diagnostic::error(code, message).at(At::file(key.as_str().into())).help(RESTORE))
}

fn stray(key: &Key) -> Diagnostic {
    let message = format!("`{key}` is in the store, but belongs to no pack, version or channel");
    Diagnostic::error(Code::UnexpectedFile, message)
        .at(At::file(key.as_str().into()))
        .help("remove it: nothing reads it")
}

//! Whether a runtime directory or a `.1337` file is what was built: bytes, identity, hash trees.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::cache::Pack;
use crate::diag::{Code, Diagnostic, Diagnostics, Outcome, Place};

use crate::source::cache_diagnostic;

use super::directory::{hash_files, read_metadata};
use super::metadata::{self, FILE_NAME, FileRecord, Metadata};
use super::to_cache::Meta;

/// What was found.
#[derive(Debug)]
pub struct Verified {
    /// The passport.
    pub metadata: Metadata,
    /// What is wrong.
    pub diagnostics: Diagnostics,
}

/// Checks a `.1337` file: every byte against its root.
///
/// # Errors
/// What is wrong with it.
pub fn file(path: &Path, shown: &str) -> Outcome<Pack> {
    let shown: Arc<str> = shown.into();
    let pack = Pack::open(path).map_err(|error| cache_diagnostic(&error, Arc::clone(&shown)))?;
    pack.verify(rayon::current_num_threads()).map_err(|error| cache_diagnostic(&error, shown))?;
    Ok(pack)
}

/// Checks a runtime directory. `shown` names a path of it to people.
///
/// # Errors
/// It is no runtime directory, or cannot be read.
pub fn directory(dir: &Path, shown: &dyn Fn(&Path) -> String) -> Outcome<Verified> {
    let metadata = read_metadata(dir)?;
    let found = hash_files(dir)?;
    let mut check = Check { dir, shown, metadata: &metadata, diagnostics: Diagnostics::new() };
    check.files(&found);
    check.identity();
    check.checksums();
    check.caches(&found);
    let mut diagnostics = check.diagnostics;
    diagnostics.sort();
    Ok(Verified { metadata, diagnostics })
}

struct Check<'c> {
    dir: &'c Path,
    shown: &'c dyn Fn(&Path) -> String,
    metadata: &'c Metadata,
    diagnostics: Diagnostics,
}

/// What to do about a directory that is not what was built.
const REBUILD: &str = "build or fetch the directory again; find out who changed it";

impl Check<'_> {
    fn problem(&mut self, code: Code, file: &str, message: String) {
        let place = Place::file((self.shown)(&self.dir.join(file)).into());
        self.diagnostics.push(Diagnostic::error(code, message).at(place).help(REBUILD));
    }

    /// Every file that is stated is there with its digest, and no other is.
    fn files(&mut self, found: &BTreeMap<String, Result<FileRecord, String>>) {
        for (name, stated) in &self.metadata.files {
            match found.get(name) {
                None => self.problem(Code::FileMissing, name, format!("`{name}` is missing")),
                Some(Err(why)) => self.problem(Code::UnexpectedFile, name, format!("`{name}`: {why}")),
                Some(Ok(record)) if record.size != stated.size && !self.is_sound_cache(name) => {
                    let message =
                        format!("`{name}` has {} bytes, {FILE_NAME} says {}", record.size, stated.size);
                    self.problem(Code::SizeMismatch, name, message);
                }
                Some(Ok(record)) if record.sha256 != stated.sha256 => {
                    self.changed(name, &record.sha256, &stated.sha256)
                }
                Some(Ok(_)) => {}
            }
        }
        for name in found.keys().filter(|name| *name != FILE_NAME && !self.metadata.files.contains_key(*name))
        {
            self.problem(Code::UnexpectedFile, name, format!("`{name}` was not built"));
        }
    }

    /// A layer's cache that was replaced alone is judged by its own root.
    fn is_sound_cache(&self, name: &str) -> bool {
        name.starts_with("caches/") && file(&self.dir.join(name), name).is_ok()
    }

    fn changed(&mut self, name: &str, found: &str, stated: &str) {
        if self.is_sound_cache(name) {
            let message =
                format!("`{name}` was replaced alone: it is sound by its own root, but not what was built");
            let place = Place::file((self.shown)(&self.dir.join(name)).into());
            let help = "that is how a site updates its layer; build the pack again to publish it";
            self.diagnostics.push(Diagnostic::warning(Code::HashMismatch, message).at(place).help(help));
            return;
        }
        let message = format!("`{name}` has the SHA-256 {found}, {FILE_NAME} says {stated}");
        self.problem(Code::HashMismatch, name, message);
    }

    fn identity(&mut self) {
        let expected = metadata::pack_hash(&self.metadata.files);
        if expected != self.metadata.pack_hash {
            let message = format!("`packHash` is {}, the files give {expected}", self.metadata.pack_hash);
            self.problem(Code::HashMismatch, FILE_NAME, message);
        }
    }

    fn checksums(&mut self) {
        let name = "checksums.txt";
        if !self.metadata.files.contains_key(name) {
            self.problem(Code::MetadataInvalid, FILE_NAME, format!("`files` does not name {name}"));
        } else if let Ok(text) = std::fs::read_to_string(self.dir.join(name))
            && text != metadata::checksums(&self.metadata.files)
        {
            self.problem(Code::HashMismatch, name, format!("{name} disagrees with {FILE_NAME}"));
        }
    }

    /// The binary files by their own trees, and the merged one by what it says of itself.
    fn caches(&mut self, found: &BTreeMap<String, Result<FileRecord, String>>) {
        let names: Vec<_> =
            self.metadata.files.keys().filter(|name| name.ends_with(".1337")).cloned().collect();
        for name in names {
            let path = self.dir.join(&name);
            if !path.is_file() {
                continue;
            }
            match file(&path, &(self.shown)(&path)) {
                Err(diagnostic) => self.diagnostics.push(*diagnostic),
                Ok(pack) => {
                    self.root(&name, &pack, found);
                    if name == "runtime.1337" {
                        self.says_the_same(&pack);
                    }
                }
            }
        }
    }

    /// A cache that was replaced alone has its own root; of the others it is stated.
    fn root(&mut self, name: &str, pack: &Pack, found: &BTreeMap<String, Result<FileRecord, String>>) {
        let is_built = found.get(name).and_then(|found| found.as_ref().ok()) == self.metadata.files.get(name);
        if is_built && let Err(message) = self.metadata.check_root(name, pack.root()) {
            self.problem(Code::MetadataInvalid, FILE_NAME, message);
        }
    }

    fn says_the_same(&mut self, pack: &Pack) {
        let meta = pack.meta().ok().and_then(|bytes| serde_json::from_slice::<Meta>(bytes).ok());
        let Some(meta) = meta else {
            self.problem(Code::CacheCorrupt, "runtime.1337", "its description is malformed".to_owned());
            return;
        };
        let m = self.metadata;
        if (&meta.name, &meta.oid, &meta.version) != (&m.name, &m.oid, &m.version) {
            let message = format!(
                "runtime.1337 is {} {} ({}), {FILE_NAME} says {} {} ({})",
                meta.name, meta.version, meta.oid, m.name, m.version, m.oid
            );
            self.problem(Code::MetadataInvalid, FILE_NAME, message);
        }
    }
}

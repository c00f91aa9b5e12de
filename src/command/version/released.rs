//! The releases that the store knows: the only place where versions meet the store.

use std::path::{Path, PathBuf};

use semver::Version;

use crate::cache::Pack;
use crate::diag::{Code, Diagnostic, Outcome};
use crate::oid::Oid;
use crate::pack::from_cache::Reader;
use crate::pack::model::Statement;
use crate::pack::to_cache::Meta;
use crate::semver::{Level, Levels, Side, difference, difference::largest};
use crate::store::manifest::{MAX_MANIFEST, Manifest};
use crate::store::{self, Digest, Store, block_on, layout, read_small, versions};

use super::decide::Compared;

pub(super) use crate::store::versions::VersionDocument as Document;

/// The file that a release is compared by.
const RUNTIME: &str = "runtime.1337";

/// The releases of a pack in a store.
pub(super) struct Releases<'r> {
    url: String,
    base: PathBuf,
    oid: &'r Oid,
    offline: bool,
}

impl<'r> Releases<'r> {
    /// Those of this pack. The store is opened when it is asked.
    pub(super) fn new(url: &str, base: &Path, oid: &'r Oid, offline: bool) -> Self {
        Self { url: url.to_owned(), base: base.to_path_buf(), oid, offline }
    }

    fn open(&self) -> Outcome<Box<dyn Store>> {
        let store = store::open(&self.url, &self.base)?;
        if self.offline && self.url.contains("://") && !self.url.starts_with("file://") {
            let message = "the store is on the network, and `--offline` forbids to use it";
            return Err(Box::new(
                Diagnostic::error(Code::NotSupported, message)
                    .help("leave `--offline` out, or claim a version"),
            ));
        }
        Ok(store)
    }

    /// The highest release but one.
    pub(super) fn highest(&self, except: Option<&Version>) -> Outcome<Option<Document>> {
        let store = self.open()?;
        block_on(versions::highest(&*store, self.oid, except))?
    }

    /// The release of a version.
    pub(super) fn of(&self, version: &Version) -> Outcome<Option<Document>> {
        let store = self.open()?;
        let key = layout::version(self.oid, version)?;
        match block_on(versions::read(&*store, self.oid, version, &key))? {
            Err(failed) if failed.code == Code::NotFound => Ok(None),
            found => found.map(Some),
        }
    }

    /// A release that GitHub has a tag of, and the store no document.
    pub(super) fn missing(&self, version: &Version, prefix: &str) -> Box<Diagnostic> {
        let document = format!("packs/{}/versions/{version}.json", self.oid);
        let message = format!(
            "the last release is `{prefix}v{version}`, but the store {} does not say which pack that is, so nothing can be compared with it",
            self.url
        );
        let help = format!(
            "publish releases to a store that outlives the job, and put `{document}` there; or claim a version with `pack.version`"
        );
        Box::new(Diagnostic::error(Code::ReleaseUnreadable, message).help(help))
    }

    /// What changed since a release.
    pub(super) fn compare(
        &self,
        last: &Document,
        pack: &Side<'_, '_>,
        content_hash: &str,
        levels: &Levels,
    ) -> Outcome<Compared> {
        let version = last.version.clone();
        if last.content_hash.to_string() == content_hash {
            return Ok(Compared { version, largest: None });
        }
        let unreadable = |why: String| {
            let message = format!("the last release, {version}, cannot be read from the store: {why}");
            let help = format!(
                "put back `packs/{}/{}/{RUNTIME}`, or claim a version with `pack.version`",
                self.oid, last.pack_hash
            );
            Box::new(Diagnostic::error(Code::ReleaseUnreadable, message).help(help))
        };
        let bytes = self.runtime(last).map_err(|failed| match failed.code {
            Code::StoreFailed => failed,
            _ => unreadable(failed.message),
        })?;
        let file = Pack::from_bytes(bytes).map_err(|error| unreadable(error.to_string()))?;
        let changes = changes(&file, pack, levels).map_err(unreadable)?;
        // Content that differs without a change would be a gap in the rules: it is at least reworded.
        let level = largest(&changes).unwrap_or(Level::Patch);
        let change = changes.into_iter().find(|change| change.level == level);
        Ok(Compared { version, largest: Some((level, change)) })
    }

    /// The bytes of a release's `runtime.1337`, which are what its identity says.
    fn runtime(&self, last: &Document) -> Outcome<Vec<u8>> {
        let wrong = |message: String| Box::new(Diagnostic::error(Code::ReleaseUnreadable, message));
        let store = self.open()?;
        let folder = layout::pack(self.oid, last.pack_hash)?;
        let key = |name| folder.key(name).map_err(|error| wrong(error.to_string()));
        let (manifest, runtime) = (key(layout::MANIFEST)?, key(RUNTIME)?);
        let bytes = block_on(read_small(&*store, &manifest, MAX_MANIFEST))??;
        let parsed = Manifest::parse(&bytes).map_err(|why| wrong(format!("`{manifest}` {why}")))?;
        if parsed.computed_pack_hash() != last.pack_hash {
            return Err(wrong(format!("`{manifest}` is that of another pack")));
        }
        let Some(entry) = parsed.files.get(RUNTIME) else {
            return Err(wrong(format!("it was built without `{RUNTIME}`")));
        };
        let bytes = block_on(read_small(&*store, &runtime, entry.size))??;
        if Digest::of(&bytes) != entry.sha256 {
            return Err(wrong(format!("`{runtime}` is not what was published")));
        }
        Ok(bytes)
    }
}

fn changes(file: &Pack, pack: &Side<'_, '_>, levels: &Levels) -> Result<Vec<crate::semver::Change>, String> {
    let text = |error: crate::cache::Error| error.to_string();
    let meta: Meta = serde_json::from_slice(file.meta().map_err(text)?).map_err(|error| error.to_string())?;
    let mut reader = Reader::new(file, None, Vec::new());
    let mut entries = Vec::with_capacity(file.len() as usize);
    for entry in file.entries() {
        if let Statement::Define(entry) = reader.statement(entry.map_err(text)?).map_err(text)? {
            entries.push(entry);
        }
    }
    let old = Side { name: &meta.name, oid: &meta.oid, language: &meta.language, entries: &entries };
    Ok(difference(&old, pack, levels))
}

//! The releases that the store knows: the only place where versions meet the store.

use std::path::{Path, PathBuf};

use semver::Version;

use crate::cache::Pack;
use crate::diag::{Code, Diagnostic, Outcome};
use crate::oid::Oid;
use crate::pack::from_cache::Opened;
use crate::report::difference::Difference;
use crate::semver::Level;
use crate::store::runtime::{RUNTIME, runtime};
use crate::store::{self, Settings, Store, block_on, layout, versions};

use super::decide::Compared;
use crate::command::diff::{self, Rules, View};

pub(super) use crate::store::versions::VersionDocument as Document;

/// The releases of a pack in a store.
pub(super) struct Releases<'r> {
    url: String,
    base: PathBuf,
    oid: &'r Oid,
    offline: bool,
    settings: Settings,
}

impl<'r> Releases<'r> {
    /// Those of this pack. The store is opened when it is asked.
    pub(super) fn new(url: &str, base: &Path, oid: &'r Oid, offline: bool, settings: Settings) -> Self {
        Self { url: url.to_owned(), base: base.to_path_buf(), oid, offline, settings }
    }

    fn open(&self) -> Outcome<Box<dyn Store>> {
        let store = store::open_with(&self.url, &self.base, &self.settings)?;
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

    /// What changed since a release, as a project weighs it; and as readers see it.
    pub(super) fn compare(
        &self,
        last: &Document,
        pack: &View<'_>,
        content_hash: &str,
        rules: &Rules,
    ) -> Outcome<(Compared, Option<Difference>)> {
        let version = last.version.clone();
        if last.content_hash.to_string() == content_hash {
            return Ok((Compared { version, largest: None }, None));
        }
        let unreadable = |why: String| {
            let message = format!("the last release, {version}, cannot be read from the store: {why}");
            let help = format!(
                "put back `packs/{}/{}/{RUNTIME}`, or claim a version with `pack.version`",
                self.oid, last.pack_hash
            );
            Box::new(Diagnostic::error(Code::ReleaseUnreadable, message).help(help))
        };
        let store = self.open()?;
        let bytes =
            block_on(runtime(&*store, self.oid, last.pack_hash))?.map_err(|failed| match failed.code {
                Code::StoreFailed => failed,
                _ => unreadable(failed.message),
            })?;
        let file = Pack::from_bytes(bytes).map_err(|error| unreadable(error.to_string()))?;
        let opened = Opened::of(&file).map_err(|error| unreadable(error.to_string()))?;
        // The file was built before its version was given: the release is what counts.
        let old = View { version: Some(version.to_string()), ..View::of(opened) };
        let compared = diff::compare(&old, pack, rules, true);
        // Content that differs without a change would be a gap in the rules: it is at least reworded.
        let (level, change) = match compared.largest {
            Some((level, change)) => (level, Some(change)),
            None => (Level::Patch, None),
        };
        Ok((Compared { version, largest: Some((level, change)) }, Some(compared.difference)))
    }
}

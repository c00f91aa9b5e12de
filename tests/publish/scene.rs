//! What a test of publishing starts from.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use aegis_action::diag::{Code, Severity};
use aegis_action::store::{Store, open};

use crate::fixture::{self, Pack};
use crate::verify_now;

/// A store in a folder, and room for packs beside it.
pub(crate) struct Scene {
    pub(crate) scratch: tempfile::TempDir,
    pub(crate) store: Arc<dyn Store>,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let store = open("file://store", scratch.path()).unwrap().into();
        Self { scratch, store }
    }

    pub(crate) fn pack(&self, name: &str, pack: Pack<'_>) -> PathBuf {
        fixture::write(&self.scratch.path().join(name), pack)
    }

    /// The path of a published file, to do what aegis never does.
    pub(crate) fn stored(&self, pack: &Path, name: &str) -> PathBuf {
        self.scratch.path().join("store").join(fixture::revision(pack).folder().path()).join(name)
    }

    /// What verification finds, in short.
    pub(crate) fn codes(&self) -> Vec<(Severity, Code)> {
        verify_now(&*self.store).diagnostics.iter().map(|d| (d.severity, d.code)).collect()
    }
}

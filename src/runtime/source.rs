//! Where packs come from, as the run time sees it: something that is looked at cheaply, and copied whole.
//!
//! A source judges nothing: what it hands over is verified afterwards, all of it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use crate::blocks::Blocks;
use crate::diag::Diagnostic;
use crate::layer::Layer;
use crate::pack::canonical;
use crate::pack::metadata::FileRecord;

/// The files of a runtime directory that the run time takes, in the order in which they are copied. An agent needs
/// no more; exports and suites stay where they are.
pub const FILES: [&str; 5] =
    ["metadata.json", "runtime.1337", "caches/global.1337", "caches/domain.1337", "caches/local.1337"];

/// The file of a layer's cache.
pub(super) fn cache_file(layer: Layer) -> &'static str {
    FILES[2 + layer as usize]
}

/// Where packs come from.
///
/// The back ends of this crate are a runtime directory and a store's channel; others are handed to
/// [`Options::open_source`](super::Options::open_source).
pub trait Source: Send {
    /// What it is called: in events, and as the name under which an update is remembered.
    fn name(&self) -> &str;

    /// What stands there now. Called often: it reads as little as it can.
    ///
    /// # Errors
    /// There is nothing now, or it cannot be reached.
    fn look(&mut self) -> Result<Look, Trouble>;

    /// Copies what was looked at into a draft. If something else stands there meanwhile, that is [`Trouble::Changed`].
    ///
    /// # Errors
    /// It changed or went away, it cannot be read, a file is missing, or the draft cannot be written.
    fn fetch(&mut self, look: &Look, into: &mut Copies) -> Result<(), Trouble>;

    /// Whether every mark is an update of its own, even with content that was taken before: a channel's numbers are.
    /// The mark of files changes when they are merely touched.
    fn is_numbered(&self) -> bool {
        false
    }

    /// Why a pack was revoked, if it was, by its `packHash`.
    ///
    /// # Errors
    /// It cannot be reached.
    fn revoked(&mut self, pack_hash: &str) -> Result<Option<String>, Trouble> {
        let _ = pack_hash;
        Ok(None)
    }

    /// The paths at which a change can be noticed; none if it can only be asked.
    fn watched(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// How often it is looked at where changes are not noticed by themselves.
    fn interval(&self) -> Duration {
        Duration::from_secs(5)
    }
}

/// What stands at a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// What identifies the update: equal marks are the same update. It is remembered once the update is activated.
    pub mark: String,
    /// What that is, in words; for a channel its sequence number.
    pub says: String,
    /// When something was last written there, if the source can tell: what is fresh may be half-written.
    pub newest: Option<SystemTime>,
}

/// Why there is nothing to take.
#[derive(Debug)]
pub enum Trouble {
    /// There is nothing there now; why, as a sentence. It is waited for.
    Absent(String),
    /// Something else stands there than was looked at. It is looked at again, soon.
    Changed,
    /// What stands there is no pack: it has this fault.
    Faulty(Box<Diagnostic>),
    /// It cannot be read, or the own store cannot be written. It is tried again.
    Failed(Box<Diagnostic>),
}

/// The files of an update on their way into the own store, with what they are by their bytes.
#[derive(Debug)]
pub struct Copies {
    folder: PathBuf,
    files: BTreeMap<String, FileRecord>,
}

impl Copies {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, files: BTreeMap::new() }
    }

    /// Where they are written.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What they are.
    pub(super) fn files(&self) -> &BTreeMap<String, FileRecord> {
        &self.files
    }

    /// The name of what was copied: the SHA-256 of the canonical map of paths to SHA-256s. What a pack claims of
    /// itself does not enter it, so that a damaged copy never speaks for the pack that it claims to be.
    pub(super) fn id(&self) -> String {
        let map: BTreeMap<&str, &str> =
            self.files.iter().map(|(path, record)| (path.as_str(), record.sha256.as_str())).collect();
        canonical::hex(&Sha256::digest(canonical::to_vec(&map)))
    }

    /// Takes one of [`FILES`] through a closure that writes its bytes.
    ///
    /// # Errors
    /// What the closure says, or [`Trouble::Failed`] for the own store.
    pub fn take(
        &mut self,
        file: &str,
        fill: impl FnOnce(&mut dyn Write) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        let path = self.folder.join(file);
        let failed = |error: &io::Error| Trouble::Failed(super::keep::failed("write", &path, error));
        let create = || -> io::Result<File> {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            File::create(&path)
        };
        let mut out = Hashing {
            hasher: Sha256::new(),
            size: 0,
            blocks: Blocks::default(),
            out: create().map_err(|e| failed(&e))?,
            failed: None,
        };
        let filled = fill(&mut out).and_then(|()| out.finish().map_err(|error| failed(&error)));
        // A closure can only say that it could not go on; that the disk is full is our matter.
        if let Some(error) = out.failed.take() {
            return Err(failed(&error));
        }
        filled?;
        read_only(&out.out).map_err(|error| failed(&error))?;
        let record = FileRecord { sha256: canonical::hex(&out.hasher.finalize()), size: out.size };
        self.files.insert(file.to_owned(), record);
        Ok(())
    }

    /// Takes a file from a reader.
    ///
    /// # Errors
    /// The reader's, as `unreadable` tells it, or [`Trouble::Failed`] for the own store.
    pub fn take_from(
        &mut self,
        file: &str,
        mut from: impl Read,
        unreadable: impl FnOnce(&io::Error) -> Trouble,
    ) -> Result<(), Trouble> {
        self.take(file, |out| io::copy(&mut from, out).map(|_| ()).map_err(|error| unreadable(&error)))
    }
}

/// Nobody writes into a copy by accident.
fn read_only(file: &File) -> io::Result<()> {
    let mut permissions = file.metadata()?.permissions();
    permissions.set_readonly(true);
    file.set_permissions(permissions)
}

/// Hashes and counts what passes through, and keeps the failure of what it passes on to. It passes on large blocks.
struct Hashing {
    hasher: Sha256,
    size: u64,
    blocks: Blocks,
    out: File,
    failed: Option<io::Error>,
}

impl Hashing {
    /// Passes on what waits.
    fn finish(&mut self) -> io::Result<()> {
        self.blocks.finish(|bytes, _| self.out.write_all(bytes))
    }
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hasher.update(bytes);
        let written = self.blocks.write(bytes, self.size, |bytes, _| self.out.write_all(bytes));
        written.map_err(|error| {
            let kind = error.kind();
            self.failed = Some(error);
            io::Error::from(kind)
        })?;
        self.size += bytes.len() as u64;
        Ok(bytes.len())
    }

    /// What waits goes on waiting: nobody looks at the file before it is whole.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

//! Walking down from the root by file descriptors, so that no link and no rename can lead out of it.

use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::{Errno, Result};

use crate::store::Key;

const FOLDER: OFlags = OFlags::DIRECTORY.union(OFlags::CLOEXEC).union(OFlags::RDONLY);

/// The store's folder. It may itself be reached through links: those are the user's.
#[derive(Debug)]
pub(super) struct Root {
    pub(super) root: PathBuf,
    /// Whether it was there before.
    seen: AtomicBool,
}

impl Root {
    pub(super) const fn new(root: PathBuf) -> Self {
        Self { root, seen: AtomicBool::new(false) }
    }

    /// The root, opened anew: it may have been made, or swapped, since. One that was there and is gone is `STALE`: a file system that
    /// was taken away holds nothing now, but it is not empty.
    pub(super) fn open(&self) -> Result<OwnedFd> {
        match rustix::fs::open(&self.root, FOLDER, Mode::empty()) {
            Err(Errno::NOENT) if self.seen.load(Ordering::Relaxed) => Err(Errno::STALE),
            Err(error) => Err(error),
            Ok(root) => {
                self.seen.store(true, Ordering::Relaxed);
                Ok(root)
            }
        }
    }

    /// The folder at the end of these segments. What is not there, or is no folder, is `NOENT`; a link is `LOOP`.
    pub(super) fn folder<'s>(&self, segments: impl Iterator<Item = &'s str>) -> Result<OwnedFd> {
        let mut folder = self.open()?;
        for segment in segments {
            folder = child(&folder, segment).map_err(|error| match error {
                Errno::NOTDIR => Errno::NOENT,
                other => other,
            })?;
        }
        Ok(folder)
    }

    /// The folder that a key stands in, and the key's last segment.
    pub(super) fn parent<'k>(&self, key: &'k Key) -> Result<(OwnedFd, &'k str)> {
        let mut segments = key.segments();
        let name = segments.next_back().unwrap_or_default();
        Ok((self.folder(segments)?, name))
    }

    /// An object's file, open for reading. A folder is `NOENT`, as no object has that key.
    pub(super) fn open_file(&self, key: &Key) -> Result<(File, Stat)> {
        let (folder, name) = self.parent(key)?;
        // A pipe must not stop us: NONBLOCK opens it at once, and the check below refuses it.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&folder, name, flags, Mode::empty())?;
        let stat = rustix::fs::fstat(&file)?;
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Ok((File::from(file), stat)),
            _ => Err(Errno::NOENT),
        }
    }
}

/// A folder in a folder. A link is `LOOP`, another file `NOTDIR`.
pub(super) fn child(folder: &impl AsFd, name: &str) -> Result<OwnedFd> {
    rustix::fs::openat(folder, name, FOLDER | OFlags::NOFOLLOW, Mode::empty()).map_err(|error| match error {
        // Linux says NOTDIR of a link too when it is asked for a folder.
        Errno::NOTDIR if is(folder, name, FileType::Symlink) => Errno::LOOP,
        other => other,
    })
}

/// Whether a name stands for a file of this type.
pub(super) fn is(folder: &impl AsFd, name: &str, wanted: FileType) -> bool {
    rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)
        .is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == wanted)
}

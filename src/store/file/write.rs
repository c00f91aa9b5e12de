//! Creating objects: a draft under `.aegis/tmp`, then its name, with everything synced in between.

use std::collections::HashSet;
use std::fs::File;
use std::io::Write as _;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, RenameFlags, Stat};
use rustix::io::{Errno, Result};

use crate::store::Key;
use crate::store::key::SCRATCH;

use super::errno;
use super::folder::{Root, child, is};

/// How old a draft must be to count as a dead writer's, in seconds.
const STALE: i64 = 3600;

/// The root and what this process knows of its state.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) root: Root,
    swept: AtomicBool,
    /// Folders whose own entry in their parent has been synced, by path.
    durable: Mutex<HashSet<String>>,
}

/// An object that has no name yet. Dropping it removes it.
pub(super) struct Draft {
    scratch: OwnedFd,
    name: String,
    file: File,
}

impl Draft {
    /// Adds to the content.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(|error| errno(&error))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // What cannot be removed is swept later.
        let _ = rustix::fs::unlinkat(&self.scratch, &self.name, AtFlags::empty());
    }
}

impl Writer {
    pub(super) fn new(root: Root) -> Self {
        Self { root, swept: AtomicBool::new(false), durable: Mutex::default() }
    }

    /// Starts an object. Refuses at once if it exists already, without reading what was to be written; it is durable
    /// then, as the caller may rely on it.
    pub(super) fn begin(&self, key: &Key) -> Result<Draft> {
        match self.root.parent(key) {
            Ok((folder, name)) if rustix::fs::statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW).is_ok() => {
                sync(&folder)?;
                return Err(taken(&folder, name));
            }
            Ok(_) | Err(Errno::NOENT) => {}
            Err(error) => return Err(error),
        }
        let scratch = self.make(SCRATCH.split('/'))?;
        let draft = draft(scratch)?;
        if !self.swept.swap(true, Ordering::Relaxed) {
            sweep(&draft);
        }
        Ok(draft)
    }

    /// Gives a draft its name, unless that is taken.
    pub(super) fn commit(&self, draft: Draft, key: &Key) -> Result<()> {
        draft.file.sync_all().map_err(|error| errno(&error))?;
        let mut segments = key.segments();
        let name = segments.next_back().unwrap_or_default();
        let folder = self.make(segments)?;
        let linked = link(&draft, &folder, name);
        if let Ok(()) | Err(Errno::EXIST) = linked {
            // Also another writer's object, which may be newer than its last sync.
            sync(&folder)?;
        }
        linked
    }

    /// Removes an object.
    pub(super) fn delete(&self, key: &Key) -> Result<()> {
        let removed = self.root.parent(key).and_then(|(folder, name)| {
            rustix::fs::unlinkat(&folder, name, AtFlags::empty())?;
            sync(&folder)
        });
        match removed {
            Err(Errno::NOENT) => Ok(()),
            other => other,
        }
    }

    /// The folder at the end of these segments, made where it is missing, durably.
    fn make<'s>(&self, segments: impl Iterator<Item = &'s str>) -> Result<OwnedFd> {
        let mut folder = self.make_root()?;
        let mut path = String::new();
        for segment in segments {
            path.push('/');
            path.push_str(segment);
            let made = match rustix::fs::mkdirat(&folder, segment, Mode::from_raw_mode(0o777)) {
                Ok(()) => true,
                Err(Errno::EXIST) => false,
                Err(error) => return Err(error),
            };
            // Another process may have made it and not synced it yet: once a process, sync it in any case.
            let known = self.durable.lock().unwrap_or_else(PoisonError::into_inner).contains(&path);
            let next = child(&folder, segment)?;
            if made || !known {
                sync(&folder)?;
                self.durable.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone());
            }
            folder = next;
        }
        Ok(folder)
    }

    fn make_root(&self) -> Result<OwnedFd> {
        match self.root.open() {
            Err(Errno::NOENT) => {}
            other => return other,
        }
        let absent: Vec<_> = self.root.root.ancestors().take_while(|path| !path.exists()).collect();
        std::fs::create_dir_all(&self.root.root).map_err(|error| errno(&error))?;
        for path in absent {
            if let Some(parent) = path.parent() {
                let parent = if parent.as_os_str().is_empty() { std::path::Path::new(".") } else { parent };
                sync(&File::open(parent).map_err(|error| errno(&error))?)?;
            }
        }
        self.root.open()
    }
}

/// A new file in the scratch folder. Its mode is 0644 without the umask's bits, as that of the object will be.
fn draft(scratch: OwnedFd) -> Result<Draft> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    loop {
        let name = format!("{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        match rustix::fs::openat(&scratch, &name, flags, Mode::from_raw_mode(0o644)) {
            Ok(file) => return Ok(Draft { scratch, name, file: File::from(file) }),
            // A dead process, or one in another container, had our number.
            Err(Errno::EXIST) => {}
            Err(error) => return Err(error),
        }
    }
}

fn link(draft: &Draft, folder: &OwnedFd, name: &str) -> Result<()> {
    match rustix::fs::linkat(&draft.scratch, &draft.name, folder, name, AtFlags::empty()) {
        Err(Errno::EXIST) => Err(taken(folder, name)),
        // What file systems without hard links answer.
        Err(Errno::PERM | Errno::NOTSUP | Errno::NOSYS | Errno::INVAL | Errno::MLINK) => {
            rename(draft, folder, name)
        }
        other => other,
    }
}

fn rename(draft: &Draft, folder: &OwnedFd, name: &str) -> Result<()> {
    match rustix::fs::renameat_with(&draft.scratch, &draft.name, folder, name, RenameFlags::NOREPLACE) {
        Err(Errno::EXIST) => Err(taken(folder, name)),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Err(Errno::NOTSUP),
        other => other,
    }
}

/// Why a name that is taken cannot be had: an object has it, or something that can be none.
fn taken(folder: &impl AsFd, name: &str) -> Errno {
    if is(folder, name, FileType::Directory) {
        Errno::ISDIR
    } else if is(folder, name, FileType::Symlink) {
        Errno::LOOP
    } else {
        Errno::EXIST
    }
}

fn sync(folder: &impl AsFd) -> Result<()> {
    match rustix::fs::fsync(folder) {
        // Some file systems cannot sync a folder; they have nothing to sync then.
        Err(Errno::INVAL | Errno::NOTSUP) => Ok(()),
        other => other,
    }
}

/// Removes what dead writers left. The age is told by the file system's own clock: that of the newest draft.
fn sweep(newest: &Draft) {
    let Ok(now) = rustix::fs::fstat(&newest.file) else { return };
    let Ok(entries) = rustix::fs::Dir::read_from(&newest.scratch) else { return };
    for entry in entries.flatten() {
        let is_stale = |stat: Stat| now.st_mtime.saturating_sub(stat.st_mtime) > STALE;
        let stat = rustix::fs::statat(&newest.scratch, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW);
        if stat.is_ok_and(is_stale) {
            // Fails for folders and for `..`, as it should; a failure is another writer's success or harmless.
            let _ = rustix::fs::unlinkat(&newest.scratch, entry.file_name(), AtFlags::empty());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The way for file systems without hard links, which no file system here takes by itself.
    #[test]
    fn a_rename_replaces_nothing_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let writer = Writer::new(Root::new(folder.path().to_owned()));
        let draft = || writer.begin(&Key::new("new").unwrap()).unwrap();
        let root = writer.root.open().unwrap();
        std::fs::write(folder.path().join("taken"), "old").unwrap();
        std::fs::create_dir(folder.path().join("folder")).unwrap();
        assert_eq!(rename(&draft(), &root, "taken"), Err(Errno::EXIST));
        assert_eq!(rename(&draft(), &root, "folder"), Err(Errno::ISDIR));
        assert_eq!(std::fs::read(folder.path().join("taken")).unwrap(), b"old");
        let mut one = draft();
        one.write(b"content").unwrap();
        rename(&one, &root, "new").unwrap();
        drop(one);
        assert_eq!(std::fs::read(folder.path().join("new")).unwrap(), b"content");
        assert_eq!(std::fs::read_dir(folder.path().join(SCRATCH)).unwrap().count(), 0);
    }
}

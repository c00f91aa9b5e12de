//! Copies that are being made in the run time's own store: gone when they are dropped, and swept when their process died.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

/// A draft without a lock of its own is swept when it is older than this.
const STALE: Duration = Duration::from_secs(3600);

/// A copy that is being made. Dropped unfinished, it goes away.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) folder: PathBuf,
    /// Locked for as long as its process lives: a sweeper sees whether it is dead.
    guard: Option<File>,
    guard_path: PathBuf,
}

impl Draft {
    /// Begins one in a folder. Called under the store's lock, as [`sweep`] is.
    pub(super) fn begin(tmp: &Path) -> io::Result<Self> {
        let name = unique();
        let (folder, guard_path) = (tmp.join(&name), tmp.join(format!("{name}.lock")));
        let guard = File::create_new(&guard_path)?;
        // From here on what fails is removed.
        let draft = Self { folder, guard: Some(guard), guard_path };
        if let Some(guard) = &draft.guard {
            guard.lock()?;
        }
        fs::create_dir(&draft.folder)?;
        Ok(draft)
    }

    /// Makes its bytes last. What was refused is not worth the wait.
    pub(super) fn sync(&self) -> io::Result<()> {
        sync_files(&self.folder)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // A draft that was put in its place is not there any more; what cannot be removed is swept later.
        let _ = fs::remove_dir_all(&self.folder);
        let _ = fs::remove_dir_all(self.folder.with_extension("old"));
        let _ = fs::remove_file(&self.guard_path);
        self.guard = None;
    }
}

/// A name that no other draft has.
fn unique() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let nanos = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    format!("{}-{nanos}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Removes the drafts of dead processes: their locks are free. Called under the store's lock, as drafts are begun.
pub(super) fn sweep(tmp: &Path) {
    for entry in fs::read_dir(tmp).into_iter().flatten().flatten() {
        let path = entry.path();
        let guard = path.with_extension("lock");
        let is_dead = match File::open(&guard) {
            Ok(file) => file.try_lock().is_ok(),
            Err(_) => entry
                .metadata()
                .and_then(|metadata| metadata.modified())
                .is_ok_and(|time| SystemTime::now().duration_since(time).is_ok_and(|age| age > STALE)),
        };
        if is_dead {
            let _ = fs::remove_dir_all(path.with_extension(""));
            let _ = fs::remove_dir_all(path.with_extension("old"));
            let _ = fs::remove_file(guard);
        }
    }
}

fn sync_files(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_files(&entry.path())?;
        } else {
            File::open(entry.path())?.sync_all()?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_of_the_dead_are_swept_and_those_of_the_living_are_not() {
        let top = tempfile::tempdir().unwrap();
        let living = Draft::begin(top.path()).unwrap();
        let dead = top.path().join("1-2-3");
        fs::create_dir(&dead).unwrap();
        File::create(dead.with_extension("lock")).unwrap();
        fs::write(dead.join("runtime.1337"), "half").unwrap();
        sweep(top.path());
        assert!(living.folder.exists() && !dead.exists());
        assert_eq!(fs::read_dir(top.path()).unwrap().count(), 2, "the living one and its lock");
        drop(living);
        assert_eq!(fs::read_dir(top.path()).unwrap().count(), 0);
    }
}

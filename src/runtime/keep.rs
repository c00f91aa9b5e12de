//! The run time's own store: copies of good packs, which of them were good, and what is known to be bad. On disk, so
//! that it outlives the process; every change is one rename under a lock, so that processes can share it.
//!
//! ```text
//! lock                      held for a moment by whoever changes something
//! state.json                the good packs, oldest first, and the updates that were taken
//! packs/<id>/               a pack as it came; merged.1337 beside it if its layers were merged anew
//! bad/<id or packHash>.json what is known to be bad, and why
//! tmp/                      copies that are not finished; those of dead processes are swept
//! ```

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::diag::{Code, Diagnostic, Outcome, Place};

use super::draft::{Draft, sweep};
pub(super) use super::kept::{Bad, Good, State, Taken};

/// The file of a copy that holds the layers, merged anew.
pub(super) const MERGED: &str = "merged.1337";
const STATE: &str = "state.json";
const STATE_FORM: &str = "runtime-state/v1";
const BAD_FORM: &str = "bad/v1";
/// How long another process may hold the lock before we say so.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most updates that are remembered: one a source that ever used this store.
const MAX_TAKEN: usize = 64;
/// The most that is known to be bad, revocations apart.
const MAX_BAD: usize = 1000;
/// The version of this library.
const TOOL: &str = env!("CARGO_PKG_VERSION");
/// The largest document of our own that is read.
const MAX_DOCUMENT: u64 = 16 << 20;

/// The own store.
#[derive(Debug)]
pub(super) struct Keep {
    root: PathBuf,
    /// How many good packs are kept.
    most: usize,
}

impl Keep {
    pub(super) fn new(root: PathBuf, most: usize) -> Self {
        Self { root, most: most.max(1) }
    }

    /// What outlived the last process. Nothing, if there is nothing; a damaged state counts as nothing.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn state(&self) -> Outcome<State> {
        let path = self.root.join(STATE);
        match read_small(&path) {
            Ok(bytes) => {
                let state = serde_json::from_slice::<State>(&bytes).unwrap_or_default();
                Ok(if state.aegis == STATE_FORM { state } else { State::default() })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(State::default()),
            Err(error) => Err(failed("read", &path, &error)),
        }
    }

    /// Where a good pack's file is that is served.
    pub(super) fn served(&self, id: &str) -> PathBuf {
        let folder = self.root.join("packs").join(id);
        let merged = folder.join(MERGED);
        if merged.exists() { merged } else { folder.join("runtime.1337") }
    }

    /// Why something is known to be bad, if it is: by the name of its files, or by its `packHash`.
    pub(super) fn bad(&self, id: &str) -> Option<Bad> {
        let bytes = read_small(&self.bad_path(id)).ok()?;
        let bad = serde_json::from_slice::<Bad>(&bytes).ok().filter(|bad| bad.aegis == BAD_FORM)?;
        (bad.tool == TOOL || bad.code == Code::Revoked.as_str()).then_some(bad)
    }

    fn bad_path(&self, id: &str) -> PathBuf {
        self.root.join("bad").join(format!("{id}.json"))
    }

    /// Remembers that something is bad.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn mark_bad(&self, id: &str, at: String, code: Code, message: &str) -> Outcome<()> {
        let _lock = self.lock()?;
        let (code, message) = (code.to_string(), message.to_owned());
        let bad = Bad { aegis: BAD_FORM.to_owned(), at, code, message, tool: TOOL.to_owned() };
        self.write(&self.bad_path(id), &serde_json::to_vec(&bad).unwrap_or_default())?;
        self.forget_the_oldest();
        Ok(())
    }

    /// A source that is broken again and again must not fill the disk. Revocations stay.
    fn forget_the_oldest(&self) {
        let entries: Vec<_> = fs::read_dir(self.root.join("bad")).into_iter().flatten().flatten().collect();
        let Some(surplus) = entries.len().checked_sub(MAX_BAD).filter(|&surplus| surplus > 0) else { return };
        let is_revoked = |path: &Path| {
            let bad = read_small(path).ok().and_then(|bytes| serde_json::from_slice::<Bad>(&bytes).ok());
            bad.is_some_and(|bad| bad.code == Code::Revoked.as_str())
        };
        let age = |entry: fs::DirEntry| Some((entry.metadata().ok()?.modified().ok()?, entry.path()));
        let mut ages: Vec<_> =
            entries.into_iter().filter_map(age).filter(|(_, path)| !is_revoked(path)).collect();
        ages.sort();
        for (_, path) in ages.into_iter().take(surplus) {
            let _ = fs::remove_file(path);
        }
    }

    /// Sweeps what dead processes left, if the store can be written at all.
    pub(super) fn tidy(&self) {
        let tmp = self.root.join("tmp");
        if tmp.is_dir()
            && let Ok(_lock) = self.lock()
        {
            sweep(&tmp);
        }
    }

    /// Begins a copy, and sweeps what dead processes left.
    ///
    /// # Errors
    /// The store cannot be written.
    pub(super) fn begin(&self) -> Outcome<Draft> {
        let _lock = self.lock()?;
        let tmp = self.make("tmp")?;
        sweep(&tmp);
        Draft::begin(&tmp).map_err(|error| failed("write", &tmp, &error))
    }

    /// Puts a finished copy in its place and makes it the last good one. Where it stands then.
    ///
    /// # Errors
    /// The store cannot be written; then nothing changed, and the draft is gone.
    pub(super) fn commit(&self, draft: Draft, good: Good, mark: (&str, &str)) -> Outcome<()> {
        draft.sync().map_err(|error| failed("write", &draft.folder, &error))?;
        let _lock = self.lock()?;
        let mut state = self.state()?;
        let place = self.make("packs")?.join(&good.id);
        // The same content may stand there: from another process, or from before a roll-back. Which of two equal
        // copies stays is no matter, but a damaged one must not.
        if place.exists() {
            fs::rename(&place, draft.folder.with_extension("old"))
                .map_err(|error| failed("replace", &place, &error))?;
        }
        fs::rename(&draft.folder, &place).map_err(|error| failed("write", &place, &error))?;
        sync_folder(&place);
        let taken = Taken { id: good.id.clone(), mark: mark.1.to_owned() };
        // What other sources had before is not what is served now: who comes back to one of them takes it anew.
        state.taken = BTreeMap::from([(mark.0.to_owned(), taken)]);
        // Two processes that take the same update take one step together.
        state.good.pop_if(|last| last.id == good.id);
        state.good.push(good);
        self.save(state)
    }

    /// Remembers what identifies an update whose content is served already.
    ///
    /// # Errors
    /// The store cannot be written.
    pub(super) fn remember(&self, source: &str, taken: Taken) -> Outcome<()> {
        let _lock = self.lock()?;
        let mut state = self.state()?;
        if state.taken.get(source) != Some(&taken) {
            state.taken.insert(source.to_owned(), taken);
            self.save(state)?;
        }
        Ok(())
    }

    /// Forgets a good pack whose copy turned out to be damaged: its update may be taken again.
    ///
    /// # Errors
    /// The store cannot be written.
    pub(super) fn forget(&self, id: &str) -> Outcome<()> {
        let _lock = self.lock()?;
        let mut state = self.state()?;
        state.good.retain(|good| good.id != id);
        state.taken.retain(|_, taken| taken.id != id);
        self.save(state)
    }

    /// Changes which packs were good: after a roll-back or a revocation.
    ///
    /// # Errors
    /// The store cannot be written.
    pub(super) fn retain(&self, change: impl FnOnce(&mut Vec<Good>)) -> Outcome<()> {
        let _lock = self.lock()?;
        let mut state = self.state()?;
        change(&mut state.good);
        self.save(state)
    }

    /// Writes the state, and removes the copies that it no longer names.
    fn save(&self, mut state: State) -> Outcome<()> {
        STATE_FORM.clone_into(&mut state.aegis);
        let surplus = state.good.len().saturating_sub(self.most);
        state.good.drain(..surplus);
        while state.taken.len() > MAX_TAKEN {
            state.taken.pop_first();
        }
        self.write(&self.root.join(STATE), &serde_json::to_vec(&state).unwrap_or_default())?;
        let kept: HashSet<&str> = state.good.iter().map(|good| good.id.as_str()).collect();
        // Whoever has one of them mapped keeps its bytes: a file lives for as long as it is mapped.
        for entry in fs::read_dir(self.root.join("packs")).into_iter().flatten().flatten() {
            if !entry.file_name().to_str().is_some_and(|name| kept.contains(name)) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        Ok(())
    }

    /// Waits for the lock of the store. It is free again when the file is dropped, or its process dies.
    fn lock(&self) -> Outcome<File> {
        let path = self.make("")?.join("lock");
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(|error| failed("write", &path, &error))?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(fs::TryLockError::WouldBlock) if start.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(2));
                }
                Err(fs::TryLockError::WouldBlock) => {
                    let error = io::Error::other("another process holds it since 10 seconds");
                    return Err(failed("lock", &path, &error));
                }
                Err(fs::TryLockError::Error(error)) => return Err(failed("lock", &path, &error)),
            }
        }
    }

    fn make(&self, folder: &str) -> Outcome<PathBuf> {
        let path = self.root.join(folder);
        fs::create_dir_all(&path).map_err(|error| failed("create", &path, &error))?;
        Ok(path)
    }

    /// Writes a document beside its place and renames it in. Called under the lock.
    fn write(&self, path: &Path, bytes: &[u8]) -> Outcome<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| failed("create", folder, &error))?;
        }
        let part = path.with_extension("part");
        let written = || -> io::Result<()> {
            let mut file = File::create(&part)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&part, path)
        };
        written().map_err(|error| {
            let _ = fs::remove_file(&part);
            failed("write", path, &error)
        })?;
        sync_folder(path);
        Ok(())
    }
}

/// Makes a rename last over a power failure, where the file system can. A copy that was lost nevertheless fails its
/// verification at the next start, and the one before it is taken.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent().and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
}

fn read_small(path: &Path) -> io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_DOCUMENT).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A failure of the own store: the outside's, worth another try, and no fault of the pack.
pub(super) fn failed(doing: &str, path: &Path, error: &io::Error) -> Box<Diagnostic> {
    let help = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "free some space: the pack that is served stays, and the update is tried again"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "let the agent's user write there, or choose another folder for the run time's own store"
        }
        _ => "mend what the message names: the pack that is served stays, and the update is tried again",
    };
    let shown = path.display().to_string();
    let message = format!("cannot {doing} `{shown}` in the run time's own store: {error}");
    Box::new(Diagnostic::error(Code::OutputFailed, message).at(Place::file(shown.into())).help(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good(id: &str) -> Good {
        Good {
            at: "1970-01-01T00:00:00Z".into(),
            id: id.into(),
            layers: Vec::new(),
            name: "n".into(),
            oid: "1.0".parse().unwrap(),
            pack_hash: id.into(),
            root: "0".into(),
            version: "1.0.0".into(),
        }
    }

    fn activate(keep: &Keep, id: &str) {
        let draft = keep.begin().unwrap();
        fs::write(draft.folder.join("runtime.1337"), id).unwrap();
        keep.commit(draft, good(id), ("source", id)).unwrap();
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn the_last_good_ones_stay_and_nothing_else() {
        let top = tempfile::tempdir().unwrap();
        let keep = Keep::new(top.path().join("own"), 3);
        for id in ["a", "b", "c", "b", "d", "e"] {
            activate(&keep, id);
        }
        let state = keep.state().unwrap();
        let ids: Vec<_> = state.good.iter().map(|good| good.id.as_str()).collect();
        assert_eq!(ids, ["b", "d", "e"]);
        assert_eq!(state.taken["source"].mark, "e");
        assert_eq!(names(&top.path().join("own/packs")), ["b", "d", "e"]);
        assert!(names(&top.path().join("own/tmp")).is_empty());
        keep.retain(|good| good.truncate(1)).unwrap();
        assert_eq!(names(&top.path().join("own/packs")), ["b"]);
    }

    #[test]
    fn what_two_processes_take_is_one_step() {
        let top = tempfile::tempdir().unwrap();
        let keep = Keep::new(top.path().join("own"), 3);
        ["a", "b", "b"].iter().for_each(|id| activate(&keep, id));
        let ids: Vec<_> = keep.state().unwrap().good.into_iter().map(|good| good.id).collect();
        assert_eq!(ids, ["a", "b"]);
    }

    #[test]
    fn a_copy_that_stands_there_already_is_replaced_by_what_was_verified() {
        let top = tempfile::tempdir().unwrap();
        let keep = Keep::new(top.path().join("own"), 3);
        activate(&keep, "a");
        fs::write(keep.served("a"), "damaged").unwrap();
        activate(&keep, "a");
        assert_eq!(fs::read_to_string(keep.served("a")).unwrap(), "a");
        assert!(names(&top.path().join("own/tmp")).is_empty());
    }

    #[test]
    fn what_is_bad_is_remembered_and_a_damaged_state_is_none() {
        let top = tempfile::tempdir().unwrap();
        let keep = Keep::new(top.path().join("own"), 3);
        assert_eq!(keep.bad("x"), None);
        keep.mark_bad("x", "then".into(), Code::CacheCorrupt, "damaged").unwrap();
        let bad = Keep::new(top.path().join("own"), 3).bad("x").unwrap();
        assert_eq!((bad.code.as_str(), bad.message.as_str()), ("CACHE_CORRUPT", "damaged"));
        activate(&keep, "a");
        fs::write(top.path().join("own/state.json"), "{\"aegis\":").unwrap();
        assert_eq!(keep.state().unwrap(), State::default());
    }

    #[test]
    fn a_place_that_cannot_be_written_is_named() {
        let top = tempfile::tempdir().unwrap();
        fs::write(top.path().join("own"), "a file").unwrap();
        let error = Keep::new(top.path().join("own"), 3).begin().unwrap_err();
        assert_eq!(error.code, Code::OutputFailed);
        assert!(error.message.contains("own"), "{error}");
    }
}

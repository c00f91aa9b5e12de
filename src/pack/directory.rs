//! The runtime directory: written beside its place, then swapped in at once. A reader that opened it sees one
//! build; a build that fails or is killed leaves the old one.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::diag::{Code, Diagnostic, Outcome, Place, io as io_failed};
use crate::digest;
use crate::files;

use super::canonical;
use super::metadata::{FILE_NAME, FORM, FileRecord, Metadata};
use super::swap::{Swap, set_mode, swap};

/// A directory under construction, in a temporary place beside the final one. Dropped unfinished, it goes away.
pub struct Staging {
    dir: tempfile::TempDir,
    target: PathBuf,
}

/// What temporary directories begin with, after the target's name and a dot in front.
const SUFFIX: &str = ".building-";
/// Temporary directories that a killed build left are swept when they are older than this.
const STALE: Duration = Duration::from_secs(3600);
/// The largest passport that is read: it has a line a source.
const MAX_METADATA: u64 = 256 << 20;

impl Staging {
    /// Makes room beside `target`.
    ///
    /// # Errors
    /// The target is something else than a runtime directory, or the place cannot be written.
    pub fn new(target: &Path) -> Outcome<Self> {
        refuse_foreign(target)?;
        let parent = parent(target);
        fs::create_dir_all(parent).map_err(|e| io_failed(Code::OutputFailed, "create", parent, &e))?;
        let name =
            target.file_name().map_or_else(|| "aegis-runtime".into(), |n| n.to_string_lossy().into_owned());
        let prefix = format!(".{name}{SUFFIX}");
        sweep(parent, &prefix);
        let dir = tempfile::Builder::new().prefix(&prefix).tempdir_in(parent);
        let dir = dir.map_err(|e| io_failed(Code::OutputFailed, "write into", parent, &e))?;
        Ok(Self { dir, target: target.to_path_buf() })
    }

    /// Writes a file through a closure and records its digest and size.
    ///
    /// # Errors
    /// The file cannot be written: a full disk, for one.
    pub fn write(
        &self,
        path: &str,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Outcome<(String, FileRecord)> {
        let full = self.dir.path().join(path);
        let written = || {
            if let Some(folder) = full.parent() {
                fs::create_dir_all(folder)?;
            }
            let mut out = Hashing {
                hasher: Sha256::new(),
                size: 0,
                out: BufWriter::with_capacity(1 << 18, File::create(&full)?),
            };
            fill(&mut out)?;
            out.out.flush()?;
            Ok((canonical::hex(&out.hasher.finalize()), out.size))
        };
        let (sha256, size) = written().map_err(|error| self.failed(path, &error))?;
        Ok((path.to_owned(), FileRecord { sha256, size }))
    }

    /// Makes a file that is filled in another way: what it holds in the end is the caller's to record.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn create(&self, path: &str) -> Outcome<File> {
        let full = self.dir.path().join(path);
        let made = || {
            if let Some(folder) = full.parent() {
                fs::create_dir_all(folder)?;
            }
            File::options().read(true).write(true).create_new(true).open(&full)
        };
        made().map_err(|error| self.failed(path, &error))
    }

    /// That a file cannot be written.
    pub fn failed(&self, path: &str, error: &io::Error) -> Box<Diagnostic> {
        io_failed(Code::OutputFailed, "write", &self.target.join(path), error)
    }

    /// Where a file stands until the swap.
    pub fn path(&self, file: &str) -> PathBuf {
        self.dir.path().join(file)
    }

    /// Gives files and folders the rights that any other would have, whatever the umask of temporary folders, and
    /// swaps the directory in.
    ///
    /// # Errors
    /// The swap failed; the old directory is still there.
    pub fn publish(self) -> Outcome<(Swap, Replaced)> {
        let failed = |error: io::Error| io_failed(Code::OutputFailed, "replace", &self.target, &error);
        set_mode(self.dir.path()).map_err(failed)?;
        refuse_foreign(&self.target)?;
        let swap = swap(self.dir.path(), &self.target).map_err(failed)?;
        Ok((swap, Replaced(self.dir)))
    }
}

/// The build that was there before, under a temporary name. Dropped, it goes away: if it cannot be removed, the next build sweeps it.
///
/// Its pages have to be given back, which takes a while for a pack of 100 MB: all cores do it.
pub struct Replaced(tempfile::TempDir);

impl Drop for Replaced {
    fn drop(&mut self) {
        let found = walkdir::WalkDir::new(self.0.path()).into_iter().flatten();
        let files: Vec<_> = found.filter(|found| !found.file_type().is_dir()).collect();
        // The folders go with the guard.
        files.par_iter().with_max_len(1).for_each(|file| _ = fs::remove_file(file.path()));
    }
}

fn parent(target: &Path) -> &Path {
    match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Hashes and counts what passes through.
struct Hashing<W> {
    hasher: Sha256,
    size: u64,
    out: W,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // So much at a time that it is still in the cache when it is hashed.
        let bytes = &bytes[..bytes.len().min(1 << 18)];
        let written = self.out.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A target that holds anything but a runtime directory is never replaced: it may be somebody's work.
fn refuse_foreign(target: &Path) -> Outcome<()> {
    let refused = |why: &str| {
        let shown = target.display();
        Box::new(
            Diagnostic::error(Code::OutputRefused, format!("`{shown}` {why}, so it is not replaced"))
                .at(Place::file(shown.to_string().into()))
                .help("choose another place with `-o`, or remove it yourself"),
        )
    };
    let Ok(found) = target.symlink_metadata() else { return Ok(()) };
    if found.is_symlink() {
        return Err(refused("is a link"));
    }
    if !found.is_dir() {
        return Err(refused("is no folder"));
    }
    let is_ours = || {
        files::read(&target.join(FILE_NAME), MAX_METADATA).is_ok_and(|bytes| {
            serde_json::from_slice::<serde_json::Value>(&bytes).is_ok_and(|value| value["aegis"] == FORM)
        })
    };
    let is_empty = || fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_none());
    // Another build may swap the directory while it is looked at: what is foreign stays so.
    if (0..3).any(|_| is_ours() || is_empty()) {
        Ok(())
    } else {
        Err(refused("is a folder that is no runtime directory"))
    }
}

/// Removes what killed builds left beside the target. Failures are theirs to meet who come next.
fn sweep(parent: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let is_left = entry.file_name().to_string_lossy().starts_with(prefix);
        let age = entry
            .metadata()
            .and_then(|m| m.modified())
            .ok()
            .and_then(|t| SystemTime::now().duration_since(t).ok());
        if is_left && age.is_some_and(|age| age > STALE) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Reads the passport of a runtime directory.
///
/// # Errors
/// There is none, or it is malformed.
pub fn read_metadata(dir: &Path) -> Outcome<Metadata> {
    let path = dir.join(FILE_NAME);
    let place = || Place::file(path.display().to_string().into());
    let bytes = files::read(&path, MAX_METADATA).map_err(|failed| {
        let error = io::Error::from(failed);
        let message = format!("`{}` is no runtime directory: {FILE_NAME}: {error}", dir.display());
        Box::new(
            Diagnostic::error(Code::FileMissing, message).at(place()).help("build it with `aegis build`"),
        )
    })?;
    let metadata: Metadata = serde_json::from_slice(&bytes).map_err(|error| {
        let message = format!("{FILE_NAME} is malformed: {error}");
        Box::new(
            Diagnostic::error(Code::MetadataInvalid, message).at(place()).help("build the directory again"),
        )
    })?;
    if metadata.aegis != FORM {
        let message = format!("{FILE_NAME} has the form `{}`, this version reads `{FORM}`", metadata.aegis);
        return Err(Box::new(Diagnostic::error(Code::MetadataInvalid, message).at(place())));
    }
    Ok(metadata)
}

/// The files of a runtime directory, by path with `/`, hashed in parallel.
///
/// # Errors
/// The directory cannot be read.
pub fn hash_files(dir: &Path) -> Outcome<BTreeMap<String, Result<FileRecord, String>>> {
    let mut paths = Vec::new();
    for entry in walkdir::WalkDir::new(dir).min_depth(1) {
        let entry = entry.map_err(|error| {
            Box::new(Diagnostic::error(
                Code::SourceUnreadable,
                format!("cannot read `{}`: {error}", dir.display()),
            ))
        })?;
        if !entry.file_type().is_dir() {
            let is_file = entry.file_type().is_file();
            paths.push((crate::project::relative(entry.path(), dir), entry.into_path(), is_file));
        }
    }
    let hash = |(name, path, is_file): (String, PathBuf, bool)| {
        let record = if is_file {
            hash_file(&path).map_err(|error| error.to_string())
        } else {
            Err("it is a link or no regular file".to_owned())
        };
        (name, record)
    };
    Ok(paths.into_par_iter().map(hash).collect())
}

fn hash_file(path: &Path) -> io::Result<FileRecord> {
    let hashed = digest::files(&mut [File::open(path)?]).map_err(|(_, error)| error)?;
    let record = |one: &digest::Hashed| FileRecord { sha256: canonical::hex(&one.sha256), size: one.size };
    hashed.first().map(record).ok_or_else(|| io::Error::other("nothing was hashed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn old_build(dir: &Path) {
        fs::create_dir_all(dir).unwrap();
        fs::write(dir.join(FILE_NAME), r#"{"aegis":"metadata/v1"}"#).unwrap();
        fs::write(dir.join("old"), "old").unwrap();
        fs::create_dir_all(dir.join("caches/deep")).unwrap();
        fs::write(dir.join("caches/deep/old"), "old").unwrap();
    }

    fn stage(target: &Path) -> Staging {
        let staging = Staging::new(target).unwrap();
        staging.write("new", |out| out.write_all(b"new")).unwrap();
        staging
    }

    #[test]
    fn a_swap_replaces_the_whole_directory_and_leaves_nothing_beside_it() {
        let top = tempfile::tempdir().unwrap();
        let target = top.path().join("run");
        old_build(&target);
        let elsewhere = tempfile::tempdir().unwrap();
        fs::write(elsewhere.path().join("kept"), "kept").unwrap();
        for (link, to) in [("file", "kept"), ("caches/folder", ".")] {
            std::os::unix::fs::symlink(elsewhere.path().join(to), target.join(link)).unwrap();
        }
        let (swap, replaced) = stage(&target).publish().unwrap();
        assert_eq!(swap, Swap::Atomic);
        assert_eq!(fs::read_to_string(target.join("new")).unwrap(), "new");
        assert!(!target.join("old").exists());
        drop(replaced);
        assert_eq!(fs::read_dir(top.path()).unwrap().count(), 1);
        assert!(elsewhere.path().join("kept").exists(), "links are not followed");
    }

    #[test]
    fn an_unfinished_build_goes_away_and_the_old_one_stays() {
        let top = tempfile::tempdir().unwrap();
        let target = top.path().join("run");
        old_build(&target);
        drop(stage(&target));
        assert!(target.join("old").exists());
        assert_eq!(fs::read_dir(top.path()).unwrap().count(), 1);
    }

    #[test]
    fn somebody_elses_folder_file_or_link_is_never_replaced() {
        let top = tempfile::tempdir().unwrap();
        let target = top.path().join("run");
        fs::create_dir(&target).unwrap();
        assert!(Staging::new(&target).is_ok(), "an empty folder may be replaced");
        fs::write(target.join("thesis.txt"), "years of work").unwrap();
        let code = |target: &Path| Staging::new(target).err().map(|d| d.code);
        assert_eq!(code(&target), Some(Code::OutputRefused));
        assert_eq!(code(&target.join("thesis.txt")), Some(Code::OutputRefused));
        std::os::unix::fs::symlink(&target, top.path().join("link")).unwrap();
        assert_eq!(code(&top.path().join("link")), Some(Code::OutputRefused));
    }
}

//! A runtime directory as a source of packs. It is opened once and read relative to that, so that one build is seen
//! even while another is swapped in; what is replaced, half-written or gone for a moment is noticed and looked at again.

use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use crate::diag::{Code, Diagnostic, Place};

use super::source::{Copies, FILES, Look, Source, Trouble};

/// A runtime directory.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    name: String,
}

impl Folder {
    /// The runtime directory at a path. It need not be there yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        // Remembered updates have to find their folder again from another working folder.
        let path = std::path::absolute(&path).unwrap_or(path);
        let name = path.display().to_string();
        Self { path, name }
    }

    fn open(&self) -> Result<OwnedFd, Trouble> {
        let flags = OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::RDONLY;
        rustix::fs::open(&self.path, flags, Mode::empty()).map_err(|error| match error {
            Errno::NOENT => Trouble::Absent(format!("there is no folder `{}` now", self.name)),
            other => self.unreadable("", other),
        })
    }

    fn unreadable(&self, file: &str, error: Errno) -> Trouble {
        let shown = self.path.join(file).display().to_string();
        let error = std::io::Error::from(error);
        let message = format!("cannot read `{shown}`: {error}");
        let help = "name a runtime directory, and give the agent's user the right to read it";
        let one = Diagnostic::error(Code::SourceUnreadable, message).at(Place::file(shown.into())).help(help);
        Trouble::Failed(Box::new(one))
    }

    /// What the files are by their inodes, sizes and times: a change of any of them changes it.
    fn mark(&self, folder: &OwnedFd) -> Result<Look, Trouble> {
        let stat = rustix::fs::fstat(folder).map_err(|error| self.unreadable("", error))?;
        let mut mark = format!("{:x}.{:x}", stat.st_dev, stat.st_ino);
        let mut newest = SystemTime::UNIX_EPOCH;
        for file in FILES {
            match rustix::fs::statat(folder, file, AtFlags::empty()) {
                Ok(stat) => {
                    let (changed, modified) = times(&stat);
                    let _ = write!(
                        mark,
                        " {:x}.{:x}.{:x}.{:x}",
                        stat.st_ino, stat.st_size, changed.0, modified.0
                    );
                    newest = newest.max(changed.1).max(modified.1);
                }
                Err(Errno::NOENT | Errno::NOTDIR) => mark.push_str(" -"),
                Err(error) => return Err(self.unreadable(file, error)),
            }
        }
        Ok(Look { mark, says: self.name.clone(), newest: Some(newest) })
    }

    /// A file of the directory that was opened. A pipe must not stop us: NONBLOCK opens it at once, and it is refused.
    fn file(&self, folder: &OwnedFd, file: &str) -> Result<File, Trouble> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let opened = rustix::fs::openat(folder, file, flags, Mode::empty()).map_err(|error| match error {
            Errno::NOENT | Errno::NOTDIR => self.faulty(Code::FileMissing, file, "is missing"),
            other => self.unreadable(file, other),
        })?;
        let stat = rustix::fs::fstat(&opened).map_err(|error| self.unreadable(file, error))?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(self.faulty(Code::UnexpectedFile, file, "is no regular file"));
        }
        Ok(File::from(opened))
    }

    fn faulty(&self, code: Code, file: &str, what: &str) -> Trouble {
        let shown: Arc<str> = self.path.join(file).display().to_string().into();
        let message = format!("`{file}` {what} in the runtime directory `{}`", self.name);
        let help = "build the whole directory with `aegis build`, and replace it in one step";
        Trouble::Faulty(Box::new(Diagnostic::error(code, message).at(Place::file(shown)).help(help)))
    }
}

impl Source for Folder {
    fn name(&self) -> &str {
        &self.name
    }

    fn look(&mut self) -> Result<Look, Trouble> {
        let folder = self.open()?;
        self.mark(&folder)
    }

    fn fetch(&mut self, look: &Look, into: &mut Copies) -> Result<(), Trouble> {
        let folder = self.open()?;
        if self.mark(&folder)?.mark != look.mark {
            return Err(Trouble::Changed);
        }
        // All of them are there before any is copied: they are large.
        let opened = FILES.into_iter().map(|file| Ok((file, self.file(&folder, file)?)));
        let opened: Result<Vec<_>, Trouble> = opened.collect();
        let copied = opened.and_then(|opened| {
            opened.into_iter().try_for_each(|(file, from)| {
                into.take_from(file, from, |error| {
                    self.unreadable(file, Errno::from_io_error(error).unwrap_or(Errno::IO))
                })
            })
        });
        // A build that was swapped out is removed, file by file: what is missing in it is missing nowhere.
        match copied {
            Err(Trouble::Failed(own)) if own.code == Code::OutputFailed => Err(Trouble::Failed(own)),
            other if self.mark(&folder)?.mark == look.mark && self.look()?.mark == look.mark => other,
            _ => Err(Trouble::Changed),
        }
    }

    fn watched(&self) -> Vec<PathBuf> {
        // The folder around it sees it swapped, the folder itself its files, `caches` those in it.
        let parent = self.path.parent().unwrap_or(Path::new("/"));
        vec![parent.to_path_buf(), self.path.clone(), self.path.join("caches")]
    }

    fn interval(&self) -> Duration {
        Duration::from_millis(400)
    }
}

/// When a file's inode and when its content changed: as nanoseconds, and as a time.
fn times(stat: &Stat) -> ((i128, SystemTime), (i128, SystemTime)) {
    let time = |seconds: i128, nanos: i128| {
        let total = seconds * 1_000_000_000 + nanos;
        let since = u64::try_from(total).map_or(Duration::ZERO, Duration::from_nanos);
        (total, SystemTime::UNIX_EPOCH + since)
    };
    (
        time(stat.st_ctime as i128, stat.st_ctime_nsec as i128),
        time(stat.st_mtime as i128, stat.st_mtime_nsec as i128),
    )
}

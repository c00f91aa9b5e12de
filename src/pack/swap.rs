//! Putting a new folder in the place of an old one, in one step where the system can.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How a swap was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swap {
    /// There was nothing before, or the old one was exchanged in one step.
    Atomic,
    /// The file system cannot exchange: for a moment there was no directory.
    Briefly,
}

#[cfg(unix)]
pub(crate) fn set_mode(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    // Folders 0755 and files 0644, so that two builds under different umasks are the same.
    fs::set_permissions(dir, fs::Permissions::from_mode(0o755))?;
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            set_mode(&entry.path())?;
        } else {
            fs::set_permissions(entry.path(), fs::Permissions::from_mode(0o644))?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn set_mode(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Puts a new directory in the place of an old one, in one step where the system can.
pub(crate) fn swap(new: &Path, target: &Path) -> io::Result<Swap> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        for _ in 0..8 {
            let exchange = target.symlink_metadata().is_ok();
            let flags = if exchange { RenameFlags::EXCHANGE } else { RenameFlags::NOREPLACE };
            match renameat_with(CWD, new, CWD, target, flags) {
                Ok(()) => return Ok(Swap::Atomic),
                // Another build was faster in making or removing it: look again.
                Err(Errno::EXIST | Errno::NOENT) if new.exists() => {}
                Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => break,
                Err(error) => return Err(error.into()),
            }
        }
    }
    swap_in_two_steps(new, target)
}

/// Renames the old one away first. The new one keeps its name if that fails.
fn swap_in_two_steps(new: &Path, target: &Path) -> io::Result<Swap> {
    if target.symlink_metadata().is_err() {
        fs::rename(new, target)?;
        return Ok(Swap::Atomic);
    }
    // Under a name that the next builds sweep, and of this build alone.
    let mut old = new.as_os_str().to_owned();
    old.push(".old");
    let old = PathBuf::from(old);
    fs::rename(target, &old)?;
    if let Err(error) = fs::rename(new, target) {
        fs::rename(&old, target)?;
        return Err(error);
    }
    let _ = fs::remove_dir_all(&old);
    Ok(Swap::Briefly)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_two_steps_too() {
        let top = tempfile::tempdir().unwrap();
        let (new, target) = (top.path().join("new"), top.path().join("run"));
        fs::create_dir(&target).unwrap();
        fs::write(target.join("old"), "old").unwrap();
        fs::create_dir(&new).unwrap();
        assert_eq!(swap_in_two_steps(&new, &target).unwrap(), Swap::Briefly);
        assert!(!target.join("old").exists());
        assert_eq!(fs::read_dir(top.path()).unwrap().count(), 1);
    }
}

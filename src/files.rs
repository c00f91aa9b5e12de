//! Reading files that somebody else names: nothing there can make a run wait for ever or fill its memory.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// Why a file was not read.
#[derive(Debug)]
pub(crate) enum Failed {
    /// The system refused, or it is no regular file.
    Io(io::Error),
    /// It has this many bytes, which are too many.
    TooLarge(u64),
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Failed> for io::Error {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Io(error) => error,
            Failed::TooLarge(size) => Self::other(format!("it has {size} bytes, which are too many")),
        }
    }
}

/// Reads a regular file of at most `most` bytes.
///
/// # Errors
/// It is none, has more, or cannot be read.
pub(crate) fn read(path: &Path, most: u64) -> Result<Vec<u8>, Failed> {
    let (file, size) = open(path)?;
    if size > most {
        return Err(Failed::TooLarge(size));
    }
    let mut bytes = Vec::with_capacity(size as usize + 1);
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(Failed::TooLarge(bytes.len() as u64));
    }
    Ok(bytes)
}

/// Opens a regular file; the size is that of now. It is looked at before, because opening a device may do something,
/// and after, because a pipe may have taken its place; one that did is not waited for.
pub(crate) fn open(path: &Path) -> io::Result<(File, u64)> {
    let regular = |metadata: std::fs::Metadata| match metadata.is_file() {
        true => Ok(metadata.len()),
        false => Err(io::Error::other("it is not a regular file")),
    };
    regular(std::fs::metadata(path)?)?;
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits() as i32);
    }
    let file = options.open(path)?;
    let size = regular(file.metadata()?)?;
    Ok((file, size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_of_a_sound_size_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let (file, pipe) = (folder.path().join("file"), folder.path().join("pipe"));
        std::fs::write(&file, "12345").unwrap();
        assert_eq!(read(&file, 5).unwrap(), b"12345");
        assert!(matches!(read(&file, 4), Err(Failed::TooLarge(5))));
        assert!(matches!(read(folder.path(), 9), Err(Failed::Io(_))));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert!(matches!(read(&pipe, 9), Err(Failed::Io(_))));
    }
}

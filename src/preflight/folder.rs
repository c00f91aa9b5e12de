//! Reading a revision from a folder: links and folders are looked at, never followed.

use std::fs::{self, File, OpenOptions};
use std::io::Read as _;
use std::path::Path;

use crate::diag::{Code, Diagnostic, Outcome, Place, io};

use super::files::{Content, Files, MOST};

/// Reads the folder of a revision. `shown` is what people know it as.
///
/// # Errors
/// It is no folder, or cannot be read.
pub fn read(dir: &Path, shown: &str) -> Outcome<Files> {
    let failed = |error: &std::io::Error| io(Code::SourceUnreadable, "read", dir, error);
    if !dir.is_dir() {
        let message = format!("`{shown}` is no folder");
        let help = "name the folder of a revision: it holds bot.js, spec.json and rev.json";
        return Err(Box::new(
            Diagnostic::error(Code::SourceNotFound, message).at(Place::file(shown.into())).help(help),
        ));
    }
    let mut files = Files::none(shown.to_owned());
    files.name =
        dir.canonicalize().ok().and_then(|dir| Some(dir.file_name()?.to_string_lossy().into_owned()));
    let entries = fs::read_dir(dir).map_err(|error| failed(&error))?;
    let mut entries = entries.collect::<Result<Vec<_>, _>>().map_err(|error| failed(&error))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let content = content(&entry.path())
            .map_err(|error| io(Code::SourceUnreadable, "read", &entry.path(), &error))?;
        files.put(&name, content);
    }
    Ok(files)
}

fn content(path: &Path) -> std::io::Result<Content> {
    let kind = fs::symlink_metadata(path)?.file_type();
    if !kind.is_file() {
        return Ok(Content::NoFile(what(kind)));
    }
    // Between the look and the opening a link or a pipe may have taken the place: neither is followed or waited for.
    let file = open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Ok(Content::NoFile(what(metadata.file_type())));
    }
    if metadata.len() > MOST {
        return Ok(Content::TooLarge(metadata.len()));
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
    let read = file.take(MOST + 1).read_to_end(&mut bytes)? as u64;
    Ok(if read > MOST { Content::TooLarge(read) } else { Content::Bytes(bytes) })
}

fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        options.custom_flags(flags.bits() as i32);
    }
    options.open(path)
}

fn what(kind: fs::FileType) -> &'static str {
    if kind.is_symlink() {
        "a link"
    } else if kind.is_dir() {
        "a folder"
    } else {
        "no regular file"
    }
}

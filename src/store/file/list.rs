//! Listing: the tree in the order of the bytes of its keys, a page at a time.

use std::os::fd::AsFd;

use rustix::fs::{AtFlags, Dir, FileType};
use rustix::io::{Errno, Result};

use crate::store::{Folder, Key, Listed, Page};

use super::folder::{Root, child};
use super::meta;

/// The page after the key `from`.
pub(super) fn page(root: &Root, folder: &Folder, from: Option<&str>, limit: usize) -> Result<Page> {
    let segments = folder.path().split('/').filter(|segment| !segment.is_empty());
    let start = match root.folder(segments) {
        Err(Errno::NOENT) => return Ok(Page::default()),
        other => other?,
    };
    // One object more than asked for shows whether there is another page.
    let mut collector =
        Collector { from: from.unwrap_or(""), limit: limit.saturating_add(1), found: Vec::new() };
    collector.folder(&start, folder.as_prefix())?;
    let mut objects = collector.found;
    let more = objects.len() > limit;
    objects.truncate(limit);
    let next = objects.last().filter(|_| more).map(|listed| listed.key.as_str().to_owned());
    Ok(Page { objects, next })
}

struct Collector<'f> {
    from: &'f str,
    limit: usize,
    found: Vec<Listed>,
}

impl Collector<'_> {
    /// Collects a folder. `prefix` is its path with a slash at the end, or empty.
    fn folder(&mut self, folder: &impl AsFd, prefix: &str) -> Result<()> {
        for name in names(folder)? {
            if self.found.len() == self.limit {
                break;
            }
            let path = format!("{prefix}{name}");
            match path.strip_suffix('/') {
                // Everything in it comes before the page.
                Some(_) if self.from > path.as_str() && !self.from.starts_with(&path) => {}
                Some(key) if Key::new(key).is_ok() => match child(folder, name.trim_end_matches('/')) {
                    Ok(inner) => self.folder(&inner, &path)?,
                    // Gone, or something else, since its name was read.
                    Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => {}
                    Err(error) => return Err(error),
                },
                // The scratch folder, for one.
                Some(_) => {}
                None if path.as_str() > self.from => self.file(folder, &name, &path)?,
                None => {}
            }
        }
        Ok(())
    }

    fn file(&mut self, folder: &impl AsFd, name: &str, path: &str) -> Result<()> {
        let Ok(key) = Key::new(path) else { return Ok(()) };
        match rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile => {
                self.found.push(Listed { key, meta: meta(&stat) });
                Ok(())
            }
            Ok(_) | Err(Errno::NOENT) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// The files and folders of a folder, the latter with a slash at the end: sorted so, keys come in the order of their
/// bytes (`a.b` before what is in `a`).
fn names(folder: &impl AsFd) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in Dir::read_from(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().to_str() else { continue };
        if name == "." || name == ".." {
            continue;
        }
        let file_type = match entry.file_type() {
            FileType::Unknown => {
                match rustix::fs::statat(folder, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW) {
                    Ok(stat) => FileType::from_raw_mode(stat.st_mode),
                    Err(_) => continue,
                }
            }
            known => known,
        };
        match file_type {
            FileType::RegularFile => names.push(name.to_owned()),
            FileType::Directory => names.push(format!("{name}/")),
            _ => {}
        }
    }
    names.sort_unstable();
    Ok(names)
}

//! The sources in an archive, in memory: nothing is unpacked onto a disk, so that no path can lead out and no link be
//! followed. How much comes out is bounded, whatever the archive says of itself.

use std::io::{Cursor, Read};

use crate::syntax::Format;

/// The most bytes that may come out of one archive.
const MAX_EXPANDED: u64 = 512 << 20;
/// The most members that an archive may have.
const MAX_MEMBERS: usize = 100_000;

/// Whether a name is that of an archive.
pub(super) fn is_archive(name: &str) -> bool {
    [".tar.gz", ".tgz", ".tar.zst", ".zip"].iter().any(|end| name.ends_with(end))
}

/// The sources that an archive holds, by their paths in it, in the order of their bytes. Hidden ones are left out.
///
/// # Errors
/// What is wrong with it, as a sentence without its subject.
pub(super) fn sources(name: &str, bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, String> {
    let mut found = if name.ends_with(".zip") {
        zip(bytes)?
    } else if name.ends_with(".tar.zst") {
        let decoder = ruzstd::decoding::StreamingDecoder::new(bytes).map_err(|error| error.to_string())?;
        tar(decoder)?
    } else {
        tar(flate2::read::MultiGzDecoder::new(bytes))?
    };
    found.sort();
    if let Some(pair) = found.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(format!("it holds `{}` twice", pair[0].0));
    }
    if found.is_empty() {
        return Err("it holds no source (.yaml, .yml, .json, .1337)".to_owned());
    }
    Ok(found)
}

/// The path of a member that is a source; `None` for what is none.
fn source(path: &str, is_file: bool) -> Result<Option<String>, String> {
    let path = path.strip_prefix("./").unwrap_or(path);
    let is_source = Format::of(path).is_some() || path.ends_with(".1337");
    if path.starts_with('/') || path.contains(['\\', '\0']) || path.split('/').any(|part| part == "..") {
        return Err(format!("`{path}` leads out of it"));
    }
    if !is_source || path.split('/').any(|part| part.starts_with('.')) {
        return Ok(None);
    }
    if !is_file {
        return Err(format!("`{path}` is a link or a device, not a file"));
    }
    Ok(Some(path.to_owned()))
}

/// A reader that fails when more than a bound has come out of it.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(count as u64).ok_or_else(too_much)?;
        Ok(count)
    }
}

fn too_much() -> std::io::Error {
    std::io::Error::other(format!("more than {MAX_EXPANDED} bytes come out of it"))
}

fn tar(reader: impl Read) -> Result<Vec<(String, Vec<u8>)>, String> {
    let failed = |error: std::io::Error| error.to_string();
    let mut archive = tar::Archive::new(Bounded { inner: reader, left: MAX_EXPANDED });
    let mut found = Vec::new();
    for (number, entry) in archive.entries().map_err(failed)?.enumerate() {
        if number >= MAX_MEMBERS {
            return Err(format!("it has more than {MAX_MEMBERS} members"));
        }
        let mut entry = entry.map_err(failed)?;
        let kind = entry.header().entry_type();
        if kind.is_dir() || kind.is_pax_global_extensions() {
            continue;
        }
        let path = entry.path_bytes().into_owned();
        let path = String::from_utf8(path).map_err(|_| "the path of a member is no UTF-8".to_owned())?;
        let Some(path) = source(&path, kind.is_file() || kind.is_contiguous())? else { continue };
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).map_err(failed)?;
        found.push((path, bytes));
    }
    Ok(found)
}

fn zip(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    if archive.len() > MAX_MEMBERS {
        return Err(format!("it has more than {MAX_MEMBERS} members"));
    }
    let (mut found, mut left) = (Vec::new(), MAX_EXPANDED);
    for number in 0..archive.len() {
        let mut member = archive.by_index(number).map_err(|error| error.to_string())?;
        if member.is_dir() {
            continue;
        }
        let path = std::str::from_utf8(member.name_raw()).map_err(|_| "the path of a member is no UTF-8")?;
        let Some(path) = source(path, member.is_file() && !member.is_symlink())? else { continue };
        let mut bytes = Vec::new();
        // The size that the archive claims is not believed.
        member.by_ref().take(left + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        left = left.checked_sub(bytes.len() as u64).ok_or_else(|| too_much().to_string())?;
        found.push((path, bytes));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn tar_gz(members: &[(&str, &str, tar::EntryType)]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, text, kind) in members {
            let mut header = tar::Header::new_gnu();
            header.as_gnu_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
            header.set_entry_type(*kind);
            header.set_size(text.len() as u64);
            if *kind == tar::EntryType::Symlink {
                header.set_link_name("/etc/passwd").unwrap();
            }
            header.set_cksum();
            builder.append(&header, text.as_bytes()).unwrap();
        }
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(&builder.into_inner().unwrap()).unwrap();
        gz.finish().unwrap()
    }

    const FILE: tar::EntryType = tar::EntryType::Regular;

    #[test]
    fn sources_come_out_in_order() {
        let bytes = tar_gz(&[
            ("top/b.yaml", "b", FILE),
            ("./a.json", "a", FILE),
            ("top/.hidden.yaml", "x", FILE),
            (".git/x.yaml", "x", FILE),
            ("notes.txt", "x", FILE),
            ("top", "", tar::EntryType::Directory),
        ]);
        let found = sources("x.tar.gz", &bytes).unwrap();
        assert_eq!(found, [("a.json".to_owned(), b"a".to_vec()), ("top/b.yaml".to_owned(), b"b".to_vec())]);
    }

    #[test]
    fn what_leads_out_is_refused() {
        for (path, kind, why) in [
            ("../x.yaml", FILE, "leads out"),
            ("a/../../x.yaml", FILE, "leads out"),
            ("/etc/x.yaml", FILE, "leads out"),
            ("a\\x.yaml", FILE, "leads out"),
            ("../x.txt", FILE, "leads out"),
            ("x.yaml", tar::EntryType::Symlink, "is a link"),
            ("x.yaml", tar::EntryType::Link, "is a link"),
            ("x.yaml", tar::EntryType::Fifo, "is a link or a device"),
            ("x.txt", FILE, "no source"),
        ] {
            let error = sources("x.tgz", &tar_gz(&[(path, "", kind)])).unwrap_err();
            assert!(error.contains(why), "{path}: {error}");
        }
        let twice = tar_gz(&[("x.yaml", "1", FILE), ("./x.yaml", "2", FILE)]);
        assert_eq!(sources("x.tgz", &twice).unwrap_err(), "it holds `x.yaml` twice");
    }

    #[test]
    fn what_is_cut_off_or_no_archive_is_refused() {
        let whole = tar_gz(&[("x.yaml", &"0123456789".repeat(1000), FILE)]);
        assert!(sources("x.tgz", &whole[..whole.len() / 2]).is_err());
        for name in ["x.tgz", "x.tar.gz", "x.tar.zst", "x.zip"] {
            assert!(sources(name, b"no archive").is_err(), "{name}");
        }
    }

    #[test]
    fn a_bomb_is_bounded() {
        let mut bounded = Bounded { inner: std::io::repeat(0), left: 1 << 20 };
        let error = std::io::copy(&mut bounded, &mut std::io::sink()).unwrap_err();
        assert!(error.to_string().contains("come out of it"));
    }
}

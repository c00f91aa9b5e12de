//! The sources in an archive, in memory: nothing is unpacked onto a disk, so that no path can lead out and no link be
//! followed. How much comes out is bounded, whatever the archive says of itself.

use std::io::{Cursor, ErrorKind, Read};

use crate::syntax::Format;

use super::zstd::Frames;

/// How much is read of one archive.
#[derive(Clone, Copy)]
struct Bounds {
    /// The most bytes that may come out of it.
    bytes: u64,
    /// The most members that it may have.
    members: usize,
}

const BOUNDS: Bounds = Bounds { bytes: 512 << 20, members: 100_000 };

/// Why the sources of an archive cannot be had: a sentence without its subject.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unusable {
    /// It is not what an archive of sources is.
    #[error("{0}")]
    Broken(String),
    /// It holds more than is read.
    #[error("{0}")]
    TooMuch(String),
}

impl From<String> for Unusable {
    fn from(why: String) -> Self {
        Self::Broken(why)
    }
}

/// Whether a name is that of an archive.
pub(super) fn is_archive(name: &str) -> bool {
    [".tar.gz", ".tgz", ".tar.zst", ".zip"].iter().any(|end| name.ends_with(end))
}

/// How each kind begins: <https://www.rfc-editor.org/rfc/rfc1952>, <https://www.rfc-editor.org/rfc/rfc8878>, and the
/// local header or the end of the directory of a `.zip`.
const BEGINNINGS: [(&[u8], &str); 4] = [
    (&[0x1f, 0x8b], ".tar.gz"),
    (&[0x28, 0xb5, 0x2f, 0xfd], ".tar.zst"),
    (b"PK\x03\x04", ".zip"),
    (b"PK\x05\x06", ".zip"),
];

/// The sources that an archive holds, by their paths in it, in the order of their bytes. Hidden ones are left out.
///
/// # Errors
/// See [`Unusable`].
pub(super) fn sources(name: &str, bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Unusable> {
    sources_within(name, bytes, BOUNDS)
}

fn sources_within(name: &str, bytes: &[u8], bounds: Bounds) -> Result<Vec<(String, Vec<u8>)>, Unusable> {
    let kind = [".zip", ".tar.zst"].into_iter().find(|end| name.ends_with(end)).unwrap_or(".tar.gz");
    let is = BEGINNINGS.iter().find(|(beginning, _)| bytes.starts_with(beginning)).map(|(_, kind)| *kind);
    match is {
        _ if bytes.is_empty() => return Err("it is empty, not an archive".to_owned().into()),
        Some(other) if other != kind => {
            return Err(format!("it is no {kind} but a {other}: name it so").into());
        }
        None if kind != ".zip" => return Err(format!("it is no {kind}: it does not begin like one").into()),
        // Something may stand before the first member of a `.zip`.
        _ => {}
    }
    let mut found = match kind {
        ".zip" => zip(bytes, bounds)?,
        ".tar.zst" => tar(Frames::new(bytes), bounds)?,
        _ => tar(flate2::read::MultiGzDecoder::new(bytes), bounds)?,
    };
    found.sort();
    if let Some(pair) = found.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(format!("it holds `{}` twice", pair[0].0).into());
    }
    if found.is_empty() {
        return Err("it holds no source (.yaml, .yml, .json, .1337)".to_owned().into());
    }
    Ok(found)
}

/// The path of a member that is a source; `None` for what is none.
fn source(path: &str, is_file: bool) -> Result<Option<String>, String> {
    let is_source = Format::of(path).is_some() || path.ends_with(".1337");
    if path.starts_with('/') || path.contains(['\\', '\0']) || path.split('/').any(|part| part == "..") {
        return Err(format!("`{path}` leads out of it"));
    }
    if !is_source || path.split('/').any(|part| part.starts_with('.') && part != ".") {
        return Ok(None);
    }
    if !is_file {
        return Err(format!("`{path}` is a link or a device, not a file"));
    }
    // One file has one name, however it is written.
    let parts: Vec<_> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    Ok(Some(parts.join("/")))
}

/// What a decoder says of bytes that it cannot read.
fn damaged(error: impl std::fmt::Display) -> String {
    format!("it is damaged or cut off ({error})")
}

/// A reader that fails when more than a bound has come out of it.
struct Bounded<R> {
    inner: R,
    left: u64,
    bounds: Bounds,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(count as u64).ok_or_else(|| too_much(self.bounds))?;
        Ok(count)
    }
}

fn too_much(bounds: Bounds) -> std::io::Error {
    std::io::Error::new(ErrorKind::FileTooLarge, format!("more than {} bytes come out of it", bounds.bytes))
}

fn failed(error: std::io::Error) -> Unusable {
    match error.kind() {
        ErrorKind::FileTooLarge => Unusable::TooMuch(error.to_string()),
        _ => Unusable::Broken(damaged(error)),
    }
}

fn too_many(bounds: Bounds) -> Unusable {
    Unusable::TooMuch(format!("it has more than {} members", bounds.members))
}

fn tar(reader: impl Read, bounds: Bounds) -> Result<Vec<(String, Vec<u8>)>, Unusable> {
    let mut archive = tar::Archive::new(Bounded { inner: reader, left: bounds.bytes, bounds });
    let mut found = Vec::new();
    for (number, entry) in archive.entries().map_err(failed)?.enumerate() {
        if number >= bounds.members {
            return Err(too_many(bounds));
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
    // What tells whether the whole came through stands at the end, behind the last member.
    std::io::copy(&mut archive.into_inner(), &mut std::io::sink()).map_err(failed)?;
    Ok(found)
}

fn zip(bytes: &[u8], bounds: Bounds) -> Result<Vec<(String, Vec<u8>)>, Unusable> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if archive.has_duplicate_names() {
        return Err("two of its members have one name".to_owned().into());
    }
    if archive.len() > bounds.members {
        return Err(too_many(bounds));
    }
    let (mut found, mut left) = (Vec::new(), bounds.bytes);
    for number in 0..archive.len() {
        let mut member = archive.by_index(number).map_err(|error| match error {
            zip::result::ZipError::UnsupportedArchive(why) => {
                format!("it needs what is not supported: {why}")
            }
            other => damaged(other),
        })?;
        if member.is_dir() {
            continue;
        }
        let path = std::str::from_utf8(member.name_raw())
            .map_err(|_| "the path of a member is no UTF-8".to_owned())?;
        let Some(path) = source(path, member.is_file() && !member.is_symlink())? else { continue };
        let mut bytes = Vec::new();
        // The size that the archive claims is not believed.
        member.by_ref().take(left + 1).read_to_end(&mut bytes).map_err(damaged)?;
        left = left.checked_sub(bytes.len() as u64).ok_or_else(|| failed(too_much(bounds)))?;
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

    fn zip_of(names: &[&str]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(b"x").unwrap();
        }
        writer.finish().unwrap().into_inner()
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
            let error = sources("x.tgz", &tar_gz(&[(path, "", kind)])).unwrap_err().to_string();
            assert!(error.contains(why), "{path}: {error}");
        }
    }

    #[test]
    fn one_name_for_two_sources_is_refused() {
        for (one, other) in [("x.yaml", "./x.yaml"), ("a/x.yaml", "a//x.yaml"), ("a/x.yaml", "a/./x.yaml")] {
            let error =
                sources("x.tgz", &tar_gz(&[(one, "1", FILE), (other, "2", FILE)])).unwrap_err().to_string();
            assert_eq!(error, format!("it holds `{one}` twice"));
        }
        let once = sources("x.zip", &zip_of(&["a.yaml", "b.yaml"])).unwrap();
        assert_eq!(once.len(), 2);
        // The writer refuses to make one: the second name is changed in what it made.
        let mut twice = zip_of(&["a.yaml", "b.yaml"]);
        while let Some(at) = twice.windows(6).position(|part| part == b"b.yaml") {
            twice[at] = b'a';
        }
        assert_eq!(sources("x.zip", &twice).unwrap_err().to_string(), "two of its members have one name");
    }

    #[test]
    fn what_is_cut_off_or_no_archive_is_refused() {
        let whole = tar_gz(&[("x.yaml", &"0123456789".repeat(1000), FILE)]);
        // The checksum of the whole is in the last eight bytes.
        for length in [whole.len() / 2, whole.len() - 8, whole.len() - 1] {
            let error = sources("x.tgz", &whole[..length]).unwrap_err().to_string();
            assert!(error.starts_with("it is damaged or cut off"), "{length}: {error}");
        }
        let mut other = whole.clone();
        let checksum = other.len() - 5;
        other[checksum] ^= 1;
        assert!(sources("x.tgz", &other).unwrap_err().to_string().starts_with("it is damaged"));
        for (name, bytes, why) in [
            ("x.tgz", b"no archive".as_slice(), "it is no .tar.gz: it does not begin like one"),
            ("x.tar.gz", b"", "it is empty, not an archive"),
            ("x.tar.gz", &zip_of(&["x.yaml"]), "it is no .tar.gz but a .zip: name it so"),
            ("x.tar.zst", b"no archive", "it is no .tar.zst: it does not begin like one"),
            ("x.zip", &whole, "it is no .zip but a .tar.gz: name it so"),
        ] {
            assert_eq!(sources(name, bytes).unwrap_err().to_string(), why, "{name}");
        }
        assert!(
            sources("x.zip", b"no archive").unwrap_err().to_string().starts_with("it is damaged or cut off")
        );
    }

    #[test]
    fn what_holds_too_much_is_refused_before_it_is_read() {
        let members = [("a.yaml", "12345", FILE), ("b.yaml", "67890", FILE)];
        for (name, bytes) in [("x.tgz", tar_gz(&members)), ("x.zip", zip_of(&["a.yaml", "b.yaml"]))] {
            // A `.tar` has blocks of 512 bytes, of which all count.
            let room = if name == "x.zip" { 2 } else { 64 << 10 };
            let within = |bytes: u64, members: usize| Bounds { bytes, members };
            assert_eq!(sources_within(name, &bytes, within(room, 2)).unwrap().len(), 2);
            for (bounds, why) in
                [(within(room, 1), "more than 1 members"), (within(1, 2), "more than 1 bytes come out of it")]
            {
                let refused = sources_within(name, &bytes, bounds).unwrap_err();
                assert!(
                    matches!(&refused, Unusable::TooMuch(said) if said.contains(why)),
                    "{name}: {refused:?}"
                );
            }
        }
    }
}

//! Sources that are URLs: what they name, what `aegis.lock` says of them, where their bytes are kept, and what an
//! archive among them holds. Nothing here touches the network: that is `aegis pull`'s matter.

mod archive;
pub mod lock;
mod registry;
mod zstd;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cache::Pack;
use crate::diag::{Code, Diagnostic, Outcome, Place, io};
use crate::files::{self, Failed};
use crate::layer::Layer;
use crate::parallel::threads;
use crate::project::{Located, Project};
use crate::store::Digest;
use crate::syntax::Format;

use super::SourceFile;
use super::cache::cache_diagnostic;
use archive::Unusable;
use lock::Lock;
pub use registry::InRegistry;

/// Where what was fetched is kept, beside `aegis.yaml`: each under its SHA-256.
pub const CACHE: &str = ".aegis/sources";
/// The most bytes that one source on a network may have.
pub const MAX_FETCH: u64 = 256 << 20;

const HELP: &str = "write `https://host/path`, `s3://bucket/key`, `gs://bucket/key`, `az://container/key`, \
                    `oci://host/repository:tag/path` or a path; a pin may follow: `#sha256=HEX`";

/// A source on a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// Where it is, without the pin.
    pub url: String,
    /// The SHA-256 that the author demands.
    pub pin: Option<String>,
    /// What origins call it: no query, which may hold a secret.
    pub name: String,
}

/// Whether a source of a project is a URL.
pub fn is_url(written: &str) -> bool {
    written.contains("://")
}

impl Remote {
    /// Reads a source that is a URL.
    ///
    /// # Errors
    /// `NOT_SUPPORTED` for another scheme, `CONFIG_INVALID` for what is no URL of a source.
    pub fn parse(source: &Located<String>) -> Outcome<Self> {
        let refused = |code, message: String| {
            Box::new(Diagnostic::error(code, message).at(source.place.clone()).help(HELP))
        };
        let (url, fragment) = match source.value.split_once('#') {
            Some((url, fragment)) => (url, Some(fragment)),
            None => (source.value.as_str(), None),
        };
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        if !matches!(scheme, "https" | "s3" | "gs" | "az" | "oci") {
            let message = format!(
                "layers are read from files, `https://`, `s3://`, `gs://`, `az://` and `oci://`, not from `{scheme}://`"
            );
            return Err(refused(Code::NotSupported, message));
        }
        let name = rest.split('?').next().unwrap_or(rest);
        let (host, path) = name.split_once('/').unwrap_or((name, ""));
        if scheme == "oci" && InRegistry::parse(name).is_none() {
            let message = "this names no file of an artifact in a registry".to_owned();
            return Err(refused(Code::ConfigInvalid, message));
        }
        if host.contains('@') {
            let message = "a source's URL holds no user and no secret".to_owned();
            return Err(refused(Code::ConfigInvalid, message));
        }
        let is_plain = !url.chars().any(|c| c.is_control() || c == ' ' || c == '\\');
        if host.is_empty() || path.is_empty() || !is_plain {
            return Err(refused(Code::ConfigInvalid, "this is no URL of a file".to_owned()));
        }
        if Format::of(name).is_none() && !name.ends_with(".1337") && !archive::is_archive(name) {
            let message = format!(
                "`{scheme}://{name}` is no source: its name ends in none of .yaml, .yml, .json, .1337, .tar.gz, .tgz, .tar.zst, .zip"
            );
            return Err(refused(Code::ConfigInvalid, message));
        }
        let is_hash = |text: &&str| text.parse::<Digest>().is_ok();
        let pin = match fragment.map(|fragment| fragment.strip_prefix("sha256=").filter(is_hash)) {
            None => None,
            Some(Some(hash)) => Some(hash.to_owned()),
            Some(None) => {
                let message = "what follows `#` is no pin".to_owned();
                return Err(refused(Code::ConfigInvalid, message));
            }
        };
        Ok(Self { url: url.to_owned(), pin, name: format!("{scheme}://{name}") })
    }

    /// The SHA-256 that its bytes must have: the author's pin, else what `aegis.lock` says.
    pub fn expected<'e>(&'e self, lock: &'e Lock) -> Option<&'e str> {
        self.pin.as_deref().or_else(|| lock.get(&self.url))
    }
}

/// Where bytes with this SHA-256 are kept.
pub fn kept(root: &Path, sha256: &str) -> PathBuf {
    root.join(CACHE).join(sha256)
}

/// The SHA-256 of bytes, as it is written.
pub fn hash(bytes: &[u8]) -> String {
    Digest::of(bytes).to_string()
}

/// The bytes that are kept under a SHA-256, if they still have it.
///
/// # Errors
/// They cannot be read.
pub fn look_up(root: &Path, sha256: &str) -> Outcome<Option<Vec<u8>>> {
    let path = kept(root, sha256);
    match files::read(&path, MAX_FETCH) {
        Ok(bytes) => Ok(Some(bytes).filter(|bytes| hash(bytes) == sha256)),
        Err(Failed::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(failed) => Err(io(Code::SourceUnreadable, "read", &path, &failed.into())),
    }
}

/// The files that a source names, from what was fetched before.
///
/// # Errors
/// It is no source, was not fetched, or its archive is not sound.
pub(super) fn files(project: &Project, layer: Layer, source: &Located<String>) -> Outcome<Vec<SourceFile>> {
    let remote = Remote::parse(source)?;
    let lock = Lock::read(project)?;
    let bytes = match remote.expected(&lock) {
        Some(sha256) => look_up(&project.root, sha256)?,
        None => None,
    };
    let Some(bytes) = bytes else {
        let message = format!("`{}` was not fetched yet", remote.name);
        let help = "run `aegis pull`: it fetches the sources and writes aegis.lock";
        return Err(Box::new(
            Diagnostic::error(Code::SourceNotFound, message).at(source.place.clone()).help(help),
        ));
    };
    let file = |name: String, bytes: Vec<u8>| SourceFile {
        layer,
        shown: name.as_str().into(),
        path: PathBuf::from(&name),
        format: Format::of(&name),
        name: name.into(),
        bytes: Some(Arc::from(bytes)),
    };
    if !archive::is_archive(&remote.name) {
        return Ok(vec![file(remote.name, bytes)]);
    }
    let held = unpacked(&remote, &bytes, &source.place)?;
    Ok(held.into_iter().map(|(name, bytes)| file(format!("{}!/{name}", remote.name), bytes)).collect())
}

/// Refuses what was fetched, if it can be no source: an archive that is not sound, a `.1337` file that is not whole, a page
/// that a server shows to people in place of a file.
///
/// # Errors
/// `PACK_SYNTAX`, `CACHE_CORRUPT`, `CACHE_INCOMPATIBLE` or `LIMIT_EXCEEDED`: what is wrong with it.
pub fn check(remote: &Remote, bytes: &[u8], place: &Place) -> Outcome<()> {
    if !archive::is_archive(&remote.name) {
        return check_file(&remote.name, bytes, place);
    }
    let held = unpacked(remote, bytes, place)?;
    held.iter().try_for_each(|(name, bytes)| check_file(&format!("{}!/{name}", remote.name), bytes, place))
}

fn check_file(name: &str, bytes: &[u8], place: &Place) -> Outcome<()> {
    if is_page(bytes) {
        let message = format!("`{name}` is a web page, not a source");
        let help = "name where the file itself is: a page that shows it, or asks for a login, is not it";
        return Err(Box::new(Diagnostic::error(Code::PackSyntax, message).at(place.clone()).help(help)));
    }
    if name.ends_with(".1337") {
        let opened = Pack::from_bytes(bytes.to_vec()).and_then(|pack| pack.verify(threads()));
        return opened.map_err(|error| Box::new(cache_diagnostic(&error, name.into()).at(place.clone())));
    }
    Ok(())
}

/// Whether this is HTML or XML: it begins with a tag, as no document does. `<<` merges one in YAML.
fn is_page(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    matches!(text, [b'<', next, ..] if *next != b'<')
}

fn unpacked(remote: &Remote, bytes: &[u8], place: &Place) -> Outcome<Vec<(String, Vec<u8>)>> {
    archive::sources(&remote.name, bytes).map_err(|why| unusable(remote, &why, place))
}

fn unusable(remote: &Remote, why: &Unusable, place: &Place) -> Box<Diagnostic> {
    let (code, help) = match why {
        Unusable::Broken(_) => {
            (Code::PackSyntax, "pack the sources anew: plain files below one folder, without links")
        }
        Unusable::TooMuch(_) => (Code::LimitExceeded, "pack less into it, or split it into several sources"),
    };
    let message = format!("`{}` cannot be used: {why}", remote.name);
    Box::new(Diagnostic::error(code, message).at(place.clone()).help(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Remote, Code> {
        let source = Located { value: text.to_owned(), place: Place::file("aegis.yaml".into()) };
        Remote::parse(&source).map_err(|error| error.code)
    }

    fn remote(name: &str) -> Remote {
        Remote { url: name.to_owned(), pin: None, name: name.to_owned() }
    }

    #[test]
    fn a_page_is_no_source_and_a_document_is_no_page() {
        let pages = [
            "<!DOCTYPE html><title>Login</title>",
            "\u{FEFF}\n <HTML lang=en>",
            "<!-- x -->",
            "<?xml version='1.0'?>",
        ];
        assert!(pages.iter().all(|page| is_page(page.as_bytes())));
        let documents =
            ["", "<", "<<: *base\n", "aegis: cache/v1\n", "{\"aegis\": \"<html>\"}", "# <html>\n"];
        assert!(!documents.iter().any(|document| is_page(document.as_bytes())));
    }

    #[test]
    fn a_pack_that_is_not_whole_is_refused_where_it_is_named() {
        let place = Place::file("aegis.yaml".into());
        let whole =
            std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/v1-global.1337")).unwrap();
        let pack = Pack::from_bytes(whole.clone()).unwrap();
        let changed = |at: usize| {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            bytes
        };
        let inside =
            pack.sections().filter(|(_, _, length, _)| *length > 0).map(|(_, at, ..)| changed(at as usize));
        let others =
            [changed(whole.len() - 1), whole[..whole.len() - 1].to_vec(), b"aegis: cache/v1".to_vec()];
        for bytes in inside.chain(others) {
            for held in [false, true] {
                let (name, content) = if held {
                    ("https://host/a.zip", zipped(&bytes))
                } else {
                    ("https://host/x.1337", bytes.clone())
                };
                let refused = check(&remote(name), &content, &place).unwrap_err();
                assert_eq!(
                    (refused.code, refused.message.contains("x.1337")),
                    (Code::CacheCorrupt, true),
                    "{refused:?}"
                );
            }
        }
        assert!(check(&remote("https://host/x.1337"), &whole, &place).is_ok());
        assert!(check(&remote("https://host/a.zip"), &zipped(&whole), &place).is_ok());
        let page = check(&remote("https://host/x.1337"), b"<html>", &place).unwrap_err();
        assert_eq!(page.code, Code::PackSyntax);
    }

    /// An archive with `x.1337`.
    fn zipped(bytes: &[u8]) -> Vec<u8> {
        use std::io::Write as _;
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        writer.start_file("x.1337", zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn an_archive_with_too_much_in_it_is_told_from_a_broken_one() {
        let code =
            |why: Unusable| unusable(&remote("https://host/a.zip"), &why, &Place::file("a".into())).code;
        assert_eq!(code(Unusable::TooMuch("x".to_owned())), Code::LimitExceeded);
        assert_eq!(code(Unusable::Broken("x".to_owned())), Code::PackSyntax);
    }

    #[test]
    fn urls_of_sources() {
        let remote = parse("https://example.com/a/b.yaml?token=1").unwrap();
        assert_eq!(remote.url, "https://example.com/a/b.yaml?token=1");
        assert_eq!(remote.name, "https://example.com/a/b.yaml");
        let hash = "0".repeat(64);
        let remote = parse(&format!("s3://bucket/x.tar.gz#sha256={hash}")).unwrap();
        assert_eq!((remote.url.as_str(), remote.pin), ("s3://bucket/x.tar.gz", Some(hash)));
        for text in
            ["gs://bucket/a/x.yaml", "az://container/x.1337", "oci://host/packs:1.0/caches/global.1337"]
        {
            assert_eq!(parse(text).unwrap().url, text);
        }
        for (text, code) in [
            ("http://example.com/x.yaml", Code::NotSupported),
            ("ftp://example.com/x.yaml", Code::NotSupported),
            ("oci://host/x.yaml", Code::ConfigInvalid),
            ("oci://host/repository:1.0/x.exe", Code::ConfigInvalid),
            ("https://key:secret@example.com/x.yaml", Code::ConfigInvalid),
            ("https://example.com", Code::ConfigInvalid),
            ("https:///x.yaml", Code::ConfigInvalid),
            ("https://example.com/x.exe", Code::ConfigInvalid),
            ("https://example.com/a b.yaml", Code::ConfigInvalid),
            ("https://example.com/x.yaml#sha256=00", Code::ConfigInvalid),
            ("https://example.com/x.yaml#v1", Code::ConfigInvalid),
        ] {
            assert_eq!(parse(text), Err(code), "{text}");
        }
    }

    #[test]
    fn what_is_kept_has_its_hash_or_counts_as_absent() {
        let root = tempfile::tempdir().unwrap();
        let sha256 = hash(b"content");
        assert_eq!(look_up(root.path(), &sha256).unwrap(), None);
        std::fs::create_dir_all(root.path().join(CACHE)).unwrap();
        std::fs::write(kept(root.path(), &sha256), "content").unwrap();
        assert_eq!(look_up(root.path(), &sha256).unwrap().unwrap(), b"content");
        std::fs::write(kept(root.path(), &sha256), "other").unwrap();
        assert_eq!(look_up(root.path(), &sha256).unwrap(), None);
    }
}

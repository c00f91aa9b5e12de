//! Which key holds what, and what readers are told about it. Pure.
//!
//! ```text
//! packs/<oid>/<packHash>/<file of the runtime directory>
//! packs/<oid>/versions/<semver>.json
//! packs/<oid>/channels/<name>/<20-digit sequence>.json
//! .aegis/probe
//! ```

use semver::Version;

use crate::diag::{Code, Diagnostic, Outcome};
use crate::oid::Oid;

use super::{Attributes, Digest, Folder, Key, KeyError};

/// The manifest of a pack: written last, its presence is the commit.
pub const MANIFEST: &str = "metadata.json";
/// The hashes of a pack's files, for `sha256sum`.
pub const CHECKSUMS: &str = "checksums.txt";
/// What a pack tells people.
pub const README: &str = "README.md";
/// What may stand beside a revision although no manifest names it: that it was revoked.
pub const REVOKED: &str = "revoked.json";
/// The folder of all packs.
pub const PACKS: &str = "packs";
/// `Cache-Control` of what never changes.
pub const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// `Cache-Control` of what does.
pub const NO_CACHE: &str = "no-cache";

/// The folder of all packs of an OID.
///
/// # Errors
/// The OID is longer than the name of a folder may be: 255 bytes.
pub fn packs_of(oid: &Oid) -> Outcome<Folder> {
    folder(format!("{PACKS}/{oid}"))
}

/// The folder of one pack.
///
/// # Errors
/// As [`packs_of`].
pub fn pack(oid: &Oid, pack_hash: Digest) -> Outcome<Folder> {
    folder(format!("{PACKS}/{oid}/{pack_hash}"))
}

/// The folder of an OID's version documents.
///
/// # Errors
/// As [`packs_of`].
pub fn versions_of(oid: &Oid) -> Outcome<Folder> {
    folder(format!("{PACKS}/{oid}/versions"))
}

/// The version document of a version.
///
/// # Errors
/// As [`packs_of`]; the version's length counts too.
pub fn version(oid: &Oid, version: &Version) -> Outcome<Key> {
    let name = format!("{version}.json");
    versions_of(oid)?.key(&name).map_err(|error| refused(&name, error))
}

fn folder(path: String) -> Outcome<Folder> {
    Folder::new(&path).map_err(|error| refused(&path, error))
}

fn refused(path: &str, error: KeyError) -> Box<Diagnostic> {
    let message = format!("`{path}` cannot stand in a store: {error}");
    Box::new(Diagnostic::error(Code::NotSupported, message).help("choose a shorter OID or version"))
}

/// What a key below [`PACKS`] holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<'k> {
    /// A file of a pack.
    Pack(Digest, &'k str),
    /// A version document, by its file name.
    Version(&'k str),
    /// Something of a channel.
    Channel,
    /// Nothing that belongs there.
    Stray,
}

/// The OID and the place that a key names; `None` if it does not stand below `packs/<oid>/`.
pub fn place(key: &Key) -> Option<(Oid, Place<'_>)> {
    let rest = key.as_str().strip_prefix(PACKS)?.strip_prefix('/')?;
    let (oid, rest) = rest.split_once('/')?;
    let oid = oid.parse().ok()?;
    let place = match rest.split_once('/') {
        Some(("versions", name)) if !name.contains('/') => Place::Version(name),
        Some(("channels", _)) => Place::Channel,
        Some((hash, name)) => hash.parse().map_or(Place::Stray, |hash| Place::Pack(hash, name)),
        None => Place::Stray,
    };
    Some((oid, place))
}

/// `Content-Type` by the end of a file's name.
pub fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "json" => "application/json",
        "yaml" | "yml" => "application/yaml",
        "js" => "text/javascript; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// What readers are told about a file that never changes. Its SHA-256 is its entity tag.
pub fn immutable(name: &str, sha256: Digest) -> Attributes {
    Attributes { content_type: content_type(name), cache_control: IMMUTABLE, etag: format!("\"{sha256}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_and_read_back() {
        let oid: Oid = "1.0".parse().unwrap();
        let hash = Digest::of(b"");
        let key = pack(&oid, hash).unwrap().key("exports/pack.json").unwrap();
        assert_eq!(key.as_str(), format!("packs/1.0/{hash}/exports/pack.json"));
        assert_eq!(place(&key), Some((oid.clone(), Place::Pack(hash, "exports/pack.json"))));
        let key = version(&oid, &"1.2.3-rc.1+b".parse().unwrap()).unwrap();
        assert_eq!(key.as_str(), "packs/1.0/versions/1.2.3-rc.1+b.json");
        assert_eq!(place(&key), Some((oid.clone(), Place::Version("1.2.3-rc.1+b.json"))));
        for (text, expected) in [
            ("packs/1.0/channels/stable/00000000000000000001.json", Place::Channel),
            ("packs/1.0/channels/stable.json", Place::Channel),
            ("packs/1.0/versions/a/b.json", Place::Stray),
            ("packs/1.0/versions", Place::Stray),
            ("packs/1.0/0123/metadata.json", Place::Stray),
        ] {
            assert_eq!(place(&Key::new(text).unwrap()), Some((oid.clone(), expected)), "{text}");
        }
        let long = format!("2.{}", ["9223372036854775807"; 20].join("."));
        assert_eq!(packs_of(&long.parse().unwrap()).unwrap_err().code, Code::NotSupported);
        for text in ["pizza/abc/rev.json", "packs/1.0", "packs/x/y", "packsx/1.0/y"] {
            assert_eq!(place(&Key::new(text).unwrap()), None, "{text}");
        }
    }

    #[test]
    fn types_and_tags() {
        let attributes = immutable("exports/pack.yaml", Digest::of(b""));
        assert_eq!(attributes.content_type, "application/yaml");
        assert!(attributes.cache_control.contains("immutable") && attributes.etag.starts_with("\"e3b0"));
        assert_eq!(content_type("runtime.1337"), "application/octet-stream");
        assert_eq!(content_type("noextension"), "application/octet-stream");
    }
}

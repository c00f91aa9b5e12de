//! What a pack's `metadata.json` says of its files, and the hash that makes a pack what it is. Pure.
//!
//! Only the members that a store needs are read; others may stand beside them. The bytes are kept as they are: what
//! has to change is changed in place, so that a canonical document stays one.

use std::collections::BTreeMap;

use semver::Version;
use sha2::{Digest as _, Sha256};

use crate::oid::Oid;
use crate::syntax::{Format, Kind, Node, Text, Tree};

use super::layout::{CHECKSUMS, MANIFEST, README};
use super::{Digest, Key};

/// What the member `aegis` of a manifest says.
const FORM: &str = "metadata/v1";

/// The largest manifest that is read, in bytes.
pub const MAX_MANIFEST: u64 = 16 << 20;

/// A pack's manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The pack's name.
    pub name: String,
    /// The pack's OID.
    pub oid: Oid,
    /// The pack's version.
    pub version: Version,
    /// The identity: see [`pack_hash`].
    pub pack_hash: Digest,
    /// The hash of what the pack says, whatever its version.
    pub content_hash: Digest,
    /// Every file but the manifest, by its path.
    pub files: BTreeMap<String, FileEntry>,
}

/// What a manifest says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileEntry {
    /// Its SHA-256.
    pub sha256: Digest,
    /// Its size in bytes.
    pub size: u64,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence without its subject.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        with_tree(bytes, |tree| {
            let root = tree.root();
            let form = text(root, "aegis")?;
            if form != FORM {
                return Err(format!("is of the form `{form}`, not `{FORM}`"));
            }
            Ok(Self {
                name: text(root, "name")?.to_owned(),
                oid: parsed(root, "oid")?,
                version: parsed(root, "version")?,
                pack_hash: parsed(root, "packHash")?,
                content_hash: parsed(root, "contentHash")?,
                files: files(member(root, "files")?)?,
            })
        })
    }

    /// The identity that its files have, which [`Manifest::pack_hash`] must be.
    pub fn computed_pack_hash(&self) -> Digest {
        pack_hash(self.files.iter().map(|(name, entry)| (name.as_str(), entry.sha256)))
    }

    /// The bytes of all files together.
    pub fn size(&self) -> u64 {
        self.files.values().fold(0, |sum, entry| sum.saturating_add(entry.size))
    }
}

/// Whether a pack's file counts for its identity.
pub fn is_hashed(name: &str) -> bool {
    !matches!(name, MANIFEST | CHECKSUMS | README)
}

/// The identity of a pack: the SHA-256 of the canonical JSON (RFC 8785) map from path to SHA-256, of every file but
/// the manifest, the checksums and the readme.
pub fn pack_hash<'n>(files: impl IntoIterator<Item = (&'n str, Digest)>) -> Digest {
    let mut files: Vec<_> = files.into_iter().filter(|(name, _)| is_hashed(name)).collect();
    // RFC 8785 sorts by UTF-16 code units.
    files.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    let mut hasher = Sha256::new_with_prefix("{");
    for (i, (name, sha256)) in files.iter().enumerate() {
        let comma = if i > 0 { "," } else { "" };
        // `serde_json` escapes strings as RFC 8785 asks.
        hasher.update(format!("{comma}{}:\"{sha256}\"", serde_json::Value::from(*name)));
    }
    hasher.update("}");
    hasher.into()
}

/// The same manifest with other entries of some files that it names.
///
/// # Errors
/// What is wrong with it, as a sentence without its subject.
pub fn with_entries(bytes: &[u8], entries: &BTreeMap<&str, FileEntry>) -> Result<Vec<u8>, String> {
    with_tree(bytes, |tree| {
        let files = member(tree.root(), "files")?;
        let mut edits = Vec::with_capacity(entries.len() * 2);
        for (name, entry) in entries {
            let node = member(files, name)?;
            edits.push((member(node, "sha256")?.range(), format!("\"{}\"", entry.sha256)));
            edits.push((member(node, "size")?.range(), entry.size.to_string()));
        }
        edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        let mut text = tree.text().to_owned();
        for (range, new) in edits {
            text.replace_range(range, &new);
        }
        Ok(text.into_bytes())
    })
}

fn with_tree<T>(bytes: &[u8], read: impl FnOnce(&Tree<'_>) -> Result<T, String>) -> Result<T, String> {
    let text = Text::from_bytes(bytes.to_vec(), Format::Json)
        .map_err(|error| format!("is no text: {}", error.1.message))?;
    match text.parse(Format::Json) {
        Ok(Some(tree)) if tree.root().kind() == Kind::Map => read(&tree),
        Ok(_) => Err("is no JSON object".to_owned()),
        Err(errors) => {
            let first = errors.first().map_or("it cannot be read", |error| error.message.as_str());
            Err(format!("is no JSON object: {first}"))
        }
    }
}

fn member<'t, 'a>(node: Node<'t, 'a>, name: &str) -> Result<Node<'t, 'a>, String> {
    node.get(name).ok_or_else(|| format!("has no member `{name}`{}", place(node)))
}

fn place(node: Node<'_, '_>) -> String {
    match node.tree().pointer(node) {
        pointer if pointer.is_empty() => String::new(),
        pointer => format!(" in `{pointer}`"),
    }
}

fn text<'a>(node: Node<'_, 'a>, name: &str) -> Result<&'a str, String> {
    let found = member(node, name)?;
    found
        .as_str()
        .ok_or_else(|| format!("has {} as `{name}`{} instead of a text", found.kind().noun(), place(node)))
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(node: Node<'_, '_>, name: &str) -> Result<T, String> {
    let found = text(node, name)?;
    found.parse().map_err(|error| format!("has a wrong `{name}`{}: {error}", place(node)))
}

fn files(node: Node<'_, '_>) -> Result<BTreeMap<String, FileEntry>, String> {
    if node.kind() != Kind::Map {
        return Err(format!("has {} as `files` instead of a mapping", node.kind().noun()));
    }
    let mut files = BTreeMap::new();
    for (name, entry) in node.entries() {
        let name = name.raw();
        Key::new(name)
            .map_err(|error| format!("names the file `{name}`, which none can be called: {error}"))?;
        if name == MANIFEST {
            return Err(format!("names itself, `{name}`, among its files"));
        }
        let size = member(entry, "size")?;
        let size = (size.kind() == Kind::Int).then(|| size.raw().parse().ok()).flatten();
        let size = size.ok_or_else(|| format!("has a wrong `size`{}", place(entry)))?;
        files.insert(name.to_owned(), FileEntry { sha256: parsed(entry, "sha256")?, size });
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample() -> serde_json::Value {
        let hash = Digest::of(b"");
        serde_json::json!({
            "aegis": "metadata/v1", "name": "warehouse", "oid": "1.0", "version": "1.2.3", "packHash": hash,
            "contentHash": hash, "counts": {"entries": 3},
            "files": {"README.md": {"sha256": hash, "size": 0}, "a/b": {"sha256": hash, "size": 12}},
        })
    }

    fn broken(pointer: &str, value: serde_json::Value) -> String {
        let mut document = sample();
        *document.pointer_mut(pointer).unwrap() = value;
        Manifest::parse(document.to_string().as_bytes()).unwrap_err()
    }

    #[test]
    fn reads_what_a_store_needs() {
        let manifest = Manifest::parse(sample().to_string().as_bytes()).unwrap();
        assert_eq!((manifest.name.as_str(), manifest.version.to_string().as_str()), ("warehouse", "1.2.3"));
        assert_eq!(manifest.size(), 12);
        assert_eq!(manifest.files["a/b"], FileEntry { sha256: Digest::of(b""), size: 12 });
        let expected = format!("{{\"a/b\":\"{}\"}}", Digest::of(b""));
        assert_eq!(manifest.computed_pack_hash(), Digest::of(expected.as_bytes()));
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!(broken("/aegis", "metadata/v2".into()), "is of the form `metadata/v2`, not `metadata/v1`");
        assert_eq!(broken("/name", 3.into()), "has an integer as `name` instead of a text");
        assert_eq!(
            broken("/oid", "1.".into()),
            "has a wrong `oid`: an arc is empty: a dot stands at an end or beside another"
        );
        assert_eq!(
            broken("/packHash", "0".into()),
            "has a wrong `packHash`: a SHA-256 is 64 lower-case hexadecimal digits"
        );
        assert_eq!(broken("/files", 1.into()), "has an integer as `files` instead of a mapping");
        assert_eq!(broken("/files/a~1b/size", (-1).into()), "has a wrong `size` in `/files/a~1b`");
        assert_eq!(
            broken("/files/a~1b", serde_json::json!({"size": 1})),
            "has no member `sha256` in `/files/a~1b`"
        );
        let entry = serde_json::json!({"sha256": Digest::of(b""), "size": 1});
        for name in ["../x", "metadata.json", "a\\b"] {
            assert!(broken("/files", serde_json::json!({name: entry})).starts_with("names "), "{name}");
        }
        assert!(Manifest::parse(b"[]").unwrap_err().starts_with("is no JSON object"));
        assert!(Manifest::parse(b"{\"a\":1,\"a\":1}").unwrap_err().contains("`a`"));
        assert!(Manifest::parse(b"\xff").unwrap_err().starts_with("is no text"));
    }

    #[test]
    fn entries_change_in_place() {
        let bytes = sample().to_string();
        let entry = FileEntry { sha256: Digest::of(b"other"), size: 5 };
        let changed = with_entries(bytes.as_bytes(), &BTreeMap::from([("README.md", entry)])).unwrap();
        let mut expected = sample();
        expected["files"]["README.md"] = serde_json::json!({"sha256": entry.sha256, "size": 5});
        assert_eq!(String::from_utf8(changed).unwrap(), expected.to_string());
        assert!(with_entries(bytes.as_bytes(), &BTreeMap::from([("none", entry)])).is_err());
    }

    proptest! {
        #[test]
        fn the_identity_is_that_of_the_canonical_map(names in prop::collection::btree_set("\\PC{1,8}|[\u{0}-\u{ffff}\u{10000}]{1,4}", 0..8)) {
            let map: BTreeMap<_, _> = names.iter().map(|name| (name.clone(), Digest::of(name.as_bytes()))).collect();
            let canonical = serde_json_canonicalizer::to_vec(&map).unwrap();
            let computed = pack_hash(map.iter().map(|(name, digest)| (name.as_str(), *digest)));
            prop_assert_eq!(computed, Digest::of(&canonical));
        }
    }
}

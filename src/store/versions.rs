//! Version documents: which pack a released version is. `release` alone writes them; here they are read.

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::diag::{Code, Diagnostic, Outcome, Place};
use crate::oid::Oid;

use super::{Digest, Key, Store, Walk, layout, read_small};

/// The largest version document that is read, in bytes.
const MAX_DOCUMENT: u64 = 64 << 10;

/// What the member `aegis` of a version document says.
const FORM: &str = "version/v1";

/// A version document. The order of the members is that of the canonical form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct VersionDocument {
    aegis: String,
    /// The hash of what the pack says, whatever its version.
    pub content_hash: Digest,
    /// The pack's OID.
    pub oid: Oid,
    /// The pack's identity.
    pub pack_hash: Digest,
    /// The version.
    #[serde(with = "as_text")]
    pub version: Version,
}

mod as_text {
    use semver::Version;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(version: &Version, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(version)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Version, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl VersionDocument {
    /// The document of a version.
    pub fn new(oid: Oid, version: Version, pack_hash: Digest, content_hash: Digest) -> Self {
        Self { aegis: FORM.to_owned(), content_hash, oid, pack_hash, version }
    }

    /// Its canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Texts alone, in the order of their names: that is canonical, and cannot fail to be written.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads the document that stands under a key of its kind.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence without its subject: also that it is not canonical, or names another OID
    /// or version than its key.
    pub fn parse(bytes: &[u8], oid: &Oid, version: &Version) -> Result<Self, String> {
        let document: Self =
            serde_json::from_slice(bytes).map_err(|error| format!("is no version document: {error}"))?;
        if document.aegis != FORM {
            return Err(format!("is of the form `{}`, not `{FORM}`", document.aegis));
        }
        if document.oid != *oid || document.version != *version {
            return Err(format!("is that of {} {}", document.oid, document.version));
        }
        if document.to_bytes() != bytes {
            return Err("is not in canonical form (RFC 8785)".to_owned());
        }
        Ok(document)
    }
}

/// The version that a file name in the folder of versions stands for.
pub fn version_of(name: &str) -> Option<Version> {
    name.strip_suffix(".json")?.parse().ok()
}

/// The document of the highest version of a pack but `except`, by the precedence of Semantic Versioning.
///
/// # Errors
/// `METADATA_INVALID` for a document or a file name that is not as it should be: a version that cannot be read may be
/// the highest one. Or the store failed.
pub async fn highest(
    store: &dyn Store,
    oid: &Oid,
    except: Option<&Version>,
) -> Outcome<Option<VersionDocument>> {
    let folder = layout::versions_of(oid)?;
    let mut walk = Walk::new(store, folder.clone());
    let mut highest: Option<(Version, Key)> = None;
    while let Some(listed) = walk.next().await? {
        let name = folder.name_of(&listed.key).unwrap_or_default();
        let Some(version) = version_of(name) else {
            return Err(Box::new(invalid(&listed.key, "has a name that is no version")));
        };
        // The order of `Version` is that of precedence, and tells those apart that differ in build metadata only.
        if Some(&version) != except && highest.as_ref().is_none_or(|(best, _)| version > *best) {
            highest = Some((version, listed.key));
        }
    }
    match highest {
        Some((version, key)) => read(store, oid, &version, &key).await.map(Some),
        None => Ok(None),
    }
}

/// The documents of the highest versions of a pack, at most so many, the lowest of them first.
///
/// # Errors
/// As [`read`].
pub async fn newest(store: &dyn Store, oid: &Oid, most: usize) -> Outcome<Vec<VersionDocument>> {
    let folder = layout::versions_of(oid)?;
    let (mut walk, mut found) = (Walk::new(store, folder.clone()), Vec::new());
    while let Some(listed) = walk.next().await? {
        if let Some(version) = version_of(folder.name_of(&listed.key).unwrap_or_default()) {
            found.push((version, listed.key));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    let mut documents = Vec::new();
    for (version, key) in &found[found.len().saturating_sub(most)..] {
        documents.push(read(store, oid, version, key).await?);
    }
    Ok(documents)
}

/// Reads a version document.
///
/// # Errors
/// `METADATA_INVALID`, `NOT_FOUND`, or the store failed.
pub async fn read(store: &dyn Store, oid: &Oid, version: &Version, key: &Key) -> Outcome<VersionDocument> {
    let bytes = read_small(store, key, MAX_DOCUMENT).await?;
    VersionDocument::parse(&bytes, oid, version).map_err(|why| Box::new(invalid(key, &why)))
}

pub(super) fn invalid(key: &Key, why: &str) -> Diagnostic {
    Diagnostic::error(Code::MetadataInvalid, format!("`{key}` {why}"))
        .at(Place::file(key.as_str().into()))
        .help("something other than aegis wrote there: put back what it was from a copy, or remove it")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Payload, block_on, open};

    #[test]
    fn the_highest_version_is_by_precedence() {
        let root = tempfile::tempdir().unwrap();
        let oid: Oid = "1.0".parse().unwrap();
        let store = open("store", root.path()).unwrap();
        let (oid, store) = (&oid, &*store);
        let highest = || block_on(highest(store, oid, None)).unwrap();
        let put = |name: &str, bytes: Vec<u8>| {
            let key = layout::versions_of(oid).unwrap().key(name).unwrap();
            let attributes = layout::immutable(name, Digest::of(b""));
            block_on(store.create(&key, &Payload::bytes(bytes), &attributes)).unwrap().unwrap();
        };
        assert_eq!(highest().unwrap(), None);
        let newest = |most: usize| -> Vec<String> {
            let found = block_on(newest(store, oid, most)).unwrap().unwrap();
            found.iter().map(|one| one.version.to_string()).collect()
        };
        assert_eq!(newest(3), [""; 0]);
        for version in ["1.9.0", "1.10.0-rc.2", "1.10.0-rc.10", "0.99.99"] {
            let document = VersionDocument::new(
                oid.clone(),
                version.parse().unwrap(),
                Digest::of(b"p"),
                Digest::of(b"c"),
            );
            put(&format!("{version}.json"), document.to_bytes());
        }
        assert_eq!(highest().unwrap().unwrap().version.to_string(), "1.10.0-rc.10");
        let but = block_on(super::highest(store, oid, Some(&"1.10.0-rc.10".parse().unwrap()))).unwrap();
        assert_eq!(but.unwrap().unwrap().version.to_string(), "1.10.0-rc.2");
        put("1.10.0.json", b"{}".to_vec());
        assert_eq!(highest().unwrap_err().code, Code::MetadataInvalid);
        put("latest.json", b"{}".to_vec());
        assert!(highest().unwrap_err().message.contains("no version"));
    }

    #[test]
    fn the_form_is_strict() {
        let (oid, version): (Oid, Version) = ("1.0".parse().unwrap(), "1.2.3".parse().unwrap());
        let document = VersionDocument::new(oid.clone(), version.clone(), Digest::of(b"p"), Digest::of(b"c"));
        let text = String::from_utf8(document.to_bytes()).unwrap();
        assert_eq!(
            text,
            format!(
                "{{\"aegis\":\"version/v1\",\"contentHash\":\"{}\",\"oid\":\"1.0\",\"packHash\":\"{}\",\"version\":\"1.2.3\"}}",
                Digest::of(b"c"),
                Digest::of(b"p")
            )
        );
        let canonical = serde_json_canonicalizer::to_vec(&document).unwrap();
        assert_eq!(canonical, text.as_bytes());
        let parse = |text: &str| VersionDocument::parse(text.as_bytes(), &oid, &version);
        assert_eq!(parse(&text), Ok(document));
        for wrong in [
            text.replace("/v1", "/v2"),
            text.replace("1.2.3", "1.2.4"),
            text.replace("\"1.0\"", "\"1.1\""),
            text.replace("\"oid\"", "\"extra\":1,\"oid\""),
            text.replace("\"oid\"", "\"version\":\"1.2.3\",\"oid\""),
            text.replace(',', ", "),
            format!("{text}\n"),
        ] {
            assert!(parse(&wrong).is_err(), "{wrong}");
        }
    }
}

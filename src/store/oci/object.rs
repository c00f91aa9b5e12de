//! The manifest of an object: what it says, and reading it back. Pure.

use std::time::SystemTime;

use serde_json::{Value, json};

use crate::store::{Attributes, Digest, Key, Meta, Payload};
use crate::time::{of_rfc3339, rfc3339};

use super::registry::MANIFEST;

/// The `artifactType` of an object.
const TYPE: &str = "application/vnd.aegis.object.v1";
/// The content of what has none: <https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidance-for-an-empty-descriptor>
pub(super) const EMPTY: &[u8] = b"{}";

const KEY: &str = "dev.aegis.key";
const SIZE: &str = "dev.aegis.size";
const CREATED: &str = "org.opencontainers.image.created";

/// An object as its manifest describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: Key,
    pub(super) meta: Meta,
    /// The digest of its content, as registries write it.
    pub(super) blob: String,
    /// The digest of the manifest itself.
    pub(super) digest: String,
}

/// A digest as registries write it.
pub(super) fn digest(sha256: Digest) -> String {
    format!("sha256:{sha256}")
}

/// The descriptor of the empty content.
pub(super) fn empty() -> Value {
    descriptor("application/vnd.oci.empty.v1+json", Digest::of(EMPTY), EMPTY.len() as u64)
}

/// A descriptor: <https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md>.
pub(super) fn descriptor(media_type: &str, sha256: Digest, size: u64) -> Value {
    // A media type has no parameters here (RFC 6838).
    let media_type = media_type.split(';').next().unwrap_or(media_type);
    json!({"mediaType": media_type, "digest": digest(sha256), "size": size})
}

/// The manifest of an object.
pub(super) fn manifest(key: &Key, payload: &Payload, attributes: &Attributes, now: SystemTime) -> Vec<u8> {
    // Not every registry takes an empty blob.
    let layer = match payload.size() {
        0 => empty(),
        size => descriptor(attributes.content_type, payload.sha256(), size),
    };
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "artifactType": TYPE,
        "config": empty(),
        "layers": [layer],
        "annotations": {
            CREATED: rfc3339(now),
            KEY: key.as_str(),
            SIZE: payload.size().to_string(),
            "dev.aegis.etag": attributes.etag,
            "dev.aegis.cache-control": attributes.cache_control,
        },
    });
    manifest.to_string().into_bytes()
}

/// Whether a manifest is that of an object of a store, sound or not.
pub(super) fn is_object(bytes: &[u8]) -> bool {
    serde_json::from_slice::<Value>(bytes).is_ok_and(|manifest| manifest["artifactType"] == TYPE)
}

impl Entry {
    /// Reads the manifest of an object.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence without its subject.
    pub(super) fn parse(bytes: &[u8], own: &str) -> Result<Self, String> {
        let manifest: Value =
            serde_json::from_slice(bytes).map_err(|error| format!("names no manifest: {error}"))?;
        let text =
            |value: &Value| value.as_str().map(str::to_owned).ok_or("names what is no object of a store");
        if manifest["artifactType"] != TYPE {
            return Err("names what is no object of a store".to_owned());
        }
        let annotations = &manifest["annotations"];
        let key = Key::new(&text(&annotations[KEY])?)
            .map_err(|error| format!("names an object without a key: {error}"))?;
        let size = text(&annotations[SIZE])?.parse().map_err(|_| "names an object without a size")?;
        let (layer, modified) = (
            &manifest["layers"][0],
            of_rfc3339(&text(&annotations[CREATED])?).unwrap_or(SystemTime::UNIX_EPOCH),
        );
        let blob = text(&layer["digest"])?;
        let sha256 = match size {
            0 => Some(Digest::of(b"")),
            _ => blob.strip_prefix("sha256:").and_then(|hash| hash.parse().ok()),
        };
        if size > 0 && layer["size"].as_u64() != Some(size) {
            return Err("names an object of two sizes".to_owned());
        }
        // The registry has checked it: it is the name of the content.
        let meta = Meta { size, modified, sha256 };
        Ok(Self { key, meta, blob, digest: own.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::layout;

    #[test]
    fn manifests_say_what_they_are_of() {
        let now = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_795_881_600);
        let key = Key::new("packs/1.0/x.js").unwrap();
        for content in [b"content".as_slice(), b""] {
            let payload = Payload::bytes(content);
            let bytes = manifest(&key, &payload, &layout::immutable("x.js", payload.sha256()), now);
            let entry = Entry::parse(&bytes, "sha256:own").unwrap();
            let meta = Meta { size: content.len() as u64, modified: now, sha256: Some(Digest::of(content)) };
            assert_eq!((&entry.key, entry.meta, entry.digest.as_str()), (&key, meta, "sha256:own"));
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains("2026-11-28T16:00:00Z") && !text.contains("charset"), "{text}");
            assert_eq!(crate::json::canonicalize(text.clone().into_bytes(), &"x".into()).unwrap(), text);
            assert!(is_object(text.as_bytes()) && !is_object(text.replacen("object.v1", "x", 1).as_bytes()));
            for (from, to) in [("object.v1", "object.v2"), ("\"dev.aegis.key\"", "\"key\""), ("{", "[")] {
                assert!(Entry::parse(text.replacen(from, to, 1).as_bytes(), "").is_err(), "{from}");
            }
        }
    }
}

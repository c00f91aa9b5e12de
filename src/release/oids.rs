//! `versions.json`: the version of every OID of a pack, and what it says at that version. Tags of OIDs are judged by it:
//! another content under a version that has a tag already is refused.

use std::collections::BTreeMap;
use std::sync::Arc;

use semver::Version;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::oid::Oid;
use crate::pack::canonical;
use crate::pack::from_cache::Opened;
use crate::pack::model::{Body, Entry};

/// The file's name.
pub const FILE_NAME: &str = "versions.json";
/// The form that it states.
const FORM: &str = "versions/v1";

/// An OID's version, and the SHA-256 of what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Lower-case hex. The pack's is its content hash, that of a document that of its canonical entries.
    pub sha256: String,
    /// The version.
    pub version: String,
}

/// The versions of all OIDs. The members are in canonical order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    aegis: String,
    /// By OID.
    pub oids: BTreeMap<String, Record>,
    /// The OIDs of documents, in their order: those that get tags if a project names none.
    #[serde(skip)]
    pub documents: Vec<Oid>,
}

impl Versions {
    /// Those of a pack with this version and content hash.
    pub fn of(opened: &Opened<'_>, version: &str, content_hash: &str) -> Self {
        let Opened { meta, entries, names } = opened;
        let mut oids = BTreeMap::new();
        let mut documents: Vec<Oid> = Vec::new();
        for document in &meta.documents {
            if !documents.contains(&document.oid) {
                documents.push(document.oid.clone());
            }
        }
        for oid in &documents {
            let of_it: Vec<_> = meta.documents.iter().filter(|document| document.oid == *oid).collect();
            let sources: Vec<_> = of_it.iter().map(|document| document.source.as_str()).collect();
            let versions = of_it.iter().filter_map(|document| document.version.parse::<Version>().ok());
            let highest = versions.max().map(|version| version.to_string()).unwrap_or_default();
            let sha256 = digest(entries.iter().filter(|entry| states(entry, &sources, names)));
            oids.insert(oid.to_string(), Record { sha256, version: highest });
        }
        // An entry knows its own version, whatever the document's that has the same OID.
        oids.extend(entries.iter().map(|entry| {
            let record = Record { sha256: canonical::digest(entry), version: entry.version.to_string() };
            (entry.oid.to_string(), record)
        }));
        oids.insert(
            meta.oid.to_string(),
            Record { sha256: content_hash.to_owned(), version: version.to_owned() },
        );
        Self { aegis: FORM.to_owned(), oids, documents }
    }

    /// Its canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        canonical::to_vec(self)
    }
}

/// Whether one of these sources states something of an entry.
fn states(entry: &Entry<'_>, sources: &[&str], names: &[Arc<str>]) -> bool {
    let is_one = |source: u32| names.get(source as usize).is_some_and(|name| sources.contains(&&**name));
    match &entry.body {
        Body::Lexicon(lexicon) => lexicon.stated.iter().any(|stated| is_one(stated.source)),
        _ => is_one(entry.origin.source),
    }
}

fn digest<'e, 'a: 'e>(entries: impl Iterator<Item = &'e Arc<Entry<'a>>>) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"[");
    for (number, entry) in entries.enumerate() {
        if number > 0 {
            hasher.update(b",");
        }
        hasher.update(canonical::without_origin(entry).to_vec());
    }
    hasher.update(b"]");
    canonical::hex(&hasher.finalize())
}

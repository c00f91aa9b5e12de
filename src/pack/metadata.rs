//! `metadata.json`: the passport of a runtime directory, and the hashes that identify it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::oid::Oid;

use super::canonical;

/// The form that it states.
pub const FORM: &str = "metadata/v1";
/// The file's name.
pub const FILE_NAME: &str = "metadata.json";
/// Files of a runtime directory that do not enter its identity.
pub const NOT_HASHED: [&str; 3] = [FILE_NAME, "checksums.txt", "README.md"];

/// The passport. Its fields are in canonical order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// `metadata/v1`.
    pub aegis: String,
    /// What did not change if this did not: SHA-256 of the pack without versions and origins.
    pub content_hash: String,
    /// How much there is, by name.
    pub counts: BTreeMap<String, usize>,
    /// Every other file.
    pub files: BTreeMap<String, FileRecord>,
    /// The `.1337` format.
    pub format: FormatRecord,
    /// The pack's language.
    pub language: String,
    /// The pack's name.
    pub name: String,
    /// The pack's OID.
    pub oid: Oid,
    /// The identity: SHA-256 over the hashed files.
    pub pack_hash: String,
    /// Who built it, from what.
    pub provenance: Provenance,
    /// What it was built from.
    pub sources: Vec<SourceRecord>,
    /// The tags that a release of it gets.
    pub tags: Vec<String>,
    /// The pack's version.
    pub version: String,
}

/// A file of a runtime directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Lower-case hex.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
}

/// The `.1337` format that the files have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FormatRecord {
    /// The oldest reader that can open them.
    pub oldest_reader: u16,
    /// The root of each `.1337` file's hash tree, in lower-case hex, by path.
    pub roots: BTreeMap<String, String>,
    /// The format's version.
    pub version: u16,
}

/// A source that a pack was built from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRecord {
    /// Its layer.
    pub layer: String,
    /// Lower-case hex.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
    /// Its path, relative to the folder of `aegis.yaml`.
    pub source: String,
}

/// The run that built it. Only this differs between two builds of the same sources.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The git commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The git ref.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#ref: Option<String>,
    /// The repository, `owner/name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// The workflow run's URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// The tool.
    pub tool: String,
    /// The tool's version.
    pub version: String,
    /// The workflow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow: Option<String>,
}

impl Metadata {
    /// What is wrong with a `.1337` file whose bytes are those of `files`: its root is not the one that is stated.
    ///
    /// # Errors
    /// The sentence.
    pub fn check_root(&self, file: &str, root: &[u8]) -> Result<(), String> {
        let found = canonical::hex(root);
        match self.format.roots.get(file) {
            Some(stated) if *stated == found => Ok(()),
            Some(stated) => {
                Err(format!("`{file}` has the root {found}, `format.roots` of {FILE_NAME} says {stated}"))
            }
            None => Err(format!(
                "`format.roots` of {FILE_NAME} does not name `{file}`, which has the root {found}"
            )),
        }
    }
}

/// The identity of a runtime directory: SHA-256 of the canonical map of path to SHA-256 of its hashed files.
pub fn pack_hash(files: &BTreeMap<String, FileRecord>) -> String {
    let hashed: BTreeMap<&str, &str> = files
        .iter()
        .filter(|(path, _)| !NOT_HASHED.contains(&path.as_str()))
        .map(|(path, record)| (path.as_str(), record.sha256.as_str()))
        .collect();
    canonical::hex(&Sha256::digest(canonical::to_vec(&hashed)))
}

/// `checksums.txt`: every file but itself and the metadata, as `sha256sum` writes and checks it.
pub fn checksums(files: &BTreeMap<String, FileRecord>) -> String {
    let listed = files.iter().filter(|(path, _)| !["checksums.txt", FILE_NAME].contains(&path.as_str()));
    listed.map(|(path, record)| format!("{}  {path}\n", record.sha256)).collect()
}

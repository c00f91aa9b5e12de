//! The files of a release, and what they come to.

use std::collections::BTreeMap;

use crate::pack::canonical;
use crate::report::junit::Suite;
use sha2::{Digest, Sha256};

use super::sign::Key;
use super::statement::{self, Made, Subject};

/// A file of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name, of letters that GitHub leaves as they are.
    pub name: String,
    /// Its media type.
    pub kind: &'static str,
    /// Its content.
    pub bytes: Vec<u8>,
    /// The SHA-256 of it.
    pub sha256: String,
}

/// All files of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// In the order in which they are attached.
    pub files: Vec<File>,
    /// What they come to: two bundles with the same have the same files.
    pub id: String,
    /// The file that says which content it is: two releases of a version may not differ in it.
    pub decisive: &'static str,
}

impl Bundle {
    /// The file that says which content it is.
    pub fn decisive(&self) -> Option<&File> {
        self.files.iter().find(|file| file.name == self.decisive)
    }
}

/// What a bundle is made of.
pub struct Parts<'p> {
    /// What the archive is called: the pack's name.
    pub name: &'p str,
    /// The version.
    pub version: &'p str,
    /// The files of the archive: the runtime directory, with the passport as the store has it.
    pub files: &'p BTreeMap<String, Vec<u8>>,
    /// What the content is, as JSON, by the name of the file: the decisive one first.
    pub records: Vec<(&'static str, Vec<u8>)>,
    /// How it was made.
    pub made: &'p Made<'p>,
    /// The tests' JUnit, and the suites in it.
    pub junit: Option<(&'p [u8], &'p [Suite])>,
    /// What signs the statements.
    pub key: Option<&'p Key>,
}

/// Whether these files, by path, fit into the archive of a release.
///
/// # Errors
/// A path is too long, as a sentence.
pub fn fits<'f>(name: &str, version: &str, mut files: impl Iterator<Item = &'f str>) -> Result<(), String> {
    let root = root(name, version);
    files.try_for_each(|path| super::archive::fits(&format!("{root}/{path}")))
}

fn root(name: &str, version: &str) -> String {
    format!("{}-{version}", slug(name))
}

/// Makes the files.
///
/// # Errors
/// The pack does not fit into an archive, as a sentence.
pub fn bundle(parts: &Parts<'_>) -> Result<Bundle, String> {
    let made = parts.made;
    let root = root(parts.name, parts.version);
    let all = parts.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    let archive = super::archive(&root, all)?;
    let mut files = vec![file(&format!("{}.tar.gz", slug(&root)), "application/gzip", archive)];
    files.extend(parts.records.iter().map(|(name, bytes)| record(name, bytes.clone())));
    if let Some((xml, _)) = parts.junit {
        files.push(file("junit.xml", "application/xml", xml.to_vec()));
    }
    let sums: String = files.iter().map(|file| format!("{}  {}\n", file.sha256, file.name)).collect();
    files.push(file("checksums.txt", "text/plain", sums.into_bytes()));
    let subjects: Vec<_> = files.iter().map(|file| Subject::of(&file.name, &file.sha256)).collect();
    let mut statements = vec![("provenance.json", statement::provenance(made, &subjects))];
    if let Some((_, suites)) = parts.junit {
        statements.push(("test-result.json", statement::test_result(made, suites, &subjects)));
    }
    let signed: String = parts.key.map_or_else(String::new, |key| {
        let envelopes = statements.iter().map(|(_, bytes)| key.sign(bytes));
        envelopes.map(|one| serde_json::to_string(&one).unwrap_or_default() + "\n").collect()
    });
    files.extend(statements.into_iter().map(|(name, bytes)| file(name, "application/json", bytes)));
    if !signed.is_empty() {
        files.push(file("attestations.intoto.jsonl", "application/jsonl", signed.into_bytes()));
    }
    let list: String = files.iter().map(|file| format!("{}  {}\n", file.sha256, file.name)).collect();
    let decisive = parts.records.first().map_or("", |(name, _)| *name);
    Ok(Bundle { files, id: canonical::hex(&Sha256::digest(list)), decisive })
}

/// What the content is, as a file.
pub fn record(name: &str, bytes: Vec<u8>) -> File {
    file(name, "application/json", bytes)
}

fn file(name: &str, kind: &'static str, bytes: Vec<u8>) -> File {
    let sha256 = canonical::hex(&Sha256::digest(&bytes));
    File { name: name.to_owned(), kind, bytes, sha256 }
}

/// A name as GitHub keeps it in an asset, and `tar` in a path.
fn slug(name: &str) -> String {
    let is_kept = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    let text: String = name.chars().map(|c| if is_kept(c) { c } else { '-' }).take(120).collect();
    let text = text.trim_matches(['-', '.']).replace('+', ".");
    if text.is_empty() { "pack".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn names_stay_readable() {
        assert_eq!(slug("Lager Süd/1"), "Lager-S-d-1");
        assert_eq!(slug("depot-1.0.0+site.1"), "depot-1.0.0.site.1");
        assert_eq!(slug("倉庫"), "pack");
    }
}

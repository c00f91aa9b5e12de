//! `aegis.lock`: which bytes a URL stood for when the project was last pulled. Committed with the project.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::diag::{Code, Diagnostic, Outcome, Place, io};
use crate::files::{self, Failed};
use crate::project::Project;
use crate::store::Digest;

/// The file's name, beside `aegis.yaml`.
pub const FILE_NAME: &str = "aegis.lock";
const FORM: &str = "lock/v1";
/// The largest lock that is read, in bytes.
const MOST: u64 = 4 << 20;

/// The lock of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    aegis: String,
    /// What is known of each URL.
    pub sources: BTreeMap<String, Entry>,
}

/// What is known of a URL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The SHA-256 of its bytes.
    pub sha256: String,
    /// How many there are.
    pub size: u64,
}

impl Default for Lock {
    fn default() -> Self {
        Self { aegis: FORM.to_owned(), sources: BTreeMap::new() }
    }
}

impl Lock {
    /// The project's lock; an empty one if there is none.
    ///
    /// # Errors
    /// `CONFIG_INVALID` if it is no lock, or it cannot be read.
    pub fn read(project: &Project) -> Outcome<Self> {
        let path = project.root.join(FILE_NAME);
        let bytes = match files::read(&path, MOST) {
            Ok(bytes) => bytes,
            Err(Failed::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(failed) => return Err(io(Code::SourceUnreadable, "read", &path, &failed.into())),
        };
        Self::parse(&bytes).map_err(|why| {
            let shown = project.workspace.show(&path);
            let message = format!("`{shown}` {why}");
            let help = "put back what was committed, or remove it and run `aegis pull`";
            Box::new(Diagnostic::error(Code::ConfigInvalid, message).at(Place::file(shown.into())).help(help))
        })
    }

    fn parse(bytes: &[u8]) -> Result<Self, String> {
        let lock: Self = serde_json::from_slice(bytes).map_err(|error| format!("is no lock: {error}"))?;
        if lock.aegis != FORM {
            return Err(format!("is of the form `{}`, not `{FORM}`", lock.aegis));
        }
        // It becomes the name of a file.
        let is_hash = |text: &str| text.parse::<Digest>().is_ok();
        match lock.sources.iter().find(|(_, entry)| !is_hash(&entry.sha256)) {
            Some((url, _)) => Err(format!("has no SHA-256 for `{url}`")),
            None => Ok(lock),
        }
    }

    /// The SHA-256 of a URL's bytes.
    pub fn get(&self, url: &str) -> Option<&str> {
        self.sources.get(url).map(|entry| entry.sha256.as_str())
    }

    /// As it is written: one line a member, so that a change shows as one.
    pub fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_are_read_back_and_strict() {
        let mut lock = Lock::default();
        let entry = Entry { sha256: "0".repeat(64), size: 3 };
        lock.sources.insert("https://example.com/x.yaml".to_owned(), entry);
        let text = lock.to_text();
        assert_eq!(Lock::parse(text.as_bytes()), Ok(lock));
        for wrong in [
            text.replace("lock/v1", "lock/v2"),
            text.replace(&"0".repeat(64), "../../etc/passwd"),
            text.replace("size", "length"),
            String::new(),
        ] {
            assert!(Lock::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}

//! What a user may say of a store beside its URL. Pure; a back end takes what it has a use for.

use std::path::PathBuf;

/// The settings of a store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Where a compatible server listens, as a URL; the provider's own if absent.
    pub endpoint: Option<String>,
    /// Whether the bucket stands in the path instead of the host; where an endpoint is set, yes unless said.
    pub path_style: Option<bool>,
    /// The storage class of what is written, in the store's own words.
    pub storage_class: Option<String>,
    /// The key that the store encrypts with.
    pub kms_key: Option<String>,
    /// For how long the store itself refuses to change or delete what is written.
    pub object_lock: Option<ObjectLock>,
    /// Who the user is there, where that was said for this run alone.
    pub login: Option<Login>,
    /// The folder with the logins that container tools keep: that of `config.json`.
    pub docker_config: Option<PathBuf>,
}

/// A name and what proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The name; `None` where the proof is a token that says it.
    pub user: Option<String>,
    /// The password or the token.
    pub secret: Secret,
}

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret, without the white space around it that files and variables have.
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// The text, for the one who has to prove something with it.
    #[cfg(any(feature = "gcs", feature = "azure", feature = "oci"))]
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// A retention that the store enforces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectLock {
    /// Who may lift it.
    pub mode: LockMode,
    /// How many days it lasts.
    pub days: u32,
}

/// Who may lift a retention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockMode {
    /// Those with a permission of their own.
    Governance,
    /// Nobody.
    Compliance,
}

impl LockMode {
    /// The words and what they mean.
    pub const WORDS: [(&'static str, Self); 2] =
        [("governance", Self::Governance), ("compliance", Self::Compliance)];
}

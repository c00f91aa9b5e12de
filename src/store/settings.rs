//! What a user may say of a store beside its URL. Pure; a back end takes what it has a use for.

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

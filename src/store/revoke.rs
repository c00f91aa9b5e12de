//! Revocations: a document beside a revision that must not be used any more. It is created once and never taken back.

use serde::{Deserialize, Serialize};

use crate::diag::{Code, Diagnostic, Outcome};

use super::subject::Subject;
use super::{Digest, Key, Payload, Store, Walk, layout, read_small};

/// The largest revocation that is read, in bytes.
pub(crate) const MAX_DOCUMENT: u64 = 64 << 10;
/// What the member `aegis` of a revocation says.
const FORM: &str = "revoked/v1";

/// A revocation. The order of the members is that of the canonical form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Revocation {
    aegis: String,
    /// When, by the clock of who revoked: RFC 3339, UTC.
    pub at: String,
    /// Who revoked it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// What was revoked: a bot's `revHash`, or a pack's `packHash`.
    pub rev_hash: String,
}

impl Revocation {
    /// The revocation of a revision.
    pub fn new(hash: Digest, by: String, at: String, reason: String) -> Self {
        Self { aegis: FORM.to_owned(), at, by, reason, rev_hash: hash.to_string() }
    }

    /// Reads one. That the document is there is the revocation: one that cannot be read revokes too, without a reason.
    pub fn read(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).unwrap_or_default()
    }

    /// Its canonical bytes (RFC 8785): texts alone, in the order of their names.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// The revocation of a revision, if it was revoked. That the document is there is what counts: one that cannot be read
/// revokes too.
///
/// # Errors
/// The store failed.
pub async fn find(store: &dyn Store, subject: &Subject, hash: Digest) -> Outcome<Option<Revocation>> {
    at(store, &subject.revocation(hash)?).await
}

/// The revocation under a key, if there is one.
///
/// # Errors
/// The store failed.
pub(crate) async fn at(store: &dyn Store, key: &Key) -> Outcome<Option<Revocation>> {
    match read_small(store, key, MAX_DOCUMENT).await {
        Ok(bytes) => Ok(Some(Revocation::read(&bytes))),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Revokes a revision, for ever. False if it was revoked before: then the first revocation stands.
///
/// # Errors
/// `NOT_FOUND` if the store holds nothing of it; or the store failed.
pub async fn revoke(
    store: &dyn Store,
    subject: &Subject,
    hash: Digest,
    document: &Revocation,
) -> Outcome<bool> {
    let folder = subject.revision(hash)?;
    if Walk::new(store, folder).next().await?.is_none() {
        let message = format!("the store {} holds no revision {hash} of {subject}", store.url());
        let help = "see with `aegis list` which revisions there are";
        return Err(Box::new(Diagnostic::error(Code::NotFound, message).help(help)));
    }
    let payload = Payload::bytes(document.to_bytes());
    let attributes = layout::immutable(layout::REVOKED, payload.sha256());
    match store.create(&subject.revocation(hash)?, &payload, &attributes).await {
        Ok(()) => Ok(true),
        Err(error) if error.is_exists() => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// That a revision was revoked, as an error.
pub fn refusal(what: &str, revocation: &Revocation) -> Diagnostic {
    let by = if revocation.by.is_empty() { String::new() } else { format!(" by {}", revocation.by) };
    let when = if revocation.at.is_empty() { String::new() } else { format!(" at {}", revocation.at) };
    let why = if revocation.reason.is_empty() { "no reason is given" } else { &revocation.reason };
    let message = format!("{what} was revoked{by}{when}: {why}");
    let help = "use another revision; a revocation is never taken back";
    Diagnostic::error(Code::Revoked, message).help(help)
}

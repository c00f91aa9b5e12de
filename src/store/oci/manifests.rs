//! The manifests of a repository: read, written, claimed, deleted; and the login that it takes.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::HeaderValue;
use oci_client::RegistryOperation;

use crate::store::Digest;
use crate::store::error::{StoreError, StoreErrorKind};
use crate::store::retry::Attempts;

use super::direct::Question;
use super::object;
use super::registry::{Asked, INDEX, MANIFEST, Registry};
use crate::store::error::Doing;

/// The most bytes of a manifest that is read, which is what registries have to take:
/// <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests>.
const MAX_MANIFEST: usize = 4 << 20;
/// How long a login is used again: a token is good for a minute at least
/// (<https://distribution.github.io/distribution/spec/auth/token/>).
const LOGIN: Duration = Duration::from_secs(30);

/// A manifest as it is.
pub(super) struct Found {
    pub(super) bytes: Bytes,
    pub(super) digest: String,
}

impl Registry {
    /// The manifest of a tag or a digest; `None` if there is none.
    pub(super) async fn manifest(
        &self,
        verb: &'static str,
        tag: &str,
        what: &str,
    ) -> Result<Option<Found>, StoreError> {
        let doing = self.doing(verb, what);
        let mut attempts = Attempts::of_requests();
        loop {
            match self.manifest_once(tag, doing).await {
                Ok(found) => return Ok(Some(found)),
                Err(error) if error.is_not_found() => return Ok(None),
                Err(error) if attempts.again(&error).await => {}
                Err(error) => return Err(error),
            }
        }
    }

    async fn manifest_once(&self, tag: &str, doing: Doing<'_>) -> Result<Found, StoreError> {
        let path = format!("{}/manifests/{tag}", self.path());
        let login = self.header(RegistryOperation::Pull, doing).await?;
        let asked = Question { path: &path, login: login.as_deref(), doing };
        let (bytes, said) = self.direct.manifest(asked, &[MANIFEST, INDEX], MAX_MANIFEST).await?;
        let digest = object::digest(Digest::of(&bytes));
        // Asked for by its digest, or said by the registry: it is that, or it was damaged.
        for expected in [Some(tag), said.as_deref()].into_iter().flatten() {
            if expected.starts_with("sha256:") && expected != digest {
                let why = format!("the manifest `{path}` has the digest {digest}, not {expected}");
                return Err(doing.because(StoreErrorKind::Other, &why));
            }
        }
        Ok(Found { bytes: bytes.into(), digest })
    }

    /// Writes a manifest under a tag or its digest, whatever is there.
    pub(super) async fn put_manifest(
        &self,
        tag: &str,
        what: &str,
        bytes: &[u8],
        kind: &'static str,
    ) -> Result<(), StoreError> {
        let mut attempts = Attempts::of_requests();
        loop {
            match self.put_once(tag, what, bytes, kind).await {
                Err(error) if attempts.again(&error).await => {}
                done => return done,
            }
        }
    }

    async fn put_once(
        &self,
        tag: &str,
        what: &str,
        bytes: &[u8],
        kind: &'static str,
    ) -> Result<(), StoreError> {
        let (reference, doing) = (self.reference(tag), self.doing("write", what));
        let kind = HeaderValue::from_static(kind);
        let sent = self.client.push_manifest_raw(&reference, bytes.to_vec(), kind).await;
        match sent.map_err(|error| doing.of_registry(&error)) {
            Ok(_) => Ok(()),
            // There is no such thing as a missing object when one is written.
            Err(error) if error.is_not_found() => {
                let why = format!(
                    "the registry does not know the repository `{}`, or not what the manifest names",
                    self.named
                );
                Err(doing.because(StoreErrorKind::Other, &why))
            }
            Err(error) => Err(error),
        }
    }

    /// Writes a manifest under a tag that nobody has yet, and looks whether it stands. False if another has the tag.
    pub(super) async fn claim(
        &self,
        tag: &str,
        what: &str,
        bytes: &[u8],
        kind: &'static str,
    ) -> Result<bool, StoreError> {
        let own = object::digest(Digest::of(bytes));
        let mut attempts = Attempts::of_requests();
        loop {
            // Before each attempt: the one before may have come through, or another may have come in between.
            if let Some(found) = self.manifest("write", tag, what).await? {
                return Ok(found.digest == own);
            }
            match self.put_once(tag, what, bytes, kind).await {
                Err(error) if attempts.again(&error).await => continue,
                Err(error) if !error.is_exists() => return Err(error),
                _ => {}
            }
            let stands = self.manifest("write", tag, what).await?;
            return Ok(stands.is_some_and(|found| found.digest == own));
        }
    }

    /// Deletes a manifest, and with it all tags that name it. That there is none is no error.
    pub(super) async fn delete(&self, what: &str, digest: &str) -> Result<(), StoreError> {
        let (path, doing) = (format!("{}/manifests/{digest}", self.path()), self.doing("delete", what));
        let mut attempts = Attempts::of_requests();
        loop {
            let login = self.header(RegistryOperation::Push, doing).await?;
            match self.direct.delete(Question { path: &path, login: login.as_deref(), doing }).await {
                Err(error) if error.is_not_found() => return Ok(()),
                Err(error) if attempts.again(&error).await => {}
                done => return done,
            }
        }
    }

    /// Where the repository is: a URL without its scheme.
    pub(super) fn path(&self) -> String {
        format!("{}/v2/{}", self.reference("latest").resolve_registry(), self.repository)
    }

    /// The login as a header, for requests without the client.
    pub(super) async fn header(
        &self,
        operation: RegistryOperation,
        doing: Doing<'_>,
    ) -> Result<Option<String>, StoreError> {
        let kept = &self.logins[usize::from(operation == RegistryOperation::Push)];
        // Held while it is asked for: who comes meanwhile waits for the same.
        let mut kept = kept.lock().await;
        if let Some(asked) = &*kept
            && asked.at.elapsed() < LOGIN
        {
            return Ok(asked.login.clone());
        }
        let token = self.client.auth(&self.reference("latest"), &self.login.auth(), operation).await;
        let login = match token.map_err(|error| doing.of_registry(&error))? {
            Some(token) => Some(format!("Bearer {token}")),
            None => self.login.basic(),
        };
        *kept = Some(Asked { at: Instant::now(), login: login.clone() });
        Ok(login)
    }
}

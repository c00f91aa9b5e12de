//! What is asked of a registry: manifests, blobs, tags. What is worth it is asked again.

use std::ops::Range;
use std::sync::PoisonError;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use oci_client::client::{ClientConfig, ClientProtocol};
use oci_client::{Client, Reference, RegistryOperation};
use tokio::sync::OnceCell;

use crate::store::error::{StoreError, StoreErrorKind};
use crate::store::retry::Attempts;
use crate::store::settings::Settings;
use crate::store::stream::{Cutter, Streamed};
use crate::store::{Chunks, Digest, Payload};

use super::direct::Direct;
use super::failure::Doing;
use super::login::{self, Login};
use super::object;
use super::receiving::Bounded;
use super::sending::{Content, Pieces, SILENCE, watched};

/// The media type of a manifest.
pub(super) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// The media type of an index.
pub(super) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// The most bytes of a manifest that is read: registries take no more.
const MAX_MANIFEST: usize = 4 << 20;
/// What is larger is sent as a stream, in bytes.
const SMALL: u64 = 8 << 20;
/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(60);

/// A repository.
pub(super) struct Registry {
    pub(super) client: Client,
    /// The same, for content that takes its time: how long a server may say nothing is counted from the first byte that is sent.
    sender: Client,
    host: String,
    repository: String,
    /// Both, as people write them.
    named: String,
    pub(super) login: Login,
    pub(super) direct: Direct,
    /// That the empty content is there.
    empty: OnceCell<()>,
}

/// A manifest as it is.
pub(super) struct Found {
    pub(super) bytes: Bytes,
    pub(super) digest: String,
}

impl Registry {
    /// Nothing is asked yet. A registry on this machine is spoken to without encryption, as container tools do.
    pub(super) async fn connect(
        host: &str,
        repository: &str,
        settings: &Settings,
    ) -> Result<Self, StoreError> {
        let plain = is_local(host);
        // First: this settles which provider of TLS the process has.
        let direct = Direct::new(plain)?;
        let config = |read_timeout| ClientConfig {
            protocol: if plain { ClientProtocol::Http } else { ClientProtocol::Https },
            use_monolithic_push: true,
            connect_timeout: Some(Duration::from_secs(5)),
            read_timeout,
            user_agent: concat!("aegis/", env!("CARGO_PKG_VERSION")),
            ..ClientConfig::default()
        };
        let make = |read_timeout| {
            Client::try_from(config(read_timeout)).map_err(|error| {
                let message = format!("cannot make a client for registries: {error}");
                StoreError::new(StoreErrorKind::Other, message)
            })
        };
        let (client, sender) = (make(Some(ANSWER))?, make(None)?);
        let login = login::find(host, settings).await?;
        let named = format!("{host}/{repository}");
        let (host, repository) = (host.to_owned(), repository.to_owned());
        let registry =
            Self { client, sender, host, repository, named, login, direct, empty: OnceCell::new() };
        let any = registry.reference("latest");
        for client in [&registry.client, &registry.sender] {
            client.store_auth_if_needed(any.resolve_registry(), &registry.login.auth()).await;
        }
        Ok(registry)
    }

    pub(super) fn doing<'d>(&'d self, verb: &'static str, what: &'d str) -> Doing<'d> {
        Doing { verb, what, repository: &self.named }
    }

    pub(super) fn reference(&self, tag: &str) -> Reference {
        let (host, repository) = (self.host.clone(), self.repository.clone());
        match tag.starts_with("sha256:") {
            true => Reference::with_digest(host, repository, tag.to_owned()),
            false => Reference::with_tag(host, repository, tag.to_owned()),
        }
    }

    /// The manifest of a tag or a digest; `None` if there is none.
    pub(super) async fn manifest(
        &self,
        verb: &'static str,
        tag: &str,
        what: &str,
    ) -> Result<Option<Found>, StoreError> {
        let (reference, auth, doing) = (self.reference(tag), self.login.auth(), self.doing(verb, what));
        let mut attempts = Attempts::of_requests();
        loop {
            match self.client.pull_manifest_raw(&reference, &auth, &[MANIFEST, INDEX]).await {
                Ok((bytes, digest)) if bytes.len() <= MAX_MANIFEST => {
                    return Ok(Some(Found { bytes, digest }));
                }
                Ok(_) => return Err(doing.because(StoreErrorKind::Other, "its manifest is too large")),
                Err(error) => match doing.failed(&error) {
                    error if error.is_not_found() => return Ok(None),
                    error if attempts.again(&error).await => {}
                    error => return Err(error),
                },
            }
        }
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
        match sent.map_err(|error| doing.failed(&error)) {
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

    /// Brings content into the repository, unless it is there.
    pub(super) async fn put_blob(&self, what: &str, payload: &Payload) -> Result<(), StoreError> {
        self.put_empty(what).await?;
        if payload.size() == 0 {
            // It is not sent, but judged all the same.
            return payload.read().await.map(drop);
        }
        if payload.size() <= SMALL {
            return self.put_bytes(what, payload.read().await?).await;
        }
        self.put_stream(what, payload.sha256(), payload.size(), payload).await
    }

    /// Brings the content of what has none into the repository.
    async fn put_empty(&self, what: &str) -> Result<(), StoreError> {
        self.empty.get_or_try_init(|| self.put_bytes(what, object::EMPTY.to_vec())).await.copied()
    }

    /// Brings a few bytes into the repository, unless they are there.
    pub(super) async fn put_bytes(&self, what: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        let (reference, doing) = (self.reference("latest"), self.doing("write", what));
        let (digest, bytes) = (object::digest(Digest::of(&bytes)), Bytes::from(bytes));
        let mut attempts = Attempts::of_requests();
        loop {
            if self.has_blob(what, &digest).await? {
                return Ok(());
            }
            match self.client.push_blob(&reference, bytes.clone(), &digest).await {
                Ok(_) => return Ok(()),
                Err(error) => match doing.failed(&error) {
                    error if attempts.again(&error).await => {}
                    error if error.is_not_found() => return Err(self.unknown(doing)),
                    error => return Err(error),
                },
            }
        }
    }

    fn unknown(&self, doing: Doing<'_>) -> StoreError {
        doing.because(
            StoreErrorKind::Other,
            &format!("the registry does not know the repository `{}`", self.named),
        )
    }

    /// Whether content is in the repository.
    pub(super) async fn has_blob(&self, what: &str, digest: &str) -> Result<bool, StoreError> {
        let (reference, doing) = (self.reference("latest"), self.doing("write", what));
        let mut attempts = Attempts::of_requests();
        loop {
            match self.client.blob_exists(&reference, digest).await {
                Ok(is_there) => return Ok(is_there),
                Err(error) => match doing.failed(&error) {
                    error if attempts.again(&error).await => {}
                    error => return Err(error),
                },
            }
        }
    }

    /// Brings large content into the repository, unless it is there, a piece at a time. It may be opened again.
    pub(super) async fn put_stream(
        &self,
        what: &str,
        sha256: Digest,
        size: u64,
        content: &dyn Content,
    ) -> Result<(), StoreError> {
        let (reference, doing, digest) =
            (self.reference("latest"), self.doing("write", what), object::digest(sha256));
        let mut attempts = Attempts::of_requests();
        loop {
            if self.has_blob(what, &digest).await? {
                return Ok(());
            }
            let (pieces, fault, taken) = Pieces::of(content.chunks().await?);
            let sent = self.sender.push_blob_stream(&reference, pieces, &digest, Some(size));
            let sent = watched(sent, &taken).await;
            // Why the content could not be read goes before what the registry made of that.
            if let Some(error) = fault.lock().unwrap_or_else(PoisonError::into_inner).take() {
                return Err(error);
            }
            let error = match sent {
                Some(Ok(_)) => return Ok(()),
                Some(Err(error)) => doing.failed(&error),
                None => {
                    let why = format!("nothing was taken for {} seconds", SILENCE.as_secs());
                    doing.because(StoreErrorKind::Unavailable, &why)
                }
            };
            if attempts.again(&error).await {
                continue;
            }
            // It may have refused what is not as it was said to be before the end was read.
            let mut chunks = content.chunks().await?;
            while chunks.next().await?.is_some() {}
            return Err(if error.is_not_found() { self.unknown(doing) } else { error });
        }
    }

    /// Content, or a part of it. The whole is checked against its digest as it comes.
    pub(super) async fn blob(
        &self,
        what: &str,
        digest: &str,
        size: u64,
        range: Option<Range<u64>>,
    ) -> Result<Box<dyn Chunks>, StoreError> {
        use oci_client::client::LayerDescriptor;
        let (reference, doing) = (self.reference("latest"), self.doing("read", what));
        let layer = LayerDescriptor { digest, urls: &None };
        let mut attempts = Attempts::of_requests();
        loop {
            let answer = match &range {
                None => {
                    self.client.pull_blob_stream(&reference, &layer).await.map(|stream| (stream, size, None))
                }
                Some(range) => {
                    let length = range.end - range.start;
                    let part = self
                        .client
                        .pull_blob_stream_partial(&reference, &layer, range.start, Some(length))
                        .await;
                    part.map(|part| match part {
                        oci_client::client::BlobResponse::Full(stream) => (stream, size, Some(range.clone())),
                        oci_client::client::BlobResponse::Partial(stream) => (stream, length, None),
                    })
                }
            };
            match answer {
                Ok((stream, expected, cut)) => {
                    let cutter = Cutter::new(what.to_owned(), expected, cut);
                    return Ok(Box::new(Streamed { stream: Bounded::new(stream, expected), cutter }));
                }
                Err(error) => match doing.failed(&error) {
                    error if attempts.again(&error).await => {}
                    error => return Err(error),
                },
            }
        }
    }

    /// Deletes a manifest, and with it all tags that name it. That there is none is no error.
    pub(super) async fn delete(&self, what: &str, digest: &str) -> Result<(), StoreError> {
        let (path, doing) = (format!("{}/manifests/{digest}", self.path()), self.doing("delete", what));
        let mut attempts = Attempts::of_requests();
        loop {
            let login = self.header(RegistryOperation::Push, doing).await?;
            match self.direct.delete(&path, login.as_deref(), doing).await {
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
        let token = self.client.auth(&self.reference("latest"), &self.login.auth(), operation).await;
        Ok(match token.map_err(|error| doing.failed(&error))? {
            Some(token) => Some(format!("Bearer {token}")),
            None => self.login.basic(),
        })
    }
}

/// Whether a host is this machine.
fn is_local(host: &str) -> bool {
    let name = if host.ends_with(']') { host } else { host.rsplit_once(':').map_or(host, |(name, _)| name) };
    name == "localhost"
        || name == "[::1]"
        || name.parse().is_ok_and(|ip: std::net::Ipv4Addr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_spoken_to_without_encryption() {
        for host in ["localhost", "localhost:5000", "127.0.0.1:5000", "[::1]:5000", "[::1]"] {
            assert!(is_local(host), "{host}");
        }
        for host in ["ghcr.io", "localhost.example.com", "10.0.0.1:5000", "127.0.0.1.example.com"] {
            assert!(!is_local(host), "{host}");
        }
    }
}

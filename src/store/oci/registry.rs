//! A repository of a registry, and its blobs. What is worth it is asked again.

use std::ops::Range;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use bytes::Bytes;
use oci_client::client::{ClientConfig, ClientProtocol};
use oci_client::{Client, Reference};
use tokio::sync::{Mutex, OnceCell};

use crate::store::error::{StoreError, StoreErrorKind};
use crate::store::retry::Attempts;
use crate::store::settings::Settings;
use crate::store::stream::{Cutter, Streamed};
use crate::store::{Chunks, Digest, Payload};

use super::direct::Direct;
use super::login::{self, Login};
use super::object;
use super::receiving::Bounded;
use super::sending::{Content, Pieces, SILENCE, watched};
use crate::store::error::Doing;

/// The media type of a manifest.
pub(super) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// The media type of an index.
pub(super) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// What is larger is sent as a stream, in bytes.
const SMALL: u64 = 8 << 20;
/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(60);

/// A login as a header, if the registry wants one, and when it was asked for.
pub(super) struct Asked {
    pub(super) at: Instant,
    pub(super) login: Option<String>,
}

/// A repository.
pub(super) struct Registry {
    pub(super) client: Client,
    /// The same, for content that takes its time: how long a server may say nothing is counted from the first byte that is sent.
    sender: Client,
    host: String,
    pub(super) repository: String,
    /// Both, as people write them.
    pub(super) named: String,
    /// Its URL as a store.
    url: String,
    pub(super) login: Login,
    pub(super) direct: Direct,
    /// The logins that were asked for last, for reading and for what changes something.
    pub(super) logins: [Mutex<Option<Asked>>; 2],
    /// That the empty content is there.
    empty: OnceCell<()>,
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
        let url = format!("oci://{named}");
        let (host, repository) = (host.to_owned(), repository.to_owned());
        let (logins, empty) = (Default::default(), OnceCell::new());
        let registry = Self { client, sender, host, repository, named, url, login, direct, logins, empty };
        let any = registry.reference("latest");
        for client in [&registry.client, &registry.sender] {
            client.store_auth_if_needed(any.resolve_registry(), &registry.login.auth()).await;
        }
        Ok(registry)
    }

    pub(super) fn doing<'d>(&'d self, verb: &'static str, what: &'d str) -> Doing<'d> {
        Doing { verb, what, permission: "", place: &self.named, store: &self.url }
    }

    pub(super) fn reference(&self, tag: &str) -> Reference {
        let (host, repository) = (self.host.clone(), self.repository.clone());
        match tag.starts_with("sha256:") {
            true => Reference::with_digest(host, repository, tag.to_owned()),
            false => Reference::with_tag(host, repository, tag.to_owned()),
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
                Err(error) => match doing.of_registry(&error) {
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
            format!("the registry does not know the repository `{}`", self.named),
        )
    }

    /// Whether content is in the repository.
    pub(super) async fn has_blob(&self, what: &str, digest: &str) -> Result<bool, StoreError> {
        let (reference, doing) = (self.reference("latest"), self.doing("write", what));
        let mut attempts = Attempts::of_requests();
        loop {
            match self.client.blob_exists(&reference, digest).await {
                Ok(is_there) => return Ok(is_there),
                Err(error) => match doing.of_registry(&error) {
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
                Some(Err(error)) => doing.of_registry(&error),
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
                    let cutter = Cutter::new(doing, expected, cut);
                    return Ok(Box::new(Streamed { stream: Bounded::new(stream, expected), cutter }));
                }
                Err(error) => match doing.of_registry(&error) {
                    error if attempts.again(&error).await => {}
                    error => return Err(error),
                },
            }
        }
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

//! The one request that the client for registries does not have: deleting a manifest.

use std::time::Duration;

use http_body_util::{BodyExt as _, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use oci_client::errors::{OciDistributionError, OciEnvelope};

use crate::store::error::{StoreError, StoreErrorKind, causes};

use super::failure::Doing;

/// How long one request may take.
const LIMIT: Duration = Duration::from_secs(60);
/// The most bytes of an answer.
const MAX_ANSWER: usize = 64 << 10;

/// What deletes manifests.
pub(super) struct Remover {
    client: Client<HttpsConnector<HttpConnector>, String>,
    plain: bool,
}

impl Remover {
    pub(super) fn new(plain: bool) -> Result<Self, StoreError> {
        let roots = HttpsConnectorBuilder::new().with_native_roots().map_err(|error| {
            let message =
                format!("cannot make a client for registries: there are no root certificates ({error})");
            StoreError::new(StoreErrorKind::Other, message)
        })?;
        let connector = if plain { roots.https_or_http() } else { roots.https_only() };
        let client = Client::builder(TokioExecutor::new()).build(connector.enable_http1().build());
        Ok(Self { client, plain })
    }

    /// Deletes what stands under a path, which begins with the host.
    pub(super) async fn delete(
        &self,
        path: &str,
        login: Option<&str>,
        doing: Doing<'_>,
    ) -> Result<(), StoreError> {
        let scheme = if self.plain { "http" } else { "https" };
        let mut request = http::Request::delete(format!("{scheme}://{path}"))
            .header("user-agent", concat!("aegis/", env!("CARGO_PKG_VERSION")));
        if let Some(login) = login {
            request = request.header("authorization", login);
        }
        let request = request.body(String::new());
        let request = request.map_err(|error| doing.because(StoreErrorKind::Other, &error.to_string()))?;
        let unavailable = |why: &str| doing.because(StoreErrorKind::Unavailable, why);
        let answer = tokio::time::timeout(LIMIT, self.client.request(request)).await;
        let answer = answer.map_err(|_| unavailable("no answer in time"))?;
        let answer = answer.map_err(|error| unavailable(&causes(&error)))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        let body = tokio::time::timeout(LIMIT, Limited::new(answer.into_body(), MAX_ANSWER).collect()).await;
        let bytes = body.ok().and_then(Result::ok).map(|body| body.to_bytes()).unwrap_or_default();
        match serde_json::from_slice::<OciEnvelope>(&bytes) {
            Ok(envelope) if status.as_u16() < 500 => {
                Err(doing.failed(&OciDistributionError::RegistryError { envelope, url: String::new() }))
            }
            _ => Err(doing.answered(status.as_u16(), "")),
        }
    }
}

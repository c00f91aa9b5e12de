//! The requests that the client for registries does not have: deleting a manifest, and a page of tags with where the next one is.

use std::time::Duration;

use http::Method;
use http::header::{AUTHORIZATION, HeaderMap, LINK, USER_AGENT};
use http_body_util::{BodyExt as _, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use oci_client::errors::{OciDistributionError, OciEnvelope};

use crate::store::error::{StoreError, StoreErrorKind, causes};

use super::failure::Doing;

/// How long one request may take, and its answer.
const LIMIT: Duration = Duration::from_secs(60);
/// The most bytes of an answer: a page may be all tags of a repository.
const MAX_ANSWER: usize = 64 << 20;

/// What asks a registry without the client.
pub(super) struct Direct {
    client: Client<HttpsConnector<HttpConnector>, String>,
    plain: bool,
}

/// Some tags.
pub(super) struct Tags {
    pub(super) tags: Vec<String>,
    /// The query that asks for the next ones.
    pub(super) next: Option<String>,
}

impl Direct {
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
        self.send(Method::DELETE, path, login, doing).await.map(drop)
    }

    /// Asks for tags. What tells where more are is a header: of its URL only the query counts, so that nothing is asked of others.
    pub(super) async fn tags(
        &self,
        path: &str,
        login: Option<&str>,
        doing: Doing<'_>,
    ) -> Result<Tags, StoreError> {
        let (headers, bytes) = self.send(Method::GET, path, login, doing).await?;
        let answer: serde_json::Value = serde_json::from_slice(&bytes).map_err(|error| {
            doing.because(StoreErrorKind::Other, &format!("the registry's tags are no JSON ({error})"))
        })?;
        let tags = answer["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
        let tags = tags.iter().filter_map(|tag| tag.as_str().map(str::to_owned)).collect();
        let next = headers.get_all(LINK).iter().filter_map(|link| link.to_str().ok()).find_map(next);
        Ok(Tags { tags, next })
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        login: Option<&str>,
        doing: Doing<'_>,
    ) -> Result<(HeaderMap, Vec<u8>), StoreError> {
        let scheme = if self.plain { "http" } else { "https" };
        let mut request = http::Request::builder()
            .method(method)
            .uri(format!("{scheme}://{path}"))
            .header(USER_AGENT, concat!("aegis/", env!("CARGO_PKG_VERSION")));
        if let Some(login) = login {
            request = request.header(AUTHORIZATION, login);
        }
        let request = request.body(String::new());
        let request = request.map_err(|error| doing.because(StoreErrorKind::Other, &error.to_string()))?;
        let unavailable = |why: &str| doing.because(StoreErrorKind::Unavailable, why);
        let answer = tokio::time::timeout(LIMIT, self.client.request(request)).await;
        let answer = answer.map_err(|_| unavailable("no answer in time"))?;
        let answer = answer.map_err(|error| unavailable(&causes(&error)))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = tokio::time::timeout(LIMIT, Limited::new(answer.into_body(), MAX_ANSWER).collect()).await;
        let body = body.map_err(|_| unavailable("the answer did not come to its end in time"));
        let body = body.and_then(|body| body.map_err(|error| unavailable(&causes(&*error))));
        if status.is_success() {
            return Ok((headers, body?.to_bytes().to_vec()));
        }
        let bytes = body.map(|body| body.to_bytes()).unwrap_or_default();
        match serde_json::from_slice::<OciEnvelope>(&bytes) {
            Ok(envelope) if status.as_u16() < 500 => {
                Err(doing.failed(&OciDistributionError::RegistryError { envelope, url: String::new() }))
            }
            _ => Err(doing.answered(status.as_u16(), "")),
        }
    }
}

/// The query of the next page, of `<URL>; rel="next"`:
/// <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags>.
fn next(link: &str) -> Option<String> {
    let (url, rest) = link.trim_start().strip_prefix('<')?.split_once('>')?;
    let is_next = rest.split([';', ',']).any(|word| matches!(word.trim(), "rel=\"next\"" | "rel=next"));
    let (_, query) = url.split_once('?').filter(|_| is_next)?;
    Some(query.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read() {
        for (link, expected) in [
            ("</v2/a/tags/list?n=2&last=b>; rel=\"next\"", Some("n=2&last=b")),
            ("<https://elsewhere/v2/a/tags/list?next_page=x%3D>;rel=next", Some("next_page=x%3D")),
            ("</v2/a/tags/list?n=2>; rel=\"prev\"", None),
            ("</v2/a/tags/list>; rel=\"next\"", None),
            ("nothing", None),
        ] {
            assert_eq!(next(link).as_deref(), expected, "{link}");
        }
    }
}

//! The requests that the client for registries does not have: deleting a manifest, a manifest of no more bytes than one may have, and a
//! page of tags with where the next one is.

use std::time::Duration;

use http::Method;
use http::header::{ACCEPT, AUTHORIZATION, HeaderMap, LINK};
use hyper_rustls::HttpsConnectorBuilder;
use oci_client::errors::{OciDistributionError as Failed, OciEnvelope};
use reqwest::{Client, Response};

use crate::store::error::{StoreError, StoreErrorKind};

use crate::store::error::Doing;

/// How long one request may take, with its answer.
const LIMIT: Duration = Duration::from_secs(60);
/// The most bytes of a page of tags: it may be all tags of a repository.
const MAX_TAGS: usize = 64 << 20;
/// The most bytes of what a registry says of a failure.
const MAX_REASON: usize = 64 << 10;

/// What asks a registry without the client.
pub(super) struct Direct {
    client: Client,
    plain: bool,
}

/// Some tags.
pub(super) struct Tags {
    pub(super) tags: Vec<String>,
    /// The query that asks for the next ones.
    pub(super) next: Option<String>,
}

/// A question to a registry.
#[derive(Clone, Copy)]
pub(super) struct Question<'q> {
    /// What is asked for: a URL without its scheme.
    pub(super) path: &'q str,
    /// The login, as a header.
    pub(super) login: Option<&'q str>,
    pub(super) doing: Doing<'q>,
}

impl Direct {
    pub(super) fn new(plain: bool) -> Result<Self, StoreError> {
        let failed = |why: &dyn std::fmt::Display| {
            let message = format!("cannot make a client for registries: {why}");
            StoreError::new(StoreErrorKind::Other, message)
        };
        // This settles which provider of TLS the process has, for the client for registries too.
        HttpsConnectorBuilder::new()
            .with_native_roots()
            .map_err(|error| failed(&format_args!("there are no root certificates ({error})")))?;
        let client = Client::builder()
            .user_agent(concat!("aegis/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(5))
            .timeout(LIMIT)
            .https_only(!plain);
        Ok(Self { client: client.build().map_err(|error| failed(&error))?, plain })
    }

    /// Deletes what stands under a path.
    pub(super) async fn delete(&self, asked: Question<'_>) -> Result<(), StoreError> {
        self.send(Method::DELETE, asked, &[]).await.map(drop)
    }

    /// A manifest of one of these media types and of at most `most` bytes, and the digest that the registry says it has.
    pub(super) async fn manifest(
        &self,
        asked: Question<'_>,
        accept: &[&str],
        most: usize,
    ) -> Result<(Vec<u8>, Option<String>), StoreError> {
        let answer = self.send(Method::GET, asked, accept).await?;
        let digest = answer.headers().get("docker-content-digest");
        let digest = digest.and_then(|digest| digest.to_str().ok()).map(str::to_owned);
        let bytes = whole(answer, most, asked.doing).await?.ok_or_else(|| {
            let why = format!(
                "the manifest `{}` has more than {most} bytes, the most that one may have",
                asked.path
            );
            asked.doing.because(StoreErrorKind::Other, &why)
        })?;
        Ok((bytes, digest))
    }

    /// Asks for tags. What tells where more are is a header: of its URL only the query counts, so that nothing is asked of others.
    pub(super) async fn tags(&self, asked: Question<'_>) -> Result<Tags, StoreError> {
        let failed = |why: &str| asked.doing.because(StoreErrorKind::Other, why);
        let answer = self.send(Method::GET, asked, &[]).await?;
        let next = following(answer.headers());
        let bytes = whole(answer, MAX_TAGS, asked.doing).await?;
        let bytes =
            bytes.ok_or_else(|| failed(&format!("a page of its tags has more than {MAX_TAGS} bytes")))?;
        let answer: serde_json::Value = serde_json::from_slice(&bytes)
            .map_err(|error| failed(&format!("the registry's tags are no JSON ({error})")))?;
        let tags = answer["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
        let tags = tags.iter().filter_map(|tag| tag.as_str().map(str::to_owned)).collect();
        Ok(Tags { tags, next })
    }

    /// A good answer, whose content is still to be read.
    async fn send(
        &self,
        method: Method,
        asked: Question<'_>,
        accept: &[&str],
    ) -> Result<Response, StoreError> {
        let scheme = if self.plain { "http" } else { "https" };
        let mut request = self.client.request(method, format!("{scheme}://{}", asked.path));
        for kind in accept {
            request = request.header(ACCEPT, *kind);
        }
        if let Some(login) = asked.login {
            request = request.header(AUTHORIZATION, login);
        }
        let doing = asked.doing;
        let answer = request.send().await.map_err(|error| doing.of_registry(&Failed::RequestError(error)))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let reason = whole(answer, MAX_REASON, doing).await.ok().flatten().unwrap_or_default();
        match serde_json::from_slice::<OciEnvelope>(&reason) {
            Ok(envelope) if status.as_u16() < 500 => {
                Err(doing.of_registry(&Failed::RegistryError { envelope, url: String::new() }))
            }
            _ => Err(doing.answered_by_registry(status.as_u16(), "")),
        }
    }
}

/// All of an answer; `None` if it has more bytes than so many. No more than that is kept, whatever was announced.
async fn whole(mut answer: Response, most: usize, doing: Doing<'_>) -> Result<Option<Vec<u8>>, StoreError> {
    if answer.content_length().is_some_and(|length| length > most as u64) {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    while let Some(piece) =
        answer.chunk().await.map_err(|error| doing.of_registry(&Failed::RequestError(error)))?
    {
        if piece.len() > most - bytes.len() {
            return Ok(None);
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(Some(bytes))
}

fn following(headers: &HeaderMap) -> Option<String> {
    headers.get_all(LINK).iter().filter_map(|link| link.to_str().ok()).find_map(next)
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

//! GitHub: which releases there are, making one, and a comment in a pull request. Knows neither packs nor stores.

mod comment;
mod failure;
mod hub;
mod hub_release;
mod hub_tag;
mod limit;
mod token;

use std::time::Duration;

use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, LINK};
use http_body_util::BodyExt as _;
use octocrab::{OctoBody, Octocrab};
use semver::Version;

use crate::diag::Outcome;
use crate::semver::tagged;

pub use comment::comment;
use failure::{Failure, Task};
pub use hub::Hub;
pub use hub_release::{Asset, Draft, Release};
pub use hub_tag::{Annotation, Ref as TagRef};
pub use token::Token;

/// The address of GitHub's own API.
pub const GITHUB: &str = "https://api.github.com";

/// More tags than this are not read: something is wrong with the answers, then.
const MAX_PAGES: u32 = 1000;

/// A repository, and what lets us in.
#[derive(Debug, Clone)]
pub struct Repository {
    /// The API's root, [`GITHUB`] or that of an enterprise server.
    pub api: String,
    /// `owner/name`.
    pub name: String,
    /// The token.
    pub token: Token,
}

/// How long we wait, and how often we ask again.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For one answer.
    pub answer: Duration,
    /// How often a request is sent before it counts as failed.
    pub attempts: u32,
    /// Before the second attempt; twice as long before each further one.
    pub pause: Duration,
    /// The longest that GitHub may make us wait before an attempt; if it asks for more, we give up and say so.
    pub longest: Duration,
}

impl Patience {
    /// For a release, which is worth more waiting than a question.
    pub fn of_release() -> Self {
        Self { attempts: 6, longest: Duration::from_secs(300), ..Self::default() }
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            answer: Duration::from_secs(30),
            attempts: 4,
            pause: Duration::from_millis(500),
            longest: Duration::from_secs(60),
        }
    }
}

/// The versions that have a tag `<prefix>v<semver>`, in no order. Other tags (`v1`, `v1.2`) are none of them.
///
/// # Errors
/// `GITHUB_FAILED`, with what is missing or whether to try again.
pub fn released(repository: &Repository, prefix: &str, patience: Patience) -> Outcome<Vec<Version>> {
    let failed = |failure: Failure| failure.into_diagnostic(&Task::Tags, repository);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| failed(Failure::Client(error.to_string())))?;
    runtime.block_on(async { tags(repository, prefix, patience).await }).map_err(failed)
}

async fn tags(repository: &Repository, prefix: &str, patience: Patience) -> Result<Vec<Version>, Failure> {
    let client = client(repository, patience)?;
    let root = format!(
        "{}/repos/{}/git/matching-refs/tags/{}",
        repository.api.trim_end_matches('/'),
        encoded(&repository.name),
        encoded(&format!("{prefix}v"))
    );
    let mut versions = Vec::new();
    for page in 1..=MAX_PAGES {
        let address = format!("{root}?per_page=100&page={page}");
        let answer = ask(&client, &Request::Get(&address), patience).await?;
        let refs: Vec<Ref> =
            serde_json::from_slice(&answer.body).map_err(|error| Failure::Answer(error.to_string()))?;
        versions.extend(refs.iter().filter_map(|tag| tagged(&tag.name, prefix)));
        // Pages are counted by us: an address from outside never gets the token.
        if refs.is_empty() || !has_next(&answer.headers) {
            return Ok(versions);
        }
    }
    Err(Failure::Answer(format!("there are more than {MAX_PAGES} pages of tags")))
}

#[derive(serde::Deserialize)]
struct Ref {
    #[serde(rename = "ref")]
    name: String,
}

struct Answer {
    headers: HeaderMap,
    body: Vec<u8>,
}

fn client(repository: &Repository, patience: Patience) -> Result<Octocrab, Failure> {
    let broken = |error: octocrab::Error| Failure::Client(error.to_string());
    Octocrab::builder()
        // Addresses are whole, and the client would put the path of an enterprise server before each once more.
        .base_uri(origin(&repository.api))
        .map_err(broken)?
        .upload_uri(hub::uploads(&repository.api))
        .map_err(broken)?
        .personal_token(repository.token.reveal())
        // We ask again ourselves, with pauses.
        .add_retry_config(octocrab::service::middleware::retry::RetryConfig::None)
        .set_connect_timeout(Some(patience.answer))
        // The whole exchange is timed; while a body is sent, nothing is read for long.
        .set_read_timeout(None)
        .build()
        .map_err(broken)
}

/// An address without its path.
fn origin(address: &str) -> &str {
    let host = address.find("://").map_or(0, |at| at + 3);
    address[host..].find('/').map_or(address, |path| &address[..host + path])
}

/// What is asked, at which address, with which body.
enum Request<'r> {
    Get(&'r str),
    Post(&'r str, &'r serde_json::Value),
    Patch(&'r str, &'r serde_json::Value),
    Delete(&'r str),
    /// Bytes as they are, to be stored.
    Upload(&'r str, &'static str, &'r [u8]),
    /// Bytes as they are stored.
    Download(&'r str),
}

/// Uploads that are slower than this, in bytes a second, count as stalled.
const SLOWEST: u64 = 64 << 10;

/// Asks until there is an answer that counts.
async fn ask(client: &Octocrab, request: &Request<'_>, patience: Patience) -> Result<Answer, Failure> {
    let mut pause = patience.pause;
    for _ in 1..patience.attempts {
        match once(client, request, patience).await {
            Err(failure) if failure.may_pass() && failure.wait() <= Some(patience.longest) => {
                tokio::time::sleep(failure.wait().unwrap_or(pause)).await;
                pause *= 2;
            }
            result => return result,
        }
    }
    once(client, request, patience).await
}

async fn once(client: &Octocrab, request: &Request<'_>, patience: Patience) -> Result<Answer, Failure> {
    let exchange = async {
        let response = send(client, request).await?;
        let (head, body) = response.into_parts();
        let body = body.collect().await.map_err(|error| Failure::Network(chain(&error)))?;
        let body = body.to_bytes().to_vec();
        if head.status.is_success() {
            return Ok(Answer { headers: head.headers, body });
        }
        Err(limit::failure(head.status.as_u16(), &head.headers, &body, std::time::SystemTime::now()))
    };
    let size = if let Request::Upload(_, _, bytes) = request { bytes.len() as u64 } else { 0 };
    let limit = patience.answer + Duration::from_secs(size / SLOWEST);
    match tokio::time::timeout(limit, exchange).await {
        Ok(result) => result,
        Err(_) => Err(Failure::Network(format!("no answer within {} s", limit.as_secs_f32()))),
    }
}

type Response = http::Response<http_body_util::combinators::BoxBody<bytes::Bytes, octocrab::Error>>;

async fn send(client: &Octocrab, request: &Request<'_>) -> Result<Response, Failure> {
    let answered = match request {
        Request::Get(address) => client._get(*address).await,
        Request::Post(address, body) => client._post(*address, Some(*body)).await,
        Request::Patch(address, body) => client._patch(*address, Some(*body)).await,
        Request::Delete(address) => client._delete(*address, None::<&()>).await,
        Request::Upload(address, kind, bytes) => {
            let mut request = http::Request::new(OctoBody::from(bytes.to_vec()));
            *request.method_mut() = http::Method::POST;
            *request.uri_mut() = address
                .parse()
                .map_err(|error| Failure::Client(format!("`{address}` is no address: {error}")))?;
            request.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static(kind));
            client.execute(request).await
        }
        Request::Download(address) => {
            let accept = http::HeaderValue::from_static("application/octet-stream");
            client._get_with_headers(*address, Some([(ACCEPT, accept)].into_iter().collect())).await
        }
    };
    answered.map_err(|error| Failure::Network(chain(&error)))
}

/// An error with its causes: the outermost says little.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = inner.source();
    }
    // Some of these errors print a backtrace below their first line.
    text.lines().next().unwrap_or_default().to_owned()
}

fn has_next(headers: &HeaderMap) -> bool {
    let links = headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok());
    links.flat_map(|links| links.split(',')).any(|link| link.contains("rel=\"next\""))
}

/// Percent-encodes what cannot stand in a path; slashes stay.
fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte))
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
        out
    })
}

#[cfg(test)]
mod tests;

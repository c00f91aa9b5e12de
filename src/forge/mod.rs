//! GitHub: which releases there are, and a comment in a pull request. Knows neither packs nor stores.

mod comment;
mod failure;
mod token;

use std::time::Duration;

use http::header::{HeaderMap, LINK, RETRY_AFTER};
use octocrab::Octocrab;
use semver::Version;

use crate::diag::Outcome;
use crate::semver::tagged;

pub use comment::comment;
use failure::{Failure, Task};
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
}

impl Default for Patience {
    fn default() -> Self {
        Self { answer: Duration::from_secs(30), attempts: 4, pause: Duration::from_millis(500) }
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
        .base_uri(repository.api.as_str())
        .map_err(broken)?
        .personal_token(repository.token.reveal())
        // We ask again ourselves, with pauses.
        .add_retry_config(octocrab::service::middleware::retry::RetryConfig::None)
        .set_connect_timeout(Some(patience.answer))
        .set_read_timeout(Some(patience.answer))
        .build()
        .map_err(broken)
}

/// What is asked, at which address, with which body.
enum Request<'r> {
    Get(&'r str),
    Post(&'r str, &'r serde_json::Value),
    Patch(&'r str, &'r serde_json::Value),
}

/// Asks until there is an answer that counts.
async fn ask(client: &Octocrab, request: &Request<'_>, patience: Patience) -> Result<Answer, Failure> {
    let mut pause = patience.pause;
    for _ in 1..patience.attempts {
        match once(client, request, patience).await {
            Err(failure) if failure.may_pass() => {
                tokio::time::sleep(failure.wait().map_or(pause, |asked| asked.min(patience.answer))).await;
                pause *= 2;
            }
            result => return result,
        }
    }
    once(client, request, patience).await
}

async fn once(client: &Octocrab, request: &Request<'_>, patience: Patience) -> Result<Answer, Failure> {
    let exchange = async {
        let response = match request {
            Request::Get(address) => client._get(*address).await,
            Request::Post(address, body) => client._post(*address, Some(*body)).await,
            Request::Patch(address, body) => client._patch(*address, Some(*body)).await,
        };
        let response = response.map_err(|error| Failure::Network(chain(&error)))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = client.body_to_string(response).await.map_err(|error| Failure::Network(chain(&error)))?;
        if status.is_success() {
            return Ok(Answer { headers, body: body.into_bytes() });
        }
        let wait = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let exhausted = headers.get("x-ratelimit-remaining").is_some_and(|left| left == "0");
        Err(Failure::Status { status: status.as_u16(), wait: wait.map(Duration::from_secs), exhausted })
    };
    match tokio::time::timeout(patience.answer, exchange).await {
        Ok(result) => result,
        Err(_) => Err(Failure::Network(format!("no answer within {} s", patience.answer.as_secs_f32()))),
    }
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

//! The repository on GitHub that a run is about, as the environment names it.

#[cfg(feature = "github")]
use super::Context;
#[cfg(feature = "github")]
use crate::forge::{GITHUB, Repository, Token};

/// The variables that may hold the token, in their order.
pub(super) const TOKENS: [&str; 3] = ["INPUT_GITHUB-TOKEN", "INPUT_GITHUB_TOKEN", "GITHUB_TOKEN"];

/// The repository, if the environment names one and there is a token.
#[cfg(feature = "github")]
pub(super) fn repository(context: &Context<'_>) -> Option<Repository> {
    let host = &context.host;
    let token = TOKENS.into_iter().find_map(|name| Token::new(host.var(name)?))?;
    let api = host.var("GITHUB_API_URL").unwrap_or(GITHUB).to_owned();
    Some(Repository { api, name: host.var("GITHUB_REPOSITORY")?.to_owned(), token })
}

/// The address of the repository for people.
#[cfg(feature = "github")]
pub(super) fn address(context: &Context<'_>) -> Option<String> {
    let server = context.host.var("GITHUB_SERVER_URL").unwrap_or("https://github.com");
    let name = context.host.var("GITHUB_REPOSITORY")?;
    Some(format!("{}/{name}", server.trim_end_matches('/')))
}

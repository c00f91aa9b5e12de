//! What can go wrong between us and GitHub, and what to do about it.

use std::time::Duration;

use crate::diag::{Code, Diagnostic};

use super::Repository;

/// A request that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// The client could not be made.
    Client(String),
    /// There was no answer.
    Network(String),
    /// An answer of this status; how long to wait, and whether the quota is used up.
    Status {
        /// The HTTP status.
        status: u16,
        /// What `Retry-After` says.
        wait: Option<Duration>,
        /// Whether no request is left in this hour.
        exhausted: bool,
    },
    /// An answer that says nothing sensible.
    Answer(String),
}

impl Failure {
    /// Whether the same request may succeed soon.
    pub(super) const fn may_pass(&self) -> bool {
        match self {
            Self::Network(_) => true,
            Self::Status { status: 429 | 403, wait, .. } => wait.is_some(),
            Self::Status { status, .. } => *status >= 500,
            Self::Client(_) | Self::Answer(_) => false,
        }
    }

    /// How long we were asked to wait.
    pub(super) const fn wait(&self) -> Option<Duration> {
        if let Self::Status { wait, .. } = self { *wait } else { None }
    }

    pub(super) fn into_diagnostic(self, repository: &Repository) -> Box<Diagnostic> {
        let why = match &self {
            Self::Client(why) => format!("the connection cannot be set up: {why}"),
            Self::Network(why) => why.clone(),
            Self::Status { status, .. } => format!("it answered {status}"),
            Self::Answer(why) => format!("its answer makes no sense: {why}"),
        };
        let message = format!("cannot read the tags of {} from GitHub: {why}", repository.name);
        Box::new(Diagnostic::error(Code::GithubFailed, message).help(self.help()))
    }

    const fn help(&self) -> &'static str {
        match self {
            Self::Status { status: 401, .. } => {
                "the token is not valid (any more): pass `github-token: ${{ github.token }}`"
            }
            Self::Status { status: 403 | 429, exhausted: true, .. } => {
                "the token has used up its requests: run the job again within the hour"
            }
            Self::Status { status: 403, .. } => {
                "give the job `permissions: {contents: read}`, or a token that may read the repository"
            }
            Self::Status { status: 404, .. } => {
                "give the job `permissions: {contents: read}`, and check that GITHUB_REPOSITORY names the repository"
            }
            Self::Client(_) | Self::Answer(_) => {
                "check GITHUB_API_URL, the proxy in between and the system's certificates"
            }
            Self::Network(_) | Self::Status { .. } => {
                "run the job again; `--offline` takes the last release from the store instead"
            }
        }
    }
}

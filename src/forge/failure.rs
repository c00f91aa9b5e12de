//! What can go wrong between us and GitHub, and what to do about it.

use std::time::Duration;

use crate::diag::{Code, Diagnostic};

use super::Repository;

/// What the requests were for.
pub(super) enum Task {
    /// Reading the tags.
    Tags,
    /// Commenting on this pull request.
    Comment(u64),
    /// Something about a release: a phrase such as `create the tag v1.0.0`.
    Release(String),
}

impl Task {
    fn words(&self, repository: &str) -> String {
        match self {
            Self::Tags => format!("cannot read the tags of {repository} from GitHub"),
            Self::Comment(number) => format!("cannot comment on pull request {number} of {repository}"),
            Self::Release(what) => format!("cannot {what} in {repository}"),
        }
    }

    const fn permission(&self) -> &'static str {
        match self {
            Self::Tags => "contents: read",
            Self::Comment(_) => "pull-requests: write",
            Self::Release(_) => "contents: write",
        }
    }

    const fn otherwise(&self) -> &'static str {
        match self {
            Self::Tags => "run the job again; `--offline` takes the last release from the store instead",
            Self::Comment(_) => "run the job again: the comment is written then",
            Self::Release(_) => "run the job again: a release goes on where it stopped",
        }
    }
}

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
        /// What the answer says of it.
        said: String,
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

    /// The status of an answer.
    pub(super) const fn status(&self) -> Option<u16> {
        if let Self::Status { status, .. } = self { Some(*status) } else { None }
    }

    /// How long we were asked to wait.
    pub(super) const fn wait(&self) -> Option<Duration> {
        if let Self::Status { wait, .. } = self { *wait } else { None }
    }

    pub(super) fn into_diagnostic(self, task: &Task, repository: &Repository) -> Box<Diagnostic> {
        let why = match &self {
            Self::Client(why) => format!("the connection cannot be set up: {why}"),
            Self::Network(why) => why.clone(),
            Self::Status { status, said, .. } if said.is_empty() => format!("it answered {status}"),
            Self::Status { status, said, .. } => format!("it answered {status} ({said})"),
            Self::Answer(why) => format!("its answer makes no sense: {why}"),
        };
        let message = format!("{}: {why}", task.words(&repository.name));
        Box::new(Diagnostic::error(Code::GithubFailed, message).help(self.help(task)))
    }

    fn help(&self, task: &Task) -> String {
        let permission = task.permission();
        match self {
            Self::Status { status: 401, .. } => {
                "the token is not valid (any more): pass `github-token: ${{ github.token }}`".to_owned()
            }
            Self::Status { status: 403 | 429, exhausted: true, .. } => {
                "the token has used up its requests: run the job again within the hour".to_owned()
            }
            Self::Status { status: 403, .. } => {
                format!("give the job `permissions: {{{permission}}}`, or a token that has it")
            }
            Self::Status { status: 404, .. } => {
                format!(
                    "give the job `permissions: {{{permission}}}`, and check that GITHUB_REPOSITORY names the repository"
                )
            }
            Self::Client(_) | Self::Answer(_) => {
                "check GITHUB_API_URL, the proxy in between and the system's certificates".to_owned()
            }
            Self::Network(_) | Self::Status { .. } => task.otherwise().to_owned(),
        }
    }
}

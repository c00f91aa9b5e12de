//! A repository on GitHub that is read and written for a release. Each method is one question or one change, asked
//! again where that is safe; what GitHub refuses because it is there already is an answer, not a failure.

use octocrab::Octocrab;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::diag::Outcome;

use super::failure::{Failure, Task};
use super::{Answer, MAX_PAGES, Patience, Repository, Request, ask, client, encoded, has_next};

/// A repository, and the connection to it.
pub struct Hub {
    pub(super) repository: Repository,
    pub(super) patience: Patience,
    client: Octocrab,
    runtime: tokio::runtime::Runtime,
}

/// Where assets are sent to: another host beside that of the API, or another path on an enterprise server. What an
/// answer says of it is not followed: it would get the token.
pub(super) fn uploads(api: &str) -> String {
    let api = api.trim_end_matches('/');
    if let Some((scheme, host)) = api.split_once("://api.") {
        return format!("{scheme}://uploads.{host}");
    }
    let root = api.strip_suffix("/api/v3").unwrap_or(api);
    format!("{root}/api/uploads")
}

impl Hub {
    /// The repository. Nothing is asked yet.
    ///
    /// # Errors
    /// `GITHUB_FAILED`: the connection cannot be set up.
    pub fn new(repository: Repository, patience: Patience) -> Outcome<Self> {
        let task = Task::Release("talk to GitHub for a release".to_owned());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime
            .map_err(|error| Failure::Client(error.to_string()).into_diagnostic(&task, &repository))?;
        // The client's connections belong to the runtime.
        let made = {
            let _inside = runtime.enter();
            client(&repository, patience)
        };
        let client = made.map_err(|failure| failure.into_diagnostic(&task, &repository))?;
        Ok(Self { repository, patience, client, runtime })
    }

    /// The repository's address for people, if the server's is known.
    pub fn name(&self) -> &str {
        &self.repository.name
    }

    pub(super) fn address(&self, path: &str) -> String {
        let api = self.repository.api.trim_end_matches('/');
        format!("{api}/repos/{}{path}", encoded(&self.repository.name))
    }

    /// Asks, again where it may help. Not for what creates something that has no name.
    pub(super) fn ask(&self, request: &Request<'_>) -> Result<Answer, Failure> {
        self.runtime.block_on(ask(&self.client, request, self.patience))
    }

    /// Asks once.
    pub(super) fn once(&self, request: &Request<'_>) -> Result<Answer, Failure> {
        self.runtime.block_on(ask(&self.client, request, Patience { attempts: 1, ..self.patience }))
    }

    /// Waits after an attempt (from 0) that failed and may pass. `false` if there is nothing to wait for.
    pub(super) fn wait(&self, attempt: u32, failure: &Failure) -> bool {
        let wait = failure.wait().unwrap_or(self.patience.pause * 2_u32.saturating_pow(attempt));
        let goes_on =
            attempt + 1 < self.patience.attempts && failure.may_pass() && wait <= self.patience.longest;
        if goes_on {
            std::thread::sleep(wait);
        }
        goes_on
    }

    pub(super) fn failed(
        &self,
        what: impl Into<String>,
    ) -> impl FnOnce(Failure) -> Box<crate::diag::Diagnostic> {
        let (what, repository) = (what.into(), self.repository.clone());
        move |failure| failure.into_diagnostic(&Task::Release(what), &repository)
    }

    /// All pages of a list.
    pub(super) fn pages<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, Failure> {
        let (mut all, root) = (Vec::new(), self.address(path));
        for page in 1..=MAX_PAGES {
            let answer = self.ask(&Request::Get(&format!("{root}?per_page=100&page={page}")))?;
            let items: Vec<T> = read(&answer)?;
            let is_last = items.is_empty() || !has_next(&answer.headers);
            all.extend(items);
            if is_last {
                return Ok(all);
            }
        }
        Err(Failure::Answer(format!("there are more than {MAX_PAGES} pages")))
    }

    /// The name of the default branch.
    ///
    /// # Errors
    /// `GITHUB_FAILED`.
    pub fn default_branch(&self) -> Outcome<String> {
        #[derive(Deserialize)]
        struct Answered {
            default_branch: String,
        }
        let found = self.ask(&Request::Get(&self.address(""))).and_then(|answer| read::<Answered>(&answer));
        Ok(found.map_err(self.failed("find the default branch"))?.default_branch)
    }

    /// Whether a branch holds a commit. A branch that is not there holds none.
    ///
    /// # Errors
    /// `GITHUB_FAILED`.
    pub fn holds(&self, branch: &str, commit: &str) -> Outcome<bool> {
        let found = self.compared(branch, commit, 1);
        let found = found.map_err(self.failed(format!("find out whether {branch} holds {commit}")))?;
        Ok(found.is_some_and(|found| matches!(found.status.as_str(), "behind" | "identical")))
    }

    /// Who wrote the commits after `base` up to `head`: accounts (`@name`), else names; each once, in the order of
    /// their first commit. At most those of 250 commits.
    ///
    /// # Errors
    /// `GITHUB_FAILED`.
    pub fn authors(&self, base: &str, head: &str) -> Outcome<Vec<String>> {
        let found = self.compared(base, head, 250);
        let found = found.map_err(self.failed(format!("read the commits since {base}")))?;
        let mut authors = Vec::new();
        for commit in found.map(|found| found.commits).unwrap_or_default() {
            let account = commit.author.and_then(|author| author.login).map(|login| format!("@{login}"));
            let name = account.or_else(|| commit.commit.author.and_then(|author| author.name));
            authors.extend(name.filter(|name| !authors.contains(name)));
        }
        Ok(authors)
    }

    fn compared(&self, base: &str, head: &str, commits: u32) -> Result<Option<Compared>, Failure> {
        let path = format!("/compare/{}...{}", encoded(base).replace('/', "%2F"), encoded(head));
        let address = format!("{}?per_page={commits}&page=1", self.address(&path));
        match self.ask(&Request::Get(&address)) {
            Err(failure) if failure.status() == Some(404) => Ok(None),
            found => read(&found?).map(Some),
        }
    }
}

/// The answer's document.
pub(super) fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, Failure> {
    serde_json::from_slice(&answer.body).map_err(|error| Failure::Answer(error.to_string()))
}

#[derive(Deserialize)]
struct Compared {
    status: String,
    #[serde(default)]
    commits: Vec<Commit>,
}

#[derive(Deserialize)]
struct Commit {
    author: Option<Account>,
    commit: Inner,
}

#[derive(Deserialize)]
struct Account {
    login: Option<String>,
}

#[derive(Deserialize)]
struct Inner {
    author: Option<Person>,
}

#[derive(Deserialize)]
struct Person {
    name: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::uploads;

    #[test]
    fn assets_go_to_the_host_that_belongs_to_the_api() {
        for (api, expected) in [
            ("https://api.github.com", "https://uploads.github.com"),
            ("https://api.acme.ghe.com/", "https://uploads.acme.ghe.com"),
            ("https://github.acme.com/api/v3", "https://github.acme.com/api/uploads"),
            ("http://127.0.0.1:8080/api/v3/", "http://127.0.0.1:8080/api/uploads"),
        ] {
            assert_eq!(uploads(api), expected);
        }
    }
}

//! Releases and their assets.

use serde::Deserialize;
use serde_json::json;

use crate::diag::Outcome;

use super::failure::Failure;
use super::hub::{Hub, read, uploads};
use super::{Request, encoded};

/// A release, as far as we look at it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Release {
    /// Its number.
    pub id: u64,
    /// Its tag, which need not be there while it is a draft.
    pub tag_name: String,
    /// Whether it is a draft.
    pub draft: bool,
    /// What it says.
    #[serde(default)]
    pub body: Option<String>,
    /// Where people look at it.
    pub html_url: String,
}

/// A file of a release.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Asset {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// `uploaded`, or `open` and `starter` for what an upload left that did not finish.
    pub state: String,
    /// Its size in bytes.
    pub size: u64,
    /// `sha256:` and its hex, on servers that tell.
    #[serde(default)]
    pub digest: Option<String>,
}

/// A release that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft<'d> {
    /// Its tag.
    pub tag: &'d str,
    /// The commit of the tag.
    pub commit: &'d str,
    /// Its title.
    pub name: &'d str,
    /// What it says.
    pub body: &'d str,
    /// Whether it is a prerelease.
    pub is_prerelease: bool,
}

impl Hub {
    /// The releases of a tag: the published one, and any number of drafts.
    ///
    /// # Errors
    /// `GITHUB_FAILED`.
    pub fn releases(&self, tag: &str) -> Outcome<Vec<Release>> {
        self.releases_of(tag).map_err(self.failed("read the releases"))
    }

    fn releases_of(&self, tag: &str) -> Result<Vec<Release>, Failure> {
        let mut all: Vec<Release> = self.pages("/releases")?;
        all.retain(|release| release.tag_name == tag);
        Ok(all)
    }

    /// Makes a draft, or finds the one that says the same: an attempt whose answer was lost left it.
    ///
    /// # Errors
    /// `GITHUB_FAILED`.
    pub fn draft(&self, draft: &Draft<'_>) -> Outcome<Release> {
        let body = json!({"tag_name": draft.tag, "target_commitish": draft.commit, "name": draft.name,
            "body": draft.body, "draft": true, "prerelease": draft.is_prerelease});
        let is_it = |release: &Release| release.draft && same(release.body.as_deref(), draft.body);
        let mut attempt = 0;
        let made = loop {
            let made = self.releases_of(draft.tag).and_then(|found| match found.into_iter().find(is_it) {
                Some(release) => Ok(release),
                None => {
                    let made = self.once(&Request::Post(&self.address("/releases"), &body))?;
                    read(&made)
                }
            });
            match made {
                Err(failure) if self.wait(attempt, &failure) => attempt += 1,
                made => break made,
            }
        };
        made.map_err(self.failed(format!("create the release {}", draft.tag)))
    }

    /// The files of a release; `None` if it is gone.
    ///
    /// # Errors
    /// `GITHUB_FAILED`.
    pub fn assets(&self, release: u64) -> Outcome<Option<Vec<Asset>>> {
        match self.pages(&format!("/releases/{release}/assets")) {
            Err(failure) if failure.status() == Some(404) => Ok(None),
            found => found.map(Some).map_err(self.failed("read the files of the release")),
        }
    }

    /// Sends a file, once. `Ok(false)`: it did not arrive, and what is there tells what to do next; that is so also if
    /// another run sends it at the same time.
    ///
    /// # Errors
    /// `GITHUB_FAILED`: trying again does not help.
    pub fn upload(
        &self,
        release: u64,
        (name, kind): (&str, &'static str),
        bytes: &[u8],
        attempt: u32,
    ) -> Outcome<bool> {
        let root = uploads(&self.repository.api);
        let address = format!(
            "{root}/repos/{}/releases/{release}/assets?name={}",
            encoded(&self.repository.name),
            encoded(name).replace('/', "%2F")
        );
        match self.once(&Request::Upload(&address, kind, bytes)) {
            Ok(_) => Ok(true),
            Err(failure)
                if matches!(failure.status(), Some(404 | 422)) && attempt + 1 < self.patience.attempts =>
            {
                std::thread::sleep(self.patience.pause);
                Ok(false)
            }
            Err(failure) if self.wait(attempt, &failure) => Ok(false),
            Err(failure) => Err(self.failed(format!("attach {name} to the release"))(failure)),
        }
    }

    /// The bytes of a file; `None` if it is gone.
    ///
    /// # Errors
    /// `GITHUB_FAILED`.
    pub fn download(&self, asset: &Asset) -> Outcome<Option<Vec<u8>>> {
        let address = self.address(&format!("/releases/assets/{}", asset.id));
        match self.ask(&Request::Download(&address)) {
            Err(failure) if failure.status() == Some(404) => Ok(None),
            found => {
                let found = found.map_err(self.failed(format!("read {} of the release", asset.name)))?;
                Ok(Some(found.body))
            }
        }
    }

    /// Takes a file away. That it is gone is no failure.
    ///
    /// # Errors
    /// `GITHUB_FAILED`.
    pub fn remove_asset(&self, asset: &Asset) -> Outcome<()> {
        let address = self.address(&format!("/releases/assets/{}", asset.id));
        self.remove(&address, &format!("remove {} from the release", asset.name))
    }

    /// Takes a draft away. That it is gone is no failure.
    ///
    /// # Errors
    /// `GITHUB_FAILED`.
    pub fn remove_draft(&self, release: &Release) -> Outcome<()> {
        let address = self.address(&format!("/releases/{}", release.id));
        self.remove(&address, &format!("remove the draft of {}", release.tag_name))
    }

    fn remove(&self, address: &str, what: &str) -> Outcome<()> {
        match self.ask(&Request::Delete(address)) {
            Err(failure) if failure.status() == Some(404) => Ok(()),
            removed => removed.map(|_| ()).map_err(self.failed(what)),
        }
    }

    /// Publishes a draft. `None`: GitHub refuses, or the draft is gone; another run may have been first.
    ///
    /// # Errors
    /// `GITHUB_FAILED`.
    pub fn publish(&self, release: &Release, is_latest: bool) -> Outcome<Option<Release>> {
        let latest = if is_latest { "true" } else { "false" };
        let body = json!({"tag_name": release.tag_name, "draft": false, "make_latest": latest});
        let address = self.address(&format!("/releases/{}", release.id));
        match self.ask(&Request::Patch(&address, &body)) {
            Err(failure) if matches!(failure.status(), Some(404 | 422)) => Ok(None),
            done => {
                let done = done.and_then(|answer| read(&answer));
                done.map(Some).map_err(self.failed(format!("publish the release {}", release.tag_name)))
            }
        }
    }
}

/// Whether two texts are the same, however their lines end.
fn same(found: Option<&str>, expected: &str) -> bool {
    found.is_some_and(|found| found.replace("\r\n", "\n").trim_end() == expected.trim_end())
}

//! Tags, by the git data API.

use serde::Deserialize;
use serde_json::json;

use crate::diag::Outcome;

use super::failure::Failure;
use super::hub::{Hub, read};
use super::{Request, encoded};

/// A tag, as the list has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ref {
    /// Its name, without `refs/tags/`.
    pub name: String,
    /// What it points to: a tag object, or a commit.
    pub object: String,
    /// Whether that is a tag object.
    pub is_annotated: bool,
}

/// What an annotated tag says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// The commit.
    pub commit: String,
    /// The message; empty for a tag without one.
    pub message: String,
}

#[derive(Deserialize)]
struct Answered {
    #[serde(rename = "ref", default)]
    name: String,
    object: Object,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
struct Object {
    sha: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Made {
    sha: String,
}

impl Hub {
    /// The tags whose names begin so.
    ///
    /// # Errors
    /// `GITHUB_FAILED`.
    pub fn tags(&self, prefix: &str) -> Outcome<Vec<Ref>> {
        let path = format!("/git/matching-refs/tags/{}", encoded(prefix));
        let found: Vec<Answered> = self.pages(&path).map_err(self.failed("read the tags"))?;
        let tags = found.into_iter().filter_map(|one| {
            let name = one.name.strip_prefix("refs/tags/")?.to_owned();
            Some(Ref { name, is_annotated: one.object.kind == "tag", object: one.object.sha })
        });
        Ok(tags.collect())
    }

    /// A tag by its whole name.
    ///
    /// # Errors
    /// `GITHUB_FAILED`.
    pub fn tag(&self, name: &str) -> Outcome<Option<Ref>> {
        let address = self.address(&format!("/git/ref/tags/{}", encoded(name)));
        let found = match self.ask(&Request::Get(&address)) {
            Err(failure) if failure.status() == Some(404) => return Ok(None),
            found => found.and_then(|answer| read::<Answered>(&answer)),
        };
        let found = found.map_err(self.failed(format!("read the tag {name}")))?;
        let is_annotated = found.object.kind == "tag";
        Ok(Some(Ref { name: name.to_owned(), is_annotated, object: found.object.sha }))
    }

    /// What a tag says, and of which commit.
    ///
    /// # Errors
    /// `GITHUB_FAILED`.
    pub fn annotation(&self, tag: &Ref) -> Outcome<Annotation> {
        let mut at = Annotation { commit: tag.object.clone(), message: String::new() };
        let mut goes_on = tag.is_annotated;
        // A tag may be one of a tag.
        for _ in 0..8 {
            if !goes_on {
                break;
            }
            let address = self.address(&format!("/git/tags/{}", at.commit));
            let found = self.ask(&Request::Get(&address)).and_then(|answer| read::<Answered>(&answer));
            let found = found.map_err(self.failed(format!("read the tag {}", tag.name)))?;
            goes_on = found.object.kind == "tag";
            at.commit = found.object.sha;
            if at.message.is_empty() {
                at.message = found.message;
            }
        }
        Ok(at)
    }

    /// Makes an annotated tag. `false`: there is one of that name, whatever it points to.
    ///
    /// # Errors
    /// `GITHUB_FAILED`.
    pub fn create_tag(&self, name: &str, commit: &str, message: &str) -> Outcome<bool> {
        let made = self.tag_object(name, commit, message).and_then(|object| {
            let body = json!({"ref": format!("refs/tags/{name}"), "sha": object});
            match self.ask(&Request::Post(&self.address("/git/refs"), &body)) {
                Err(failure) if failure.status() == Some(422) => Ok(false),
                made => made.map(|_| true),
            }
        });
        made.map_err(self.failed(format!("create the tag {name}")))
    }

    /// Points a tag that is there to a commit, wherever it pointed before.
    ///
    /// # Errors
    /// `GITHUB_FAILED`.
    pub fn move_tag(&self, name: &str, commit: &str, message: &str) -> Outcome<()> {
        let moved = self.tag_object(name, commit, message).and_then(|object| {
            let body = json!({"sha": object, "force": true});
            let address = self.address(&format!("/git/refs/tags/{}", encoded(name)));
            self.ask(&Request::Patch(&address, &body))
        });
        moved.map(|_| ()).map_err(self.failed(format!("move the tag {name}")))
    }

    /// A tag object that nothing points to yet. One too many harms nobody.
    fn tag_object(&self, name: &str, commit: &str, message: &str) -> Result<String, Failure> {
        let body = json!({"tag": name, "message": message, "object": commit, "type": "commit"});
        let made = self.ask(&Request::Post(&self.address("/git/tags"), &body))?;
        read::<Made>(&made).map(|made| made.sha)
    }
}

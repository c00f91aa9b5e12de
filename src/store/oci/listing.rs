//! All tags of a repository, or an error: what is not listed counts as not there, and may be deleted for it.

use std::collections::BTreeSet;

use oci_client::RegistryOperation;
use oci_client::errors::OciDistributionError as Failed;

use crate::store::error::{StoreError, StoreErrorKind};
use crate::store::retry::Attempts;

use super::direct::{Question, Tags};
use super::registry::Registry;

/// How many tags are asked for at once. A registry may give fewer.
const TAGS: usize = 1000;
/// The most tags of a repository.
const MOST: usize = 1 << 20;

impl Registry {
    /// All tags; none where there is no repository yet.
    ///
    /// A page is asked for with the last tag of the one before, until one is empty: how long a page is says nothing, as registries
    /// have limits of their own. Where that leads nowhere, the registry's links do.
    pub(super) async fn tags(&self) -> Result<BTreeSet<String>, StoreError> {
        let (mut tags, mut last) = (BTreeSet::new(), None::<String>);
        loop {
            let page = match self.page(last.as_deref()).await {
                Ok(page) => page,
                Err(error) if error.is_not_found() && last.is_none() => return Ok(tags),
                // Not every registry takes a tag for a place to go on from.
                Err(error)
                    if last.is_some()
                        && matches!(error.kind, StoreErrorKind::Other | StoreErrorKind::NotFound) =>
                {
                    return self.linked(tags.len()).await;
                }
                Err(error) => return Err(error),
            };
            let Some(end) = page.last().cloned() else { return Ok(tags) };
            let before = tags.len();
            tags.extend(page);
            if tags.len() == before {
                return self.linked(tags.len()).await;
            }
            self.bounded(&tags)?;
            last = Some(end);
        }
    }

    async fn page(&self, last: Option<&str>) -> Result<Vec<String>, StoreError> {
        let (reference, auth, doing) = (self.reference("latest"), self.login.auth(), self.doing("list", "/"));
        let mut attempts = Attempts::of_requests();
        loop {
            match self.client.list_tags(&reference, &auth, Some(TAGS), last).await {
                Ok(answer) => return Ok(answer.tags),
                // Of a repository whose tags are all gone, some registries say that its tags are `null`.
                Err(Failed::JsonError(error)) if error.to_string().contains("null") => return Ok(Vec::new()),
                Err(error) => match doing.of_registry(&error) {
                    error if attempts.again(&error).await => {}
                    error => return Err(error),
                },
            }
        }
    }

    /// All tags of a registry that gives the same ones again, of which `count` are known: it knows no pages, or says itself where the
    /// next one is. It is asked for fewer than it has, so that one that keeps silent about the rest is found out.
    async fn linked(&self, count: usize) -> Result<BTreeSet<String>, StoreError> {
        let mut query = format!("n={}", (count / 2).clamp(1, TAGS));
        let mut tags = BTreeSet::new();
        loop {
            let before = tags.len();
            let page = self.linked_page(&query).await?;
            tags.extend(page.tags);
            self.bounded(&tags)?;
            match page.next {
                Some(_) if tags.len() == before => return Err(self.endless()),
                Some(next) => query = next,
                None if tags.len() < count => return Err(self.endless()),
                None => return Ok(tags),
            }
        }
    }

    async fn linked_page(&self, query: &str) -> Result<Tags, StoreError> {
        let path = format!("{}/tags/list?{query}", self.path());
        let doing = self.doing("list", "/");
        let mut attempts = Attempts::of_requests();
        loop {
            let login = self.header(RegistryOperation::Pull, doing).await?;
            match self.direct.tags(Question { path: &path, login: login.as_deref(), doing }).await {
                Err(error) if attempts.again(&error).await => {}
                done => return done,
            }
        }
    }

    fn endless(&self) -> StoreError {
        let why = "the registry gives its tags page by page, but not in a way that leads to all of them: \
                   they cannot be listed whole";
        self.doing("list", "/").because(StoreErrorKind::Other, why)
    }

    fn bounded(&self, tags: &BTreeSet<String>) -> Result<(), StoreError> {
        if tags.len() <= MOST {
            return Ok(());
        }
        let why = format!("the repository has more than {MOST} tags");
        Err(self.doing("list", "/").because(StoreErrorKind::Other, &why))
    }
}

//! A commit beside the releases that are there: whether it comes after the last one, and which is its own.

use semver::Version;

use crate::diag::Outcome;
use crate::forge::{Hub, TagRef};
use crate::release::plan;
use crate::semver::tagged;

/// A commit, seen from a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::command) enum Order {
    /// It comes after it.
    After,
    /// It comes before it: its job is run again, or ran late.
    Before,
    /// It is that of the release.
    Same,
    /// It is on another line, or this cannot be told.
    Beside,
}

/// A commit and the tags that are there.
pub(in crate::command) struct Commit<'c> {
    pub(in crate::command) hub: &'c Hub,
    pub(in crate::command) there: &'c [TagRef],
    pub(in crate::command) prefix: &'c str,
    pub(in crate::command) commit: &'c str,
}

impl Commit<'_> {
    /// Where it stands beside a release.
    pub(in crate::command) fn order(&self, release: &Version) -> Outcome<Order> {
        let name = format!("{}v{release}", self.prefix);
        let Some(tag) = self.there.iter().find(|tag| tag.name == name) else { return Ok(Order::Beside) };
        let at = self.hub.annotation(tag)?.commit;
        Ok(match () {
            () if at == self.commit => Order::Same,
            () if self.hub.holds(self.commit, &at)? => Order::After,
            () if self.hub.holds(&at, self.commit)? => Order::Before,
            () => Order::Beside,
        })
    }

    /// The highest version whose tag is at this commit and says this content. It takes a request for every tag.
    pub(in crate::command) fn own(&self, content: &str) -> Outcome<Option<Version>> {
        let version = |tag: &TagRef| tagged(&format!("refs/tags/{}", tag.name), self.prefix);
        let mut all: Vec<_> = self.there.iter().filter_map(|tag| Some((version(tag)?, tag))).collect();
        all.sort_by(|(one, _), (other, _)| other.cmp(one));
        // A tag that is not annotated says no content.
        for (version, tag) in all.into_iter().filter(|(_, tag)| tag.is_annotated) {
            let said = self.hub.annotation(tag)?;
            if said.commit == self.commit && plan::said(&said.message).as_deref() == Some(content) {
                return Ok(Some(version));
            }
        }
        Ok(None)
    }
}

/// Why a commit is not released that comes before the last release.
pub(in crate::command) fn passed(last: &str) -> String {
    format!("{last} was released from a later commit")
}

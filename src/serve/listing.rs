//! What there is, as JSON: bots, packs, and their revisions a page at a time.

use std::collections::BTreeSet;
use std::sync::Arc;

use http::HeaderMap;
use serde_json::{Value, json};

use crate::diag::Outcome;
use crate::store::{self, Digest, layout};

use super::asset::{Asset, Content, Parts};
use super::metrics::Route;
use super::problem::Problem;
use super::revision::Owner;
use super::shelf::OVERHEAD;
use super::{Gateway, budget, in_time, path};

/// How many revisions a page holds, if the request does not say.
const PAGE_SIZE: u16 = 50;

/// Which page is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    /// How many rows it has at most.
    pub(super) size: u16,
    /// Where the page before ended.
    pub(super) token: Option<String>,
}

impl Page {
    /// Reads `pageSize` and `pageToken`. Other members are ignored.
    ///
    /// # Errors
    /// The page size is no number from 1 to 1,000, or the query is malformed.
    pub(super) fn of(query: Option<&str>) -> Result<Self, Problem> {
        let members = path::query(query.unwrap_or("")).map_err(|name| {
            Problem::bad_request(format!("`{name}` in the query is malformed, or comes twice"))
        })?;
        let find = |wanted| members.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        let size = match find("pageSize") {
            None => PAGE_SIZE,
            Some(text) => {
                let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
                let size = text
                    .parse()
                    .ok()
                    .filter(|size| digits && (1..=store::list::MAX_PAGE_SIZE).contains(size));
                size.ok_or_else(|| Problem::bad_request("`pageSize` has to be a number from 1 to 1000"))?
            }
        };
        Ok(Self { size, token: find("pageToken").map(str::to_owned) })
    }
}

/// A JSON document that may change.
pub(super) async fn document(
    gateway: &Gateway,
    route: Route,
    name: String,
    make: impl Future<Output = Result<Value, Problem>> + Send,
) -> Result<Arc<Asset>, Problem> {
    let ask = || async {
        let bytes = serde_json::to_vec(&make.await?).unwrap_or_default();
        let etag = format!("\"{}\"", Digest::of(&bytes));
        let crowded =
            || Problem::unavailable("the memory for contents is in use by other requests: try again");
        let permit = gateway.shelf.room(bytes.len() + OVERHEAD).ok_or_else(crowded)?;
        Ok(Arc::new(Asset::new(Parts {
            route,
            content: Content::Memory(budget::counted(bytes, permit)),
            etag,
            content_type: "application/json",
            cache_control: layout::NO_CACHE,
            modified: None,
            ranges: false,
            extra: HeaderMap::new(),
            standing: None,
        })))
    };
    gateway.documents.get(&name, ask).await
}

/// `{"bots":[…]}`.
pub(super) async fn bots(gateway: &Gateway) -> Result<Arc<Asset>, Problem> {
    let store = gateway.store()?;
    let make = async { Ok(json!({"bots": in_time(bot_ids(&**store)).await?})) };
    document(gateway, Route::List, "bots".to_owned(), make).await
}

/// `{"packs":[…]}`.
pub(super) async fn packs(gateway: &Gateway) -> Result<Arc<Asset>, Problem> {
    let store = gateway.store()?;
    let make = async {
        let oids = in_time(store::list::oids(&**store)).await?;
        Ok(json!({"packs": oids.iter().map(ToString::to_string).collect::<Vec<_>>()}))
    };
    document(gateway, Route::List, "packs".to_owned(), make).await
}

/// The bots that have a finished revision.
pub(super) async fn bot_ids(store: &dyn store::Store) -> Outcome<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut walk = store::Walk::new(store, store::Folder::root());
    while let Some(listed) = walk.next().await? {
        if let Some((bot, _, store::bots::PASSPORT)) = store::bots::place(&listed.key) {
            found.insert(bot.to_owned());
        }
    }
    Ok(found)
}

/// A page of revisions, newest first.
pub(super) async fn revisions(gateway: &Gateway, owner: &Owner, page: &Page) -> Result<Arc<Asset>, Problem> {
    let token = page.token.as_deref();
    let name = format!("revisions {} {} {}", owner.folder()?.path(), page.size, token.unwrap_or(""));
    document(gateway, Route::List, name, rows(gateway, owner, page)).await
}

/// A page of revisions as a document.
pub(super) async fn rows(gateway: &Gateway, owner: &Owner, page: &Page) -> Result<Value, Problem> {
    let (store, token) = (&**gateway.store()?, page.token.as_deref());
    let (rows, next): (Vec<Value>, _) = match owner {
        Owner::Bot(id) => {
            let (rows, next) = in_time(store::bots::revisions(store, id, page.size, token)).await?;
            (rows.iter().map(bot_row).collect(), next)
        }
        Owner::Pack(oid) => {
            let listing = in_time(store::list::revisions(store, oid, page.size, token)).await?;
            let stamp = gateway.settings.stamp;
            (listing.revisions.iter().map(|row| pack_row(row, stamp)).collect(), listing.next_page_token)
        }
    };
    Ok(json!({"revisions": rows, "nextPageToken": next}))
}

fn bot_row(row: &store::bots::Listed) -> Value {
    let passport = row.passport.as_ref().unwrap_or(&Value::Null);
    json!({
        "revHash": row.rev_hash,
        "specVersion": passport["specVersion"],
        "author": passport["author"],
        "builtAt": passport["build"]["builtAt"],
        "sizes": passport["sizes"],
        "revoked": row.revoked,
    })
}

fn pack_row(row: &store::list::Listed, stamp: fn(std::time::SystemTime) -> String) -> Value {
    let said = row.said.as_ref();
    json!({
        "packHash": row.pack_hash,
        "name": said.map(|said| &said.name),
        "version": said.map(|said| said.version.to_string()),
        "contentHash": said.map(|said| said.content_hash),
        "files": said.map(|said| said.files),
        "size": said.map(|said| said.size),
        "publishedAt": stamp(row.published),
        "revoked": row.revoked,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_asked_for() {
        let page = |query: &str| Page::of(Some(query)).map(|page| (page.size, page.token));
        assert_eq!(Page::of(None).unwrap(), Page { size: 50, token: None });
        assert_eq!(page("pageSize=1000&pageToken=x-_y&other=1").unwrap(), (1000, Some("x-_y".to_owned())));
        for wrong in [
            "pageSize=0",
            "pageSize=1001",
            "pageSize=",
            "pageSize=+5",
            "pageSize=5&pageSize=6",
            "pageSize=99999999999",
            "pageSize=%zz",
        ] {
            assert_eq!(page(wrong).unwrap_err().status, 400, "{wrong}");
        }
    }
}

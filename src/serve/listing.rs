//! What there is, as JSON: bots, packs, and their revisions a page at a time.

use std::sync::Arc;

use http::HeaderMap;
use serde_json::{Value, json};

use crate::store::{self, Digest, layout};

use super::asset::{Asset, Content, Parts};
use super::metrics::Route;
use super::problem::Problem;
use super::shelf::OVERHEAD;
use super::{Gateway, budget, channels, in_time, path};
use crate::store::subject::Subject;

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

/// What is made of what the store says, and may change.
pub(super) struct Made {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// Its entity tag, if it has a better one than its hash.
    pub(super) etag: Option<String>,
    /// `Content-Type`.
    pub(super) content_type: &'static str,
    /// `Cache-Control`.
    pub(super) cache_control: &'static str,
    /// Other headers.
    pub(super) extra: HeaderMap,
}

impl Made {
    /// A JSON document.
    pub(super) fn json(value: &Value) -> Self {
        Self {
            bytes: serde_json::to_vec(value).unwrap_or_default(),
            etag: None,
            content_type: "application/json",
            cache_control: layout::NO_CACHE,
            extra: HeaderMap::new(),
        }
    }
}

/// Makes something, or takes what was made under this name a moment ago.
pub(super) async fn kept(
    gateway: &Gateway,
    route: Route,
    name: &str,
    make: impl Future<Output = Result<Made, Problem>> + Send,
) -> Result<Arc<Asset>, Problem> {
    let ask = || async {
        let made = make.await?;
        let etag = made.etag.unwrap_or_else(|| format!("\"{}\"", Digest::of(&made.bytes)));
        let crowded =
            || Problem::unavailable("the memory for contents is in use by other requests: try again");
        let permit = gateway.shelf.room(made.bytes.len() + OVERHEAD).ok_or_else(crowded)?;
        Ok(Arc::new(Asset::new(Parts {
            route,
            content: Content::Memory(budget::counted(made.bytes, permit)),
            etag,
            content_type: made.content_type,
            cache_control: made.cache_control,
            modified: None,
            ranges: false,
            encodes: true,
            extra: made.extra,
            standing: None,
        })))
    };
    gateway.documents.get(name, ask).await
}

/// `{"bots":[…]}`.
pub(super) async fn bots(gateway: &Gateway) -> Result<Arc<Asset>, Problem> {
    let make = async { Ok(Made::json(&json!({"bots": gateway.overview().await?.finished(true)}))) };
    kept(gateway, Route::List, "bots", make).await
}

/// `{"packs":[…]}`.
pub(super) async fn packs(gateway: &Gateway) -> Result<Arc<Asset>, Problem> {
    let make = async { Ok(Made::json(&json!({"packs": gateway.overview().await?.finished(false)}))) };
    kept(gateway, Route::List, "packs", make).await
}

/// The channels of a bot or a pack.
pub(super) async fn channels(gateway: &Gateway, owner: &Subject) -> Result<Arc<Asset>, Problem> {
    let name = format!("channels {}", owner.folder()?.path());
    let make = async { Ok(Made::json(&channels::list(gateway, owner).await?)) };
    kept(gateway, Route::Channel, &name, make).await
}

/// The current document of a channel, as it stands in the store.
pub(super) async fn channel(
    gateway: &Gateway,
    owner: &Subject,
    channel: &str,
) -> Result<Arc<Asset>, Problem> {
    let name = format!("channel {} {channel}", owner.folder()?.path());
    let make = async {
        let (document, bytes) = channels::current(gateway, owner, channel).await?;
        let etag = Some(format!("\"channel-{}\"", document.sequence));
        let cache_control = gateway.settings.guard.brief();
        Ok(Made { bytes, etag, cache_control, ..Made::json(&Value::Null) })
    };
    kept(gateway, Route::Channel, &name, make).await
}

/// A page of a channel's history, newest first.
pub(super) async fn history(
    gateway: &Gateway,
    owner: &Subject,
    channel: &str,
    page: &Page,
) -> Result<Arc<Asset>, Problem> {
    let token = page.token.as_deref().unwrap_or("");
    let name = format!("history {} {channel} {} {token}", owner.folder()?.path(), page.size);
    let make = async {
        let (rows, next) = channels::history(gateway, owner, channel, page).await?;
        let next = next.map(|next| next.to_string());
        Ok(Made::json(&json!({"history": rows, "nextPageToken": next})))
    };
    kept(gateway, Route::Channel, &name, make).await
}

/// A page of revisions, newest first.
pub(super) async fn revisions(
    gateway: &Gateway,
    owner: &Subject,
    page: &Page,
) -> Result<Arc<Asset>, Problem> {
    let token = page.token.as_deref();
    let name = format!("revisions {} {} {}", owner.folder()?.path(), page.size, token.unwrap_or(""));
    let make = async { Ok(Made::json(&rows(gateway, owner, page).await?)) };
    kept(gateway, Route::List, &name, make).await
}

/// A page of revisions as a document.
pub(super) async fn rows(gateway: &Gateway, owner: &Subject, page: &Page) -> Result<Value, Problem> {
    let (store, token) = (&**gateway.store()?, page.token.as_deref());
    let (rows, next): (Vec<Value>, _) = match owner {
        Subject::Bot(id) => {
            let (rows, next) = in_time(store::bots::revisions(store, id, page.size, token)).await?;
            (rows.iter().map(bot_row).collect(), next)
        }
        Subject::Pack(oid) => {
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

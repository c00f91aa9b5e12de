//! Pages of a listing.

use http::Method;
use serde::Deserialize;

use crate::store::error::StoreError;
use crate::store::{Folder, Key, Listed, Page};

use super::client::encoded;
use super::{Description, FIELDS, GcsStore};

/// <https://cloud.google.com/storage/docs/json_api/v1/objects/list>
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listing {
    #[serde(default)]
    items: Vec<Description>,
    next_page_token: Option<String>,
}

impl GcsStore {
    /// A page of at most `limit` objects. The token of the next one is Google's: it names the object that the page ends with.
    pub(super) async fn page(
        &self,
        folder: &Folder,
        from: Option<&str>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        let prefix = encoded(&format!("{}{}", self.prefix, folder.as_prefix()));
        let limit = limit.min(crate::store::MAX_PAGE);
        let mut path = format!(
            "/storage/v1/b/{}/o?prefix={prefix}&maxResults={limit}&fields=nextPageToken,items({FIELDS})",
            self.bucket
        );
        if let Some(from) = from {
            path.push_str("&pageToken=");
            path.push_str(&encoded(from));
        }
        let what = if folder.path().is_empty() { "/" } else { folder.path() };
        let doing = self.doing("list", "storage.objects.list", what);
        let answer = self.client().await?.send(Method::GET, &path, &[], "", doing).await?;
        let listing: Listing = answer.json(doing).await?;
        let objects = listing.items.iter().filter_map(|item| {
            let key = Key::new(item.name.strip_prefix(&self.prefix)?).ok()?;
            Some(Listed { key, meta: item.meta() })
        });
        Ok(Page {
            objects: objects.collect(),
            next: listing.next_page_token.filter(|token| !token.is_empty()),
        })
    }
}

//! Pages of a listing.

use crate::store::error::StoreError;
use crate::store::{Folder, Key, Listed, Meta, Page};

use super::{S3Store, modified, size};

impl S3Store {
    /// A page of at most `limit` objects. The next one begins after the last key of this one, so that a page's token
    /// does not expire.
    pub(super) async fn page(
        &self,
        folder: &Folder,
        from: Option<&str>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        let prefix = format!("{}{}", self.prefix, folder.as_prefix());
        let after = from.map(|from| format!("{}{from}", self.prefix));
        let request = self.client().await.list_objects_v2().bucket(&self.bucket).prefix(prefix);
        // No `encoding-type`: keys hold no character that XML forbids, and servers differ in whether they encode.
        let request = request.max_keys(limit.min(super::super::MAX_PAGE) as i32);
        let what = if folder.path().is_empty() { "/" } else { folder.path() };
        let doing = self.about("list", "s3:ListBucket", what);
        let answer = request.set_start_after(after).send().await.map_err(|error| doing.of_s3(error))?;
        let mut page = Page::default();
        let mut last = None;
        for object in answer.contents() {
            let Some(name) = object.key().and_then(|key| key.strip_prefix(&self.prefix)) else { continue };
            last = Some(name.to_owned());
            if let Ok(key) = Key::new(name) {
                let meta = Meta {
                    size: size(object.size()),
                    modified: modified(object.last_modified()),
                    sha256: None,
                };
                page.objects.push(Listed { key, meta });
            }
        }
        if answer.is_truncated() == Some(true) {
            page.next = last;
        }
        Ok(page)
    }
}

//! Pages of a listing.

use aws_sdk_s3::types::EncodingType;

use crate::store::error::StoreError;
use crate::store::{Folder, Key, Listed, Meta, Page};

use super::failure::Doing;
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
        let request =
            request.encoding_type(EncodingType::Url).max_keys(limit.min(super::super::MAX_PAGE) as i32);
        let what = if folder.path().is_empty() { "/" } else { folder.path() };
        let doing = Doing { verb: "list", permission: "s3:ListBucket", what, bucket: &self.bucket };
        let answer = request.set_start_after(after).send().await.map_err(|error| doing.failed(error))?;
        let is_encoded = answer.encoding_type() == Some(&EncodingType::Url);
        let mut page = Page::default();
        let mut last = None;
        for object in answer.contents() {
            let raw = object.key().unwrap_or_default();
            let name = if is_encoded { decode(raw) } else { raw.to_owned() };
            let Some(name) = name.strip_prefix(&self.prefix) else { continue };
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

/// Undoes the encoding of a listing, which is that of a form: `+` is a space, and `%` two hexadecimal digits.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let digits = tail.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match (first, digits.and_then(|pair| u8::from_str_radix(pair, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
                continue;
            }
            (b'+', _) => bytes.push(b' '),
            (other, _) => bytes.push(*other),
        }
        rest = tail;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back_from_their_encoding() {
        for (encoded, key) in [
            ("a/b.json", "a/b.json"),
            ("a+b%2Bc", "a b+c"),
            ("%F0%9F%A6%BA", "🦺"),
            ("100%", "100%"),
            ("%zz", "%zz"),
        ] {
            assert_eq!(decode(encoded), key);
        }
    }
}

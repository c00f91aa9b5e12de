//! The back end that is a bucket of S3 or of a server that speaks its protocol.
//!
//! Create-only: `If-None-Match: *` on PutObject and on CompleteMultipartUpload. Servers differ in what they honour
//! (see `docs/stores.md`): `probe` asks whether the first is refused a second time, and `upload` asks about the second
//! before it relies on it.
//!
//! The SDK reads its credentials and its region from the environment, from profiles and from the network by itself:
//! that is its own chain, which users know, and the one exception to `host` being the only place that does.

mod client;
mod failure;
mod list;
mod upload;

use std::ops::Range;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use aws_sdk_s3::types::{ChecksumMode, ChecksumType};
use base64::Engine as _;
use tokio::sync::OnceCell;

use super::body::Chunks;
use super::error::{Doing, StoreError, causes};
use super::settings::Settings;
use super::stream::{Cutter, Nothing};
use super::{Attributes, Digest, Folder, Key, Meta, Object, Page, Payload, Store};

/// A bucket, or what begins with a prefix in one, as a store.
#[derive(Debug)]
pub(super) struct S3Store {
    url: String,
    bucket: String,
    /// Nothing, or a path with a slash at its end.
    prefix: String,
    settings: Settings,
    client: OnceCell<Client>,
    /// Whether the server honours the condition on CompleteMultipartUpload.
    multipart: OnceCell<bool>,
}

impl S3Store {
    /// The store of a bucket and a prefix without slashes at its ends. Nothing is asked before the first operation.
    pub(super) fn new(url: &str, bucket: &str, prefix: &str, settings: Settings) -> Self {
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        Self {
            url: url.to_owned(),
            bucket: bucket.to_owned(),
            prefix,
            settings,
            client: OnceCell::new(),
            multipart: OnceCell::new(),
        }
    }

    async fn client(&self) -> &Client {
        self.client.get_or_init(|| client::connect(&self.settings)).await
    }

    fn full(&self, key: &Key) -> String {
        format!("{}{key}", self.prefix)
    }

    fn doing<'d>(&'d self, verb: &'static str, permission: &'static str, key: &'d Key) -> Doing<'d> {
        self.about(verb, permission, key.as_str())
    }

    fn about<'d>(&'d self, verb: &'static str, permission: &'static str, what: &'d str) -> Doing<'d> {
        Doing { verb, what, permission, place: &self.bucket, store: &self.url }
    }
}

#[async_trait]
impl Store for S3Store {
    fn url(&self) -> &str {
        &self.url
    }

    async fn head(&self, key: &Key) -> Result<Meta, StoreError> {
        let request = self.client().await.head_object().bucket(&self.bucket).key(self.full(key));
        let answer = request.checksum_mode(ChecksumMode::Enabled).send().await;
        let answer = answer.map_err(|error| self.doing("look at", "s3:GetObject", key).of_s3(error))?;
        Ok(Meta {
            size: size(answer.content_length()),
            modified: modified(answer.last_modified()),
            sha256: checked(answer.checksum_sha256(), answer.checksum_type(), answer.e_tag()),
        })
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, StoreError> {
        if range.as_ref().is_some_and(Range::is_empty) {
            return Ok(Object { meta: self.head(key).await?, body: Box::new(Nothing) });
        }
        let mut request = self.client().await.get_object().bucket(&self.bucket).key(self.full(key));
        request = match &range {
            Some(range) => request.range(format!("bytes={}-{}", range.start, range.end - 1)),
            None => request.checksum_mode(ChecksumMode::Enabled),
        };
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) if failure::status(&error) == Some(416) => {
                return Ok(Object { meta: self.head(key).await?, body: Box::new(Nothing) });
            }
            Err(error) => return Err(self.doing("read", "s3:GetObject", key).of_s3(error)),
        };
        // Without a range, or where the server ignores it, the length is that of the whole.
        let whole = answer.content_range().and_then(|range| range.rsplit_once('/')?.1.parse().ok());
        let is_whole = whole.is_none();
        let meta = Meta {
            size: whole.unwrap_or_else(|| size(answer.content_length())),
            modified: modified(answer.last_modified()),
            sha256: checked(answer.checksum_sha256(), answer.checksum_type(), answer.e_tag())
                .filter(|_| is_whole),
        };
        let meta = match range {
            // What a server says of a part may lack what it knows of the whole: a head tells.
            Some(_) if !is_whole => Meta { sha256: self.head(key).await?.sha256, ..meta },
            _ => meta,
        };
        let cut = range.filter(|_| is_whole);
        let expected = size(answer.content_length());
        let cutter = Cutter::new(self.doing("read", "s3:GetObject", key), expected, cut);
        let body = Body { stream: answer.body, cutter };
        Ok(Object { meta, body: Box::new(body) })
    }

    async fn create(&self, key: &Key, payload: &Payload, attributes: &Attributes) -> Result<(), StoreError> {
        self.upload(key, payload, attributes).await
    }

    async fn list(&self, folder: &Folder, from: Option<&str>, limit: usize) -> Result<Page, StoreError> {
        self.page(folder, from, limit).await
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        let request = self.client().await.delete_object().bucket(&self.bucket).key(self.full(key));
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) => {
                let error = self.doing("delete", "s3:DeleteObject", key).of_s3(error);
                if error.is_not_found() { Ok(()) } else { Err(error) }
            }
        }
    }
}

/// The body of an answer.
struct Body {
    stream: ByteStream,
    cutter: Cutter,
}

#[async_trait]
impl Chunks for Body {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        while let Some(piece) = self.stream.next().await {
            let piece = piece.map_err(|error| self.cutter.failed(&causes(&error)))?;
            if let Some(piece) = self.cutter.take(&piece) {
                return Ok(Some(piece));
            }
        }
        self.cutter.end().map(|()| None)
    }
}

fn size(length: Option<i64>) -> u64 {
    length.unwrap_or_default().max(0).unsigned_abs()
}

/// To the second: that is what every answer says, and listings are finer than heads.
fn modified(time: Option<&DateTime>) -> SystemTime {
    let seconds = time.map_or(0, DateTime::secs).max(0).unsigned_abs();
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// The SHA-256 that the store has of a whole object. That of an object in parts is one of the parts' hashes; a server that does not say
/// which of the two it gives tells by the entity tag, which has the number of parts at its end.
fn checked(sha256: Option<&str>, kind: Option<&ChecksumType>, etag: Option<&str>) -> Option<Digest> {
    let is_whole = match kind {
        Some(kind) => *kind == ChecksumType::FullObject,
        None => !etag.is_some_and(|etag| etag.contains('-')),
    };
    if !is_whole {
        return None;
    }
    let bytes = base64::engine::general_purpose::STANDARD.decode(sha256?).ok()?;
    <[u8; 32]>::try_from(bytes).ok().map(Digest::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hash_of_the_whole_is_a_hash() {
        let whole = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        let (full, parts) = (Some(&ChecksumType::FullObject), Some("\"b913ef5948e18b9a916c9e66e808cd72-2\""));
        let single = Some("\"d41d8cd98f00b204e9800998ecf8427e\"");
        assert_eq!(checked(Some(whole), full, None), Some(Digest::of(b"")));
        assert_eq!(checked(Some(whole), full, parts), Some(Digest::of(b"")));
        assert_eq!(checked(Some(whole), None, None), Some(Digest::of(b"")));
        assert_eq!(checked(Some(whole), None, single), Some(Digest::of(b"")));
        assert_eq!(checked(Some(whole), None, parts), None);
        assert_eq!(checked(Some(whole), Some(&ChecksumType::Composite), single), None);
        assert_eq!(checked(Some(&format!("{whole}-2")), None, single), None);
        assert_eq!(checked(Some("x"), None, None), None);
        assert_eq!(checked(None, None, None), None);
    }
}

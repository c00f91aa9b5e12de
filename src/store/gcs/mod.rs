//! The back end that is a bucket of Google Cloud Storage.
//!
//! Create-only: `ifGenerationMatch=0`, on uploads in one request and on the beginning of those in pieces. That is why it speaks the
//! JSON API: `object_store`, whose credentials and connections it uses, sends large objects by the XML API, whose completion of parts
//! knows no condition.
//!
//! The crate reads its credentials from the environment, from files and from the network by itself, as the SDK of S3 does.

mod client;
mod failure;
mod list;
mod upload;

use std::ops::Range;
use std::time::SystemTime;

use async_trait::async_trait;
use http::Method;
use serde::Deserialize;
use tokio::sync::OnceCell;

use super::error::{Doing, StoreError};
use super::retry::Attempts;
use super::settings::Settings;
use super::stream::{Cutter, Nothing, Streamed};
use crate::time::of_rfc3339;

use super::{Attributes, Folder, Key, Meta, Object, Page, Payload, Store};

use client::{Answer, Client, encoded};

/// A bucket, or what begins with a prefix in one, as a store.
pub(super) struct GcsStore {
    url: String,
    bucket: String,
    /// Nothing, or a path with a slash at its end.
    prefix: String,
    settings: Settings,
    client: OnceCell<Client>,
}

impl std::fmt::Debug for GcsStore {
    /// Without the client, which holds the credentials.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GcsStore").field("url", &self.url).finish_non_exhaustive()
    }
}

/// What of an object's description is read: <https://cloud.google.com/storage/docs/json_api/v1/objects>.
#[derive(Deserialize)]
struct Description {
    #[serde(default)]
    name: String,
    /// A number as text.
    size: String,
    #[serde(default)]
    updated: String,
}

/// What of a description is asked for.
const FIELDS: &str = "name,size,updated";

impl Description {
    fn meta(&self) -> Meta {
        Meta {
            size: self.size.parse().unwrap_or_default(),
            modified: of_rfc3339(&self.updated).unwrap_or(SystemTime::UNIX_EPOCH),
            sha256: None,
        }
    }
}

impl GcsStore {
    /// The store of a bucket and a prefix without slashes at its ends. Nothing is asked before the first operation.
    pub(super) fn new(url: &str, bucket: &str, prefix: &str, settings: Settings) -> Self {
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        Self { url: url.to_owned(), bucket: bucket.to_owned(), prefix, settings, client: OnceCell::new() }
    }

    async fn client(&self) -> Result<&Client, StoreError> {
        self.client.get_or_try_init(async || Client::new(&self.bucket, &self.settings)).await
    }

    /// The path of an object, as the API names it.
    fn path(&self, key: &Key) -> String {
        format!("/storage/v1/b/{}/o/{}", self.bucket, encoded(&format!("{}{key}", self.prefix)))
    }

    fn doing<'d>(&'d self, verb: &'static str, permission: &'static str, what: &'d str) -> Doing<'d> {
        Doing { verb, what, permission, place: &self.bucket, store: &self.url }
    }

    async fn look_at(&self, key: &Key) -> Result<Meta, StoreError> {
        let doing = self.doing("look at", "storage.objects.get", key.as_str());
        let path = format!("{}?fields={FIELDS}", self.path(key));
        let answer = self.client().await?.send(Method::GET, &path, &[], "", doing).await?;
        let description: Description = answer.json(doing).await?;
        Ok(description.meta())
    }

    /// What an answer with content says of the whole object.
    async fn meta_of(&self, key: &Key, answer: &Answer, whole: Option<u64>) -> Result<Meta, StoreError> {
        let modified = answer.header("last-modified").and_then(|date| httpdate::parse_http_date(date).ok());
        match (whole, modified) {
            (Some(size), Some(modified)) => Ok(Meta { size, modified, sha256: None }),
            _ => self.look_at(key).await,
        }
    }
}

#[async_trait]
impl Store for GcsStore {
    fn url(&self) -> &str {
        &self.url
    }

    async fn head(&self, key: &Key) -> Result<Meta, StoreError> {
        self.look_at(key).await
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, StoreError> {
        if range.as_ref().is_some_and(Range::is_empty) {
            return Ok(Object { meta: self.look_at(key).await?, body: Box::new(Nothing) });
        }
        let doing = self.doing("read", "storage.objects.get", key.as_str());
        let headers = match &range {
            Some(range) => vec![("range", format!("bytes={}-{}", range.start, range.end - 1))],
            None => Vec::new(),
        };
        let path = format!("{}?alt=media", self.path(key));
        let answer = self.client().await?.ask(Method::GET, &path, &headers, "", doing).await?;
        if answer.status() == 416 {
            return Ok(Object { meta: self.look_at(key).await?, body: Box::new(Nothing) });
        }
        let answer = answer.sound(doing).await?;
        let length = answer.header("content-length").and_then(|text| text.parse().ok());
        let part = answer.header("content-range").and_then(|range| range.rsplit_once('/')?.1.parse().ok());
        let is_whole = answer.header("content-range").is_none();
        let meta = self.meta_of(key, &answer, if is_whole { length } else { part }).await?;
        let cut = range.filter(|_| is_whole);
        let cutter = Cutter::new(doing, length.unwrap_or(meta.size), cut);
        Ok(Object { meta, body: Box::new(Streamed { stream: answer.stream(), cutter }) })
    }

    async fn create(&self, key: &Key, payload: &Payload, attributes: &Attributes) -> Result<(), StoreError> {
        let mut attempts = Attempts::of_writes();
        loop {
            match self.upload(key, payload, attributes).await {
                Err(error) if attempts.again(&error).await => {}
                done => return done,
            }
        }
    }

    async fn list(&self, folder: &Folder, from: Option<&str>, limit: usize) -> Result<Page, StoreError> {
        self.page(folder, from, limit).await
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        let doing = self.doing("delete", "storage.objects.delete", key.as_str());
        match self.client().await?.send(Method::DELETE, &self.path(key), &[], "", doing).await {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }
}

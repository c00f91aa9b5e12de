//! The back end that is a container of Azure Blob Storage, by `object_store`.
//!
//! Create-only: `If-None-Match: *` on Put Blob and on Put Block List. The crate knows no condition for the second, so that `connector`
//! adds it to the request.
//!
//! The crate reads its credentials from the environment and from the network by itself, as the SDK of S3 does.

mod connector;
mod failure;

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use object_store::azure::{AzureConfigKey, MicrosoftAzure, MicrosoftAzureBuilder};
use object_store::list::{PaginatedListOptions, PaginatedListStore as _};
use object_store::path::Path;
use object_store::{
    Attribute, ClientOptions, GetOptions, GetRange, ObjectMeta, ObjectStore as _, ObjectStoreExt as _,
    PutMode, PutMultipartOptions, PutOptions, PutPayload, RetryConfig,
};
use tokio::sync::OnceCell;
use tokio::task::JoinSet;

use super::body::Parts;
use super::error::{Doing, StoreError, StoreErrorKind, causes};
use super::meter::Count;
use super::retry::{ATTEMPTS, Attempts};
use super::settings::Settings;
use super::stream::{Cutter, Nothing, Streamed};
use super::tasks::room;
use super::{Attributes, Folder, Key, Listed, MAX_PAGE, Meta, Object, Page, Payload, Store};

use connector::Connector;

/// What is larger goes in blocks of this size, and larger ones if there would be more than [`MAX_BLOCKS`], in bytes.
const BLOCK: u64 = 8 << 20;
/// The most blocks that an object may have.
const MAX_BLOCKS: u64 = 50_000;
/// How many blocks of one object are under way at once.
const PARALLEL: usize = 3;

/// How long an answer may take, counted from the first byte of a block that is sent.
const ANSWER: Duration = Duration::from_secs(120);

const READ: &str = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read";
const WRITE: &str = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write";
const DELETE: &str = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/delete";

/// A container, or what begins with a prefix in one, as a store.
pub(super) struct AzureStore {
    url: String,
    container: String,
    /// Nothing, or a path with a slash at its end.
    prefix: String,
    settings: Settings,
    client: OnceCell<MicrosoftAzure>,
}

impl std::fmt::Debug for AzureStore {
    /// Without the client, which holds the credentials.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AzureStore").field("url", &self.url).finish_non_exhaustive()
    }
}

impl AzureStore {
    /// The store of a container and a prefix without slashes at its ends. Nothing is asked before the first operation.
    pub(super) fn new(url: &str, container: &str, prefix: &str, settings: Settings) -> Self {
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        Self {
            url: url.to_owned(),
            container: container.to_owned(),
            prefix,
            settings,
            client: OnceCell::new(),
        }
    }

    async fn client(&self) -> Result<&MicrosoftAzure, StoreError> {
        self.client.get_or_try_init(async || self.connect()).await
    }

    fn connect(&self) -> Result<MicrosoftAzure, StoreError> {
        let endpoint = self.settings.endpoint.as_deref().map(|url| url.trim_end_matches('/').to_owned());
        let plain = endpoint.as_deref().is_some_and(|url| url.starts_with("http://"));
        let options = ClientOptions::new()
            .with_timeout_disabled()
            .with_connect_timeout(Duration::from_secs(5))
            .with_read_timeout(ANSWER)
            .with_allow_http(plain);
        let retry = RetryConfig {
            max_retries: ATTEMPTS as usize - 1,
            retry_timeout: Duration::from_secs(60),
            ..RetryConfig::default()
        };
        let mut builder = MicrosoftAzureBuilder::from_env()
            .with_container_name(&self.container)
            .with_client_options(options)
            .with_retry(retry);
        if let Some(endpoint) = endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        if let Some(login) = &self.settings.login {
            builder = builder.with_access_key(login.secret.reveal());
            if let Some(user) = &login.user {
                builder = builder.with_account(user);
            }
        }
        let Some(account) = builder.get_config_value(&AzureConfigKey::AccountName) else {
            let message = "the storage account is not known: set AZURE_STORAGE_ACCOUNT_NAME, and AZURE_STORAGE_ACCOUNT_KEY, \
                           AZURE_STORAGE_SAS_TOKEN, AZURE_STORAGE_TOKEN or the AZURE_ variables of an identity";
            return Err(StoreError::new(StoreErrorKind::Unauthenticated, message));
        };
        let connector = Connector::new(account);
        let late = connector.credentials();
        let store = builder.with_http_connector(connector).build().map_err(|error| {
            let message = format!("there are no credentials for Azure that can be used: {}", causes(&error));
            StoreError::new(StoreErrorKind::Unauthenticated, message)
        })?;
        let _ = late.set(Arc::clone(store.credentials()));
        Ok(store)
    }

    fn path(&self, key: &Key) -> Result<Path, StoreError> {
        let invalid =
            |error| StoreError::new(StoreErrorKind::Other, format!("`{key}` is no name of a blob: {error}"));
        Path::parse(format!("{}{key}", self.prefix)).map_err(invalid)
    }

    fn doing<'d>(&'d self, verb: &'static str, permission: &'static str, what: &'d str) -> Doing<'d> {
        Doing { verb, what, permission, place: &self.container, store: &self.url }
    }

    fn attributes(&self, payload: &Payload, attributes: &Attributes) -> object_store::Attributes {
        let text = str::to_owned;
        let mut all = vec![
            (Attribute::ContentType, text(attributes.content_type)),
            (Attribute::CacheControl, text(attributes.cache_control)),
            (Attribute::Metadata("sha256".into()), payload.sha256().to_string()),
            (Attribute::Metadata("etag".into()), attributes.etag.clone()),
        ];
        if let Some(tier) = &self.settings.storage_class {
            all.push((Attribute::StorageClass, tier.clone()));
        }
        all.into_iter().collect()
    }

    async fn upload(&self, key: &Key, payload: &Payload, attributes: &Attributes) -> Result<(), StoreError> {
        let (path, attributes) = (self.path(key)?, self.attributes(payload, attributes));
        let doing = self.doing("write", WRITE, key.as_str());
        let client = self.client().await?;
        let (payload, mut count) = payload.counted();
        if payload.size() > BLOCK {
            return self.blocks(&path, &payload, &mut count, attributes, doing).await;
        }
        let options = PutOptions { mode: PutMode::Create, attributes, ..PutOptions::default() };
        let content = PutPayload::from(payload.read().await?);
        client.put_opts(&path, content, options).await.map_err(|error| doing.of_azure(&error))?;
        count.add(payload.size());
        Ok(())
    }

    /// In blocks, a few at a time, in the order of the content. Blocks that nothing names are gone after a week.
    async fn blocks(
        &self,
        path: &Path,
        payload: &Payload,
        count: &mut Count,
        attributes: object_store::Attributes,
        doing: Doing<'_>,
    ) -> Result<(), StoreError> {
        let options = PutMultipartOptions { attributes, ..PutMultipartOptions::default() };
        let begun = self.client().await?.put_multipart_opts(path, options).await;
        let mut upload = begun.map_err(|error| doing.of_azure(&error))?;
        let size = BLOCK.max(payload.size().div_ceil(MAX_BLOCKS)) as usize;
        let mut parts = Parts::new(payload.open().await?, size);
        let mut tasks = JoinSet::new();
        loop {
            let part = if tasks.len() < PARALLEL {
                let room = room().await;
                parts.next().await?.map(|part| (part, room))
            } else {
                None
            };
            match part {
                Some((part, room)) => {
                    let length = part.len() as u64;
                    let sending = upload.put_part(PutPayload::from(part));
                    tasks.spawn(async move {
                        let sent = sending.await;
                        drop(room);
                        sent.map(|()| length)
                    });
                }
                None => match tasks.join_next().await {
                    None => break,
                    Some(Ok(sent)) => count.add(sent.map_err(|error| doing.of_azure(&error))?),
                    Some(Err(error)) => return Err(doing.because(StoreErrorKind::Other, error.to_string())),
                },
            }
        }
        upload.complete().await.map(|_| ()).map_err(|error| doing.of_azure(&error))
    }
}

#[async_trait]
impl Store for AzureStore {
    fn url(&self) -> &str {
        &self.url
    }

    async fn head(&self, key: &Key) -> Result<Meta, StoreError> {
        let found = self.client().await?.head(&self.path(key)?).await;
        found
            .map(|found| meta(&found))
            .map_err(|error| self.doing("look at", READ, key.as_str()).of_azure(&error))
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, StoreError> {
        if range.as_ref().is_some_and(Range::is_empty) {
            return Ok(Object { meta: self.head(key).await?, body: Box::new(Nothing) });
        }
        let start = range.as_ref().map(|range| range.start);
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let answer = match self.client().await?.get_opts(&self.path(key)?, options).await {
            Ok(answer) => answer,
            Err(error) => {
                let error = self.doing("read", READ, key.as_str()).of_azure(&error);
                let is_settled = matches!(
                    error.kind,
                    StoreErrorKind::NotFound | StoreErrorKind::Denied | StoreErrorKind::Unauthenticated
                );
                let Some(start) = start.filter(|_| !is_settled) else { return Err(error) };
                // Of what begins after the end the crate, or the server, says that it cannot be had.
                let meta = self.head(key).await?;
                return if start < meta.size {
                    Err(error)
                } else {
                    Ok(Object { meta, body: Box::new(Nothing) })
                };
            }
        };
        let cutter =
            Cutter::new(self.doing("read", READ, key.as_str()), answer.range.end - answer.range.start, None);
        Ok(Object {
            meta: meta(&answer.meta),
            body: Box::new(Streamed { stream: answer.into_stream(), cutter }),
        })
    }

    async fn create(&self, key: &Key, payload: &Payload, attributes: &Attributes) -> Result<(), StoreError> {
        let mut attempts = Attempts::of_lost_writes();
        loop {
            match self.upload(key, payload, attributes).await {
                Err(error) if attempts.again(&error).await => {}
                done => return done,
            }
        }
    }

    async fn list(&self, folder: &Folder, from: Option<&str>, limit: usize) -> Result<Page, StoreError> {
        let prefix = format!("{}{}", self.prefix, folder.as_prefix());
        let prefix = Some(prefix.as_str()).filter(|prefix| !prefix.is_empty());
        let options = PaginatedListOptions {
            max_keys: Some(limit.min(MAX_PAGE)),
            page_token: from.map(str::to_owned),
            ..PaginatedListOptions::default()
        };
        let what = if folder.path().is_empty() { "/" } else { folder.path() };
        let listing = self.client().await?.list_paginated(prefix, options).await;
        let listing = listing.map_err(|error| self.doing("list", READ, what).of_azure(&error))?;
        let objects = listing.result.objects.iter().filter_map(|object| {
            let key = Key::new(object.location.as_ref().strip_prefix(&self.prefix)?).ok()?;
            Some(Listed { key, meta: meta(object) })
        });
        Ok(Page { objects: objects.collect(), next: listing.page_token })
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        match self.client().await?.delete(&self.path(key)?).await {
            Ok(()) => Ok(()),
            Err(error) => {
                let error = self.doing("delete", DELETE, key.as_str()).of_azure(&error);
                if error.is_not_found() { Ok(()) } else { Err(error) }
            }
        }
    }
}

/// Azure checks MD5 and CRC-64 at most: no SHA-256.
fn meta(found: &ObjectMeta) -> Meta {
    Meta { size: found.size, modified: found.last_modified.into(), sha256: None }
}

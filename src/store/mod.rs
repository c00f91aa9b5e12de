//! The immutable store: objects that are created once and then read, wherever they live.
//!
//! [`Store`] is the small interface that every back end offers; everything else here is built on it and must not
//! know which back end it talks to. Back ends pass the contract suite in `tests/contract`.
//!
//! | module | what it does |
//! | --- | --- |
//! | `key`, `hash`, `body`, `error` | the words of the interface |
//! | `location` | from a URL to a back end |
//! | `file` | the back end that is a local folder |
//! | `s3` | the back end that is a bucket of S3 or its kin |
//! | `gcs`, `azure` | the back ends that are a bucket of Google Cloud Storage, a container of Azure Blob Storage |
//! | `oci` | the back end that is a repository of an OCI registry |
//! | `retry`, `stream` | what back ends on a network have in common |
//! | `meter` | how much of the content that is under way has passed |
//! | `settings` | what a user may say of a store beside its URL |
//! | `layout` | which key holds what |
//! | `manifest` | what a pack's `metadata.json` says |
//! | `probe` | whether a store honours create-only writes |
//! | `publish`, `list`, `verify`, `versions`, `runtime` | what commands do with a store |
//! | `subject`, `channel`, `revoke` | what channels and revocations belong to; moving pointers, in documents that stay |
//! | `bots` | revisions of bots: their keys, reading and listing them |
//! | `copy` | fetching from one store what is published to another |
//! | `gc` | what nothing keeps any more |

#[cfg(feature = "azure")]
mod azure;
mod body;
pub mod bots;
pub mod channel;
pub mod copy;
mod error;
mod file;
pub mod gc;
#[cfg(feature = "gcs")]
mod gcs;
mod hash;
mod key;
pub mod layout;
pub mod list;
mod location;
pub mod manifest;
mod meter;
#[cfg(feature = "oci")]
mod oci;
pub mod probe;
pub mod publish;
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure", feature = "oci"))]
mod retry;
pub mod revoke;
pub mod runtime;
#[cfg(feature = "s3")]
mod s3;
mod settings;
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure", feature = "oci"))]
mod stream;
pub mod subject;
mod tasks;
pub mod verify;
pub mod versions;

use std::ops::Range;
use std::time::SystemTime;

use async_trait::async_trait;

pub use body::{Chunks, Payload};
pub use error::{StoreError, StoreErrorKind};
pub use hash::{Digest, DigestError};
pub use key::{Folder, Key, KeyError, MAX_KEY, MAX_SEGMENT};
pub(crate) use location::repository;
pub use location::{missing_folder, open, open_with};
pub use meter::{Count, Meter, Metered};
#[cfg(feature = "oci")]
pub use oci::artifact_file;
pub use settings::{LockMode, Login, ObjectLock, Secret, Settings};
pub use tasks::block_on;

use sha2::Digest as _;

/// The most objects that one page of a listing holds.
pub const MAX_PAGE: usize = 1000;

/// A place for objects that never change.
///
/// No key is a folder of another one: `a` and `a/b` do not stand in one store.
#[async_trait]
pub trait Store: Send + Sync + std::fmt::Debug {
    /// The store's root as people write it, without secrets.
    fn url(&self) -> &str;

    /// What is known of an object without reading it.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    async fn head(&self, key: &Key) -> Result<Meta, StoreError>;

    /// Opens an object, or a part of it: the range is cut to what there is.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, StoreError>;

    /// Creates an object, whole, durable and with exactly the payload's content, or not at all. Of several writers
    /// of one key exactly one succeeds.
    ///
    /// # Errors
    /// `Exists` if there is an object, whatever its content; `SourceChanged` and `SourceUnreadable` come from the
    /// payload; else the store failed, and the object may exist or not.
    async fn create(&self, key: &Key, payload: &Payload, attributes: &Attributes) -> Result<(), StoreError>;

    /// Makes up for what a run that was interrupted has left out beside an object: the tags of a pack or a version in a registry. Most
    /// stores have nothing of the kind. What is there is not changed.
    ///
    /// # Errors
    /// The store failed.
    async fn complete(&self, key: &Key) -> Result<(), StoreError> {
        let _ = key;
        Ok(())
    }

    /// A page of at most `limit` (1 to [`MAX_PAGE`]) of the objects in a folder and below it, in the order of the
    /// bytes of their keys. `from` is the [`Page::next`] of the page before. What has no valid key is left out.
    ///
    /// # Errors
    /// The store failed. A folder that is not there is empty.
    async fn list(&self, folder: &Folder, from: Option<&str>, limit: usize) -> Result<Page, StoreError>;

    /// Removes an object; that there is none is no error. Only for garbage collection: a deleted key can be created
    /// again, which is what immutable means to rule out.
    ///
    /// # Errors
    /// The store failed.
    async fn delete(&self, key: &Key) -> Result<(), StoreError>;
}

/// What is known of an object without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// Its size in bytes.
    pub size: u64,
    /// When it was written, by the store's clock.
    pub modified: SystemTime,
    /// Its SHA-256, where the store itself has checked it.
    pub sha256: Option<Digest>,
}

/// An object that is open for reading.
pub struct Object {
    /// What is known of the whole object.
    pub meta: Meta,
    /// The content of the range that was asked for.
    pub body: Box<dyn Chunks>,
}

/// What a store tells readers about an object, beside its content. A back end without a place for it ignores it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attributes {
    /// `Content-Type`.
    pub content_type: &'static str,
    /// `Cache-Control`.
    pub cache_control: &'static str,
    /// The entity tag that the gateway serves, with its quotes.
    pub etag: String,
}

/// Some of the objects in a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The objects, in the order of their keys.
    pub objects: Vec<Listed>,
    /// Where the next page begins, in the store's own words; `None` after the last page.
    pub next: Option<String>,
}

/// An object of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub key: Key,
    /// What is known of it.
    pub meta: Meta,
}

/// Reads an object that must be small.
///
/// # Errors
/// `NotFound`, the store failed, or the object has more than `limit` bytes.
pub async fn read_small(store: &dyn Store, key: &Key, limit: u64) -> Result<Vec<u8>, StoreError> {
    let mut object = store.get(key, Some(0..limit.saturating_add(1))).await?;
    let mut bytes = Vec::new();
    while let Some(chunk) = object.body.next().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() as u64 > limit {
            let why = format!("it has more than {limit} bytes");
            return Err(
                error::Doing::plainly("read", key.as_str(), store.url()).because(StoreErrorKind::Other, why)
            );
        }
    }
    Ok(bytes)
}

/// The SHA-256 and the size of an object's content, by reading all of it.
///
/// # Errors
/// `NotFound`, or the store failed.
pub async fn digest_of(store: &dyn Store, key: &Key) -> Result<(Digest, u64), StoreError> {
    let mut object = store.get(key, None).await?;
    let (mut hasher, mut size) = (sha2::Sha256::new(), 0);
    while let Some(chunk) = object.body.next().await? {
        size += chunk.len() as u64;
        hasher = body::blocking(move || {
            hasher.update(&chunk);
            hasher
        })
        .await?;
    }
    Ok((hasher.into(), size))
}

/// All objects of a folder, one page after the other.
pub(crate) struct Walk<'s> {
    store: &'s dyn Store,
    folder: Folder,
    page: std::vec::IntoIter<Listed>,
    next: Option<Option<String>>,
}

impl<'s> Walk<'s> {
    pub(crate) fn new(store: &'s dyn Store, folder: Folder) -> Self {
        Self { store, folder, page: Vec::new().into_iter(), next: Some(None) }
    }

    /// The next object; `None` after the last.
    pub(crate) async fn next(&mut self) -> Result<Option<Listed>, StoreError> {
        loop {
            if let Some(listed) = self.page.next() {
                return Ok(Some(listed));
            }
            let Some(from) = self.next.take() else { return Ok(None) };
            let page = self.store.list(&self.folder, from.as_deref(), MAX_PAGE).await?;
            self.next = page.next.map(Some);
            self.page = page.objects.into_iter();
        }
    }
}

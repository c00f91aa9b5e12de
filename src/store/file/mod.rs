//! The back end that is a local folder: an object is a file, its key the path below the root.
//!
//! Create-only: the content goes to a file under `.aegis/tmp`, is synced, and then gets its name by a hard link, which
//! the file system refuses if the name is taken (by `RENAME_NOREPLACE` where there are no hard links). So an object
//! has its name only when it is whole, whatever kills the writer; what a killed writer leaves is a file under
//! `.aegis/tmp`, which later writers sweep away. Below the root no symbolic link is ever followed.

mod folder;
mod list;
mod write;

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use rustix::fs::Stat;
use rustix::io::Errno;

use super::body::{self, blocking};
use super::error::{Doing, StoreError, StoreErrorKind};
use super::{Attributes, Folder, Key, Meta, Object, Page, Payload, Store};

use folder::Root;
use write::Writer;

/// A folder as a store.
#[derive(Debug)]
pub(super) struct FileStore {
    url: String,
    writer: Arc<Writer>,
}

impl FileStore {
    /// The store in this folder, which need not exist yet.
    pub(super) fn new(url: &str, root: PathBuf) -> Self {
        Self { url: url.to_owned(), writer: Arc::new(Writer::new(Root::new(root))) }
    }

    /// Does blocking work with the root.
    async fn with<T: Send + 'static>(
        &self,
        doing: &'static str,
        key: &Key,
        work: impl FnOnce(&Writer, &Key) -> Result<T, Errno> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (writer, own) = (Arc::clone(&self.writer), key.clone());
        let done = blocking(move || work(&writer, &own)).await?;
        done.map_err(|error| Doing::plainly(doing, key.as_str(), &self.url).because(kind(error), why(error)))
    }
}

#[async_trait]
impl Store for FileStore {
    fn url(&self) -> &str {
        &self.url
    }

    async fn head(&self, key: &Key) -> Result<Meta, StoreError> {
        self.with("look at", key, |writer, key| Ok(meta(&writer.root.open_file(key)?.1))).await
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, StoreError> {
        let (file, meta) = self
            .with("read", key, move |writer, key| {
                let (mut file, stat) = writer.root.open_file(key)?;
                if let Some(range) = &range {
                    let start = std::io::SeekFrom::Start(range.start);
                    std::io::Seek::seek(&mut file, start).map_err(|e| errno(&e))?;
                }
                let length = range.map_or(u64::MAX, |range| range.end.saturating_sub(range.start));
                Ok(((file, length), meta(&stat)))
            })
            .await?;
        Ok(Object { meta, body: body::of_file(file.0, key.as_str(), file.1) })
    }

    async fn create(&self, key: &Key, payload: &Payload, _: &Attributes) -> Result<(), StoreError> {
        let mut draft = self.with("write", key, Writer::begin).await?;
        let mut chunks = payload.open().await?;
        while let Some(chunk) = chunks.next().await? {
            draft = self
                .with("write", key, move |_, _| {
                    draft.write(&chunk)?;
                    Ok(draft)
                })
                .await?;
        }
        self.with("write", key, |writer, key| writer.commit(draft, key)).await
    }

    async fn list(&self, folder: &Folder, from: Option<&str>, limit: usize) -> Result<Page, StoreError> {
        let (writer, own) = (Arc::clone(&self.writer), folder.clone());
        let from = from.map(str::to_owned);
        let page = blocking(move || list::page(&writer.root, &own, from.as_deref(), limit)).await?;
        page.map_err(|error| {
            Doing::plainly("list", folder.path(), &self.url).because(kind(error), why(error))
        })
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        self.with("delete", key, Writer::delete).await
    }
}

fn meta(stat: &Stat) -> Meta {
    let seconds = std::time::Duration::new(stat.st_mtime.unsigned_abs(), stat.st_mtime_nsec as u32);
    let modified = match stat.st_mtime {
        0.. => std::time::SystemTime::UNIX_EPOCH + seconds,
        _ => std::time::SystemTime::UNIX_EPOCH,
    };
    Meta { size: stat.st_size.unsigned_abs(), modified, sha256: None }
}

fn errno(error: &std::io::Error) -> Errno {
    Errno::from_io_error(error).unwrap_or(Errno::IO)
}

fn kind(error: Errno) -> StoreErrorKind {
    match error {
        Errno::NOENT => StoreErrorKind::NotFound,
        Errno::EXIST => StoreErrorKind::Exists,
        Errno::ACCESS | Errno::PERM | Errno::ROFS | Errno::LOOP => StoreErrorKind::Denied,
        Errno::NOSPC | Errno::DQUOT => StoreErrorKind::Full,
        Errno::IO
        | Errno::STALE
        | Errno::AGAIN
        | Errno::INTR
        | Errno::MFILE
        | Errno::NFILE
        | Errno::NOMEM => StoreErrorKind::Unavailable,
        _ => StoreErrorKind::Other,
    }
}

fn why(error: Errno) -> String {
    match error {
        Errno::NOENT => "there is no such object".to_owned(),
        Errno::EXIST => "it exists already".to_owned(),
        Errno::STALE => "the store's folder was there before, and is gone".to_owned(),
        Errno::LOOP => "a symbolic link stands in the way, and none is followed inside a store".to_owned(),
        Errno::ISDIR => "a folder stands in its place".to_owned(),
        Errno::NOTDIR => "a file stands where a folder should".to_owned(),
        Errno::NOTSUP => {
            "this file system has neither hard links nor a rename that replaces nothing, so that two writers could \
             overwrite each other"
                .to_owned()
        }
        other => std::io::Error::from(other).to_string(),
    }
}

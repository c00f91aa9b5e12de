//! How much of the content that is under way has passed, for whoever shows it. It changes nothing of what passes.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::error::StoreError;
use super::{Attributes, Chunks, Folder, Key, Meta, Object, Page, Payload, Store};

/// How much of the content that is under way has passed.
#[derive(Debug, Default)]
pub struct Meter(Mutex<Passing>);

/// Bytes of content that is under way, and of what ended since there was nothing under way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Passing {
    open: usize,
    done: u64,
    total: u64,
}

impl Meter {
    /// How many bytes have passed, and of how many, while anything is under way.
    pub fn passing(&self) -> Option<(u64, u64)> {
        self.with(|passing| (passing.open > 0).then_some((passing.done.min(passing.total), passing.total)))
    }

    fn with<T>(&self, work: impl FnOnce(&mut Passing) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Content of `size` bytes begins to pass, of which the caller says what has passed.
    pub fn begin(self: &Arc<Self>, size: u64) -> Count {
        Count::new(Some(self), size)
    }

    /// Content of `size` bytes, counted as it is asked for.
    pub(super) fn watch(self: &Arc<Self>, size: u64, chunks: Box<dyn Chunks>) -> Box<dyn Chunks> {
        Box::new(Counted { chunks, count: self.begin(size), last: 0 })
    }
}

/// Content that passes a meter, where there is one, until it is dropped.
#[derive(Debug)]
pub struct Count {
    meter: Option<Arc<Meter>>,
    size: u64,
    counted: u64,
}

impl Count {
    /// Content of `size` bytes begins to pass.
    pub(super) fn new(meter: Option<&Arc<Meter>>, size: u64) -> Self {
        let count = Self { meter: meter.cloned(), size, counted: 0 };
        count.with(|passing| {
            if passing.open == 0 {
                *passing = Passing::default();
            }
            passing.open += 1;
            passing.total += size;
        });
        count
    }

    /// So many bytes more have passed.
    pub fn add(&mut self, bytes: u64) {
        self.counted += bytes;
        self.with(|passing| passing.done += bytes);
    }

    fn with(&self, work: impl FnOnce(&mut Passing)) {
        if let Some(meter) = &self.meter {
            meter.with(work);
        }
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        self.with(|passing| {
            passing.open -= 1;
            // What is given up is sent again, or not needed.
            if self.counted < self.size {
                passing.done -= self.counted;
                passing.total -= self.size;
            }
        });
    }
}

/// Content that is counted: a piece when the next one is asked for, as until then it is on its way.
struct Counted {
    chunks: Box<dyn Chunks>,
    count: Count,
    last: u64,
}

#[async_trait]
impl Chunks for Counted {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        self.count.add(std::mem::take(&mut self.last));
        let next = self.chunks.next().await?;
        self.last = next.as_ref().map_or(0, |chunk| chunk.len() as u64);
        Ok(next)
    }
}

/// A store whose contents pass a meter.
#[derive(Debug)]
pub struct Metered {
    store: Box<dyn Store>,
    meter: Arc<Meter>,
}

impl Metered {
    /// The same store, with a meter.
    pub fn new(store: Box<dyn Store>, meter: Arc<Meter>) -> Self {
        Self { store, meter }
    }
}

#[async_trait]
impl Store for Metered {
    fn url(&self) -> &str {
        self.store.url()
    }

    async fn head(&self, key: &Key) -> Result<Meta, StoreError> {
        self.store.head(key).await
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, StoreError> {
        let asked = range.clone();
        let Object { meta, body } = self.store.get(key, range).await?;
        let size = match asked {
            Some(asked) => asked.end.min(meta.size).saturating_sub(asked.start),
            None => meta.size,
        };
        let body = self.meter.watch(size, body);
        Ok(Object { meta, body })
    }

    async fn create(&self, key: &Key, payload: &Payload, attributes: &Attributes) -> Result<(), StoreError> {
        self.store.create(key, &payload.metered(&self.meter), attributes).await
    }

    async fn complete(&self, key: &Key) -> Result<(), StoreError> {
        self.store.complete(key).await
    }

    async fn list(&self, folder: &Folder, from: Option<&str>, limit: usize) -> Result<Page, StoreError> {
        self.store.list(folder, from, limit).await
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        self.store.delete(key).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Digest, block_on, layout, open};

    const SIZE: u64 = (2 << 20) + 5;

    fn large(folder: &std::path::Path) -> Payload {
        let bytes: Vec<u8> = (0..SIZE).map(|n| n as u8).collect();
        std::fs::write(folder.join("large"), &bytes).unwrap();
        Payload::file(folder.join("large"), SIZE, Digest::of(&bytes))
    }

    #[test]
    fn what_was_asked_for_has_passed_and_what_was_given_up_has_not() {
        let folder = tempfile::tempdir().unwrap();
        let (meter, payload) = (Arc::new(Meter::default()), large(folder.path()));
        let metered = payload.metered(&meter);
        block_on(async {
            assert_eq!(meter.passing(), None);
            let mut one = metered.open().await.unwrap();
            one.next().await.unwrap();
            assert_eq!(meter.passing(), Some((0, SIZE)), "the first piece is on its way");
            one.next().await.unwrap();
            assert_eq!(meter.passing(), Some((1 << 20, SIZE)));
            let mut other = metered.open().await.unwrap();
            while other.next().await.unwrap().is_some() {}
            assert_eq!(meter.passing(), Some(((1 << 20) + SIZE, 2 * SIZE)));
            drop(other);
            drop(one);
            assert_eq!(meter.passing(), None);
            // Another begins from nothing.
            let mut again = metered.open().await.unwrap();
            again.next().await.unwrap();
            let first = metered.open().await.unwrap();
            drop(first);
            assert_eq!(meter.passing(), Some((0, SIZE)), "what was given up does not count");
        })
        .unwrap();
    }

    #[test]
    fn a_store_with_a_meter_holds_what_it_holds_without() {
        let folder = tempfile::tempdir().unwrap();
        let payload = large(folder.path());
        let root = folder.path().join("store");
        let meter = Arc::new(Meter::default());
        let plain = || open(root.to_str().unwrap(), folder.path()).unwrap();
        let store = Metered::new(plain(), Arc::clone(&meter));
        let key = Key::new("a/b").unwrap();
        block_on(async {
            let attributes = layout::immutable("b", payload.sha256());
            store.create(&key, &payload, &attributes).await.unwrap();
            assert_eq!(meter.passing(), None);
            let mut object = store.get(&key, Some(10..SIZE * 2)).await.unwrap();
            assert_eq!(meter.passing(), Some((0, SIZE - 10)));
            let mut read = 0;
            while let Some(chunk) = object.body.next().await.unwrap() {
                read += chunk.len() as u64;
            }
            assert_eq!((read, meter.passing()), (SIZE - 10, Some((SIZE - 10, SIZE - 10))));
            drop(object);
            assert_eq!(crate::store::digest_of(&*plain(), &key).await.unwrap(), (payload.sha256(), SIZE));
            assert_eq!(store.head(&key).await, plain().head(&key).await);
            let page = store.list(&Folder::root(), None, 10).await;
            assert_eq!(page, plain().list(&Folder::root(), None, 10).await);
            store.delete(&key).await.unwrap();
            assert!(plain().head(&key).await.unwrap_err().is_not_found());
        })
        .unwrap();
    }
}

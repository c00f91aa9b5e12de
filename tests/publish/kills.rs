//! A publisher that is killed with SIGKILL: readers find nothing or a whole revision, and the next publish completes it.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use aegis_action::store::{Attributes, Folder, Key, Meta, Object, Page, Payload, Store, StoreError, open};
use async_trait::async_trait;

use crate::fixture::{self, PACK, Pack};
use crate::process::{Job, Publisher};
use crate::{assert_clean, assert_nothing_or_whole, publish_now, wrote_the_manifest};

/// A store that kills its process before (odd) and after (even) an operation: `2n - 1` is before the n-th, `2n` after.
#[derive(Debug)]
pub(crate) struct Doomed {
    inner: Arc<dyn Store>,
    point: u32,
    operations: AtomicU32,
}

impl Doomed {
    pub(crate) fn new(inner: Arc<dyn Store>, point: u32) -> Self {
        Self { inner, point, operations: AtomicU32::new(0) }
    }

    async fn around<T>(&self, operation: impl Future<Output = T>) -> T {
        let number = self.operations.fetch_add(1, Ordering::SeqCst) + 1;
        self.reach(number * 2 - 1);
        let result = operation.await;
        self.reach(number * 2);
        result
    }

    fn reach(&self, point: u32) {
        if point == self.point {
            let kill = format!("kill -9 {}", std::process::id());
            std::process::Command::new("sh").args(["-c", &kill]).status().unwrap();
            unreachable!("killed");
        }
    }
}

#[async_trait]
impl Store for Doomed {
    fn url(&self) -> &str {
        self.inner.url()
    }

    async fn head(&self, key: &Key) -> Result<Meta, StoreError> {
        self.around(self.inner.head(key)).await
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, StoreError> {
        self.around(self.inner.get(key, range)).await
    }

    async fn create(&self, key: &Key, payload: &Payload, attributes: &Attributes) -> Result<(), StoreError> {
        self.around(self.inner.create(key, payload, attributes)).await
    }

    async fn list(&self, folder: &Folder, from: Option<&str>, limit: usize) -> Result<Page, StoreError> {
        self.around(self.inner.list(folder, from, limit)).await
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        self.around(self.inner.delete(key)).await
    }
}

/// The next publisher, of another run with another readme, completes what is there.
fn assert_next_completes(store: &dyn Store, next: &Path, whole_already: bool) {
    let published = publish_now(store, &fixture::revision(next)).unwrap();
    assert_eq!(wrote_the_manifest(published.done), !whole_already);
    assert_eq!(assert_clean(store).files, 7);
    let again = publish_now(store, &fixture::revision(next)).unwrap();
    assert_eq!((again.objects, again.bytes), (0, 0), "publishing again is a no-op");
}

#[test]
fn around_every_operation() {
    let scratch = tempfile::tempdir().unwrap();
    let directory = fixture::write(&scratch.path().join("pack"), PACK);
    let next = fixture::write(&scratch.path().join("next"), Pack { readme: "other", run: "2", ..PACK });
    for point in 1.. {
        let root = scratch.path().join(format!("store-{point}"));
        let job =
            Job { directory: &directory, store: &root, contested: false, kill: Some(point), gate: None };
        let report = Publisher::start(&job, scratch.path()).finish();
        let store = open(root.to_str().unwrap(), scratch.path()).unwrap();
        let whole = assert_nothing_or_whole(&*store).revisions == 1;
        assert_next_completes(&*store, &next, whole);
        if report.is_some() {
            assert!(whole);
            // Manifest, probe twice, list, seven creates at least: each was killed before and after.
            assert!(point > 2 * 11, "{point}");
            return;
        }
    }
}

/// How many of these steps a publish has taken, as can be seen from outside.
fn progress(root: &Path, revision: &Path) -> usize {
    let files =
        ["caches/domain.1337", "caches/global.1337", "exports/pack.json", "runtime.1337", "README.md"];
    let files = files.into_iter().chain(["checksums.txt", "metadata.json"]).map(|name| revision.join(name));
    [root.join(".aegis/tmp"), root.join(".aegis/probe")]
        .into_iter()
        .chain(files)
        .filter(|path| path.exists())
        .count()
}

/// Inside the operations: after each step that can be seen, and a few stepped microseconds more.
#[test]
fn at_any_point_in_time() {
    let scratch = tempfile::tempdir().unwrap();
    let directory = fixture::write(&scratch.path().join("pack"), PACK);
    let next = fixture::write(&scratch.path().join("next"), Pack { readme: "other", run: "2", ..PACK });
    let revision = fixture::revision(&directory).folder().path().to_owned();
    let (mut partly, mut whole, mut drafts) = (0, 0, 0);
    for (step, micros) in (0..10).flat_map(|step| [0, 50, 150, 400, 900, 2000].map(|micros| (step, micros))) {
        let root = scratch.path().join(format!("store-{step}-{micros}"));
        let gate = root.with_extension("gate");
        let job =
            Job { directory: &directory, store: &root, contested: false, kill: None, gate: Some(&gate) };
        let mut publisher = Publisher::start(&job, scratch.path());
        publisher.wait_until_ready();
        std::fs::write(&gate, "").unwrap();
        while progress(&root, &root.join(&revision)) < step && publisher.child.try_wait().unwrap().is_none() {
        }
        let reached = Instant::now();
        while reached.elapsed() < Duration::from_micros(micros) {
            std::hint::spin_loop();
        }
        // SIGKILL.
        publisher.child.kill().unwrap();
        let finished = publisher.finish().is_some();
        let store = open(root.to_str().unwrap(), scratch.path()).unwrap();
        let verified = assert_nothing_or_whole(&*store);
        assert!(verified.revisions == 1 || !finished);
        partly += verified.unfinished;
        whole += verified.revisions;
        drafts += std::fs::read_dir(root.join(".aegis/tmp")).map_or(0, |left| left.count().min(1));
        assert_next_completes(&*store, &next, verified.revisions == 1);
    }
    println!(
        "60 kills: {partly} left a part of the revision, {whole} all of it, {drafts} something under .aegis/tmp"
    );
    assert!(partly > 0 && drafts > 0, "no kill came in time: this test has tested nothing");
}

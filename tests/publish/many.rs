//! Many revisions at once: what is there is listed once, and each fares as it would alone.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aegis_action::diag::{Code, Outcome};
use aegis_action::store::bots::publishable;
use aegis_action::store::publish::{Done, Published, Revision, publish_all};
use aegis_action::store::{
    Attributes, Digest, Folder, Key, Meta, Object, Page, Payload, Store, StoreError, block_on, layout,
};
use async_trait::async_trait;

use crate::publish_now;
use crate::scene::Scene;

/// A store that counts requests: heads, gets, creates, lists.
#[derive(Debug)]
struct Counting {
    inner: Arc<dyn Store>,
    counts: [AtomicUsize; 4],
}

impl Counting {
    fn new(inner: &Arc<dyn Store>) -> Self {
        Self { inner: Arc::clone(inner), counts: Default::default() }
    }

    fn count(&self, which: usize) {
        self.counts[which].fetch_add(1, Ordering::Relaxed);
    }

    fn counts(&self) -> [usize; 4] {
        [0, 1, 2, 3].map(|which: usize| self.counts[which].load(Ordering::Relaxed))
    }
}

#[async_trait]
impl Store for Counting {
    fn url(&self) -> &str {
        self.inner.url()
    }

    async fn head(&self, key: &Key) -> Result<Meta, StoreError> {
        self.count(0);
        // As a store that keeps checksums answers.
        let mut meta = self.inner.head(key).await?;
        let bytes = aegis_action::store::read_small(&*self.inner, key, 1 << 20).await?;
        meta.sha256 = Some(Digest::of(&bytes));
        Ok(meta)
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, StoreError> {
        self.count(1);
        self.inner.get(key, range).await
    }

    async fn create(&self, key: &Key, payload: &Payload, attributes: &Attributes) -> Result<(), StoreError> {
        self.count(2);
        self.inner.create(key, payload, attributes).await
    }

    async fn list(&self, folder: &Folder, from: Option<&str>, limit: usize) -> Result<Page, StoreError> {
        self.count(3);
        self.inner.list(folder, from, limit).await
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        self.inner.delete(key).await
    }
}

fn bot(number: usize, script: &str) -> Revision {
    let hash = Digest::of(number.to_string().as_bytes()).to_string();
    let rev = serde_json::json!({
        "revHash": hash, "specVersion": number, "hashes": {"script": script}, "sizes": {}, "security": {},
    });
    let bytes = |text: &str| text.as_bytes().to_vec();
    let id = format!("bot-{:02}", number % 40);
    publishable(&id, &hash, bytes(script), bytes("{}"), bytes(&rev.to_string())).unwrap()
}

fn all(store: &dyn Store, revisions: &[Revision]) -> Vec<Result<Published, Code>> {
    let told = Mutex::new(Vec::new());
    let tell = |number: usize, _: &Outcome<Published>| told.lock().unwrap().push(number);
    let outcomes = block_on(publish_all(store, revisions, false, &tell)).unwrap().unwrap();
    let mut told = told.into_inner().unwrap();
    told.sort_unstable();
    assert_eq!(told, (0..revisions.len()).collect::<Vec<_>>(), "each is told once");
    outcomes.into_iter().map(|outcome| outcome.unwrap().map_err(|error| error.code)).collect()
}

#[test]
fn again_costs_a_listing_and_a_head_each() {
    let scene = Scene::new();
    let revisions: Vec<_> = (0..500).map(|number| bot(number, "script")).collect();
    let store = Counting::new(&scene.store);
    let first = all(&store, &revisions);
    assert!(
        first.iter().all(|one| one.as_ref().is_ok_and(|one| one.done == Done::Created && one.objects == 3))
    );
    let [heads, gets, creates, lists] = store.counts();
    assert_eq!((heads, gets, creates, lists), (0, 0, 1500 + 2, 1), "three objects each, and the probe");
    let store = Counting::new(&scene.store);
    let again = all(&store, &revisions);
    assert!(again.iter().all(|one| one.as_ref().is_ok_and(|one| one.done == Done::AlreadyThere)));
    assert_eq!(store.counts(), [500, 0, 0, 2], "1,500 keys are two pages");
}

#[test]
fn each_fares_as_it_would_alone() {
    let scene = Scene::new();
    let put = |key: Key, text: &str| {
        let attributes = layout::immutable("x.json", Digest::of(text.as_bytes()));
        block_on(scene.store.create(&key, &Payload::bytes(text.as_bytes()), &attributes)).unwrap().unwrap();
    };
    publish_now(&*scene.store, &bot(1, "script")).unwrap();
    publish_now(&*scene.store, &bot(2, "another")).unwrap();
    put(bot(3, "script").folder().key("bot.js").unwrap(), "script");
    put(bot(4, "script").folder().key("bot.js").unwrap(), "somebody else's");
    put(bot(5, "script").folder().key("revoked.json").unwrap(), "{}");
    put(bot(6, "script").folder().key("stray.txt").unwrap(), "what is this");
    let revisions: Vec<_> = (0..12).map(|number| bot(number, "script")).collect();
    let alike: Vec<_> =
        all(&*scene.store, &revisions).into_iter().map(|one| one.map(|one| one.done)).collect();
    let mut expected = vec![Ok(Done::Created); 12];
    expected[1] = Ok(Done::AlreadyThere);
    expected[2] = Err(Code::ImmutableConflict);
    expected[3] = Ok(Done::Finished);
    expected[4] = Err(Code::ImmutableConflict);
    expected[5] = Err(Code::Revoked);
    expected[6] = Err(Code::ImmutableConflict);
    assert_eq!(alike, expected);
    for (revision, expected) in revisions.iter().zip(expected) {
        let alone = publish_now(&*scene.store, revision).map(|one| one.done).map_err(|error| error.code);
        assert_eq!(alone, expected.map(|_| Done::AlreadyThere));
    }
}

/// Where a store holds far more than what is published, each is asked for by itself.
#[test]
fn a_large_store_is_not_listed_whole() {
    let scene = Scene::new();
    let others: Vec<_> = (1000..3000).map(|number| bot(number, "script")).collect();
    all(&*scene.store, &others);
    let store = Counting::new(&scene.store);
    let few: Vec<_> = (0..20).map(|number| bot(number, "script")).collect();
    assert!(all(&store, &few).iter().all(|one| one.as_ref().is_ok_and(|one| one.done == Done::Created)));
    let [_, gets, creates, lists] = store.counts();
    assert_eq!((gets, creates), (40, 60 + 20), "a revocation and a manifest each, and a probe each");
    assert_eq!(lists, 3 + 20, "three pages were enough to see that there are too many");
}

//! The rules of publishing, one at a time.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aegis_action::diag::{Code, Severity};
use aegis_action::exit::Exit;
use aegis_action::store::list::{revisions, unfinished};
use aegis_action::store::publish::{Done, publish};
use aegis_action::store::verify::{Scope, verify};
use aegis_action::store::{
    Attributes, Digest, Folder, Key, Meta, Object, Page, Payload, Store, StoreError, block_on,
};
use async_trait::async_trait;

use crate::fixture::{self, PACK, Pack};
use crate::scene::Scene;
use crate::{assert_clean, publish_now, verify_now};

#[test]
fn again_is_a_no_op_and_the_first_manifest_stands() {
    let scene = Scene::new();
    let (one, two) = (scene.pack("one", PACK), scene.pack("two", Pack { run: "2", readme: "other", ..PACK }));
    let first = publish_now(&*scene.store, &fixture::revision(&one)).unwrap();
    assert_eq!((first.done, first.objects), (Done::Created, 7));
    let sizes = ["runtime.1337", "README.md", "metadata.json", "checksums.txt", "exports/pack.json"];
    assert!(first.bytes > sizes.iter().map(|name| std::fs::metadata(one.join(name)).unwrap().len()).sum());
    // The sources are not even looked at.
    std::fs::remove_file(two.join("runtime.1337")).unwrap();
    let second = publish_now(&*scene.store, &fixture::revision(&two)).unwrap();
    assert_eq!((second.done, second.objects, second.bytes), (Done::AlreadyThere, 0, 0));
    assert_eq!(
        std::fs::read(scene.stored(&one, "metadata.json")).unwrap(),
        std::fs::read(one.join("metadata.json")).unwrap()
    );
    assert_clean(&*scene.store);
}

#[test]
fn other_content_is_another_revision() {
    let scene = Scene::new();
    for content in ["one", "two", "three"] {
        let pack = scene.pack(content, Pack { content, ..PACK });
        assert_eq!(publish_now(&*scene.store, &fixture::revision(&pack)).unwrap().done, Done::Created);
    }
    let verified = verify_now(&*scene.store);
    assert_eq!((verified.revisions, verified.diagnostics.len()), (3, 0));
}

#[test]
fn a_hashed_file_with_other_content_is_a_conflict_and_nothing_is_changed() {
    let scene = Scene::new();
    let pack = scene.pack("pack", PACK);
    let wrong = scene.stored(&pack, "exports/pack.json");
    std::fs::create_dir_all(wrong.parent().unwrap()).unwrap();
    std::fs::write(&wrong, "wrong").unwrap();
    let conflict = publish_now(&*scene.store, &fixture::revision(&pack)).unwrap_err();
    assert_eq!((conflict.code, conflict.exit()), (Code::ImmutableConflict, Exit::Conflict));
    let own = Digest::of(&std::fs::read(pack.join("exports/pack.json")).unwrap());
    for digest in [own, Digest::of(b"wrong")] {
        assert!(conflict.message.contains(&digest.to_string()), "{conflict}");
    }
    assert!(conflict.help.as_ref().unwrap().contains("no manifest"), "{conflict:?}");
    assert_eq!(std::fs::read(&wrong).unwrap(), b"wrong");
    let listed = block_on(scene.store.list(&Folder::new("packs").unwrap(), None, 10)).unwrap().unwrap();
    assert_eq!(listed.objects.len(), 1, "nothing else was written");
}

#[test]
fn a_manifest_of_something_else_is_a_conflict() {
    let scene = Scene::new();
    let pack = scene.pack("pack", PACK);
    let manifest = scene.stored(&pack, "metadata.json");
    std::fs::create_dir_all(manifest.parent().unwrap()).unwrap();
    for content in ["{}", "not JSON", "{\"packHash\":\"0\"}"] {
        std::fs::write(&manifest, content).unwrap();
        let conflict = publish_now(&*scene.store, &fixture::revision(&pack)).unwrap_err();
        assert_eq!(conflict.code, Code::ImmutableConflict);
        assert!(conflict.message.contains(&Digest::of(content.as_bytes()).to_string()), "{conflict}");
    }
}

#[test]
fn an_unfinished_publish_is_finished_around_what_is_there() {
    let scene = Scene::new();
    let (one, two) =
        (scene.pack("one", PACK), scene.pack("two", Pack { readme: "a longer readme", run: "2", ..PACK }));
    publish_now(&*scene.store, &fixture::revision(&one)).unwrap();
    for missing in ["metadata.json", "checksums.txt", "runtime.1337"] {
        std::fs::remove_file(scene.stored(&one, missing)).unwrap();
    }
    assert_eq!(scene.codes(), [(Severity::Note, Code::PublishUnfinished)]);
    let oid = "1.0".parse().unwrap();
    let found = block_on(unfinished(&*scene.store, &oid)).unwrap().unwrap();
    assert_eq!((found.len(), found[0].files), (1, 4));
    assert!(block_on(revisions(&*scene.store, &oid, 10, None)).unwrap().unwrap().revisions.is_empty());
    let second = publish_now(&*scene.store, &fixture::revision(&two)).unwrap();
    assert_eq!((second.done, second.objects), (Done::Finished, 3));
    assert_clean(&*scene.store);
    assert_eq!(std::fs::read(scene.stored(&one, "README.md")).unwrap(), b"readme", "the first readme stands");
    let checksums = std::fs::read(scene.stored(&one, "checksums.txt")).unwrap();
    assert_eq!(checksums, std::fs::read(one.join("checksums.txt")).unwrap(), "and the checksums speak of it");
    let metadata: serde_json::Value =
        serde_json::from_slice(&std::fs::read(scene.stored(&one, "metadata.json")).unwrap()).unwrap();
    assert_eq!(
        (metadata["run"].as_str(), metadata["files"]["README.md"]["size"].as_u64()),
        (Some("2"), Some(6))
    );
    assert_eq!(block_on(unfinished(&*scene.store, &oid)).unwrap().unwrap(), []);
}

#[test]
fn what_does_not_belong_to_the_revision_stops_it() {
    let scene = Scene::new();
    let pack = scene.pack("pack", PACK);
    let stray = scene.stored(&pack, "stray.txt");
    std::fs::create_dir_all(stray.parent().unwrap()).unwrap();
    std::fs::write(stray, "").unwrap();
    let conflict = publish_now(&*scene.store, &fixture::revision(&pack)).unwrap_err();
    assert_eq!(conflict.code, Code::ImmutableConflict);
    assert!(conflict.message.contains("stray.txt"), "{conflict}");
}

#[test]
fn a_source_that_changed_is_never_published() {
    let scene = Scene::new();
    let pack = scene.pack("pack", PACK);
    let revision = fixture::revision(&pack);
    let mut bytes = std::fs::read(pack.join("runtime.1337")).unwrap();
    bytes[1000] ^= 1;
    std::fs::write(pack.join("runtime.1337"), bytes).unwrap();
    let error = publish_now(&*scene.store, &revision).unwrap_err();
    assert_eq!((error.code, error.exit()), (Code::HashMismatch, Exit::Input));
    assert!(!scene.stored(&pack, "runtime.1337").exists() && !scene.stored(&pack, "metadata.json").exists());
    fixture::write(&pack, PACK);
    publish_now(&*scene.store, &revision).unwrap();
    assert_clean(&*scene.store);
}

#[test]
fn a_manifest_that_does_not_fit_its_files_is_no_revision() {
    let scene = Scene::new();
    let pack = scene.pack("pack", PACK);
    let metadata = std::fs::read_to_string(pack.join("metadata.json")).unwrap();
    let other = Digest::of(&std::fs::read(pack.join("runtime.1337")).unwrap()).to_string();
    let changed = metadata.replace(&other, &Digest::of(b"other").to_string());
    let error = aegis_action::store::publish::Revision::of_pack(&pack, changed.into_bytes()).unwrap_err();
    assert_eq!(error.code, Code::MetadataInvalid);
    assert!(error.message.contains("packHash"), "{error}");
}

/// A store that overwrites.
#[derive(Debug)]
struct Careless {
    inner: Arc<dyn Store>,
    writes: AtomicU32,
}

#[async_trait]
impl Store for Careless {
    fn url(&self) -> &str {
        self.inner.url()
    }

    async fn head(&self, key: &Key) -> Result<Meta, StoreError> {
        self.inner.head(key).await
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, StoreError> {
        self.inner.get(key, range).await
    }

    async fn create(&self, key: &Key, payload: &Payload, attributes: &Attributes) -> Result<(), StoreError> {
        self.writes.fetch_add(1, Ordering::SeqCst);
        self.inner.delete(key).await?;
        self.inner.create(key, payload, attributes).await
    }

    async fn list(&self, folder: &Folder, from: Option<&str>, limit: usize) -> Result<Page, StoreError> {
        self.inner.list(folder, from, limit).await
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        self.inner.delete(key).await
    }
}

#[test]
fn a_store_that_overwrites_is_refused_unless_it_is_accepted() {
    let scene = Scene::new();
    let pack = scene.pack("pack", PACK);
    let store = Careless { inner: Arc::clone(&scene.store), writes: AtomicU32::new(0) };
    for _ in 0..2 {
        let error = publish_now(&store, &fixture::revision(&pack)).unwrap_err();
        assert_eq!((error.code, error.exit()), (Code::StoreUnsafe, Exit::Outside));
    }
    assert_eq!(store.writes.load(Ordering::SeqCst), 4, "the probe alone was written");
    let published = block_on(publish(&store, &fixture::revision(&pack), true)).unwrap().unwrap();
    assert_eq!((published.done, published.objects), (Done::Created, 7));
    let warnings: Vec<_> = published.diagnostics.iter().map(|d| (d.severity, d.code)).collect();
    assert_eq!(warnings, [(Severity::Warning, Code::StoreUnsafe)]);
    assert_clean(&*scene.store);
    std::fs::remove_file(scene.stored(&pack, "metadata.json")).unwrap();
    let again = block_on(publish(&store, &fixture::revision(&pack), true)).unwrap().unwrap();
    assert_eq!((again.done, again.objects), (Done::Finished, 1), "what is there is not written again");
}

/// A store in which another publisher is always a moment faster with one key.
#[derive(Debug)]
struct Overtaken {
    inner: Arc<dyn Store>,
    key: Key,
}

#[async_trait]
impl Store for Overtaken {
    fn url(&self) -> &str {
        self.inner.url()
    }

    async fn head(&self, key: &Key) -> Result<Meta, StoreError> {
        self.inner.head(key).await
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, StoreError> {
        self.inner.get(key, range).await
    }

    async fn create(&self, key: &Key, payload: &Payload, attributes: &Attributes) -> Result<(), StoreError> {
        if *key == self.key {
            self.inner.create(key, &Payload::bytes(*b"faster"), attributes).await?;
        }
        self.inner.create(key, payload, attributes).await
    }

    async fn list(&self, folder: &Folder, from: Option<&str>, limit: usize) -> Result<Page, StoreError> {
        self.inner.list(folder, from, limit).await
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        self.inner.delete(key).await
    }
}

/// Else two publishers could each win a file, and neither could ever finish.
#[test]
fn the_loser_of_a_race_stops_at_the_first_file_that_decides() {
    let scene = Scene::new();
    let revision = crate::races::contested(&scene.pack("pack", PACK));
    let key = revision.folder().key("README.md").unwrap();
    let store = Overtaken { inner: Arc::clone(&scene.store), key: key.clone() };
    let conflict = publish_now(&store, &revision).unwrap_err();
    assert_eq!(conflict.code, Code::ImmutableConflict);
    assert!(conflict.message.contains(&Digest::of(b"faster").to_string()), "{conflict}");
    let listed = block_on(scene.store.list(revision.folder(), None, 10)).unwrap().unwrap();
    assert_eq!(listed.objects.into_iter().map(|listed| listed.key).collect::<Vec<_>>(), [key]);
}

/// A gateway answers requests on many threads: what it calls must be `Send`.
#[test]
fn the_futures_may_move_between_threads() {
    fn is_send<T: Send>(_: &T) {}
    let scene = Scene::new();
    let revision = fixture::revision(&scene.pack("pack", PACK));
    let oid = "1.0".parse().unwrap();
    is_send(&publish(&*scene.store, &revision, false));
    is_send(&revisions(&*scene.store, &oid, 1, None));
    is_send(&unfinished(&*scene.store, &oid));
    is_send(&verify(&*scene.store, &Scope::All));
}

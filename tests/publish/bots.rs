//! Revisions of bots: what is written beside their objects, and that what was revoked is not published.

use std::ops::Range;
use std::sync::{Arc, Mutex};

use aegis_action::diag::Code;
use aegis_action::exit::Exit;
use aegis_action::store::bots::publishable;
use aegis_action::store::publish::{Done, Revision};
use aegis_action::store::{
    Attributes, Digest, Folder, Key, Meta, Object, Page, Payload, Store, StoreError, block_on,
};
use async_trait::async_trait;

use crate::fixture::{self, PACK};
use crate::publish_now;
use crate::scene::Scene;

/// A store that notes what it is told about each object.
#[derive(Debug)]
struct Noting {
    inner: Arc<dyn Store>,
    told: Mutex<Vec<(String, Attributes)>>,
}

#[async_trait]
impl Store for Noting {
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
        self.told.lock().unwrap().push((key.to_string(), attributes.clone()));
        self.inner.create(key, payload, attributes).await
    }

    async fn list(&self, folder: &Folder, from: Option<&str>, limit: usize) -> Result<Page, StoreError> {
        self.inner.list(folder, from, limit).await
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        self.inner.delete(key).await
    }
}

fn hash() -> String {
    Digest::of(b"tea").to_string()
}

fn bot() -> Revision {
    let rev =
        serde_json::json!({"revHash": hash(), "specVersion": 3, "hashes": {}, "sizes": {}, "security": {}});
    let bytes = |text: &str| text.as_bytes().to_vec();
    publishable("tea", &hash(), bytes("script"), bytes("spec"), bytes(&rev.to_string())).unwrap()
}

#[test]
fn the_objects_of_a_bot_carry_the_tags_that_the_gateway_serves() {
    let scene = Scene::new();
    let store = Noting { inner: Arc::clone(&scene.store), told: Mutex::default() };
    assert_eq!(publish_now(&store, &bot()).unwrap().done, Done::Created);
    let hash = hash();
    let told = store.told.into_inner().unwrap();
    let of = |name: &str| {
        let key = format!("tea/{hash}/{name}");
        told.iter().find(|(told, _)| *told == key).map(|(_, attributes)| attributes.clone()).unwrap()
    };
    assert_eq!(of("spec.json").etag, "\"spec-3\"");
    assert_eq!(of("bot.js").etag, format!("\"bot-{hash}\""));
    assert_eq!(of("rev.json").etag, format!("\"rev-{hash}\""));
    assert_eq!(of("bot.js").content_type, "text/javascript; charset=utf-8");
    assert_eq!(of("rev.json").cache_control, "public, max-age=31536000, immutable");
    assert_eq!(told.last().unwrap().0, format!("tea/{hash}/rev.json"), "the passport comes last");
}

#[test]
fn what_was_revoked_is_not_published() {
    let scene = Scene::new();
    let pack = fixture::revision(&scene.pack("pack", PACK));
    let attributes = aegis_action::store::layout::immutable("revoked.json", Digest::of(b""));
    for (revision, why) in [(bot(), r#"{"by":"kitchen","reason":"it leaked"}"#), (pack, "not even JSON")] {
        let key = revision.folder().key("revoked.json").unwrap();
        block_on(scene.store.create(&key, &Payload::bytes(why.as_bytes()), &attributes)).unwrap().unwrap();
        let refused = publish_now(&*scene.store, &revision).unwrap_err();
        assert_eq!((refused.code, refused.exit()), (Code::Revoked, Exit::Input), "{refused}");
        let listed = block_on(scene.store.list(revision.folder(), None, 10)).unwrap().unwrap();
        assert_eq!(listed.objects.len(), 1, "nothing was written beside it");
        if why.starts_with('{') {
            assert!(refused.message.contains("by kitchen: it leaked"), "{refused}");
        }
    }
}

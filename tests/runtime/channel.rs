//! Following a store's channel: the highest number counts, a revocation drops what is served.

use std::fs;

use aegis_action::runtime::{Kind, Runtime, StoreFolder};

use crate::example::Site;
use crate::scene::{Scene, codes, copy_all, kinds, until_event, version};

/// A store with packs and a channel.
struct Store<'s> {
    scene: &'s Scene,
}

impl Store<'_> {
    /// Publishes the small pack of a version; its hash.
    fn publish(&self, version: &str) -> String {
        let built = self.scene.at("built");
        let metadata = Site::new(version).build(&built).unwrap();
        copy_all(&built, &self.folder(&metadata.pack_hash));
        metadata.pack_hash
    }

    fn folder(&self, pack_hash: &str) -> std::path::PathBuf {
        self.scene.at("store/packs/1.0").join(pack_hash)
    }

    fn document(&self, sequence: u64, text: &str) {
        let folder = self.scene.at("store/packs/1.0/channels/stable");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{sequence:020}.json")), text).unwrap();
    }

    fn deploy(&self, sequence: u64, to: &str) {
        let document = serde_json::json!({
            "aegis": "channel/v1", "at": "2026-11-25T22:00:00Z", "by": "ci", "from": null, "reason": "test",
            "sequence": sequence, "to": to,
        });
        self.document(sequence, &document.to_string());
    }

    fn revoke(&self, pack_hash: &str) {
        let document = r#"{"aegis":"revoked/v1","at":"2026-11-25T22:00:00Z","by":"ci","reason":"it leaked"}"#;
        fs::write(self.folder(pack_hash).join("revoked.json"), document).unwrap();
    }

    fn open(&self) -> Runtime {
        let store = StoreFolder::new(self.scene.at("store"));
        self.scene.options().may_be_empty(true).open_channel(store, "1.0".parse().unwrap(), "stable").unwrap()
    }
}

#[test]
fn the_highest_number_is_served() {
    let scene = Scene::new();
    let store = Store { scene: &scene };
    let (one, two) = (store.publish("1.1.0"), store.publish("1.2.0"));
    let runtime = store.open();
    assert!(runtime.pack().is_none());
    store.deploy(1, &one);
    assert_eq!(kinds(&until_event(&runtime)), [Kind::Activated]);
    assert_eq!(version(&runtime), "1.1.0");
    store.deploy(2, &two);
    let events = until_event(&runtime);
    assert!(events[0].reason.contains("number 2"), "{}", events[0].reason);
    assert_eq!(version(&runtime), "1.2.0");
    // What was left by a roll-back is taken when it is deployed again.
    runtime.rollback(1).unwrap();
    assert!(runtime.check().is_empty());
    assert_eq!(version(&runtime), "1.1.0");
    store.deploy(3, &two);
    until_event(&runtime);
    assert_eq!(version(&runtime), "1.2.0");
    // Back to the first, and two at once.
    store.deploy(4, &one);
    until_event(&runtime);
    assert_eq!(version(&runtime), "1.1.0");
    let three = store.publish("1.3.0");
    store.deploy(5, &one);
    store.deploy(6, &three);
    until_event(&runtime);
    assert_eq!(version(&runtime), "1.3.0");
    drop(runtime);
    let runtime = store.open();
    assert_eq!(version(&runtime), "1.3.0");
    assert!(runtime.check().is_empty(), "the number that was taken is remembered");
}

#[test]
fn a_number_is_remembered_only_when_its_pack_was_taken() {
    let scene = Scene::new();
    let store = Store { scene: &scene };
    let (one, two) = (store.publish("1.1.0"), store.publish("1.2.0"));
    store.deploy(1, &one);
    let runtime = store.open();
    let file = store.folder(&two).join("runtime.1337");
    let sound = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    store.deploy(2, &two);
    let events = until_event(&runtime);
    assert_eq!((kinds(&events), codes(&events)), (vec![Kind::Refused], vec!["FILE_MISSING"]));
    fs::write(&file, &sound[..100]).unwrap();
    assert_eq!(codes(&until_event(&runtime)), ["CACHE_CORRUPT"]);
    drop(runtime);
    fs::write(&file, sound).unwrap();
    let runtime = store.open();
    assert_eq!(version(&runtime), "1.2.0");
}

#[test]
fn what_was_revoked_is_dropped_and_never_taken_again() {
    let scene = Scene::new();
    let store = Store { scene: &scene };
    let hashes = ["1.1.0", "1.2.0", "1.3.0"].map(|version| store.publish(version));
    let runtime = store.open();
    for (hash, sequence) in hashes.iter().zip(1..) {
        store.deploy(sequence, hash);
        until_event(&runtime);
    }
    store.revoke(&hashes[2]);
    let events = until_event(&runtime);
    assert_eq!(kinds(&events), [Kind::Revoked, Kind::RolledBack]);
    assert_eq!((codes(&events), &*events[0].reason), (vec!["REVOKED"], "it leaked"));
    assert_eq!(version(&runtime), "1.2.0");
    // It is deployed again, and refused.
    store.deploy(4, &hashes[2]);
    assert_eq!(codes(&until_event(&runtime)), ["REVOKED"]);
    drop(runtime);
    let runtime = store.open();
    assert_eq!(version(&runtime), "1.2.0");
    // Not even a directory brings it back into the same store.
    copy_all(&store.folder(&hashes[2]), &scene.directory());
    let other = scene.options().open(scene.directory()).unwrap();
    assert_eq!(version(&other), "1.2.0");
    drop(other);
    store.revoke(&hashes[1]);
    until_event(&runtime);
    assert_eq!(version(&runtime), "1.1.0");
    store.revoke(&hashes[0]);
    assert_eq!(kinds(&until_event(&runtime)), [Kind::Revoked, Kind::Waiting]);
    assert!(runtime.pack().is_none(), "what does harm is not served for want of something better");
    store.deploy(5, &store.publish("1.4.0"));
    until_event(&runtime);
    assert_eq!(version(&runtime), "1.4.0");
}

#[test]
fn a_malformed_document_is_refused_until_another_follows() {
    let scene = Scene::new();
    let store = Store { scene: &scene };
    let one = store.publish("1.1.0");
    store.deploy(1, &one);
    let runtime = store.open();
    for (sequence, text) in [(2, "{"), (3, r#"{"aegis":"channel/v1","sequence":7,"to":"x"}"#)] {
        store.document(sequence, text);
        assert_eq!(codes(&until_event(&runtime)), ["METADATA_INVALID"]);
        assert!(runtime.check().is_empty(), "said once");
        assert_eq!(version(&runtime), "1.1.0");
    }
    store.deploy(4, &store.publish("1.2.0"));
    until_event(&runtime);
    assert_eq!(version(&runtime), "1.2.0");
}

#[test]
fn a_channel_of_another_pack_is_refused() {
    let scene = Scene::new();
    let store = Store { scene: &scene };
    let mut other = Site::new("1.0.0");
    other.oid = "1.7".into();
    other.layers[1] = other.layers[1].replace("1.0.", "1.7.");
    let metadata = other.build(&scene.at("other")).unwrap();
    copy_all(&scene.at("other"), &store.folder(&metadata.pack_hash));
    store.deploy(1, &metadata.pack_hash);
    let (sender, events) = std::sync::mpsc::channel();
    let from = StoreFolder::new(scene.at("store"));
    let error =
        scene.options().events(sender).open_channel(from, "1.0".parse().unwrap(), "stable").err().unwrap();
    assert_eq!(error.code.as_str(), "PACK_INCOMPATIBLE");
    assert_eq!(kinds(&events.try_iter().collect::<Vec<_>>()), [Kind::Refused]);
}

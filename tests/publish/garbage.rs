//! What nothing keeps, and what is kept whatever its age.

use std::time::{Duration, SystemTime};

use aegis_action::diag::Code;
use aegis_action::store::gc::{Found, Rules, find, remove};
use aegis_action::store::publish::{Done, Revision};
use aegis_action::store::{Digest, Folder, Payload, block_on, layout};

use crate::fixture::{self, PACK, Pack};
use crate::publish_now;
use crate::scene::Scene;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn in_days(days: u32, unfinished: bool) -> Rules {
    Rules { older_than: DAY * 90, now: SystemTime::now() + DAY * days, unfinished }
}

fn look(scene: &Scene, rules: &Rules) -> Found {
    block_on(find(&*scene.store, Folder::root(), rules)).unwrap().unwrap()
}

fn put(scene: &Scene, path: &str, text: &str) {
    let path = scene.scratch.path().join("store").join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn hash(revision: &Revision) -> Digest {
    revision.folder().path().rsplit_once('/').unwrap().1.parse().unwrap()
}

fn published(scene: &Scene, content: &str) -> Revision {
    let revision = fixture::revision(&scene.pack(content, Pack { content, ..PACK }));
    publish_now(&*scene.store, &revision).unwrap();
    revision
}

#[test]
fn age_channels_and_versions_keep() {
    let scene = Scene::new();
    let [one, two, three, four] = ["one", "two", "three", "four"].map(|name| hash(&published(&scene, name)));
    let young = look(&scene, &in_days(89, false));
    assert_eq!((young.candidates.len(), young.kept), (0, 4));
    assert_eq!(look(&scene, &in_days(91, false)).candidates.len(), 4);
    put(
        &scene,
        "packs/1.0/channels/stable/00000000000000000001.json",
        &format!(r#"{{"aegis":"channel/v1","from":"{one}","sequence":1,"to":"{two}"}}"#),
    );
    put(&scene, "packs/1.0/versions/1.0.0.json", &format!(r#"{{"packHash":"{three}"}}"#));
    let found = look(&scene, &in_days(91, false));
    assert_eq!(found.kept, 3);
    let hashes: Vec<_> = found.candidates.iter().map(|one| one.hash).collect();
    assert_eq!(hashes, [four]);
    // Without its manifest nobody finds it: that goes first.
    assert!(found.candidates[0].objects[0].as_str().ends_with("/metadata.json"));
    assert_eq!(found.candidates[0].objects.len(), 7);
}

#[test]
fn what_was_removed_may_be_published_again() {
    let scene = Scene::new();
    let revision = published(&scene, "one");
    let found = look(&scene, &in_days(91, false));
    assert!(block_on(remove(&*scene.store, &found.candidates[0])).unwrap().unwrap());
    assert_eq!(look(&scene, &in_days(91, false)), Found::default());
    assert_eq!(publish_now(&*scene.store, &revision).unwrap().done, Done::Created);
}

#[test]
fn what_was_named_meanwhile_is_not_removed() {
    let scene = Scene::new();
    let revision = published(&scene, "one");
    let found = look(&scene, &in_days(91, false));
    let to = hash(&revision);
    put(&scene, "packs/1.0/channels/stable/00000000000000000001.json", &format!(r#"{{"to":"{to}"}}"#));
    assert!(!block_on(remove(&*scene.store, &found.candidates[0])).unwrap().unwrap());
    assert_eq!(publish_now(&*scene.store, &revision).unwrap().done, Done::AlreadyThere);
}

#[test]
fn unfinished_is_what_has_no_manifest() {
    let scene = Scene::new();
    let (one, two) = (published(&scene, "one"), published(&scene, "two"));
    let manifest = scene.scratch.path().join("store").join(one.folder().path()).join("metadata.json");
    std::fs::remove_file(manifest).unwrap();
    let found = look(&scene, &in_days(91, true));
    assert_eq!((found.candidates.len(), found.candidates[0].hash, found.kept), (1, hash(&one), 1));
    assert!(!found.candidates[0].finished);
    // Someone finished it in between.
    publish_now(&*scene.store, &one).unwrap();
    assert!(!block_on(remove(&*scene.store, &found.candidates[0])).unwrap().unwrap());
    assert_eq!(look(&scene, &in_days(91, true)).candidates, []);
    assert_eq!(publish_now(&*scene.store, &two).unwrap().done, Done::AlreadyThere);
}

#[test]
fn a_revocation_stays() {
    let scene = Scene::new();
    let revision = published(&scene, "one");
    let (key, payload) = (revision.folder().key(layout::REVOKED).unwrap(), Payload::bytes(*b"{}"));
    let attributes = layout::immutable("revoked.json", payload.sha256());
    block_on(scene.store.create(&key, &payload, &attributes)).unwrap().unwrap();
    let found = look(&scene, &in_days(91, false));
    assert!(block_on(remove(&*scene.store, &found.candidates[0])).unwrap().unwrap());
    assert!(block_on(scene.store.head(&key)).unwrap().is_ok());
    assert_eq!(look(&scene, &in_days(91, false)), Found::default());
}

#[test]
fn a_damaged_document_keeps_everything() {
    for text in ["", "[]", "{}", r#"{"to":"x"}"#] {
        let scene = Scene::new();
        published(&scene, "one");
        put(&scene, "packs/1.0/channels/stable/00000000000000000001.json", text);
        let failed = block_on(find(&*scene.store, Folder::root(), &in_days(91, false))).unwrap().unwrap_err();
        assert_eq!(failed.code, Code::MetadataInvalid, "{text}");
        // Where nothing is old enough, nothing hangs on it.
        assert_eq!(look(&scene, &in_days(1, false)).kept, 1);
    }
}

#[test]
fn the_bots_of_a_store_are_looked_at_too() {
    let scene = Scene::new();
    let (one, two) = (Digest::of(b"1"), Digest::of(b"2"));
    for hash in [one, two] {
        for name in ["bot.js", "rev.json", "spec.json"] {
            put(&scene, &format!("tea/{hash}/{name}"), "{}");
        }
    }
    put(&scene, "tea/channels/stable/00000000000000000001.json", &format!(r#"{{"to":"{one}"}}"#));
    put(&scene, "tea/channels/stable.json", &format!(r#"{{"to":"{one}"}}"#));
    put(&scene, "notes/readme.txt", "not ours");
    let found = look(&scene, &in_days(91, false));
    assert_eq!((found.candidates.len(), found.kept), (1, 1));
    assert_eq!((found.candidates[0].hash, found.candidates[0].owner.path()), (two, "tea"));
    assert!(found.candidates[0].objects[0].as_str().ends_with("/rev.json"));
}

/// A publisher took up what was left, while it was looked at: its files stay.
#[test]
fn what_was_taken_up_meanwhile_is_not_removed() {
    let scene = Scene::new();
    let revision = fixture::revision(&scene.pack("pack", PACK));
    let folder = revision.folder().path().to_owned();
    put(&scene, &format!("{folder}/README.md"), "readme");
    let found = look(&scene, &in_days(91, true));
    assert_eq!(found.candidates.len(), 1);
    std::thread::sleep(std::time::Duration::from_millis(20));
    put(&scene, &format!("{folder}/checksums.txt"), "another publisher's");
    assert!(!block_on(remove(&*scene.store, &found.candidates[0])).unwrap().unwrap());
    assert_eq!(look(&scene, &in_days(91, true)).candidates[0].objects.len(), 2, "both are still there");
}

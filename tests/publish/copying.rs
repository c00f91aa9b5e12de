//! Fetching from a store what another one gets.

use aegis_action::diag::Code;
use aegis_action::store::copy::{Found, Of, fetch, finished, manifest};
use aegis_action::store::publish::{Done, is_published};
use aegis_action::store::{Digest, Folder, Payload, Store, block_on, layout, open};

use crate::fixture::{self, PACK, Pack};
use crate::scene::Scene;
use crate::{assert_clean, publish_now};

fn found(store: &dyn Store) -> Vec<Found> {
    block_on(finished(store, Folder::root())).unwrap().unwrap()
}

#[test]
fn a_pack_arrives_as_it_was() {
    let scene = Scene::new();
    let pack = scene.pack("pack", PACK);
    let revision = fixture::revision(&pack);
    publish_now(&*scene.store, &revision).unwrap();
    let [one] = &found(&*scene.store)[..] else { panic!("one revision") };
    let oid = "1.0".parse().unwrap();
    assert_eq!((&one.of, one.revoked), (&Of::Pack(oid), false));
    let Of::Pack(oid) = &one.of else { panic!("a pack") };
    let into = scene.scratch.path().join("fetched");
    std::fs::create_dir(&into).unwrap();
    let source = block_on(manifest(&*scene.store, oid, one.hash)).unwrap().unwrap();
    block_on(fetch(&*scene.store, &source, &into)).unwrap().unwrap();
    for name in ["runtime.1337", "caches/global.1337", "metadata.json", "checksums.txt", "README.md"] {
        assert_eq!(
            std::fs::read(into.join(name)).unwrap(),
            std::fs::read(pack.join(name)).unwrap(),
            "{name}"
        );
    }
    let other = open("other", scene.scratch.path()).unwrap();
    assert!(!block_on(is_published(&*other, &revision)).unwrap().unwrap());
    assert_eq!(publish_now(&*other, &fixture::revision(&into)).unwrap().done, Done::Created);
    assert!(block_on(is_published(&*other, &revision)).unwrap().unwrap());
    assert_clean(&*other);
}

#[test]
fn what_is_damaged_is_not_fetched() {
    for (bytes, why) in [
        (b"short".to_vec(), "bytes instead of"),
        ("x".repeat("content".len() * 40_000).into_bytes(), "its SHA-256 is"),
        ("x".repeat("content".len() * 40_000 + 1).into_bytes(), "it has more than"),
    ] {
        let scene = Scene::new();
        let pack = scene.pack("pack", PACK);
        publish_now(&*scene.store, &fixture::revision(&pack)).unwrap();
        std::fs::write(scene.stored(&pack, "runtime.1337"), bytes).unwrap();
        let hash = found(&*scene.store)[0].hash;
        let source = block_on(manifest(&*scene.store, &"1.0".parse().unwrap(), hash)).unwrap().unwrap();
        let into = tempfile::tempdir().unwrap();
        let failed = block_on(fetch(&*scene.store, &source, into.path())).unwrap().unwrap_err();
        assert_eq!(failed.code, Code::HashMismatch);
        assert!(failed.message.contains(why), "{failed}");
        // The manifest comes last: what was not fetched whole is no runtime directory.
        assert!(!into.path().join("metadata.json").exists());
    }
}

#[test]
fn only_what_is_finished_is_found_and_revoked_is_said() {
    let scene = Scene::new();
    let (one, two) = (scene.pack("one", PACK), scene.pack("two", Pack { content: "two", ..PACK }));
    let revisions = [&one, &two].map(|pack| fixture::revision(pack));
    for revision in &revisions {
        publish_now(&*scene.store, revision).unwrap();
    }
    std::fs::remove_file(scene.stored(&one, "metadata.json")).unwrap();
    let payload = Payload::bytes(*b"{}");
    let bot = |name: &str| Folder::new(&format!("tea/{}", Digest::of(b"x"))).unwrap().key(name).unwrap();
    let revoked = revisions[1].folder().key(layout::REVOKED).unwrap();
    for key in [revoked, bot("rev.json"), bot("revoked.json")] {
        let attributes = layout::immutable("x.json", payload.sha256());
        block_on(scene.store.create(&key, &payload, &attributes)).unwrap().unwrap();
    }
    let found = found(&*scene.store);
    let short: Vec<_> = found.iter().map(|one| (matches!(one.of, Of::Bot(_)), one.revoked)).collect();
    assert_eq!(short, [(false, true), (true, true)]);
}

//! Following a runtime directory: what is taken, what is refused, what is remembered.

use std::fs;

use aegis_action::cache::layout::header;
use aegis_action::diag::Code;
use aegis_action::pack::{canonical, verify};
use aegis_action::runtime::{Kind, Runtime};

use crate::example::Site;
use crate::scene::{Scene, codes, kinds, meaning, until_event, version};

#[test]
fn a_new_build_is_served_and_the_old_one_stays_with_those_who_hold_it() {
    let scene = Scene::with("1.2.0");
    let runtime = scene.open();
    let held = runtime.pack().unwrap();
    assert_eq!(meaning(&held, "bay ONE"), "release 1.2.0");
    let metadata = Site::new("1.3.0").build(&scene.directory()).unwrap();
    let events = until_event(&runtime);
    assert_eq!(kinds(&events), [Kind::Activated]);
    assert_eq!(events[0].pack.as_ref().unwrap().pack_hash, metadata.pack_hash);
    assert_eq!(events[0].from.as_ref().unwrap().version.to_string(), "1.2.0");
    assert_eq!(meaning(&runtime.pack().unwrap(), "bay one"), "release 1.3.0");
    assert_eq!(meaning(&held, "bay one"), "release 1.2.0");
    assert!(runtime.check().is_empty(), "what is served is not taken twice");
}

#[test]
fn the_copy_has_the_original_bytes() {
    let scene = Scene::with("1.2.0");
    let runtime = scene.open();
    let copy = scene.own().join("packs").join(&runtime.pack().unwrap().release().id);
    for file in aegis_action::runtime::FILES {
        assert_eq!(
            fs::read(copy.join(file)).unwrap(),
            fs::read(scene.directory().join(file)).unwrap(),
            "{file}"
        );
        assert!(fs::metadata(copy.join(file)).unwrap().permissions().readonly());
    }
}

/// A change of a runtime directory, by its files.
type Damage = fn(&Scene);

fn damaged(file: &'static str, scene: &Scene) {
    let mut bytes = fs::read(scene.directory().join(file)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    scene.replace(file, bytes);
}

/// The passport states another root for the merged pack than the file has.
fn another_root(scene: &Scene) {
    let bytes = fs::read(scene.directory().join("metadata.json")).unwrap();
    let mut metadata: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let stated = &mut metadata["format"]["roots"]["runtime.1337"];
    let file = fs::read(scene.directory().join("runtime.1337")).unwrap();
    assert_eq!(*stated, canonical::hex(&file[header::ROOT..header::TOP]));
    *stated = "0".repeat(64).into();
    scene.replace("metadata.json", metadata.to_string());
}

#[test]
fn verify_compares_every_root_with_what_the_passport_states() {
    let scene = Scene::with("1.2.0");
    let check =
        || verify::directory(&scene.directory(), &|path| path.display().to_string()).unwrap().diagnostics;
    assert!(!check().has_errors());
    another_root(&scene);
    let found: Vec<_> = check().iter().map(|one| (one.code, one.message.clone())).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, Code::MetadataInvalid);
    assert!(found[0].1.contains("`runtime.1337` has the root"), "{found:?}");
}

#[test]
fn what_is_wrong_is_refused_and_the_old_pack_stays() {
    let cases: [(Damage, &str); 12] = [
        (|scene| damaged("runtime.1337", scene), "CACHE_CORRUPT"),
        (|scene| damaged("caches/local.1337", scene), "CACHE_CORRUPT"),
        (|scene| scene.replace("metadata.json", "{"), "METADATA_INVALID"),
        (|scene| scene.replace("metadata.json", "{\"aegis\":\"metadata/v1\"}"), "METADATA_INVALID"),
        (another_root, "METADATA_INVALID"),
        (|scene| fs::remove_file(scene.directory().join("caches/domain.1337")).unwrap(), "FILE_MISSING"),
        (
            |scene| {
                let bytes = fs::read(scene.directory().join("runtime.1337")).unwrap();
                scene.replace("runtime.1337", &bytes[..bytes.len() / 2]);
            },
            "CACHE_CORRUPT",
        ),
        (
            |scene| {
                let mut bytes = fs::read(scene.directory().join("runtime.1337")).unwrap();
                bytes[header::OLDEST_READER] = 200;
                scene.replace("runtime.1337", bytes);
            },
            "CACHE_INCOMPATIBLE",
        ),
        // Sound by itself, but not what the passport speaks of.
        (
            |scene| {
                Site::new("1.2.9").build(&scene.at("other")).unwrap();
                scene.replace("runtime.1337", fs::read(scene.at("other/runtime.1337")).unwrap());
            },
            "HASH_MISMATCH",
        ),
        (
            |scene| {
                let global = fs::read(scene.directory().join("caches/global.1337")).unwrap();
                scene.replace("caches/local.1337", global);
            },
            "CACHE_INCOMPATIBLE",
        ),
        (|scene| drop(Site::new("2.0.0").build(&scene.directory()).unwrap()), "PACK_INCOMPATIBLE"),
        (
            |scene| {
                let mut other = Site::new("1.3.0");
                other.oid = "1.1".into();
                other.layers[1] = other.layers[1].replace("1.0.", "1.1.");
                other.build(&scene.directory()).unwrap();
            },
            "PACK_INCOMPATIBLE",
        ),
    ];
    for (number, (damage, code)) in cases.into_iter().enumerate() {
        let scene = Scene::with("1.2.0");
        let runtime = scene.open();
        damage(&scene);
        let events = until_event(&runtime);
        assert_eq!(
            (kinds(&events), codes(&events)),
            (vec![Kind::Refused], vec![code]),
            "case {number}: {events:?}"
        );
        assert_eq!(version(&runtime), "1.2.0");
        assert_eq!(meaning(&runtime.pack().unwrap(), "forky"), "Forklift operator");
        assert!(runtime.check().is_empty(), "said once");
        assert_eq!(fs::read_dir(scene.own().join("tmp")).unwrap().count(), 0, "nothing is left behind");
        // A good build mends it. It never replaces what it does not know for a runtime directory.
        fs::remove_dir_all(scene.directory()).unwrap();
        Site::new("1.4.0").build(&scene.directory()).unwrap();
        assert_eq!(kinds(&until_event(&runtime)), [Kind::Activated], "case {number}");
    }
}

#[test]
fn a_damaged_copy_never_speaks_for_the_pack_that_it_claims_to_be() {
    let scene = Scene::with("1.2.0");
    let runtime = scene.open();
    Site::new("1.3.0").build(&scene.directory()).unwrap();
    let sound = fs::read(scene.directory().join("runtime.1337")).unwrap();
    damaged("runtime.1337", &scene);
    assert_eq!(kinds(&until_event(&runtime)), [Kind::Refused]);
    scene.replace("runtime.1337", sound);
    assert_eq!(
        kinds(&until_event(&runtime)),
        [Kind::Activated],
        "the whole pack is another one than its ruin"
    );
    assert_eq!(version(&runtime), "1.3.0");
}

#[test]
fn a_major_step_is_taken_when_it_is_allowed_even_if_it_was_refused_before() {
    let scene = Scene::with("1.2.0");
    let runtime = scene.open();
    Site::new("2.0.0").build(&scene.directory()).unwrap();
    assert_eq!(codes(&until_event(&runtime)), ["PACK_INCOMPATIBLE"]);
    drop(runtime);
    let runtime = scene.options().allow_major(true).open(scene.directory()).unwrap();
    assert_eq!(version(&runtime), "2.0.0");
}

#[test]
fn the_pack_that_is_expected_can_be_named() {
    let scene = Scene::with("1.2.0");
    let refused = scene.options().oid("1.7".parse().unwrap()).open(scene.directory());
    assert_eq!(refused.err().unwrap().code.as_str(), "PACK_INCOMPATIBLE");
}

#[test]
fn without_a_directory_there_is_an_error_or_patience() {
    let scene = Scene::new();
    let error = scene.options().open(scene.directory()).err().unwrap();
    assert_eq!(error.code.as_str(), "SOURCE_NOT_FOUND");
    let runtime = scene.options().may_be_empty(true).open(scene.directory()).unwrap();
    assert!(runtime.pack().is_none());
    Site::new("1.2.0").build(&scene.directory()).unwrap();
    assert_eq!(kinds(&until_event(&runtime)), [Kind::Activated]);
    assert_eq!(version(&runtime), "1.2.0");
}

#[test]
fn a_directory_that_vanishes_is_waited_for() {
    let scene = Scene::with("1.2.0");
    let runtime = scene.open();
    fs::rename(scene.directory(), scene.at("away")).unwrap();
    assert_eq!(kinds(&until_event(&runtime)), [Kind::Waiting]);
    assert!(runtime.check().is_empty(), "said once");
    assert_eq!(version(&runtime), "1.2.0");
    fs::rename(scene.at("away"), scene.directory()).unwrap();
    assert!(runtime.check().is_empty(), "what came back is what is served");
    Site::new("1.2.1").build(&scene.directory()).unwrap();
    assert_eq!(kinds(&until_event(&runtime)), [Kind::Activated]);
}

#[test]
fn half_written_files_are_waited_for() {
    let scene = Scene::with("1.2.0");
    let runtime = scene.options().settle(std::time::Duration::from_secs(30)).open(scene.directory()).unwrap();
    let mut next = Site::new("1.2.0");
    next.layers[2] = next.layers[2].replace("release", "corrected");
    let bytes = scene.cache_of(&next, "local");
    let path = scene.directory().join("caches/local.1337");
    for end in [0, 1, 100, bytes.len() / 2, bytes.len() - 1] {
        fs::write(&path, &bytes[..end]).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(25));
        assert!(runtime.check().is_empty(), "{end} bytes");
    }
    fs::write(&path, &bytes).unwrap();
    assert_eq!(kinds(&until_event(&runtime)), [Kind::Merged]);
    assert_eq!(meaning(&runtime.pack().unwrap(), "bay one"), "corrected 1.2.0");
}

#[test]
fn good_packs_are_gone_back_to_and_what_was_left_is_not_taken_again() {
    let scene = Scene::with("1.0.0");
    let runtime = scene.options().keep(4).open(scene.directory()).unwrap();
    for next in ["1.1.0", "1.2.0", "1.3.0", "1.4.0"] {
        Site::new(next).build(&scene.directory()).unwrap();
        assert_eq!(kinds(&until_event(&runtime)), [Kind::Activated]);
    }
    let kept: Vec<_> = runtime.history().unwrap().iter().map(|release| release.version.to_string()).collect();
    assert_eq!(kept, ["1.1.0", "1.2.0", "1.3.0", "1.4.0"]);
    let error = runtime.rollback(4).unwrap_err();
    assert!(error.message.contains("3 are kept"), "{error}");
    assert_eq!(version(&runtime), "1.4.0");
    assert_eq!(kinds(&runtime.rollback(2).unwrap()), [Kind::RolledBack]);
    assert_eq!(meaning(&runtime.pack().unwrap(), "bay one"), "release 1.2.0");
    assert!(runtime.check().is_empty(), "the directory still has 1.4.0");
    for file in aegis_action::runtime::FILES {
        scene.replace(file, fs::read(scene.directory().join(file)).unwrap());
    }
    std::thread::sleep(std::time::Duration::from_millis(40));
    assert!(runtime.check().is_empty(), "to touch files is no update");
    drop(runtime);
    // Nor after a restart.
    let runtime = scene.open();
    assert_eq!(version(&runtime), "1.2.0");
    assert!(runtime.check().is_empty());
    runtime.rollback(1).unwrap();
    assert_eq!(version(&runtime), "1.1.0");
    assert!(runtime.rollback(1).is_err());
    assert!(runtime.rollback(0).unwrap().is_empty());
    Site::new("1.5.0").build(&scene.directory()).unwrap();
    until_event(&runtime);
    assert_eq!(version(&runtime), "1.5.0");
    assert_eq!(fs::read_dir(scene.own().join("packs")).unwrap().count(), 2, "1.1.0 and 1.5.0");
}

#[test]
fn what_another_took_from_the_same_directory_into_the_same_store_is_taken_here_too() {
    let scene = Scene::with("1.0.0");
    let (first, second) = (scene.open(), scene.open());
    for next in ["1.1.0", "1.2.0"] {
        Site::new(next).build(&scene.directory()).unwrap();
        for runtime in [&first, &second] {
            assert_eq!(kinds(&until_event(runtime)), [Kind::Activated], "{next}");
            assert_eq!(version(runtime), next);
        }
    }
    let history: Vec<_> = first.history().unwrap().into_iter().map(|one| one.version.to_string()).collect();
    assert_eq!(history, ["1.0.0", "1.1.0", "1.2.0"], "a step that both took is one");
    second.rollback(1).unwrap();
    assert_eq!((version(&first).as_str(), version(&second).as_str()), ("1.2.0", "1.1.0"));
}

#[test]
fn after_a_restart_the_last_good_pack_is_served_even_without_its_directory() {
    let scene = Scene::with("1.2.0");
    drop(scene.open());
    fs::remove_dir_all(scene.directory()).unwrap();
    let runtime = scene.open();
    assert_eq!(version(&runtime), "1.2.0");
}

#[test]
fn a_damaged_last_good_copy_gives_way_to_the_one_before() {
    let scene = Scene::with("1.2.0");
    let runtime = scene.open();
    Site::new("1.3.0").build(&scene.directory()).unwrap();
    until_event(&runtime);
    let id = runtime.pack().unwrap().release().id.clone();
    drop(runtime);
    let copy = scene.own().join("packs").join(id).join("runtime.1337");
    let mut bytes = fs::read(&copy).unwrap();
    let last = bytes.len() - 200;
    bytes[last] ^= 4;
    fs::remove_file(&copy).unwrap();
    fs::write(&copy, bytes).unwrap();
    fs::rename(scene.directory(), scene.at("away")).unwrap();
    let (sender, events) = std::sync::mpsc::channel();
    let runtime = scene.options().events(sender).open(scene.directory()).unwrap();
    assert_eq!(version(&runtime), "1.2.0");
    let told: Vec<_> = events.try_iter().collect();
    assert_eq!(kinds(&told), [Kind::Refused, Kind::Activated, Kind::Waiting]);
    // The directory comes back, and with it the pack whose copy was lost.
    fs::rename(scene.at("away"), scene.directory()).unwrap();
    until_event(&runtime);
    assert_eq!(version(&runtime), "1.3.0");
}

#[test]
fn what_is_bad_is_known_after_a_restart() {
    let scene = Scene::with("1.2.0");
    let runtime = scene.open();
    damaged("caches/domain.1337", &scene);
    assert_eq!(kinds(&until_event(&runtime)), [Kind::Refused]);
    drop(runtime);
    let (sender, events) = std::sync::mpsc::channel();
    let runtime = scene.options().events(sender).open(scene.directory()).unwrap();
    let told: Vec<_> = events.try_iter().collect();
    assert_eq!(kinds(&told), [Kind::Activated, Kind::Refused]);
    assert!(told[1].reason.starts_with("known to be bad"), "{}", told[1].reason);
    assert!(told[1].diagnostics[0].message.contains("known since"), "{:?}", told[1].diagnostics);
    assert_eq!(version(&runtime), "1.2.0");
}

#[test]
fn a_store_that_cannot_be_written_is_named_and_the_old_pack_stays() {
    let scene = Scene::with("1.2.0");
    let runtime = scene.open();
    // Not even an administrator writes into a file as if it were a folder.
    fs::remove_dir_all(scene.own().join("tmp")).unwrap();
    fs::write(scene.own().join("tmp"), "in the way").unwrap();
    Site::new("1.3.0").build(&scene.directory()).unwrap();
    let events = until_event(&runtime);
    assert_eq!((kinds(&events), codes(&events)), (vec![Kind::Refused], vec!["OUTPUT_FAILED"]));
    assert_eq!(version(&runtime), "1.2.0");
    assert!(runtime.check().is_empty(), "said once");
    // It is no fault of the pack: it is taken as soon as there is room.
    fs::remove_file(scene.own().join("tmp")).unwrap();
    until_event(&runtime);
    assert_eq!(version(&runtime), "1.3.0");
}

#[test]
fn a_store_that_was_never_writable_is_an_error() {
    let scene = Scene::with("1.2.0");
    fs::write(scene.own(), "a file").unwrap();
    let error = Runtime::open(scene.directory(), scene.own()).err().unwrap();
    assert_eq!(error.code.as_str(), "OUTPUT_FAILED");
    assert!(error.message.contains("own store"), "{error}");
}

#[test]
fn a_directory_is_followed_through_a_link() {
    let scene = Scene::new();
    for version in ["1.2.0", "1.3.0"] {
        Site::new(version).build(&scene.at(version)).unwrap();
    }
    let link = |version: &str| {
        std::os::unix::fs::symlink(scene.at(version), scene.at("next")).unwrap();
        fs::rename(scene.at("next"), scene.directory()).unwrap();
    };
    link("1.2.0");
    let runtime = scene.open();
    link("1.3.0");
    until_event(&runtime);
    assert_eq!(version(&runtime), "1.3.0");
}

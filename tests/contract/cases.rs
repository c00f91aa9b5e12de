//! The cases. They know nothing of a back end.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use aegis_action::store::{self, Digest, Folder, Payload, StoreErrorKind, probe};

pub(crate) use crate::pack::a_pack_lives_in_it;
use crate::{Bench, attributes, create, key, read};

pub(crate) async fn what_is_created_is_read_back(bench: &dyn Bench) {
    let store = bench.open();
    create(&*store, "packs/1.0/a.json", b"content").await.unwrap();
    for store in [store, bench.open()] {
        assert_eq!(read(&*store, "packs/1.0/a.json", None).await.unwrap(), b"content");
        let meta = store.head(&key("packs/1.0/a.json")).await.unwrap();
        assert_eq!(meta.size, 7);
        assert!(meta.sha256.is_none_or(|sha256| sha256 == Digest::of(b"content")));
        let age = SystemTime::now().duration_since(meta.modified).unwrap_or_default();
        assert!(age < Duration::from_secs(600), "the store's clock is about ours: {age:?}");
        assert_eq!(store.get(&key("packs/1.0/a.json"), None).await.unwrap().meta, meta);
        let listed = store.list(&Folder::root(), None, 10).await.unwrap();
        assert_eq!((listed.objects[0].meta.size, listed.objects[0].meta.modified), (7, meta.modified));
        assert_eq!(
            store::digest_of(&*store, &key("packs/1.0/a.json")).await.unwrap(),
            (Digest::of(b"content"), 7)
        );
        let small = store::read_small(&*store, &key("packs/1.0/a.json"), 7).await.unwrap();
        assert_eq!(small, b"content");
        assert!(store::read_small(&*store, &key("packs/1.0/a.json"), 6).await.is_err());
    }
}

pub(crate) async fn an_empty_object_is_an_object(bench: &dyn Bench) {
    let store = bench.open();
    create(&*store, "empty", b"").await.unwrap();
    assert_eq!(read(&*store, "empty", None).await.unwrap(), b"");
    assert_eq!(read(&*store, "empty", Some(0..9)).await.unwrap(), b"");
    assert_eq!(store.head(&key("empty")).await.unwrap().size, 0);
    assert!(create(&*store, "empty", b"").await.unwrap_err().is_exists());
}

pub(crate) async fn a_second_create_is_refused(bench: &dyn Bench) {
    let store = bench.open();
    create(&*store, "a/b", b"first").await.unwrap();
    for store in [store, bench.open()] {
        for content in [b"first".as_slice(), b"other", b""] {
            let error = create(&*store, "a/b", content).await.unwrap_err();
            assert_eq!(error.kind, StoreErrorKind::Exists, "{error}");
        }
        assert_eq!(read(&*store, "a/b", None).await.unwrap(), b"first");
    }
}

pub(crate) async fn what_is_missing_is_not_found(bench: &dyn Bench) {
    let store = bench.open();
    for _ in 0..2 {
        // Before there is anything at all, and beside something.
        for missing in ["x", "a/c", "x/y/z"] {
            assert!(store.head(&key(missing)).await.unwrap_err().is_not_found(), "{missing}");
            assert!(read(&*store, missing, None).await.unwrap_err().is_not_found(), "{missing}");
            assert!(read(&*store, missing, Some(0..1)).await.unwrap_err().is_not_found(), "{missing}");
            store.delete(&key("x")).await.unwrap();
        }
        let nowhere = store.list(&Folder::new("x").unwrap(), None, 10).await.unwrap();
        assert_eq!((nowhere.objects.len(), nowhere.next), (0, None));
        let _ = create(&*store, "a/b", b"").await;
    }
}

pub(crate) async fn a_folder_is_no_object(bench: &dyn Bench) {
    let store = bench.open();
    create(&*store, "a/b", b"").await.unwrap();
    for missing in ["a", "a/b/c"] {
        assert!(store.head(&key(missing)).await.unwrap_err().is_not_found(), "{missing}");
        assert!(read(&*store, missing, None).await.unwrap_err().is_not_found(), "{missing}");
        assert!(read(&*store, missing, Some(0..1)).await.unwrap_err().is_not_found(), "{missing}");
    }
}

pub(crate) async fn long_names_are_keys(bench: &dyn Bench) {
    let store = bench.open();
    let (long, deep) = ("n".repeat(255), format!("{}/end", vec!["d"; 400].join("/")));
    for name in [&long, &deep] {
        create(&*store, name, b"long").await.unwrap();
        assert_eq!(read(&*store, name, None).await.unwrap(), b"long");
    }
    let listed = store.list(&Folder::root(), None, 10).await.unwrap();
    let found: Vec<_> = listed.objects.iter().map(|listed| listed.key.as_str()).collect();
    assert_eq!(found, [&*deep, &*long]);
}

pub(crate) async fn ranges_are_cut_to_what_there_is(bench: &dyn Bench) {
    let store = bench.open();
    create(&*store, "a", b"0123456789").await.unwrap();
    for (range, expected) in [
        (0..10, "0123456789"),
        (0..1, "0"),
        (9..10, "9"),
        (3..7, "3456"),
        (8..99, "89"),
        (10..20, ""),
        (50..60, ""),
        (4..4, ""),
    ] {
        let found = read(&*store, "a", Some(range.clone())).await.unwrap();
        assert_eq!(String::from_utf8(found).unwrap(), expected, "{range:?}");
    }
    assert_eq!(
        store.get(&key("a"), Some(2..3)).await.unwrap().meta.size,
        10,
        "the size is that of the whole"
    );
}

pub(crate) async fn lists_come_in_byte_order_page_by_page(bench: &dyn Bench) {
    let store = bench.open();
    let mut names = [
        "x/a.b", "x/a/b", "x/a/a/a", "x/a0", "x/A", "x/ü", "x/~", "x/-", "x-y/1", "x.y/1", "x0/1", "xx",
        "b/c/d/e",
    ]
    .map(String::from);
    for name in &names {
        create(&*store, name, name.as_bytes()).await.unwrap();
    }
    names.sort();
    for folder in ["", "x", "x/a", "x/a/a", "b", "xx", "none"] {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let expected: Vec<_> = names.iter().filter(|name| name.starts_with(&prefix)).collect();
        let folder = if folder.is_empty() { Folder::root() } else { Folder::new(folder).unwrap() };
        for limit in [1, 2, 3, expected.len().max(1), 1000] {
            let (mut found, mut from) = (Vec::new(), None);
            loop {
                let page = store.list(&folder, from.as_deref(), limit).await.unwrap();
                assert!(page.objects.len() <= limit);
                found.extend(page.objects.into_iter().map(|listed| listed.key.as_str().to_owned()));
                assert!(found.len() <= expected.len(), "{folder} by {limit}: {found:?}");
                from = page.next;
                if from.is_none() {
                    break;
                }
            }
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{folder} by {limit}");
        }
    }
}

pub(crate) async fn odd_keys_are_keys(bench: &dyn Bench) {
    let store = bench.open();
    let odd = [
        " ",
        "a b",
        "+",
        "%2F",
        "%",
        "#",
        "?",
        "&amp;",
        "a=b",
        "'\"",
        "<>",
        "*",
        ":",
        "..a",
        "a..",
        "...",
        ".hidden",
        "-rf",
        "~",
        "ü",
        "日本",
        "🦺",
        "e\u{301}",
        "1.2.3-rc.1+build.5.json",
        "con",
        "a,b;c",
        "$HOME",
        "{x}",
        "[y]",
        "@",
        "!",
    ];
    for name in odd {
        assert_eq!(create(&*store, name, name.as_bytes()).await, Ok(()), "{name}");
    }
    for name in odd {
        assert_eq!(read(&*store, name, None).await.unwrap(), name.as_bytes(), "{name}");
    }
    let listed = store.list(&Folder::root(), None, 1000).await.unwrap();
    let found: Vec<_> = listed.objects.iter().map(|listed| listed.key.as_str()).collect();
    let expected: BTreeSet<_> = odd.into_iter().collect();
    assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
    assert!(store.head(&key("E\u{301}")).await.is_err(), "case matters");
    assert!(store.head(&key("\u{e9}")).await.is_err(), "nothing is normalized");
}

pub(crate) async fn a_large_object_streams(bench: &dyn Bench) {
    let store = bench.open();
    let mut state = 1u32;
    let content: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(5 * 1024 * 1024 + 1)
    .collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large");
    std::fs::write(&path, &content).unwrap();
    let (size, sha256) = (content.len() as u64, Digest::of(&content));
    store.create(&key("large"), &Payload::file(path, size, sha256), &attributes()).await.unwrap();
    assert_eq!(store::digest_of(&*store, &key("large")).await.unwrap(), (sha256, size));
    assert!(read(&*store, "large", None).await.unwrap() == content);
    let part = read(&*store, "large", Some(1_048_570..3_145_740)).await.unwrap();
    assert!(part == content[1_048_570..3_145_740]);
}

pub(crate) async fn one_of_many_creators_wins(bench: &dyn Bench) {
    for round in 0..8 {
        let name = format!("race/{round}");
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..16u8 {
            let (store, name) = (bench.open(), name.clone());
            tasks.spawn(async move { (number, create(&*store, &name, &[number; 1000]).await) });
        }
        let (won, lost): (Vec<_>, Vec<_>) =
            tasks.join_all().await.into_iter().partition(|(_, result)| result.is_ok());
        assert_eq!(won.len(), 1, "{won:?}");
        assert!(
            lost.iter().all(|(_, result)| result.as_ref().is_err_and(|error| error.is_exists())),
            "{lost:?}"
        );
        assert_eq!(read(&*bench.open(), &name, None).await.unwrap(), [won[0].0; 1000]);
    }
}

pub(crate) async fn many_creators_make_one_new_folder(bench: &dyn Bench) {
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..16u8 {
        let store = bench.open();
        tasks.spawn(async move { create(&*store, &format!("new/deep/folder/{number}"), &[number]).await });
    }
    for result in tasks.join_all().await {
        result.unwrap();
    }
    let listed = bench.open().list(&Folder::new("new/deep/folder").unwrap(), None, 1000).await.unwrap();
    assert_eq!(listed.objects.len(), 16);
}

pub(crate) async fn a_source_that_changed_leaves_nothing(bench: &dyn Bench) {
    let store = bench.open();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("source");
    std::fs::write(&path, b"content").unwrap();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let wrong = [
        (Payload::file(pipe, 7, Digest::of(b"content")), StoreErrorKind::SourceUnreadable),
        (Payload::file(&path, 7, Digest::of(b"CONTENT")), StoreErrorKind::SourceChanged),
        (Payload::file(&path, 6, Digest::of(b"conten")), StoreErrorKind::SourceChanged),
        (Payload::file(&path, 8, Digest::of(b"contents")), StoreErrorKind::SourceChanged),
        (
            Payload::file(folder.path().join("none"), 7, Digest::of(b"content")),
            StoreErrorKind::SourceUnreadable,
        ),
        (Payload::file(folder.path(), 7, Digest::of(b"content")), StoreErrorKind::SourceUnreadable),
    ];
    for (payload, kind) in wrong {
        let error = store.create(&key("a/b"), &payload, &attributes()).await.unwrap_err();
        assert_eq!(error.kind, kind, "{error}");
        assert!(store.head(&key("a/b")).await.unwrap_err().is_not_found());
        assert_eq!(store.list(&Folder::root(), None, 10).await.unwrap().objects, []);
    }
    store.create(&key("a/b"), &Payload::file(&path, 7, Digest::of(b"content")), &attributes()).await.unwrap();
}

pub(crate) async fn a_create_that_is_given_up_leaves_nothing(bench: &dyn Bench) {
    let store = bench.open();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("source");
    let content = vec![7; 3 << 20];
    std::fs::write(&path, &content).unwrap();
    let payload = Payload::file(&path, content.len() as u64, Digest::of(&content));
    for micros in [0, 100, 1000] {
        let name = key(&format!("given-up/{micros}"));
        let attributes = attributes();
        let create = store.create(&name, &payload, &attributes);
        let _ = tokio::time::timeout(Duration::from_micros(micros), create).await;
        match store.head(&name).await {
            // It was quick enough.
            Ok(_) => assert!(read(&*store, name.as_str(), None).await.unwrap() == content),
            Err(error) => assert!(error.is_not_found(), "{error}"),
        }
    }
}

pub(crate) async fn deleted_keys_are_free(bench: &dyn Bench) {
    let store = bench.open();
    create(&*store, "a/b", b"first").await.unwrap();
    create(&*store, "a/c", b"stays").await.unwrap();
    store.delete(&key("a/b")).await.unwrap();
    store.delete(&key("a/b")).await.unwrap();
    assert!(store.head(&key("a/b")).await.unwrap_err().is_not_found());
    create(&*store, "a/b", b"second").await.unwrap();
    assert_eq!(read(&*store, "a/b", None).await.unwrap(), b"second");
    assert_eq!(read(&*store, "a/c", None).await.unwrap(), b"stays");
}

pub(crate) async fn the_probe_is_honoured(bench: &dyn Bench) {
    for _ in 0..2 {
        assert_eq!(probe::check(&*bench.open(), false).await.unwrap(), None);
    }
    let listed = bench.open().list(&Folder::root(), None, 10).await.unwrap();
    let keys: Vec<_> = listed.objects.iter().map(|listed| listed.key.as_str()).collect();
    assert_eq!(keys, [probe::PROBE]);
}

/// Of those who begin to send a large object while there is nothing yet, one wins at the end. Not every back end is asked.
#[cfg(any(feature = "azure", feature = "gcs"))]
pub(crate) async fn one_of_large_creators_wins(bench: &dyn Bench, size: usize) {
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..4u8 {
        let store = bench.open();
        tasks.spawn(async move { (number, create(&*store, "race", &vec![number; size]).await) });
    }
    let (won, lost): (Vec<_>, Vec<_>) =
        tasks.join_all().await.into_iter().partition(|(_, result)| result.is_ok());
    assert!(lost.iter().all(|(_, result)| result.as_ref().is_err_and(|error| error.is_exists())), "{lost:?}");
    assert_eq!(won.len(), 1, "{won:?}");
    let store = bench.open();
    assert!(read(&*store, "race", None).await.unwrap() == vec![won[0].0; size]);
    assert_eq!(store.head(&key("race")).await.unwrap().size, size as u64);
}

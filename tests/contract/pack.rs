//! A pack, and its life in a store: what commands do with it, on every back end.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, SystemTime};

use aegis_action::diag::Code;
use aegis_action::store::channel::{self, Move};
use aegis_action::store::publish::{Done, Revision, publish};
use aegis_action::store::revoke::{self, Revocation};
use aegis_action::store::subject::Subject;
use aegis_action::store::verify::{Scope, verify};
use aegis_action::store::{Digest, Folder, gc, list, manifest};

use crate::Bench;

/// A pack in a folder: files with this content, and a manifest of them.
pub(crate) fn pack(folder: &Path, content: &str) -> (Revision, Digest) {
    let files = [("caches/global.1337", content), ("exports/pack.json", "{}"), ("runtime.1337", "runtime")];
    let mut entries = BTreeMap::new();
    for (name, content) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        entries.insert(name, Digest::of(content.as_bytes()));
    }
    let hash = manifest::pack_hash(entries.iter().map(|(name, sha256)| (*name, *sha256)));
    let sizes: BTreeMap<_, _> = files.iter().map(|(name, content)| (*name, content.len())).collect();
    let listed: serde_json::Map<_, _> = entries
        .iter()
        .map(|(name, sha256)| {
            ((*name).to_owned(), serde_json::json!({"sha256": sha256, "size": sizes[name]}))
        })
        .collect();
    let metadata = serde_json::json!({
        "aegis": "metadata/v1", "contentHash": Digest::of(b"c"), "files": listed, "name": "warehouse", "oid": "1.0",
        "packHash": hash, "version": "1.2.3+b.5",
    });
    let metadata = metadata.to_string().into_bytes();
    std::fs::write(folder.join("metadata.json"), &metadata).unwrap();
    (Revision::of_pack(folder, metadata).unwrap(), hash)
}

pub(crate) async fn a_pack_lives_in_it(bench: &dyn Bench) {
    let folder = tempfile::tempdir().unwrap();
    let (revision, hash) = pack(folder.path(), "global");
    let oid = "1.0".parse().unwrap();
    let subject = Subject::Pack("1.0".parse().unwrap());
    let store = bench.whole();
    let published = publish(&*store, &revision, false).await.unwrap();
    assert_eq!((published.done, published.objects), (Done::Created, 4));
    let again = publish(&*bench.whole(), &revision, false).await.unwrap();
    assert_eq!((again.done, again.objects), (Done::AlreadyThere, 0));
    let verified = verify(&*bench.whole(), &Scope::All).await.unwrap();
    assert!(verified.diagnostics.is_empty(), "{:?}", verified.diagnostics);
    assert_eq!((verified.revisions, verified.files), (1, 4));

    // Two who have read the same channel: one moves it.
    let before = channel::series(&*store, &subject, "stable").await.unwrap();
    let moved =
        |by: &str| Move { to: hash, by: by.to_owned(), at: "2026-11-28T16:00:00Z".to_owned(), reason: None };
    let (document, wrote) = channel::flip(&*store, &subject, "stable", &before, &moved("ann")).await.unwrap();
    assert_eq!((document.sequence, wrote), (1, true));
    let lost = channel::flip(&*bench.whole(), &subject, "stable", &before, &moved("bob")).await.unwrap_err();
    assert_eq!(lost.code, Code::DeployConflict);
    let now = channel::series(&*bench.whole(), &subject, "stable").await.unwrap();
    assert_eq!((now.highest, now.current().map(|document| document.to)), (1, Some(hash)));
    let revisions = list::revisions(&*bench.whole(), &oid, 10, None).await.unwrap();
    assert_eq!(revisions.revisions.len(), 1);
    assert!(revisions.diagnostics.is_empty() && !revisions.revisions[0].revoked);

    // What a channel names is kept; what nothing names goes, and what was revoked never comes back.
    let now = SystemTime::now() + Duration::from_secs(60);
    let rules = gc::Rules { older_than: Duration::ZERO, now, unfinished: false };
    let other = folder.path().join("other");
    let (unused, unused_hash) = pack(&other, "unused");
    publish(&*store, &unused, false).await.unwrap();
    let found = gc::find(&*store, Folder::root(), &rules).await.unwrap();
    assert_eq!(found.candidates.iter().map(|candidate| candidate.hash).collect::<Vec<_>>(), [unused_hash]);
    assert!(gc::remove(&*store, &found.candidates[0]).await.unwrap());
    let verified = verify(&*bench.whole(), &Scope::All).await.unwrap();
    assert_eq!((verified.revisions, verified.unfinished), (1, 0));
    let document =
        Revocation::new(hash, "ann".to_owned(), "2026-11-28T16:00:00Z".to_owned(), "a leak".to_owned());
    assert!(revoke::revoke(&*store, &subject, hash, &document).await.unwrap());
    assert!(!revoke::revoke(&*bench.whole(), &subject, hash, &document).await.unwrap());
    assert_eq!(publish(&*bench.whole(), &revision, false).await.unwrap_err().code, Code::Revoked);
}

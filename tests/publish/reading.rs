//! What verification and listing say of what was published, and of what was damaged since.

use aegis_action::diag::{Code, Severity};
use aegis_action::store::list::revisions;
use aegis_action::store::verify::{Scope, verify};
use aegis_action::store::versions::VersionDocument;
use aegis_action::store::{Digest, Payload, block_on, layout};

use crate::fixture::{self, PACK, Pack};
use crate::scene::Scene;
use crate::{assert_clean, publish_now};

#[test]
fn verification_finds_every_kind_of_damage() {
    use Code::{FileMissing, HashMismatch, MetadataInvalid, SizeMismatch, UnexpectedFile};
    type Damage = fn(&Scene, &std::path::Path);
    let cases: [(Damage, Code); 8] = [
        (|scene, pack| std::fs::remove_file(scene.stored(pack, "runtime.1337")).unwrap(), FileMissing),
        (|scene, pack| std::fs::write(scene.stored(pack, "new.txt"), "").unwrap(), UnexpectedFile),
        (
            |scene, _| std::fs::write(scene.scratch.path().join("store/packs/1.0/x"), "").unwrap(),
            UnexpectedFile,
        ),
        (|scene, pack| std::fs::write(scene.stored(pack, "README.md"), "README").unwrap(), HashMismatch),
        (|scene, pack| std::fs::write(scene.stored(pack, "README.md"), "short").unwrap(), SizeMismatch),
        (|scene, pack| std::fs::write(scene.stored(pack, "metadata.json"), "{}").unwrap(), MetadataInvalid),
        (
            |scene, pack| {
                let path = scene.stored(pack, "metadata.json");
                let text = std::fs::read_to_string(&path).unwrap();
                let (old, new) =
                    (Digest::of(&std::fs::read(pack.join("runtime.1337")).unwrap()), Digest::of(b"evil"));
                std::fs::write(&path, text.replace(&old.to_string(), &new.to_string())).unwrap();
                std::fs::write(scene.stored(pack, "runtime.1337"), "evil").unwrap();
            },
            HashMismatch,
        ),
        (
            |scene, pack| {
                let folder = scene.stored(pack, "");
                let other = folder.with_file_name(Digest::of(b"other").to_string());
                std::fs::rename(folder, other).unwrap();
            },
            HashMismatch,
        ),
    ];
    for (number, (damage, code)) in cases.into_iter().enumerate() {
        let scene = Scene::new();
        let pack = scene.pack("pack", PACK);
        publish_now(&*scene.store, &fixture::revision(&pack)).unwrap();
        damage(&scene, &pack);
        let codes = scene.codes();
        assert!(codes.contains(&(Severity::Error, code)), "{number}: {codes:?}");
        assert!(
            codes.iter().all(|(_, found)| *found == code || *found == SizeMismatch),
            "{number}: {codes:?}"
        );
    }
}

#[test]
fn verification_has_a_scope_and_needs_something_to_verify() {
    let scene = Scene::new();
    let verify = |scope: &Scope| block_on(verify(&*scene.store, scope)).unwrap().unwrap();
    assert_eq!(scene.codes(), [(Severity::Error, Code::NotFound)]);
    let (one, two) = (scene.pack("one", PACK), scene.pack("two", Pack { content: "two", ..PACK }));
    for pack in [&one, &two] {
        publish_now(&*scene.store, &fixture::revision(pack)).unwrap();
    }
    std::fs::write(scene.stored(&two, "README.md"), "README").unwrap();
    let oid: aegis_action::oid::Oid = "1.0".parse().unwrap();
    let hash = |pack: &std::path::Path| -> Digest {
        fixture::revision(pack).folder().path().rsplit_once('/').unwrap().1.parse().unwrap()
    };
    let clean = verify(&Scope::Revision(oid.clone(), hash(&one)));
    assert_eq!((clean.revisions, clean.diagnostics.len()), (1, 0));
    assert_eq!(verify(&Scope::Revision(oid.clone(), hash(&two))).diagnostics.len(), 1);
    assert_eq!(verify(&Scope::Pack(oid)).revisions, 2);
    let nowhere = verify(&Scope::Pack("1.0.1".parse().unwrap()));
    assert_eq!(nowhere.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(), [Code::NotFound]);
}

#[test]
fn verification_reads_version_documents() {
    let scene = Scene::new();
    let pack = scene.pack("pack", PACK);
    publish_now(&*scene.store, &fixture::revision(&pack)).unwrap();
    let oid: aegis_action::oid::Oid = "1.0".parse().unwrap();
    let hash: Digest = fixture::revision(&pack).folder().path().rsplit_once('/').unwrap().1.parse().unwrap();
    let put = |version: &str, hash: Digest| {
        let version: semver::Version = version.parse().unwrap();
        let document = VersionDocument::new(oid.clone(), version.clone(), hash, Digest::of(b"c"));
        let (key, payload) = (layout::version(&oid, &version).unwrap(), Payload::bytes(document.to_bytes()));
        let attributes = layout::immutable(key.as_str(), payload.sha256());
        block_on(scene.store.create(&key, &payload, &attributes)).unwrap().unwrap();
    };
    put("1.2.3", hash);
    let verified = assert_clean(&*scene.store);
    assert_eq!(verified.versions, 1);
    put("2.0.0", Digest::of(b"nowhere"));
    assert_eq!(scene.codes(), [(Severity::Error, Code::FileMissing)]);
    std::fs::write(scene.scratch.path().join("store/packs/1.0/versions/2.0.0.json"), "{}").unwrap();
    assert_eq!(scene.codes(), [(Severity::Error, Code::MetadataInvalid)]);
}

#[test]
fn lists_are_newest_first_page_by_page() {
    let scene = Scene::new();
    let oid = "1.0".parse().unwrap();
    let mut expected = Vec::new();
    for (number, content) in ["a", "b", "c", "d", "e"].into_iter().enumerate() {
        let pack = scene.pack(content, Pack { content, ..PACK });
        publish_now(&*scene.store, &fixture::revision(&pack)).unwrap();
        // The last two have one time.
        let time = std::time::SystemTime::UNIX_EPOCH
            + std::time::Duration::new(1_700_000_000 + number.min(3) as u64, 7);
        let manifest =
            std::fs::File::options().write(true).open(scene.stored(&pack, "metadata.json")).unwrap();
        manifest.set_modified(time).unwrap();
        let hash: Digest =
            fixture::revision(&pack).folder().path().rsplit_once('/').unwrap().1.parse().unwrap();
        expected.push((std::cmp::Reverse(time), hash));
    }
    expected.sort();
    for size in 1..=6 {
        let (mut found, mut token, mut pages) = (Vec::new(), None::<String>, 0);
        loop {
            let page = block_on(revisions(&*scene.store, &oid, size, token.as_deref())).unwrap().unwrap();
            assert!(page.diagnostics.is_empty());
            found.extend(page.revisions);
            pages += 1;
            token = page.next_page_token;
            if token.is_none() {
                break;
            }
        }
        assert_eq!(pages, 5_usize.div_ceil(size.into()));
        let order: Vec<_> =
            found.iter().map(|row| (std::cmp::Reverse(row.published), row.pack_hash)).collect();
        assert_eq!(order, expected);
        let said = found[0].said.as_ref().unwrap();
        assert_eq!(
            (said.name.as_str(), said.version.to_string().as_str(), said.files),
            ("warehouse", "1.2.3", 6)
        );
    }
    for size in [0, 1001] {
        assert_eq!(
            block_on(revisions(&*scene.store, &oid, size, None)).unwrap().unwrap_err().code,
            Code::UsageInvalid
        );
    }
    std::fs::write(scene.stored(&scene.scratch.path().join("c"), "metadata.json"), "{}").unwrap();
    let page = block_on(revisions(&*scene.store, &oid, 10, None)).unwrap().unwrap();
    assert_eq!(page.revisions.iter().filter(|row| row.said.is_none()).count(), 1);
    assert_eq!(
        page.diagnostics.iter().map(|d| (d.severity, d.code)).collect::<Vec<_>>(),
        [(Severity::Warning, Code::MetadataInvalid)]
    );
}

//! Registries that differ from one another, and publishers that get into each other's way: on a registry in this process.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aegis_action::store::publish::{Done, Revision, publish};
use aegis_action::store::versions::VersionDocument;
use aegis_action::store::{
    Digest, Folder, Payload, Store, StoreErrorKind, artifact_file, block_on, gc, layout, open,
};

use super::server::{IMMUTABLE, Paging, Server};
use crate::pack::pack;
use crate::{attributes, create, read};

fn store(server: &Server) -> Arc<dyn Store> {
    open(&format!("oci://{}/r", server.host), Path::new("/")).unwrap().into()
}

/// What is listed below `packs/1.0`.
fn listed(server: &Server) -> Result<Vec<String>, String> {
    let page = block_on(store(server).list(&Folder::new("packs/1.0").unwrap(), None, 100)).unwrap();
    let page = page.map_err(|error| error.to_string())?;
    Ok(page.objects.iter().map(|listed| listed.key.as_str().to_owned()).collect())
}

#[test]
fn oci_a_listing_is_whole_or_an_error() {
    let names: Vec<_> = (0..7).map(|number| format!("packs/1.0/{number}")).collect();
    for paging in
        [Paging::Never, Paging::Capped(3), Paging::Capped(7), Paging::Linked(3), Paging::Linked(100)]
    {
        let server = Server::start(paging);
        for name in &names {
            block_on(create(&*store(&server), name, b"x")).unwrap().unwrap();
        }
        assert_eq!(listed(&server).unwrap(), names);
    }
    let server = Server::start(Paging::Stuck(4));
    for name in &names {
        block_on(create(&*store(&server), name, b"x")).unwrap().unwrap();
    }
    let error = listed(&server).unwrap_err();
    assert!(error.contains("cannot be listed whole"), "{error}");
}

#[test]
fn oci_foreign_tags_are_left_alone() {
    let server = Server::start(Paging::Capped(100));
    block_on(create(&*store(&server), "packs/1.0/a", b"x")).unwrap().unwrap();
    let foreign = br#"{"schemaVersion":2,"config":{},"layers":[]}"#;
    for tag in ["h-1.0", &format!("h-{}", Digest::of(b"")), "k-packs__1.0__b", "latest"] {
        server.state().put(tag, foreign);
    }
    assert_eq!(listed(&server).unwrap(), ["packs/1.0/a"]);
    // What is ours and damaged may hold anything: it is not passed over.
    server.state().put("k-packs__1.0__c", br#"{"artifactType":"application/vnd.aegis.object.v1"}"#);
    listed(&server).unwrap_err();
}

/// The same pack, built by another run.
fn built_by(folder: &Path, run: &str) -> (Revision, Digest) {
    let (_, hash) = pack(folder, "global");
    let path = folder.join("metadata.json");
    let mut metadata: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    metadata["provenance"] = serde_json::json!({"run": run});
    let metadata = metadata.to_string().into_bytes();
    std::fs::write(&path, &metadata).unwrap();
    (Revision::of_pack(folder, metadata).unwrap(), hash)
}

#[test]
fn oci_a_killed_publish_is_finished_by_another_run() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(Paging::Capped(100));
    let (first, hash) = built_by(&folder.path().join("first"), "1");
    let (second, _) = built_by(&folder.path().join("second"), "2");
    let metadata =
        |run: &str| Digest::of(&std::fs::read(folder.path().join(run).join("metadata.json")).unwrap());
    let commit = format!("k-packs__1.0__{hash}__metadata.json");
    let at = format!("/v2/r/manifests/{commit}");
    // It dies before the commit.
    server.state().hook =
        Some(Box::new(move |method, path, _| (method == "PUT" && path == at).then_some(403)));
    block_on(publish(&*store(&server), &first, false)).unwrap().unwrap_err();
    let [artifact, image] = ["pack", "image"].map(|kind| format!("{kind}-{hash}"));
    assert!(server.state().named(&artifact).contains(&metadata("first").to_string()));
    let before = server.state().named(&image);
    server.state().hook = Some(Box::new(|_, _, _| None));
    let published = block_on(publish(&*store(&server), &second, false)).unwrap().unwrap();
    assert_eq!(published.done, Done::Finished);
    assert!(server.state().named(&artifact).contains(&metadata("second").to_string()));
    assert_ne!(server.state().named(&image), before);
    let again = block_on(publish(&*store(&server), &first, false)).unwrap().unwrap();
    assert_eq!(again.done, Done::AlreadyThere);
    assert!(server.state().named(&artifact).contains(&metadata("second").to_string()));
}

/// A registry that keeps tags from moving: what a killed publish left has to go first, or to be removed by someone who may.
#[test]
fn oci_a_killed_publish_is_finished_where_tags_cannot_move() {
    let folder = tempfile::tempdir().unwrap();
    let (first, hash) = built_by(&folder.path().join("first"), "1");
    let (second, _) = built_by(&folder.path().join("second"), "2");
    for may_delete in [true, false] {
        let server = Server::start(Paging::Capped(100));
        let commit = format!("/v2/r/manifests/k-packs__1.0__{hash}__metadata.json");
        server.state().hook =
            Some(Box::new(move |method, path, _| (method == "PUT" && path == commit).then_some(403)));
        block_on(publish(&*store(&server), &first, false)).unwrap().unwrap_err();
        server.state().hook = Some(Box::new(move |method, path, state| {
            let name = path.rsplit('/').next().unwrap_or_default();
            match method.as_str() {
                "PUT" if path.contains("/manifests/") && state.tags.contains_key(name) => Some(IMMUTABLE),
                "DELETE" if !may_delete && !path.contains("probe") => Some(405),
                _ => None,
            }
        }));
        let published = block_on(publish(&*store(&server), &second, false)).unwrap();
        if may_delete {
            assert_eq!(published.unwrap().done, Done::Finished);
        } else {
            let error = published.unwrap_err();
            assert!(error.message.contains("aegis gc --unfinished --delete"), "{error}");
        }
    }
}

/// Another one commits while the tags are of this one's manifest: they become those of the one that is committed.
#[test]
fn oci_tags_are_of_the_manifest_that_won() {
    let folder = tempfile::tempdir().unwrap();
    let (first, hash) = built_by(&folder.path().join("first"), "1");
    let (second, _) = built_by(&folder.path().join("second"), "2");
    let [artifact, image] = ["pack", "image"].map(|kind| format!("{kind}-{hash}"));
    let commit = format!("k-packs__1.0__{hash}__metadata.json");
    // What the first one wrote, as it was.
    let server = Server::start(Paging::Capped(100));
    block_on(publish(&*store(&server), &first, false)).unwrap().unwrap();
    let kept = server.state().tags.clone();
    let (won, expected) = (kept[&commit].clone(), [&artifact, &image].map(|tag| kept[tag].clone()));
    server.state().tags.remove(&commit);
    let (at, tag) = (format!("/v2/r/manifests/{image}"), commit.clone());
    server.state().hook = Some(Box::new(move |method, path, state| {
        if method == "PUT" && path == at {
            state.tags.entry(tag.clone()).or_insert_with(|| won.clone());
        }
        None
    }));
    let published = block_on(publish(&*store(&server), &second, false)).unwrap().unwrap();
    assert_eq!(published.done, Done::AlreadyThere);
    let state = server.state();
    assert_eq!([&artifact, &image].map(|tag| state.tags[tag].clone()), expected);
}

#[test]
fn oci_what_is_unfinished_goes_with_its_tags() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(Paging::Capped(100));
    let (revision, hash) = built_by(folder.path(), "1");
    block_on(publish(&*store(&server), &revision, false)).unwrap().unwrap();
    server.state().tags.remove(&format!("k-packs__1.0__{hash}__metadata.json"));
    let now = std::time::SystemTime::now() + std::time::Duration::from_secs(60);
    let rules = gc::Rules { older_than: std::time::Duration::ZERO, now, unfinished: true };
    let store = store(&server);
    let found = block_on(gc::find(&*store, Folder::root(), &rules)).unwrap().unwrap();
    assert_eq!(found.candidates.len(), 1);
    assert!(block_on(gc::remove(&*store, &found.candidates[0])).unwrap().unwrap());
    let left: Vec<_> =
        server.state().tags.keys().filter(|tag| tag.contains(&hash.to_string())).cloned().collect();
    assert!(left.is_empty(), "{left:?}");
}

/// The registry fails, and before it is asked again another one takes the tag.
#[test]
fn oci_a_tag_that_was_taken_between_two_attempts_stays() {
    let server = Server::start(Paging::Capped(100));
    let other = br#"{"schemaVersion":2,"config":{},"layers":[]}"#;
    let mut failed = false;
    server.state().hook = Some(Box::new(move |method, path, state| {
        if method != "PUT" || !path.ends_with("/manifests/k-packs__1.0__a") || failed {
            return None;
        }
        failed = true;
        state.put("k-packs__1.0__a", other);
        Some(503)
    }));
    let error = block_on(create(&*store(&server), "packs/1.0/a", b"x")).unwrap().unwrap_err();
    assert!(error.is_exists(), "{error}");
    assert_eq!(server.state().named("k-packs__1.0__a").as_bytes(), other);
    // One that failed after it was done is no one else's.
    let mut failed = false;
    server.state().hook = Some(Box::new(move |method, path, _| {
        let now = method == "GET" && path.ends_with("/manifests/k-packs__1.0__b") && !failed;
        failed |= now;
        now.then_some(503)
    }));
    block_on(create(&*store(&server), "packs/1.0/b", b"x")).unwrap().unwrap();
}

#[test]
fn oci_no_more_is_taken_than_was_announced() {
    let server = Server::start(Paging::Capped(100));
    block_on(create(&*store(&server), "packs/1.0/a", b"x")).unwrap().unwrap();
    server.state().flood = Some(vec![b'x'; 64 << 20].into());
    let error = block_on(read(&*store(&server), "packs/1.0/a", None)).unwrap().unwrap_err();
    assert!(error.kind == StoreErrorKind::Unavailable && error.to_string().contains("more bytes"), "{error}");
    let blob = format!("sha256:{}", Digest::of(b"x"));
    let artifact = serde_json::json!({"schemaVersion": 2, "layers": [
        {"digest": blob, "size": 1, "annotations": {"org.opencontainers.image.title": "x"}}
    ]});
    server.state().put("1.0", artifact.to_string().as_bytes());
    let file = || block_on(artifact_file((&server.host, "r"), "1.0", "x", &Default::default(), 10)).unwrap();
    assert!(file().unwrap_err().to_string().contains("more bytes"));
    server.state().flood = None;
    assert_eq!(file().unwrap(), b"x");
}

/// Answers on one connection, until the other side goes; counts what was sent of a manifest.
fn endless(mut socket: TcpStream, sent: &AtomicUsize) {
    let mut head = Vec::new();
    let mut byte = [0];
    while socket.read(&mut byte).is_ok_and(|count| count == 1) {
        head.push(byte[0]);
        if !head.ends_with(b"\r\n\r\n") {
            continue;
        }
        let path = String::from_utf8(std::mem::take(&mut head)).unwrap();
        let path = path.split(' ').nth(1).unwrap();
        if !path.contains("/manifests/") {
            socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").unwrap();
            continue;
        }
        let length =
            if path.ends_with("__a") { "content-length: 268435456" } else { "transfer-encoding: chunked" };
        socket.write_all(format!("HTTP/1.1 200 OK\r\n{length}\r\n\r\n").as_bytes()).unwrap();
        let piece = [b"10000\r\n".as_slice(), &[b' '; 0x10000], b"\r\n"].concat();
        for _ in (0..4096).take_while(|_| socket.write_all(&piece).is_ok()) {
            sent.fetch_add(piece.len(), Ordering::Relaxed);
        }
        return;
    }
}

/// Announced or not: what is longer than a manifest may be is given up, and not read to its end.
#[test]
fn oci_no_manifest_is_read_beyond_what_one_may_have() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&sent);
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let counted = Arc::clone(&counted);
            std::thread::spawn(move || endless(socket.unwrap(), &counted));
        }
    });
    for name in ["a", "b"] {
        let store = open(&format!("oci://{host}/r"), Path::new("/")).unwrap();
        let error = block_on(read(&*store, &format!("packs/1.0/{name}"), None)).unwrap().unwrap_err();
        let said = format!(
            "cannot read `packs/1.0/{name}` in the store oci://{host}/r: the manifest `{host}/v2/r/manifests/k-packs__1.0__{name}` has more than 4194304 bytes"
        );
        assert!(error.kind == StoreErrorKind::Other && error.to_string().starts_with(&said), "{error}");
        let sent = sent.swap(0, Ordering::Relaxed);
        assert!(sent < 64 << 20, "{sent}");
    }
}

/// A manifest that came damaged is none.
#[test]
fn oci_a_manifest_is_what_its_digest_says() {
    let server = Server::start(Paging::Capped(100));
    block_on(create(&*store(&server), "packs/1.0/a", b"x")).unwrap().unwrap();
    server.state().damage();
    let error = block_on(read(&*store(&server), "packs/1.0/a", None)).unwrap().unwrap_err();
    assert!(error.to_string().contains("has the digest sha256:"), "{error}");
}

/// A publish that did not come to its end, or somebody who removed tags: the next one makes those that are missing, and moves none.
#[test]
fn oci_missing_tags_are_made_again_and_none_is_moved() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(Paging::Capped(100));
    let (revision, hash) = built_by(folder.path(), "1");
    block_on(publish(&*store(&server), &revision, false)).unwrap().unwrap();
    let version = "1.2.3".parse().unwrap();
    let oid: aegis_action::oid::Oid = "1.0".parse().unwrap();
    let key = layout::version(&oid, &version).unwrap();
    let document = Payload::bytes(VersionDocument::new(oid, version, hash, Digest::of(b"c")).to_bytes());
    let released = || block_on(store(&server).create(&key, &document, &attributes())).unwrap();
    released().unwrap();
    let whole = server.state().tags.clone();
    let own = ["pack", "image"].map(|kind| format!("{kind}-{hash}"));
    let versions = ["1.0-v1.2.3", "image-1.0-v1.2.3"].map(str::to_owned);
    for tag in own.iter().chain(&versions) {
        server.state().tags.remove(tag).unwrap();
        let again = block_on(publish(&*store(&server), &revision, false)).unwrap().unwrap();
        assert_eq!((again.done, again.objects), (Done::AlreadyThere, 0));
        assert!(released().unwrap_err().is_exists());
        assert_eq!(server.state().tags, whole, "{tag}");
    }
    // It ended between the two tags of the version, before its document.
    for tag in [&versions[1], "k-packs__1.0__versions__1.2.3.json"] {
        server.state().tags.remove(tag).unwrap();
    }
    released().unwrap();
    assert_eq!(server.state().tags.keys().collect::<Vec<_>>(), whole.keys().collect::<Vec<_>>());
    // Somebody gave a tag to something else: it is theirs, and what is missing beside it is made.
    let foreign = br#"{"schemaVersion":2,"config":{},"layers":[]}"#;
    server.state().put(&own[0], foreign);
    server.state().put(&versions[0], foreign);
    server.state().tags.remove(&own[1]).unwrap();
    block_on(publish(&*store(&server), &revision, false)).unwrap().unwrap();
    assert!(released().unwrap_err().is_exists());
    let state = server.state();
    assert_eq!([&own[0], &versions[0]].map(|tag| state.named(tag).into_bytes()), [foreign; 2]);
    assert_eq!(state.tags[&own[1]], whole[&own[1]]);
}

/// The login of a run goes to the registry of its store, to none of a layer's, and to no second one.
#[test]
fn oci_a_login_goes_to_one_registry() {
    let folder = tempfile::tempdir().unwrap();
    let servers = [Server::start(Paging::Capped(100)), Server::start(Paging::Capped(100))];
    let run = |arguments: &str| {
        let [ours, theirs] = servers.each_ref().map(|server| format!("oci://{}/r", server.host));
        let arguments = arguments.replace("OURS", &ours).replace("THEIRS", &theirs);
        for server in &servers {
            server.state().asks = true;
            server.state().logins.clear();
            server.state().requests = 0;
        }
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_aegis"));
        command
            .args(arguments.split(' '))
            .args(["--registry-user", "ann"])
            .current_dir(folder.path())
            .env_clear();
        command.env("HOME", folder.path()).env("AEGIS_REGISTRY_PASSWORD", "not-a-secret").output().unwrap();
        let logins = |server: &Server| {
            let state = server.state();
            assert!(
                state.logins.iter().all(|login| login == "Basic YW5uOm5vdC1hLXNlY3JldA=="),
                "{:?}",
                state.logins
            );
            !state.logins.is_empty()
        };
        servers.each_ref().map(logins)
    };
    assert_eq!(run("list THEIRS --pack 1.0"), [false, true]);
    assert_eq!(run("copy OURS THEIRS"), [false, false]);
    assert_eq!(run("copy THEIRS folder"), [false, true]);
    let project = "aegis: project/v1\nstore: STORE\npack:\n  name: depot\n  oid: \"1.0\"\n  version: 1.0.0\n  layers:\n    \
                   global: [\"SOURCE\"]\n    domain: [domain.yaml]\n    local: [local.yaml]\n";
    let urls = [format!("oci://{}/r", servers[0].host), format!("oci://{}/r:1.0/x.yaml", servers[1].host)];
    let text = project.replace("STORE", &urls[0]).replace("SOURCE", &urls[1]);
    std::fs::write(folder.path().join("aegis.yaml"), text).unwrap();
    assert_eq!(run("copy OURS THEIRS"), [true, false]);
    assert!(!run("copy THEIRS OURS")[1]);
    servers[1].state().tags.clear();
    assert_eq!(run("pull"), [false, false]);
    assert!(servers[1].state().requests > 0);
}

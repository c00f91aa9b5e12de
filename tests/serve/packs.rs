//! Packs: their files in a store, and the pack that answers questions.

use aegis_action::store::{block_on, open, publish};

use crate::client::{Answer, Client};
use crate::example::Site;
use crate::scene::{Server, eventually, put};

#[test]
fn files_of_packs_are_served() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("aegis-runtime");
    Site::new("1.2.0").build(&directory).unwrap();
    let store = open("store", folder.path()).unwrap();
    let metadata = std::fs::read(directory.join("metadata.json")).unwrap();
    let revision = publish::Revision::of_pack(&directory, metadata).unwrap();
    block_on(publish::publish(&*store, &revision, false)).unwrap().unwrap();
    let server =
        Server::start(&["--store", folder.path().join("store").to_str().unwrap()], &["--revocation", "1"]);
    let get = |path: &str| Client::new(server.address).ask("GET", path, &[]);
    assert_eq!(get("/packs").text(), "{\"packs\":[\"1.0\"]}");
    let row = get("/packs/1.0/revisions").json()["revisions"][0].clone();
    assert_eq!(
        (&row["version"], &row["name"], &row["revoked"]),
        (&"1.2.0".into(), &"warehouse".into(), &false.into())
    );
    let hash = row["packHash"].as_str().unwrap().to_owned();
    for file in ["metadata.json", "runtime.1337", "caches/local.1337", "exports/pack.json", "checksums.txt"] {
        let path = format!("/packs/1.0/{hash}/{file}");
        let answer = get(&path);
        let bytes = std::fs::read(directory.join(file)).unwrap();
        assert_eq!((answer.status, &answer.body), (200, &bytes), "{file}");
        let etag = format!("\"{}\"", aegis_action::store::Digest::of(&bytes));
        assert_eq!(answer.header("etag").as_ref(), Some(&etag));
        assert!(answer.header("cache-control").unwrap().contains("immutable"));
        let part = Client::new(server.address).ask("GET", &path, &[("Range", "bytes=0-3")]);
        assert_eq!((part.status, &*part.body), (206, &bytes[..4]));
        let known = Client::new(server.address).ask("GET", &path, &[("If-None-Match", &etag)]);
        assert_eq!(known.status, 304);
    }
    assert_eq!(get(&format!("/packs/1.0/{hash}/exports/none.json")).error().1, "NOT_FOUND");
    assert_eq!(get(&format!("/packs/1.0/{hash}/exports")).error().1, "NOT_FOUND");
    let revoked = folder.path().join("store/packs/1.0").join(&hash).join("revoked.json");
    put(&revoked, b"{\"reason\":\"wrong zone\"}");
    eventually("it is gone", || get(&format!("/packs/1.0/{hash}/runtime.1337")).status == 410);
    eventually("and listed as revoked", || {
        get("/packs/1.0/revisions").json()["revisions"][0]["revoked"] == true
    });
}

/// Asks for the answer to a question.
fn result(answer: &Answer) -> serde_json::Value {
    assert_eq!((answer.status, &answer.json()["aegis"]), (200, &"answer/v1".into()), "{}", answer.text());
    answer.json()["result"].clone()
}

#[test]
fn questions_are_answered_from_the_pack_of_the_moment() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("aegis-runtime");
    Site::new("1.2.0").build(&directory).unwrap();
    let server = Server::start_in(folder.path(), &["--pack", "aegis-runtime"], &[], &[]);
    let get = |path: &str| Client::new(server.address).ask("GET", path, &[]);
    let answer = get("/v1/pack");
    let etag = answer.header("etag").unwrap();
    assert_eq!((&result(&answer)["version"], &result(&answer)["oid"]), (&"1.2.0".into(), &"1.0".into()));
    assert_eq!(result(&get("/v1/oids/1.0.2"))["terms"][0]["term"], "Forkie");
    assert_eq!(result(&get("/v1/terms?term=FORKY"))[0]["meaning"], "Forklift operator");
    assert_eq!(result(&get("/v1/terms?term=unheard+of")), serde_json::json!([]));
    let found = result(&get("/v1/scan?text=%C3%BCber+Forkie%2C+copy"));
    assert_eq!(
        (&found[0]["start"], &found[0]["end"], &found[1]["term"]),
        (&6.into(), &12.into(), &"copy".into())
    );
    let known = Client::new(server.address).ask("GET", "/v1/terms?term=forky", &[("If-None-Match", &etag)]);
    assert_eq!(known.status, 304);
    for (path, status) in [
        ("/v1/oids/1.0.99", 404),
        ("/v1/oids/1.0.99/children", 404),
        ("/v1/oids/x", 400),
        ("/v1/terms", 400),
        ("/v1/terms?term=", 400),
        ("/v1/scan?text=%ff", 400),
        ("/bots", 404),
        ("/packs/1.0/revisions", 404),
    ] {
        assert_eq!(get(path).error().0, status, "{path}");
    }
    // Another build is swapped in, without a restart.
    Site::new("1.3.0").build(&directory).unwrap();
    eventually("the new pack answers", || result(&get("/v1/pack"))["version"] == "1.3.0");
    assert_eq!(result(&get("/v1/terms?term=bay+one"))[0]["meaning"], "release 1.3.0");
    let changed = Client::new(server.address).ask("GET", "/v1/terms?term=forky", &[("If-None-Match", &etag)]);
    assert_eq!(changed.status, 200);
    // A broken one is not: the old one stays.
    std::fs::write(directory.join("runtime.1337"), b"broken").unwrap();
    let refused = "aegis_pack_events_total{event=\"refused\"} 1";
    eventually("it is refused", || get("/metrics").text().lines().any(|line| line == refused));
    assert_eq!(result(&get("/v1/pack"))["version"], "1.3.0");
    server.terminate();
    let (status, _, stderr) = server.wait();
    assert!(status.success() && stderr.contains("activated warehouse 1.3.0"), "{stderr}");
}

#[test]
fn without_a_pack_yet_it_is_not_ready() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_in(folder.path(), &["--pack", "aegis-runtime"], &[], &[]);
    let get = |path: &str| Client::new(server.address).ask("GET", path, &[]);
    assert_eq!((get("/readyz").error().0, get("/v1/pack").error().1.as_str()), (503, "UNAVAILABLE"));
    Site::new("1.2.0").build(&folder.path().join("aegis-runtime")).unwrap();
    eventually("it is ready", || get("/readyz").status == 200);
    assert_eq!(get("/v1/pack").status, 200);
}

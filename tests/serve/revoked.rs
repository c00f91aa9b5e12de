//! Revocations: they may come at any time, and nothing kept hides them for long.

use serde_json::json;

use crate::scene::{SCRIPT, Scene, eventually, hash, put, revision};

#[test]
fn a_revoked_revision_is_gone_and_says_why() {
    let scene = Scene::new(&["--revocation", "1"]);
    let rev = hash("pizza", 1);
    let path = |file: &str| format!("/bots/pizza/{rev}/{file}");
    let other = revision(scene.store(), "pizza", 2, SCRIPT);
    for file in ["bot.js", "spec.json"] {
        assert_eq!(scene.get(&path(file)).status, 200);
    }
    let document = json!({"aegis": "revoked/v1", "at": "2026-11-28T12:00:00Z", "by": "ann", "reason": "a token leaked", "revHash": rev});
    put(&scene.store().join("pizza").join(&rev).join("revoked.json"), document.to_string().as_bytes());
    eventually("what is kept is gone too", || scene.get(&path("bot.js")).status == 410);
    for file in ["bot.js", "spec.json", "rev.json"] {
        for headers in [&[][..], &[("If-None-Match", "*")], &[("Range", "bytes=0-1")]] {
            let answer = scene.get_with(&path(file), headers);
            assert_eq!(answer.error(), (410, "REVOKED".to_owned(), path(file)));
            assert!(answer.text().contains("revoked by ann at 2026-11-28T12:00:00Z: a token leaked"));
        }
        assert_eq!(scene.client().ask("HEAD", &path(file), &[]).status, 410);
    }
    assert_eq!(scene.get(&format!("/bots/pizza/{other}/bot.js")).status, 200);
}

#[test]
fn a_revocation_that_cannot_be_read_is_one() {
    let scene = Scene::new(&[]);
    let rev = hash("pizza", 1);
    put(&scene.store().join("pizza").join(&rev).join("revoked.json"), b"\xff{");
    let answer = scene.get(&format!("/bots/pizza/{rev}/bot.js"));
    assert_eq!(answer.error().1, "REVOKED");
    assert!(answer.text().contains("no reason is given"));
}

#[test]
fn a_store_that_is_down_takes_nothing_away() {
    let scene = Scene::new(&["--revocation", "1"]);
    let kept = format!("/bots/pizza/{}/bot.js", hash("pizza", 1));
    let other = format!("/bots/pizza/{}/spec.json", hash("pizza", 1));
    assert_eq!(scene.get(&kept).status, 200);
    assert_eq!(scene.get("/bots/pizza/revisions").status, 200);
    assert_eq!(scene.get("/readyz").status, 200);
    // A file where the store's folder was: every look at it fails.
    let (store, away) = (scene.store().to_owned(), scene.store().with_extension("away"));
    std::fs::rename(&store, &away).unwrap();
    std::fs::write(&store, b"").unwrap();
    eventually("it says that it is not ready", || scene.get("/readyz").status == 503);
    std::thread::sleep(std::time::Duration::from_millis(1500));
    assert_eq!(scene.get(&kept).text(), SCRIPT);
    assert_eq!(scene.get("/bots/pizza/revisions").status, 200);
    let down = scene.get(&other);
    assert_eq!((down.error().1.as_str(), down.header("retry-after").as_deref()), ("UNAVAILABLE", Some("5")));
    assert_eq!(scene.get("/healthz").status, 200);
    std::fs::remove_file(&store).unwrap();
    std::fs::rename(&away, &store).unwrap();
    eventually("it is ready again", || scene.get("/readyz").status == 200);
    assert_eq!(scene.get(&other).status, 200);
}

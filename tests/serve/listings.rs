//! What there is.

use std::time::{Duration, SystemTime};

use crate::scene::{SCRIPT, Scene, put, revision};

/// Says that a revision was published so many seconds ago.
fn aged(scene: &Scene, bot: &str, hash: &str, seconds: u64) {
    let path = scene.store().join(bot).join(hash).join("rev.json");
    let time = SystemTime::now() - Duration::from_secs(seconds);
    std::fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}

#[test]
fn revisions_come_newest_first_a_page_at_a_time() {
    let scene = Scene::new(&[]);
    let hashes: Vec<_> = (0..7).map(|number| revision(scene.store(), "many", number, SCRIPT)).collect();
    // The higher the number, the newer.
    hashes.iter().zip(0..).for_each(|(hash, number)| aged(&scene, "many", hash, 1000 - number * 10));
    put(&scene.store().join("many").join(&hashes[2]).join("revoked.json"), b"{}");
    let (mut seen, mut token) = (Vec::new(), String::new());
    for size in [3, 3, 1] {
        let page = scene.get(&format!("/bots/many/revisions?pageSize=3{token}")).json();
        let rows = page["revisions"].as_array().unwrap().clone();
        assert_eq!(rows.len(), size);
        seen.extend(rows);
        token = page["nextPageToken"].as_str().map(|text| format!("&pageToken={text}")).unwrap_or_default();
    }
    assert_eq!(token, "");
    let found: Vec<_> = seen.iter().map(|row| row["revHash"].as_str().unwrap()).collect();
    let expected: Vec<_> = hashes.iter().rev().map(String::as_str).collect();
    assert_eq!(found, expected);
    let row = &seen[4];
    assert_eq!(
        (&row["specVersion"], &row["author"], &row["revoked"]),
        (&2.into(), &"ann".into(), &true.into())
    );
    assert_eq!(
        (&row["builtAt"], &row["sizes"]["bot.js"]),
        (&"2026-11-28T12:00:00Z".into(), &SCRIPT.len().into())
    );
    assert_eq!(row.as_object().unwrap().len(), 6);
    assert_eq!(seen[3]["revoked"], false);
}

#[test]
fn listings_are_revalidated_and_follow_the_store() {
    let scene = Scene::new(&[]);
    let answer = scene.get("/bots");
    assert_eq!(answer.text(), "{\"bots\":[\"pizza\"]}");
    assert_eq!(answer.header("cache-control").as_deref(), Some("no-cache"));
    let etag = answer.header("etag").unwrap();
    assert_eq!(scene.get_with("/bots", &[("If-None-Match", &etag)]).status, 304);
    revision(scene.store(), "hello", 1, SCRIPT);
    crate::scene::eventually("a new bot is listed", || {
        let answer = scene.get_with("/bots", &[("If-None-Match", &etag)]);
        answer.status == 200 && answer.text() == "{\"bots\":[\"hello\",\"pizza\"]}"
    });
    let empty = scene.get("/bots/nobody/revisions");
    assert_eq!(empty.text(), "{\"nextPageToken\":null,\"revisions\":[]}");
    assert_eq!(scene.get("/packs").text(), "{\"packs\":[]}");
}

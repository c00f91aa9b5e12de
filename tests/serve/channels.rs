//! Channels and their history.

use std::path::Path;

use serde_json::json;

use crate::scene::{Scene, eventually, hash, put};

/// Writes a channel's document, as `deploy` would.
pub(crate) fn deploy(store: &Path, owner: &str, channel: &str, number: u64, to: &str, reason: &str) {
    let document = json!({
        "aegis": "channel/v1", "at": format!("2026-11-{:02}T12:00:00Z", number % 28 + 1), "by": "ann",
        "from": (number > 1).then_some("0".repeat(64)), "reason": reason, "sequence": number, "to": to,
    });
    let path = store.join(owner).join("channels").join(channel).join(format!("{number:020}.json"));
    put(&path, document.to_string().as_bytes());
}

#[test]
fn the_highest_document_is_current() {
    let scene = Scene::new(&[]);
    let (store, rev) = (scene.store().to_owned(), hash("pizza", 1));
    for owner in ["pizza", "packs/1.0"] {
        for number in 1..=12 {
            deploy(&store, owner, "stable", number, &rev, &format!("number {number}"));
        }
        deploy(&store, owner, "canary", 1, &rev, "");
        // What is no document of a channel is none.
        put(&store.join(owner).join("channels/stable.json"), b"{}");
        put(&store.join(owner).join("channels/stable/latest.json"), b"{}");
        let base = if owner == "pizza" { "/bots/pizza" } else { "/packs/1.0" };
        let answer = scene.get(&format!("{base}/channels/stable"));
        let stored =
            std::fs::read(store.join(owner).join(format!("channels/stable/{:020}.json", 12))).unwrap();
        assert_eq!((answer.status, &answer.body), (200, &stored));
        assert_eq!(answer.header("etag").as_deref(), Some("\"channel-12\""));
        assert_eq!(answer.header("cache-control").as_deref(), Some("public, max-age=5, must-revalidate"));
        let known =
            scene.get_with(&format!("{base}/channels/stable"), &[("If-None-Match", "\"channel-12\"")]);
        assert_eq!(known.status, 304);
        let all = scene.get(&format!("{base}/channels")).json();
        let names: Vec<_> =
            all["channels"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["canary", "stable"]);
        assert_eq!(
            (&all["channels"][1]["sequence"], &all["channels"][1]["to"]),
            (&12.into(), &rev.as_str().into())
        );
        let (mut seen, mut token) = (Vec::new(), String::new());
        for _ in 0..3 {
            let page = scene.get(&format!("{base}/channels/stable/history?pageSize=5{token}")).json();
            seen.extend(
                page["history"].as_array().unwrap().iter().map(|row| row["sequence"].as_u64().unwrap()),
            );
            token =
                page["nextPageToken"].as_str().map(|text| format!("&pageToken={text}")).unwrap_or_default();
        }
        assert_eq!(token, "");
        assert_eq!(seen, (1..=12).rev().collect::<Vec<_>>());
        for path in ["/channels/none", "/channels/none/history", "/channels/.x", "/channels/a%20b"] {
            assert_eq!(scene.get(&format!("{base}{path}")).error().1, "NOT_FOUND", "{path}");
        }
        for token in ["x", "0", "-1", "01"] {
            assert_eq!(
                scene.get(&format!("{base}/channels/stable/history?pageToken={token}")).error().0,
                400
            );
        }
    }
    deploy(&store, "pizza", "stable", 13, &rev, "flipped");
    eventually("a flip is seen", || {
        scene.get("/bots/pizza/channels/stable").header("etag").as_deref() == Some("\"channel-13\"")
    });
    deploy(&store, "pizza", "stable", 14, &rev, "flipped");
    put(&store.join(format!("pizza/channels/stable/{:020}.json", 14)), b"{\"aegis\":\"channel/v2\"}");
    // What is no document hides nothing for as long as the one before is remembered; then it is said.
    eventually("a faulty document is said", || {
        scene.get("/bots/pizza/channels/stable/history").status == 503
    });
}

//! The console: what it says, and how it looks in a browser.

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use serde_json::json;
use sha2::Digest as _;

use crate::channels::deploy;
use crate::scene::{SCRIPT, Scene, hash, put, revision};

/// A store with something to see.
fn scene() -> Scene {
    let scene = Scene::new(&[]);
    let store = scene.store();
    for number in 2..=71 {
        revision(store, "pizza", number, SCRIPT);
    }
    revision(store, "hello", 1, SCRIPT);
    for (number, reason) in [(1, "first release"), (2, "new menu"), (3, "back: prices were wrong")] {
        deploy(store, "pizza", "stable", number, &hash("pizza", number), reason);
    }
    revoke(store, "pizza", 5, "a token leaked");
    scene
}

fn revoke(store: &Path, bot: &str, version: u64, reason: &str) {
    let document = json!({
        "aegis": "revoked/v1", "at": "2026-11-28T12:00:00Z", "by": "ann", "reason": reason,
        "revHash": hash(bot, version),
    });
    put(&store.join(bot).join(hash(bot, version)).join("revoked.json"), document.to_string().as_bytes());
}

#[test]
fn pages_run_nothing_but_their_own() {
    let scene = scene();
    let hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&";
    revoke(scene.store(), "hello", 1, hostile);
    deploy(scene.store(), "hello", "stable", 1, &hash("hello", 1), hostile);
    let rev = hash("hello", 1);
    for path in
        ["/", "/?revoked", "/?bot=hello", &format!("/?bot=hello&rev={rev}"), "/?bot=hello&channel=stable"]
    {
        let answer = scene.get(path);
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type").as_deref(), Some("text/html; charset=utf-8"));
        assert_eq!(answer.header("x-frame-options").as_deref(), Some("DENY"));
        let (text, policy) = (answer.text(), answer.header("content-security-policy").unwrap());
        assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
        for tag in ["style", "script"] {
            // One of each, and it is the one whose hash is allowed.
            let parts: Vec<_> = text.split(&format!("<{tag}>")).collect();
            assert_eq!(parts.len(), 2, "{path}: {tag}");
            let content = parts[1].split(&format!("</{tag}>")).next().unwrap();
            let digest = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(content));
            assert!(policy.contains(&format!("'sha256-{digest}'")), "{path}: {tag}");
        }
        assert!(!text.contains("<img") && !text.contains("onerror=alert(1)>\""), "{path}");
        for outside in ["http://", "https://", "//cdn", "url("] {
            assert!(!text.contains(outside), "{path} has {outside}");
        }
    }
    let text = scene.get("/?bot=hello&channel=stable");
    assert!(text.text().contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "it is shown as it is");
    for (path, status) in [
        ("/?bot=nobody", 404),
        ("/?bot=UPPER", 404),
        ("/?bot=pizza&rev=x", 404),
        ("/?bot=pizza&channel=none", 404),
        ("/?pageSize=0", 400),
    ] {
        let answer = scene.get(path);
        assert_eq!(
            (answer.status, answer.header("cache-control").as_deref()),
            (status, Some("no-store")),
            "{path}"
        );
        assert!(answer.text().contains("<h1>") && answer.header("content-security-policy").is_some());
    }
}

#[test]
fn preflight_judges_what_stands_in_the_store() {
    let scene = scene();
    let path = format!("/bots/pizza/{}/preflight", hash("pizza", 1));
    let judged = scene.get(&path).json();
    assert_eq!(judged["passes"], false, "its spec is none");
    let checks = judged["checks"].as_array().unwrap();
    let outcome = |id: &str| {
        checks.iter().find(|one| one["check"] == id).unwrap()["status"].as_str().unwrap().to_owned()
    };
    assert_eq!((outcome("spec.schema").as_str(), outcome("files").as_str()), ("fail", "pass"));
    assert_eq!(checks.len(), aegis_action::preflight::ALL.len());
    assert_eq!(
        scene.get(&format!("/bots/pizza/{}/preflight", "0".repeat(64))).error().1,
        "REVISION_NOT_FOUND"
    );
}

#[test]
fn it_looks_right_in_a_browser() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let library = top.join("target/browser/node_modules/playwright-core");
    let chromium =
        std::env::var_os("AEGIS_CHROMIUM").map_or_else(|| PathBuf::from("/usr/bin/chromium"), PathBuf::from);
    for (path, help) in
        [(&library, "tests/serve/browser/install installs it"), (&chromium, "Debian's `chromium` is it")]
    {
        if !path.exists() {
            println!("skipped: there is no {} ({help})", path.display());
            return;
        }
    }
    let scene = scene();
    let shots = top.join("target/browser/screenshots");
    std::fs::create_dir_all(&shots).unwrap();
    let out = Command::new("node")
        .arg(top.join("tests/serve/browser/console.cjs"))
        .args([&library, &chromium])
        .arg(format!("http://{}", scene.server.address))
        .arg(&shots)
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    for name in ["light-home", "dark-revision", "noscript-channel", "narrow-revisions"] {
        assert!(shots.join(format!("{name}.png")).metadata().unwrap().len() > 1000, "{name}");
    }
}

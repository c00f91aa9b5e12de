//! Who may ask.

use crate::client::Client;
use crate::scene::{SCRIPT, Scene, Server, hash, revision};

#[test]
fn a_token_is_wanted_where_there_is_one() {
    let folder = tempfile::tempdir().unwrap();
    revision(folder.path(), "pizza", 1, SCRIPT);
    let file = folder.path().join("token");
    std::fs::write(&file, "s3cret-token\n").unwrap();
    let store = folder.path().to_str().unwrap();
    let (from_file, from_env) = (
        Server::start(&["--store", store], &["--token-file", file.to_str().unwrap()]),
        Server::start_in(folder.path(), &["--store", store], &[], &[("AEGIS_SERVE_TOKEN", "s3cret-token")]),
    );
    let path = format!("/bots/pizza/{}/bot.js", hash("pizza", 1));
    for server in [from_file, from_env] {
        let ask = |headers: &[(&str, &str)]| Client::new(server.address).ask("GET", &path, headers);
        let good = ask(&[("Authorization", "Bearer s3cret-token")]);
        assert_eq!(
            (good.status, good.header("cache-control").as_deref()),
            (200, Some("private, max-age=31536000, immutable"))
        );
        // It is kept now, which changes nothing.
        for headers in [&[][..], &[("Authorization", "Bearer other")], &[("If-None-Match", "*")]] {
            let answer = ask(headers);
            assert_eq!(answer.error().1, "UNAUTHORIZED");
            assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer "));
        }
        assert_eq!(ask(&[("Authorization", "Basic bWU6czNjcmV0LXRva2Vu")]).status, 200);
        for path in ["/bots", "/metrics", "/", "/nothing", "/openapi.json"] {
            assert_eq!(Client::new(server.address).ask("GET", path, &[]).status, 401, "{path}");
        }
        for path in ["/healthz", "/readyz"] {
            assert_eq!(Client::new(server.address).ask("GET", path, &[]).status, 200, "{path}");
        }
        server.terminate();
        let (_, stdout, stderr) = server.wait();
        assert!(!stdout.contains("s3cret") && !stderr.contains("s3cret"), "{stdout}{stderr}");
    }
}

#[test]
fn scripts_of_named_origins_may_read() {
    let scene = Scene::new(&["--cors", "https://console.example", "--cors", "https://other.example"]);
    let path = format!("/bots/pizza/{}/bot.js", hash("pizza", 1));
    let answer = scene.get_with(&path, &[("Origin", "https://other.example")]);
    assert_eq!(answer.header("access-control-allow-origin").as_deref(), Some("https://other.example"));
    assert!(answer.header("access-control-expose-headers").unwrap().contains("ETag"));
    assert_eq!(answer.header("vary").as_deref(), Some("Accept-Encoding, Origin"));
    let stranger = scene.get_with(&path, &[("Origin", "https://evil.example")]);
    assert_eq!((stranger.status, stranger.header("access-control-allow-origin")), (200, None));
    let ask = [
        ("Origin", "https://console.example"),
        ("Access-Control-Request-Method", "GET"),
        ("Access-Control-Request-Headers", "if-none-match"),
    ];
    let preflight = scene.client().ask("OPTIONS", &path, &ask);
    assert_eq!((preflight.status, preflight.body.len()), (204, 0));
    assert!(preflight.header("access-control-allow-headers").unwrap().contains("If-None-Match"));
    // An error can be read too, and a method that is not there is none.
    let missing = scene.get_with("/nothing", &[("Origin", "https://console.example")]);
    assert!(missing.header("access-control-allow-origin").is_some() && missing.status == 404);
    assert_eq!(scene.client().ask("OPTIONS", &path, &[]).status, 405);
}

//! What is not there, and what makes no sense.

use crate::scene::{Scene, hash, put};

#[test]
fn what_is_not_there_is_said_to_be_missing() {
    let scene = Scene::new(&[]);
    let rev = hash("pizza", 1);
    let other = hash("pizza", 9);
    put(&scene.store().join("half").join(&rev).join("bot.js"), b"1");
    for (path, code) in [
        ("/nothing".to_owned(), "NOT_FOUND"),
        ("/bots/pizza".to_owned(), "NOT_FOUND"),
        (format!("/bots/pizza/{rev}"), "NOT_FOUND"),
        (format!("/bots/pizza/{rev}/other.js"), "NOT_FOUND"),
        (format!("/bots/pizza/{rev}/bot.js/x"), "NOT_FOUND"),
        (format!("/bots/pizza/{other}/bot.js"), "REVISION_NOT_FOUND"),
        (format!("/bots/none/{rev}/rev.json"), "REVISION_NOT_FOUND"),
        (format!("/bots/pizza/{}/bot.js", rev.to_uppercase()), "REVISION_NOT_FOUND"),
        ("/bots/pizza/abc/bot.js".to_owned(), "REVISION_NOT_FOUND"),
        // Without its passport it is no revision.
        (format!("/bots/half/{rev}/bot.js"), "REVISION_NOT_FOUND"),
        (format!("/bots/packs/{rev}/bot.js"), "NOT_FOUND"),
        (format!("/bots/Pizza/{rev}/bot.js"), "NOT_FOUND"),
        (format!("/packs/1.0/{rev}/metadata.json"), "REVISION_NOT_FOUND"),
        (format!("/packs/01.0/{rev}/metadata.json"), "NOT_FOUND"),
    ] {
        assert_eq!(scene.get(&path).error(), (404, code.to_owned(), path.clone()));
        let head = scene.client().ask("HEAD", &path, &[]);
        assert_eq!((head.status, head.body.len()), (404, 0));
    }
}

#[test]
fn paths_are_never_normalized() {
    let scene = Scene::new(&[]);
    let file = format!("pizza/{}/bot.js", hash("pizza", 1));
    put(&scene.store().join("secret"), b"secret");
    for path in [
        format!("/bots/./{file}"),
        format!("/bots/../bots/{file}"),
        format!("/bots//{file}"),
        format!("//bots/{file}"),
        format!("/bots/{file}/"),
        format!("/bots/{}", file.replace('/', "%2f")),
        format!("/bots/{}", file.replacen('/', "%5C", 1)),
        format!("/bots/%2e/{file}"),
        format!("/bots/x/%2E%2E/{file}"),
        format!("/bots/{file}%00"),
        format!("/bots/{file}%"),
        format!("/bots/{file}%ff"),
        "/bots/../secret".to_owned(),
        "/bots/%2e%2e/secret".to_owned(),
        "/bots/..%2f..%2fsecret".to_owned(),
        "/packs/../../secret".to_owned(),
    ] {
        assert_eq!(scene.get(&path).error(), (404, "NOT_FOUND".to_owned(), path.clone()));
    }
    // An escape of a plain letter is that letter, as everywhere.
    assert_eq!(scene.get(&format!("/bots/{}", file.replacen('p', "%70", 1))).status, 200);
}

#[test]
fn it_only_reads() {
    let scene = Scene::new(&[]);
    let path = format!("/bots/pizza/{}/bot.js", hash("pizza", 1));
    assert_eq!(scene.get(&path).status, 200);
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "QUERY"] {
        for path in [path.as_str(), "/bots", "/metrics", "/bots/pizza/revisions"] {
            let answer = scene.client().ask(method, path, &[]);
            assert_eq!(answer.error(), (405, "BAD_REQUEST".to_owned(), path.to_owned()), "{method}");
            assert_eq!(answer.header("allow").as_deref(), Some("GET, HEAD"));
        }
    }
    for headers in [[("Content-Length", "3")], [("Transfer-Encoding", "chunked")]] {
        let answer = scene.client().ask("GET", &path, &headers);
        assert_eq!((answer.error().0, answer.header("connection").as_deref()), (413, Some("close")));
    }
}

#[test]
fn a_page_has_a_size() {
    let scene = Scene::new(&[]);
    for query in [
        "pageSize=0",
        "pageSize=1001",
        "pageSize=-1",
        "pageSize=x",
        "pageSize=",
        "pageSize=5&pageSize=5",
        "pageToken=x",
        "pageToken=%zz",
    ] {
        let answer = scene.get(&format!("/bots/pizza/revisions?{query}"));
        assert_eq!(
            answer.error(),
            (400, "BAD_REQUEST".to_owned(), "/bots/pizza/revisions".to_owned()),
            "{query}"
        );
    }
}

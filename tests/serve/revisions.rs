//! Files of revisions: validators, caching, ranges, codings.

use std::io::Read as _;

use crate::scene::{SCRIPT, Scene, hash};

fn path(file: &str) -> String {
    format!("/bots/pizza/{}/{file}", hash("pizza", 1))
}

#[test]
fn files_have_their_validators_and_may_be_kept_for_ever() {
    let scene = Scene::new(&[]);
    let rev = hash("pizza", 1);
    for (file, etag, kind) in [
        ("spec.json", "\"spec-1\"".to_owned(), "application/json"),
        ("bot.js", format!("\"bot-{rev}\""), "text/javascript; charset=utf-8"),
        ("rev.json", format!("\"rev-{rev}\""), "application/json"),
    ] {
        // The first answer was read, the second one was kept.
        for _ in 0..2 {
            let answer = scene.get(&path(file));
            let stored = std::fs::read(scene.store().join(format!("pizza/{rev}/{file}"))).unwrap();
            assert_eq!((answer.status, &answer.body), (200, &stored), "{file}");
            let header = |name: &str| answer.header(name).unwrap_or_else(|| panic!("{file} has no {name}"));
            assert_eq!(header("etag"), etag);
            assert_eq!(header("cache-control"), "public, max-age=31536000, immutable");
            assert_eq!(header("content-type"), kind);
            assert_eq!(header("content-length"), stored.len().to_string());
            assert_eq!(header("x-content-type-options"), "nosniff");
            assert_eq!(header("vary"), "Accept-Encoding");
            assert!(header("last-modified").ends_with(" GMT"));
            assert_eq!(answer.header("accept-ranges").is_some(), file == "bot.js");
        }
        let head = scene.client().ask("HEAD", &path(file), &[]);
        let get = scene.get(&path(file));
        let but_date = |headers: &[(String, String)]| -> Vec<_> {
            headers.iter().filter(|(name, _)| name != "date").cloned().collect()
        };
        assert_eq!((head.status, but_date(&head.headers)), (200, but_date(&get.headers)), "{file}");
    }
}

#[test]
fn what_a_client_has_is_not_sent_again() {
    let scene = Scene::new(&[]);
    let get = scene.get(&path("spec.json"));
    let modified = get.header("last-modified").unwrap();
    for method in ["GET", "HEAD"] {
        for headers in [
            [("If-None-Match", "\"spec-1\"")],
            [("If-None-Match", "\"x\", W/\"spec-1\"")],
            [("If-None-Match", "*")],
            [("If-Modified-Since", &modified)],
        ] {
            let answer = scene.client().ask(method, &path("spec.json"), &headers);
            assert_eq!((answer.status, answer.body.len()), (304, 0), "{headers:?}");
            assert_eq!(answer.header("etag").as_deref(), Some("\"spec-1\""));
            assert_eq!(answer.header("last-modified").as_ref(), Some(&modified));
            assert!(answer.header("cache-control").unwrap().contains("immutable"));
            assert_eq!(answer.header("vary").as_deref(), Some("Accept-Encoding"));
            assert_eq!(answer.header("content-length"), None);
        }
    }
    let other = scene.get_with(&path("spec.json"), &[("If-None-Match", "\"spec-2\"")]);
    assert_eq!((other.status, other.body), (200, get.body));
    let failed = scene.get_with(&path("spec.json"), &[("If-Match", "\"spec-2\"")]);
    assert_eq!(failed.error().0, 412);
    assert_eq!(scene.get_with(&path("spec.json"), &[("If-Match", "\"spec-1\"")]).status, 200);
}

#[test]
fn parts_of_scripts_are_sent() {
    let scene = Scene::new(&[]);
    let etag = format!("\"bot-{}\"", hash("pizza", 1));
    let size = SCRIPT.len();
    let part = |range: &str, headers: &[(&str, &str)]| {
        scene.get_with(&path("bot.js"), &[&[("Range", range)], headers].concat())
    };
    for (range, bytes) in [
        ("bytes=3-9", 3..10),
        ("bytes=10-", 10..size),
        ("bytes=-5", size - 5..size),
        ("bytes=0-9999999", 0..size),
    ] {
        // A part is one of the bytes themselves, whatever else the client takes.
        let answer = part(range, &[("Accept-Encoding", "br, gzip")]);
        assert_eq!((answer.status, &*answer.body), (206, &SCRIPT.as_bytes()[bytes.clone()]), "{range}");
        let expected = format!("bytes {}-{}/{size}", bytes.start, bytes.end - 1);
        assert_eq!(answer.header("content-range"), Some(expected));
        assert_eq!(answer.header("etag").as_ref(), Some(&etag));
        assert_eq!(answer.header("content-encoding"), None);
    }
    for range in ["bytes=1-0", "lines=1-2", "bytes=0-1,4-5", "x"] {
        assert_eq!((part(range, &[]).status, part(range, &[]).body.len()), (200, size), "{range}");
    }
    let outside = part(&format!("bytes={size}-"), &[]);
    assert_eq!(outside.error().0, 416);
    assert_eq!(outside.header("content-range"), Some(format!("bytes */{size}")));
    assert_eq!(part("bytes=0-1", &[("If-Range", &etag)]).status, 206);
    assert_eq!(part("bytes=0-1", &[("If-Range", "\"other\"")]).status, 200);
    assert_eq!(part("bytes=0-1", &[("If-None-Match", &etag)]).status, 304);
    // Nothing but the script has parts, and nothing but `GET` asks for them.
    assert_eq!(scene.get_with(&path("spec.json"), &[("Range", "bytes=0-1")]).status, 200);
    assert_eq!(scene.client().ask("HEAD", &path("bot.js"), &[("Range", "bytes=0-1")]).status, 200);
}

#[test]
fn codings_weaken_the_validator() {
    let scene = Scene::new(&[]);
    let weak = format!("W/\"bot-{}\"", hash("pizza", 1));
    let ask = |accept: &str, method: &str| {
        scene.client().ask(method, &path("bot.js"), &[("Accept-Encoding", accept)])
    };
    for (accept, coding) in
        [("br, gzip", "br"), ("gzip", "gzip"), ("gzip;q=0.5, br;q=0.1", "gzip"), ("*", "br")]
    {
        let answer = ask(accept, "GET");
        assert_eq!(answer.header("content-encoding").as_deref(), Some(coding), "{accept}");
        assert_eq!(answer.header("etag").as_ref(), Some(&weak));
        assert_eq!(answer.header("vary").as_deref(), Some("Accept-Encoding"));
        assert_eq!(answer.header("accept-ranges"), None);
        assert!(answer.body.len() < SCRIPT.len());
        let mut plain = String::new();
        match coding {
            "br" => brotli::Decompressor::new(&*answer.body, 4096).read_to_string(&mut plain).unwrap(),
            _ => flate2::read::GzDecoder::new(&*answer.body).read_to_string(&mut plain).unwrap(),
        };
        assert_eq!(plain, SCRIPT);
        assert_eq!(ask(accept, "HEAD").header("content-length"), answer.header("content-length"));
        for tag in [&weak, &weak[2..].to_owned()] {
            let known =
                scene.get_with(&path("bot.js"), &[("Accept-Encoding", accept), ("If-None-Match", tag)]);
            assert_eq!((known.status, known.header("etag").as_ref()), (304, Some(&weak)));
        }
    }
    for accept in ["identity", "deflate", "br;q=0, gzip;q=0", ""] {
        let answer = ask(accept, "GET");
        assert_eq!((answer.header("content-encoding"), answer.text()), (None, SCRIPT), "{accept}");
    }
    let refused = ask("identity;q=0, deflate", "GET");
    assert_eq!(refused.error().0, 406);
    assert_eq!(refused.header("vary").as_deref(), Some("Accept-Encoding"));
    // What is too small to gain anything is sent as it is.
    assert_eq!(
        scene.get_with(&path("spec.json"), &[("Accept-Encoding", "br")]).header("content-encoding"),
        None
    );
}

#[test]
fn what_is_not_what_was_published_is_not_served() {
    let scene = Scene::new(&[]);
    let folder = scene.store().join("pizza").join(hash("pizza", 1));
    std::fs::write(folder.join("bot.js"), SCRIPT.replace("Welcome", "Wolcome")).unwrap();
    let changed = scene.get(&path("bot.js"));
    assert_eq!((changed.error().0, changed.header("retry-after").as_deref()), (503, Some("5")));
    assert!(changed.text().contains("is not what was published"), "{}", changed.text());
    std::fs::remove_file(folder.join("spec.json")).unwrap();
    assert_eq!(scene.get(&path("spec.json")).error().1, "UNAVAILABLE");
    // The passport is what it is, and the file is served as soon as it is right again.
    assert_eq!(scene.get(&path("rev.json")).status, 200);
    std::fs::write(folder.join("bot.js"), SCRIPT).unwrap();
    assert_eq!(scene.get(&path("bot.js")).status, 200);
}

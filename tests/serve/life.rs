//! From start to end: the log, the numbers, and stopping.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::scene::{SCRIPT, Scene, hash, revision};

#[test]
fn answers_are_written_down() {
    for form in ["json", "text", "off"] {
        let scene = Scene::new(&["--access-log", form]);
        let path = format!("/bots/pizza/{}/bot.js", hash("pizza", 1));
        assert_eq!(scene.get(&format!("{path}?secret=1")).status, 200);
        assert_eq!(scene.get("/nothing\"here").status, 404);
        scene.server.terminate();
        let (status, log, _) = scene.server.wait();
        assert!(status.success());
        assert!(!log.contains("secret"), "{log}");
        let lines: Vec<_> = log.lines().collect();
        match form {
            "json" => {
                let line: serde_json::Value = serde_json::from_str(lines[0]).unwrap();
                assert_eq!(
                    (&line["method"], &line["path"], &line["status"]),
                    (&"GET".into(), &path.into(), &200.into())
                );
                assert_eq!((&line["bytes"], &line["peer"]), (&SCRIPT.len().into(), &"127.0.0.1".into()));
                assert!(line["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
                let line: serde_json::Value = serde_json::from_str(lines[1]).unwrap();
                assert_eq!(line["path"], "/nothing\"here");
            }
            "text" => {
                assert!(lines[0].contains(&format!(" 127.0.0.1 GET {path} 200 {} ", SCRIPT.len())), "{log}")
            }
            _ => assert!(lines.is_empty(), "{log}"),
        }
    }
}

#[test]
fn numbers_are_counted() {
    let scene = Scene::new(&[]);
    let path = format!("/bots/pizza/{}/bot.js", hash("pizza", 1));
    let etag = scene.get(&path).header("etag").unwrap();
    assert_eq!(scene.get_with(&path, &[("If-None-Match", &etag)]).status, 304);
    scene.get("/nothing");
    let page = scene.get("/metrics");
    assert_eq!(page.header("content-type").as_deref(), Some("text/plain; version=0.0.4; charset=utf-8"));
    for line in [
        "aegis_http_requests_total{route=\"bot_file\",status=\"200\"} 1",
        "aegis_http_requests_total{route=\"bot_file\",status=\"304\"} 1",
        "aegis_http_requests_total{route=\"other\",status=\"404\"} 1",
        "aegis_http_request_duration_seconds_count{route=\"bot_file\"} 2",
        "aegis_http_request_duration_seconds_bucket{route=\"bot_file\",le=\"+Inf\"} 2",
        "aegis_cache_hits_total 1",
        "aegis_cache_misses_total 1",
        "aegis_connections_total 4",
    ] {
        assert!(page.text().lines().any(|found| found == line), "{line} is not in\n{}", page.text());
    }
    // Every line is one of the text format, and every metric is described once.
    let mut described = std::collections::BTreeSet::new();
    for line in page.text().lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            assert!(described.insert(rest.split(' ').next().unwrap().to_owned()), "{line}");
        } else if !line.starts_with("# HELP ") {
            let (series, value) = line.rsplit_once(' ').unwrap();
            assert!(value.parse::<f64>().is_ok(), "{line}");
            let name = series.split('{').next().unwrap();
            let base =
                ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
            assert!(described.contains(name) || described.contains(base), "{line}");
        }
    }
}

#[test]
fn what_is_under_way_comes_to_its_end() {
    let scene = Scene::new(&["--grace", "10"]);
    let script = format!("// {}\n", "x".repeat(15 << 20));
    let rev = revision(scene.store(), "large", 1, &script);
    let mut under_way = scene.client();
    let mut idle = scene.client();
    assert_eq!(idle.ask("GET", "/healthz", &[]).status, 200);
    under_way.send("GET", &format!("/bots/large/{rev}/bot.js"), &[]);
    std::thread::sleep(Duration::from_millis(300));
    scene.server.terminate();
    assert!(idle.is_closed(), "who asks nothing is sent away");
    let address = scene.server.address;
    crate::scene::eventually("nobody new is let in", || std::net::TcpStream::connect(address).is_err());
    let answer = under_way.receive(true).unwrap();
    assert_eq!((answer.status, answer.body.len()), (200, script.len()));
    let (status, _, stderr) = scene.server.wait();
    assert!(status.success(), "{stderr}");
}

#[test]
fn who_takes_nothing_does_not_hold_it_up() {
    let scene = Scene::new(&["--grace", "1"]);
    let rev = revision(scene.store(), "large", 1, &format!("// {}\n", "x".repeat(15 << 20)));
    let mut stuck = scene.client();
    stuck.send("GET", &format!("/bots/large/{rev}/bot.js"), &[]);
    std::thread::sleep(Duration::from_millis(300));
    let start = Instant::now();
    scene.server.terminate();
    assert!(scene.server.wait().0.success());
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
}

#[test]
fn what_cannot_be_served_is_said_at_the_start() {
    let run = |args: &[&str]| {
        let out = Command::new(env!("CARGO_BIN_EXE_aegis")).arg("serve").args(args).output().unwrap();
        (out.status.code(), String::from_utf8(out.stderr).unwrap())
    };
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, said) = run(&["--store", "/tmp", "--listen", &address]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains(&format!("cannot listen on `{address}`")), "{said}");
    let (code, said) = run(&["--store", "/tmp", "--listen", "nowhere"]);
    assert!(code == Some(2) && said.contains("`nowhere` is no address"), "{said}");
    let (code, said) = run(&[]);
    assert!(code == Some(2) && said.contains("--store"), "{said}");
    let (code, said) = run(&["--store", "ftp://x"]);
    assert!(code == Some(2), "{said}");
    let (code, said) = run(&["--store", "/nowhere/at/all", "--listen", "127.0.0.1:0"]);
    assert!(code == Some(1) && said.contains("there is no store `/nowhere/at/all`"), "{said}");
}

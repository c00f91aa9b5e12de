//! What clients may take: connections, time, memory.

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use crate::scene::{SCRIPT, Scene, eventually, hash, revision};

fn counted(scene: &Scene, name: &str) -> f64 {
    let page = scene.get("/metrics");
    let line = page.text().lines().find(|line| line.starts_with(&format!("{name} "))).map(str::to_owned);
    line.unwrap_or_else(|| panic!("no {name}")).rsplit(' ').next().unwrap().parse().unwrap()
}

#[test]
fn heads_take_a_bounded_time_and_room() {
    let scene = Scene::new(&["--head-timeout", "1"]);
    let start = Instant::now();
    let mut silent = scene.client();
    let mut dripping = scene.client();
    let mut idle = scene.client();
    assert_eq!(idle.ask("GET", "/healthz", &[]).status, 200);
    let drip = std::thread::spawn(move || {
        for byte in b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: yes and yes and yes and yes and yes\r\n" {
            if dripping.stream().write_all(&[*byte]).is_err() {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        dripping.is_closed()
    });
    assert!(silent.is_closed() && idle.is_closed());
    assert!(drip.join().unwrap(), "who drips is cut too");
    assert!(start.elapsed() < Duration::from_secs(10));
    // Too many headers are read, and refused; too large ones are not even read.
    let many: Vec<_> = (0..100).map(|number| format!("X-{number}")).collect();
    let many: Vec<_> = many.iter().map(|name| (name.as_str(), "1")).collect();
    assert_eq!(scene.client().ask("GET", "/healthz", &many).status, 431);
    let mut large = scene.client();
    large.send("GET", "/healthz", &[("X-Large", &"x".repeat(64 << 10))]);
    assert!(large.receive(true).is_none_or(|answer| answer.status == 431));
}

#[test]
fn connections_beyond_the_limit_are_turned_away() {
    let scene = Scene::new(&["--max-connections", "3"]);
    let mut held: Vec<_> = (0..3).map(|_| scene.client()).collect();
    held.iter_mut().for_each(|client| assert_eq!(client.ask("GET", "/healthz", &[]).status, 200));
    let mut fourth = scene.client();
    assert_eq!(fourth.receive(true).map(|answer| answer.status), Some(503));
    assert!(fourth.is_closed());
    held.pop();
    eventually("a place is free again", || {
        let mut client = scene.client();
        client.send("GET", "/healthz", &[]);
        client.receive(true).is_some_and(|answer| answer.status == 200)
    });
}

#[test]
fn clients_that_do_not_take_their_answer_are_cut() {
    let scene = Scene::new(&["--slow-timeout", "1", "--access-log", "off"]);
    // More than the system's buffers between the two take.
    let script = format!("// {}\n{SCRIPT}", "x".repeat(15 << 20));
    let rev = revision(scene.store(), "large", 1, &script);
    let path = format!("/bots/large/{rev}/bot.js");
    let mut slow = scene.client();
    slow.send("GET", &path, &[]);
    eventually("it is cut", || counted(&scene, "aegis_connections_cut_total") >= 1.0);
    let mut taken = 0;
    let mut buffer = vec![0; 1 << 20];
    while let Ok(count @ 1..) = slow.stream().read(&mut buffer) {
        taken += count;
    }
    assert!(taken < script.len(), "{taken}");
    assert_eq!(scene.get(&path).body.len(), script.len());
}

#[test]
fn memory_is_bounded_whatever_is_asked_for() {
    let scene = Scene::new(&["--memory", "16", "--slow-timeout", "60", "--access-log", "off"]);
    let script = |number: u64| format!("// {number} {}\n", "x".repeat(1 << 20));
    let revisions: Vec<_> =
        (0..40).map(|number| revision(scene.store(), "large", number, &script(number))).collect();
    // Each is asked for by somebody who does not take it: it stays in memory for as long as it is on its way.
    let mut slow: Vec<_> = (0..40).map(|_| scene.client()).collect();
    for (client, rev) in slow.iter_mut().zip(&revisions) {
        client.send("GET", &format!("/bots/large/{rev}/bot.js"), &[]);
    }
    std::thread::sleep(Duration::from_millis(500));
    let used = counted(&scene, "aegis_memory_used_bytes");
    assert!(used <= counted(&scene, "aegis_memory_limit_bytes"), "{used}");
    assert!(scene.server.memory() < 120 << 20, "{} bytes", scene.server.memory());
    // All who take what they asked for get it, or are told to try again.
    let statuses: Vec<_> =
        slow.iter_mut().map(|client| client.receive(true).map(|answer| answer.status)).collect();
    assert!(statuses.iter().all(|status| matches!(status, Some(200 | 503))), "{statuses:?}");
    assert!(statuses.contains(&Some(200)));
    drop(slow);
    // Room comes back as it is let go.
    eventually("every one can be had again", || {
        revisions.iter().all(|rev| scene.get(&format!("/bots/large/{rev}/bot.js")).status == 200)
    });
    assert!(counted(&scene, "aegis_cache_evicted") > 0.0);
    assert_eq!(scene.get(&format!("/bots/pizza/{}/bot.js", hash("pizza", 1))).status, 200);
}

#[test]
fn what_is_too_large_to_keep_is_sent_from_the_store() {
    let scene = Scene::new(&["--memory", "16"]);
    let script = format!("// {}\n", "0123456789".repeat(1 << 19));
    let rev = revision(scene.store(), "huge", 1, &script);
    let path = format!("/bots/huge/{rev}/bot.js");
    for _ in 0..2 {
        let answer = scene.get(&path);
        assert_eq!((answer.status, answer.body.len()), (200, script.len()));
        assert!(answer.text() == script);
    }
    let part = scene.get_with(&path, &[("Range", "bytes=3000000-3000009")]);
    assert_eq!((part.status, part.text()), (206, &script[3_000_000..3_000_010]));
    assert_eq!(scene.get_with(&path, &[("If-None-Match", "*")]).status, 304);
    // Another content of the same length: the last piece never comes.
    let file = scene.store().join("huge").join(&rev).join("bot.js");
    std::fs::write(&file, script.replacen("0123", "4123", 1)).unwrap();
    let mut client = scene.client();
    client.send("GET", &path, &[]);
    assert!(client.receive(true).is_none(), "it is not sent to its end");
}

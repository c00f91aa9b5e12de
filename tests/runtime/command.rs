//! `aegis watch`, as a program.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::example::Site;
use crate::scene::{Scene, copy_all};

fn aegis(scene: &Scene) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aegis"));
    command.env_clear().current_dir(scene.at("")).stdin(Stdio::null());
    command
}

/// A program that watches.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn start(scene: &Scene, args: &[&str]) -> Self {
        let mut command = aegis(scene);
        command.arg("watch").args(args).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    fn next(&self) -> Value {
        let line = self.lines.recv_timeout(Duration::from_secs(20)).expect("an event");
        let event: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(event["aegis"], "event/v1");
        assert_eq!(serde_json_canonicalizer::to_string(&event).unwrap(), line);
        event
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
    }

    /// How it ended, and what it said to people.
    fn end(mut self) -> (ExitStatus, String) {
        let status = wait(&mut self.child);
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (status, said)
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn wait(child: &mut Child) -> ExitStatus {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        assert!(Instant::now() < deadline, "it does not end");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn it_prints_a_line_an_event_and_ends_cleanly() {
    for signal in ["INT", "TERM"] {
        let scene = Scene::with("1.2.0");
        let watching = Watching::start(&scene, &["aegis-runtime"]);
        let event = watching.next();
        assert_eq!((&event["event"], &event["pack"]["version"]), (&"activated".into(), &"1.2.0".into()));
        let metadata = Site::new("1.3.0").build(&scene.directory()).unwrap();
        let event = watching.next();
        assert_eq!(event["pack"]["packHash"], metadata.pack_hash);
        assert_eq!(event["from"]["version"], "1.2.0");
        let mut site = Site::new("1.3.0");
        site.layers[2] = site.layers[2].replace("release", "corrected");
        scene.replace("caches/local.1337", scene.cache_of(&site, "local"));
        let event = watching.next();
        assert_eq!(
            (&event["event"], &event["pack"]["layers"]),
            (&"merged".into(), &serde_json::json!(["local"]))
        );
        scene.replace("caches/local.1337", "no cache");
        let event = watching.next();
        assert_eq!(
            (&event["event"], &event["diagnostics"][0]["code"]),
            (&"refused".into(), &"CACHE_CORRUPT".into())
        );
        fs::remove_dir_all(scene.directory()).unwrap();
        assert_eq!(watching.next()["event"], "waiting");
        watching.signal(signal);
        let (status, said) = watching.end();
        assert_eq!((status.code(), said.as_str()), (Some(0), ""), "SIG{signal}");
    }
}

#[test]
fn it_waits_for_a_directory_and_speaks_to_people() {
    let scene = Scene::new();
    let watching = Watching::start(&scene, &["aegis-runtime", "--format", "text"]);
    let line = watching.lines.recv_timeout(Duration::from_secs(20)).unwrap();
    assert!(line.contains(" waiting: there is no folder"), "{line}");
    Site::new("1.2.0").build(&scene.directory()).unwrap();
    let line = watching.lines.recv_timeout(Duration::from_secs(20)).unwrap();
    assert!(line.contains(" activated warehouse 1.2.0 (1.0): new in "), "{line}");
    watching.signal("INT");
    assert_eq!(watching.end().0.code(), Some(0));
}

/// `aegis watch | head -1` ends when `head` does, not with the next event.
#[test]
fn a_closed_pipe_ends_it() {
    let scene = Scene::with("1.2.0");
    let mut command = aegis(&scene);
    let mut child = command.args(["watch", "aegis-runtime"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut String::new()).unwrap();
    drop(stdout);
    assert_eq!(wait(&mut child).code(), Some(0));
}

/// Publishes a pack and deploys it; returns its hash.
fn deploy(scene: &Scene, sequence: u64, version: &str) -> String {
    let metadata = Site::new(version).build(&scene.directory()).unwrap();
    copy_all(&scene.directory(), &scene.at("store/packs/1.0").join(&metadata.pack_hash));
    let folder = scene.at("store/packs/1.0/channels/stable");
    fs::create_dir_all(&folder).unwrap();
    let document = serde_json::json!({"aegis": "channel/v1", "sequence": sequence, "to": metadata.pack_hash});
    fs::write(scene.at("part"), document.to_string()).unwrap();
    fs::rename(scene.at("part"), folder.join(format!("{sequence:020}.json"))).unwrap();
    metadata.pack_hash
}

#[test]
fn it_waits_for_a_store_that_is_not_there_yet() {
    let scene = Scene::new();
    let watching = Watching::start(&scene, &["file://store", "--pack", "1.0"]);
    let event = watching.next();
    assert_eq!(event["event"], "waiting", "{event}");
    deploy(&scene, 1, "1.2.0");
    assert_eq!(watching.next()["pack"]["version"], "1.2.0");
}

#[test]
fn it_follows_a_channel() {
    let scene = Scene::new();
    let deploy = |sequence, version| deploy(&scene, sequence, version);
    deploy(1, "1.2.0");
    let watching = Watching::start(&scene, &["file://store", "--pack", "1.0"]);
    assert_eq!(watching.next()["pack"]["version"], "1.2.0");
    let hash = deploy(2, "1.3.0");
    assert_eq!(watching.next()["pack"]["version"], "1.3.0");
    let revoked = scene.at("store/packs/1.0").join(hash).join("revoked.json");
    // As a store does it: never seen half-written.
    fs::write(scene.at("part"), r#"{"aegis":"revoked/v1","reason":"harm"}"#).unwrap();
    fs::rename(scene.at("part"), revoked).unwrap();
    let event = watching.next();
    assert_eq!((&event["event"], &event["reason"]), (&"revoked".into(), &"harm".into()));
    let event = watching.next();
    assert_eq!((&event["event"], &event["pack"]["version"]), (&"rolled-back".into(), &"1.2.0".into()));
}

/// The largest file that may be written is smaller than the pack: as a full disk, for whoever runs it.
#[test]
fn when_nothing_can_be_written_the_old_pack_stays() {
    let scene = Scene::with("1.2.0");
    let run = |limit: &str| {
        let mut command = Command::new("sh");
        let script = format!("{limit} exec \"$0\" watch aegis-runtime --state own --once");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_aegis")]).env_clear().current_dir(scene.at(""));
        let output = command.stdin(Stdio::null()).output().unwrap();
        let lines = String::from_utf8(output.stdout).unwrap();
        let events: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        (output.status.code(), events, String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(run("").0, Some(0));
    let mut large = Site::new("1.3.0");
    for n in 0..400 {
        let text = "word ".repeat(30);
        large.layers[1] += &format!("- {{oid: '1.0.9.{n}', kind: template, title: T, text: '{text}'}}\n");
    }
    large.build(&scene.directory()).unwrap();
    let (code, events, said) = run("trap '' XFSZ; ulimit -f 64;");
    assert_eq!(code, Some(3), "{events:?} {said}");
    assert_eq!((&events[0]["event"], &events[0]["pack"]["version"]), (&"activated".into(), &"1.2.0".into()));
    assert_eq!(
        (&events[1]["event"], &events[1]["diagnostics"][0]["code"]),
        (&"refused".into(), &"OUTPUT_FAILED".into())
    );
    assert!(said.contains("own store"), "{said}");
    assert_eq!(fs::read_dir(scene.own().join("tmp")).unwrap().count(), 0, "nothing is left behind");
    let (code, events, _) = run("");
    assert_eq!(
        (code, &events.last().unwrap()["pack"]["version"]),
        (Some(0), &"1.3.0".into()),
        "now there is room"
    );
}

#[test]
fn what_cannot_be_followed_is_a_matter_of_usage() {
    let scene = Scene::with("1.2.0");
    let run = |args: &[&str]| {
        let output = aegis(&scene).arg("watch").args(args).output().unwrap();
        assert!(output.stdout.is_empty() || args.contains(&"sarif"), "no event");
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    for (args, code, says) in [
        (&["nowhere/at/all"][..], 2, "SOURCE_NOT_FOUND"),
        (&["file://store"], 2, "--pack OID"),
        (&["file://store", "--pack", "1.x"], 2, "is no OID"),
        (&["file://store", "--pack", "1.0", "--channel", "../x"], 2, "is no channel"),
        (&["aegis-runtime", "--format", "sarif"], 2, "JSON lines"),
        (&["aegis-runtime/metadata.json"], 2, "SOURCE_NOT_FOUND"),
    ] {
        let (exit, said) = run(args);
        assert_eq!(exit, code, "{said}");
        assert!(said.contains(says), "{said}");
        assert!(!Path::new(&scene.at(".aegis")).exists(), "nothing was touched");
    }
}

//! Processes: killed while they take a pack, and several that share a store.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use aegis_action::runtime::{Kind, Runtime};

use crate::example::Site;
use crate::scene::{Scene, kinds, meaning, version};

/// An agent as a process of its own: this test binary, run again. It writes down each version that it serves, and
/// each refusal.
fn agent(scene: &Scene, log: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["processes::agent_process", "--exact", "--nocapture", "--test-threads=1"])
        .env("AGENT_DIRECTORY", scene.directory())
        .env("AGENT_STORE", scene.own())
        .env("AGENT_LOG", log)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command.spawn().unwrap()
}

#[test]
fn agent_process() {
    let path = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let (Some(directory), Some(store), Some(log)) =
        (path("AGENT_DIRECTORY"), path("AGENT_STORE"), path("AGENT_LOG"))
    else {
        return; // as a test of the suite it has nothing to do
    };
    let (sender, events) = channel();
    let options = Runtime::options(store).settle(Duration::from_millis(20)).poll(Duration::from_millis(20));
    let runtime = options.events(sender).open(directory).unwrap();
    let mut said = String::new();
    for event in &events {
        if event.kind == Kind::Refused {
            said += &format!("refused {}\n", event.diagnostics[0].message);
        }
        let pack = runtime.pack().unwrap();
        assert_eq!(meaning(&pack, "bay one"), format!("release {}", pack.release().version));
        said += &format!("{}\n", pack.release().version);
        fs::write(&log, &said).unwrap();
    }
}

fn wait_for(log: &Path, wanted: &str) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !fs::read_to_string(log).unwrap_or_default().lines().any(|line| line == wanted) {
        assert!(Instant::now() < deadline, "`{wanted}` never comes: {:?}", fs::read_to_string(log));
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// What every start after a kill has to find.
fn sound(scene: &Scene) -> String {
    let runtime = scene.options().open(scene.directory()).unwrap();
    let pack = runtime.pack().unwrap();
    assert_eq!(meaning(&pack, "bay one"), format!("release {}", pack.release().version));
    pack.verify(1).unwrap();
    for release in runtime.history().unwrap() {
        assert!(
            scene.own().join("packs").join(&release.id).join("runtime.1337").exists(),
            "what is good is there"
        );
    }
    version(&runtime)
}

#[test]
fn killed_at_any_moment_the_last_good_pack_comes_back() {
    let scene = Scene::with("1.0.0");
    drop(scene.open());
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    for round in 1..=24_u64 {
        let log = scene.at(&format!("log-{round}"));
        let mut child = agent(&scene, &log);
        wait_for(&log, &format!("1.{}.0", round - 1));
        let next = format!("1.{round}.0");
        Site::new(&next).build(&scene.directory()).unwrap();
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        // Taking a small pack takes about 30 ms after the 20 for which it is fresh.
        std::thread::sleep(Duration::from_micros((random >> 33) % 70_000));
        child.kill().unwrap();
        child.wait().unwrap();
        // Without its directory: what was good before, or what was just taken.
        fs::rename(scene.directory(), scene.at("away")).unwrap();
        let last = sound(&scene);
        assert!([format!("1.{}.0", round - 1), next.clone()].contains(&last), "{last} in round {round}");
        fs::rename(scene.at("away"), scene.directory()).unwrap();
        assert_eq!(sound(&scene), next, "and with it the new one");
        assert_eq!(
            fs::read_dir(scene.own().join("tmp")).unwrap().count(),
            0,
            "the dead one's draft is swept"
        );
    }
}

#[test]
fn killed_after_a_refusal_the_bad_one_is_known() {
    let scene = Scene::with("1.0.0");
    let log = scene.at("log");
    let mut child = agent(&scene, &log);
    wait_for(&log, "1.0.0");
    let file = scene.directory().join("caches/local.1337");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    scene.replace("caches/local.1337", bytes);
    let deadline = Instant::now() + Duration::from_secs(30);
    let is_known =
        |entry: std::io::Result<fs::DirEntry>| entry.unwrap().path().extension().is_some_and(|e| e == "json");
    while !fs::read_dir(scene.own().join("bad")).is_ok_and(|mut bad| bad.any(is_known)) {
        assert!(Instant::now() < deadline, "it is never refused");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let (sender, events) = channel();
    let runtime = scene.options().events(sender).open(scene.directory()).unwrap();
    assert_eq!(version(&runtime), "1.0.0");
    let told: Vec<_> = events.try_iter().collect();
    assert_eq!(kinds(&told), [Kind::Activated, Kind::Refused]);
    assert!(told[1].reason.starts_with("known to be bad"));
}

#[test]
fn two_processes_share_a_store() {
    let scene = Scene::with("1.0.0");
    let logs = [scene.at("one"), scene.at("two")];
    let mut agents = logs.each_ref().map(|log| agent(&scene, log));
    logs.iter().for_each(|log| wait_for(log, "1.0.0"));
    for round in 1..=25 {
        Site::new(&format!("1.{round}.0")).build(&scene.directory()).unwrap();
        // Sometimes they see every build, sometimes only some.
        if round % 3 == 0 {
            logs.iter().for_each(|log| wait_for(log, &format!("1.{round}.0")));
        }
    }
    logs.iter().for_each(|log| wait_for(log, "1.25.0"));
    for (child, log) in agents.iter_mut().zip(&logs) {
        assert!(child.try_wait().unwrap().is_none(), "it lives");
        child.kill().unwrap();
        child.wait().unwrap();
        let said = fs::read_to_string(log).unwrap();
        assert!(!said.contains("refused"), "{said}");
    }
    assert_eq!(sound(&scene), "1.25.0");
    let kept = fs::read_dir(scene.own().join("packs")).unwrap().count();
    assert!(kept <= aegis_action::runtime::KEEP, "{kept} packs");
}

//! Builds that are killed, asked to stop, or many at once: what a reader sees is always one whole build.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::fd::AsRawFd as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use sha2::{Digest as _, Sha256};

use crate::run::{Sandbox, aegis, document, wait};

/// A project whose builds take a while, in its `generation`.
fn write_generation(sandbox: &Sandbox, generation: usize) {
    let mut entries = "entries:\n".to_owned();
    for i in 0..40 {
        entries.push_str(&format!(
            "  - oid: \"1.0.{i}\"\n    kind: lexicon\n    title: Words {i}\n    terms:\n"
        ));
        for j in 0..20 {
            entries.push_str(&format!("      - {{term: w {i} {j}, meaning: generation {generation}}}\n"));
        }
    }
    sandbox.write("packs/domain/words.yaml", document("1.0", &entries));
}

fn start(sandbox: &Sandbox, args: &[&str]) -> Child {
    let mut command = aegis(sandbox.path());
    command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// What a reader that opens the directory once finds there.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    /// Every file is what the passport says.
    Whole(String),
    /// The build was replaced and removed while it was read.
    Gone,
}

fn read(directory: &Path) -> Seen {
    // Through the handle: the name may come to stand for another directory meanwhile.
    let handle = File::open(directory).expect("there is always a directory");
    let inside = Path::new("/proc/self/fd").join(handle.as_raw_fd().to_string());
    let Ok(bytes) = fs::read(inside.join("metadata.json")) else { return Seen::Gone };
    let metadata: serde_json::Value = serde_json::from_slice(&bytes).expect("a whole passport");
    for (name, record) in metadata["files"].as_object().unwrap() {
        let Ok(bytes) = fs::read(inside.join(name)) else { return Seen::Gone };
        assert_eq!(record["sha256"], hex(&Sha256::digest(&bytes)), "{name} is of another build");
    }
    Seen::Whole(metadata["packHash"].as_str().unwrap().to_owned())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_reader_sees_one_build_whatever_is_killed() {
    let sandbox = Sandbox::project();
    write_generation(&sandbox, 0);
    let start_time = std::time::Instant::now();
    assert_eq!(sandbox.build().exit, 0);
    let usual = start_time.elapsed();
    let target = sandbox.at("aegis-runtime");
    let (stop, whole) = (AtomicBool::new(false), AtomicUsize::new(0));
    let mut killed = 0;
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                if let Seen::Whole(_) = read(&target) {
                    whole.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        for step in 0..30 {
            write_generation(&sandbox, step + 1);
            let mut child = start(&sandbox, &["build", "--quiet"]);
            std::thread::sleep(usual * (step as u32) / 26);
            let _ = child.kill();
            let (exit, ..) = wait(child, "a build that was killed");
            killed += usize::from(exit == 128 + 9);
        }
        stop.store(true, Ordering::Relaxed);
        reader.join().unwrap();
    });
    assert!(killed >= 5, "only {killed} of 30 builds were killed before their end");
    assert!(whole.into_inner() > 0, "the reader never saw a build");
    let left = left_beside(&sandbox);
    assert!(left.iter().all(|name| name.starts_with('.')), "{left:?} are in people's way");
    // What killed builds left is swept once it is an hour old, and not before: it may be another's work.
    let ran = sandbox.build();
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    assert_eq!(left_beside(&sandbox), left);
    for name in &left {
        let folder = File::open(sandbox.at(name)).unwrap();
        folder.set_modified(SystemTime::now() - Duration::from_secs(2 * 3600)).unwrap();
    }
    let ran = sandbox.build();
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    assert_eq!(left_beside(&sandbox), [""; 0]);
    assert_eq!(sandbox.run(&["verify", "aegis-runtime"]).exit, 0);
}

/// What stands beside the sources and the runtime directory.
fn left_beside(sandbox: &Sandbox) -> Vec<String> {
    let names = fs::read_dir(sandbox.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let names = names.map(|name| name.into_string().unwrap());
    let mut names: Vec<_> =
        names.filter(|name| !["aegis.yaml", "packs", "aegis-runtime"].contains(&&**name)).collect();
    names.sort();
    names
}

#[test]
fn sixteen_builds_at_once_leave_one_result() {
    let sandbox = Sandbox::project();
    write_generation(&sandbox, 0);
    let children: Vec<_> = (0..16).map(|_| start(&sandbox, &["build", "--jobs", "2"])).collect();
    for child in children {
        let (exit, _, stderr) = wait(child, "one of sixteen builds");
        assert_eq!(exit, 0, "{}", String::from_utf8_lossy(&stderr));
        assert!(matches!(read(&sandbox.at("aegis-runtime")), Seen::Whole(_) | Seen::Gone));
    }
    assert!(matches!(read(&sandbox.at("aegis-runtime")), Seen::Whole(_)));
    assert_eq!(left_beside(&sandbox), [""; 0]);
    assert_eq!(sandbox.run(&["verify", "aegis-runtime"]).exit, 0);
}

/// Sixteen builds of different content: one of them wins, whole.
#[test]
fn builds_of_different_content_leave_one_of_them() {
    let sandbox = Sandbox::project();
    let config = fs::read_to_string(sandbox.at("aegis.yaml")).unwrap();
    let mut hashes = BTreeMap::new();
    for version in 0..8 {
        let name = format!("v{version}.yaml");
        sandbox.write(&name, config.replace("version: 1.0.0", &format!("version: 1.0.{version}")));
        assert_eq!(sandbox.run(&["build", "--project", &name]).exit, 0);
        let Seen::Whole(hash) = read(&sandbox.at("aegis-runtime")) else { panic!("nothing else builds") };
        hashes.insert(hash, name);
    }
    let children: Vec<_> = hashes
        .values()
        .chain(hashes.values())
        .map(|name| start(&sandbox, &["build", "--project", name]))
        .collect();
    for child in children {
        let (exit, _, stderr) = wait(child, "one of sixteen builds");
        assert_eq!(exit, 0, "{}", String::from_utf8_lossy(&stderr));
    }
    let Seen::Whole(hash) = read(&sandbox.at("aegis-runtime")) else { panic!("nobody builds any more") };
    assert!(hashes.contains_key(&hash));
}

/// SIGINT and SIGTERM end a run of tests with a report: JUnit with what was skipped, and the code of an interruption.
#[test]
fn an_interrupted_test_still_reports() {
    let sandbox = Sandbox::project();
    assert_eq!(sandbox.build().exit, 0);
    let text = "the dock and the gate ".repeat(400);
    let mut suite = "aegis: suite/v1\npack: \"1.0\"\ncases:\n".to_owned();
    for i in 0..600 {
        suite.push_str(&format!(
            "  - {{id: c{i}, kind: scan, text: &t{i} \"{text}\", expect: {{hits: []}}}}\n"
        ));
    }
    sandbox.write("large.yaml", suite);
    for signal in ["INT", "TERM"] {
        let _ = fs::remove_file(sandbox.at("junit.xml"));
        let args =
            ["test", "--suite", "large.yaml", "--junit", "junit.xml", "--format", "json", "--jobs", "2"];
        let child = start(&sandbox, &args);
        let pid = child.id();
        // The run has begun once it catches both signals.
        while !catches(pid, &[2, 15]) {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(20));
        let kill = format!("kill -{signal} {pid}");
        assert!(std::process::Command::new("bash").args(["-c", &kill]).status().unwrap().success());
        let (exit, stdout, stderr) = wait(child, "an interrupted test");
        assert_eq!(exit, 3, "SIG{signal}: {}", String::from_utf8_lossy(&stderr));
        let report: serde_json::Value = serde_json::from_slice(&stdout).unwrap();
        let codes: Vec<_> = report["diagnostics"].as_array().unwrap().iter().map(|d| &d["code"]).collect();
        assert!(codes.iter().any(|code| *code == "INTERRUPTED"), "{codes:?}");
        assert!(report["summary"]["tests"]["skipped"].as_u64().unwrap() > 0);
        let junit = fs::read_to_string(sandbox.at("junit.xml")).unwrap();
        let junit = roxmltree::Document::parse(&junit).unwrap();
        let cases = junit.descendants().filter(|node| node.has_tag_name("testcase"));
        assert_eq!(cases.count(), 600);
        let skipped = junit.descendants().filter(|node| node.has_tag_name("skipped")).count();
        assert!(skipped > 0, "SIG{signal}");
    }
}

/// Whether a process has handlers for these signals.
fn catches(pid: u32, signals: &[u32]) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("it still runs");
    let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap().trim();
    let mask = u64::from_str_radix(mask, 16).unwrap();
    signals.iter().all(|signal| mask >> (signal - 1) & 1 == 1)
}

//! Places where nothing can or may be written: refused, and what stood there before stays.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use crate::hostile::{assert_refused, built, passport, pipe};
use crate::run::{Sandbox, WORDS, aegis, document, hermetic};

#[test]
fn outputs_that_are_refused() {
    type Make = fn(&Sandbox);
    let all: [(&str, &str, Make); 7] = [
        (".", "OUTPUT_REFUSED", |_| {}),
        ("packs", "OUTPUT_REFUSED", |_| {}),
        ("theirs", "OUTPUT_REFUSED", |s| s.write("theirs/thesis.txt", "years of work")),
        ("theirs", "OUTPUT_REFUSED", |s| s.write("theirs/metadata.json", "{\"aegis\":\"project/v1\"}")),
        ("link", "OUTPUT_REFUSED", |s| symlink("aegis-runtime", s.at("link")).unwrap()),
        ("file", "OUTPUT_REFUSED", |s| s.write("file", "a file")),
        ("file/out", "OUTPUT_FAILED", |s| s.write("file", "a file")),
    ];
    for (output, code, make) in all {
        let (sandbox, before) = built();
        make(&sandbox);
        let listed = listing(sandbox.path());
        let ran = sandbox.run(&["build", "--format", "json", "-o", output]);
        assert_refused(&sandbox, &ran, code, output);
        assert_eq!(listing(sandbox.path()), listed, "{output}");
        assert_eq!(passport(&sandbox), before, "{output}");
    }
    // A pipe where the passport would be is not waited for.
    let sandbox = Sandbox::project();
    fs::create_dir(sandbox.at("aegis-runtime")).unwrap();
    pipe(&sandbox.at("aegis-runtime/metadata.json"));
    assert_refused(&sandbox, &sandbox.build(), "OUTPUT_REFUSED", "a pipe as passport");
    for command in ["test", "verify"] {
        let mut args = vec![command, "--format", "json"];
        args.extend((command == "verify").then_some("aegis-runtime"));
        assert_refused(&sandbox, &sandbox.run(&args), "FILE_MISSING", command);
    }
}

fn listing(folder: &Path) -> Vec<String> {
    let all = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    all.map(|entry| entry.path().display().to_string()).collect()
}

/// A project whose runtime directory has some hundred KiB.
fn large() -> Sandbox {
    let sandbox = Sandbox::project();
    let terms: String =
        (0..3_000).map(|i| format!("      - {{term: word {i}, meaning: number {i}}}\n")).collect();
    let entries = format!("{}{terms}", WORDS);
    sandbox.write("packs/domain/words.yaml", document("1.0", &entries));
    sandbox
}

/// The disk is full, or a file may not grow: the old build stays.
#[test]
fn no_room_for_the_output() {
    let sandbox = large();
    assert_eq!(sandbox.build().exit, 0);
    let before = passport(&sandbox);
    for blocks in ["0", "1", "16", "64"] {
        let mut command = hermetic("bash".as_ref(), sandbox.path());
        // Standard output is a pipe, which the limit does not bind.
        let script = format!("ulimit -f {blocks}; exec \"$0\" build --format json");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_aegis")]);
        let ran = sandbox.finish(command);
        assert_refused(&sandbox, &ran, "OUTPUT_FAILED", blocks);
        assert_eq!(ran.exit, 3, "{}", ran.stdout);
        assert_eq!(passport(&sandbox), before);
    }
    let mut command = hermetic("bash".as_ref(), sandbox.path());
    command.args(["-c", "exec \"$0\" build --format json > /dev/full", env!("CARGO_BIN_EXE_aegis")]);
    let ran = sandbox.finish(command);
    assert_eq!(ran.exit, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("OUTPUT_FAILED"), "{}", ran.stderr);
    on_a_tiny_disk(&sandbox);
}

/// The same on a real full file system, and on one that may only be read, where mounting is permitted.
fn on_a_tiny_disk(sandbox: &Sandbox) {
    let disk = sandbox.at("disk");
    fs::create_dir(&disk).unwrap();
    let mount = |options: &str| {
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(&disk);
        command.output().is_ok_and(|output| output.status.success())
    };
    if !mount("size=64k") {
        println!("not tried: a full file system (mounting is not permitted); `ulimit -f` stood for it");
        return;
    }
    let unmount = Unmount(&disk);
    let ran = sandbox.run(&["build", "--format", "json", "-o", "disk/out"]);
    assert_refused(sandbox, &ran, "OUTPUT_FAILED", "a full disk");
    assert_eq!(ran.exit, 3);
    assert_eq!(fs::read_dir(&disk).unwrap().count(), 0, "half output on a full disk");
    drop(unmount);
    assert!(mount("size=64k,ro"));
    let _unmount = Unmount(&disk);
    let ran = sandbox.run(&["build", "--format", "json", "-o", "disk/out"]);
    assert_refused(sandbox, &ran, "OUTPUT_FAILED", "a read-only disk");
    assert_eq!(ran.exit, 3);
}

struct Unmount<'p>(&'p Path);

impl Drop for Unmount<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

/// A reader that goes away is no error.
#[test]
fn a_closed_pipe() {
    let (sandbox, _) = built();
    let mut command = aegis(sandbox.path());
    command.args(["inspect", "aegis-runtime", "--oid", "1.0.2"]);
    let mut child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

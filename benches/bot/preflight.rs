//! Preflight as a user meets it: the process, from its start to its end, on the revision of the pizza bot.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::{shown, times};

/// The row of the table.
pub(crate) fn rows() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/bots/pizza");
    let out = tempfile::tempdir().unwrap();
    let aegis = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aegis"));
        command.current_dir(out.path()).env("SOURCE_DATE_EPOCH", "1767225600");
        command
    };
    let built = aegis()
        .args(["bot", "build", "-o", "out", "--spec"])
        .arg(example.join("spec.json"))
        .arg("--build")
        .arg(example.join("build.json"))
        .output()
        .unwrap();
    assert!(built.status.success());
    let revision = std::fs::read_dir(out.path().join("out/pizza")).unwrap().next().unwrap().unwrap().path();
    let judged = aegis().args(["preflight", "--format", "json"]).arg(&revision).output().unwrap();
    let report: Value = serde_json::from_slice(&judged.stdout).unwrap();
    let checks = report["summary"]["preflight"][0]["checks"].as_array().unwrap().clone();
    let conversations = checks.iter().find(|check| check["check"] == "bot.conversations").unwrap();
    let times = times(30, || {
        let judged = aegis().arg("preflight").arg(&revision).output().unwrap();
        assert!(judged.status.success());
    });
    println!(
        "| preflight of the pizza revision, a process: {} checks, {} | {} | target 60 ms |",
        checks.len(),
        conversations["why"].as_str().unwrap(),
        shown(&times)
    );
}

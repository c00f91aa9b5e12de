//! What `--format sarif` writes, held to the official schema of SARIF 2.1.0 (`tests/sarif/`): the cases of every command,
//! asked for it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

use crate::cases::{all, set_up};
use crate::run::Sandbox;

/// How many cases of a command are tried, spread over all of them.
const CASES: usize = 12;

/// Commands that have to show results with places.
const WITH_RESULTS: [&str; 7] = ["bot", "build", "canonicalize", "ci", "preflight", "test", "verify"];

fn schema() -> Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sarif/sarif-schema-2.1.0.json");
    let text = fs::read_to_string(path).unwrap();
    // One pattern of the standard's, for languages, has a `]` that closes nothing. It means the character.
    assert_eq!(text.matches("{2}]?$").count(), 2);
    let schema = serde_json::from_str(&text.replace("{2}]?$", "{2}\\\\]?$")).unwrap();
    jsonschema::options().with_draft(Draft::Draft7).should_validate_formats(true).build(&schema).unwrap()
}

/// What is wrong with a log.
fn wrong(schema: &Validator, log: &Value) -> Vec<String> {
    schema.iter_errors(log).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// Those cases of each command that do not ask for a format themselves.
fn chosen() -> Vec<(String, PathBuf)> {
    let mut commands: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for case in all() {
        let arguments = fs::read_to_string(case.join("cmd")).unwrap_or_default();
        let command = case.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        if !arguments.lines().any(|one| one.starts_with("--format") || one == "--")
            && !case.join("env").exists()
        {
            commands.entry(command).or_default().push(case);
        }
    }
    let spread = |cases: Vec<PathBuf>| {
        let step = cases.len().div_ceil(CASES);
        cases.into_iter().step_by(step).collect::<Vec<_>>()
    };
    let chosen = commands.into_iter().map(|(command, cases)| (command, spread(cases)));
    chosen.flat_map(|(command, cases)| cases.into_iter().map(move |case| (command.clone(), case))).collect()
}

#[test]
fn every_log_is_valid() {
    let (schema, cases) = (schema(), chosen());
    let next = AtomicUsize::new(0);
    let (results, failed) = (Mutex::new(BTreeMap::<String, usize>::new()), Mutex::new(Vec::new()));
    let one = |command: &str, case: &Path| -> Result<(), String> {
        let sandbox = Sandbox::new();
        let mut run = set_up(case, &sandbox)?;
        run.args(["--format", "sarif"]);
        let ran = run.output().unwrap();
        // `watch` has events, `schema` and others only data.
        let Ok(log) = serde_json::from_slice::<Value>(&ran.stdout) else { return Ok(()) };
        if log.get("runs").is_none() {
            return Ok(());
        }
        let found = log["runs"][0]["results"].as_array().map_or(0, Vec::len);
        *results.lock().unwrap().entry(command.to_owned()).or_default() += found;
        match wrong(&schema, &log) {
            wrong if wrong.is_empty() => Ok(()),
            wrong => Err(wrong.join("\n")),
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some((command, case)) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(why) = one(command, case) {
                        failed.lock().unwrap().push(format!("{}: {why}", case.display()));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{} of {} logs:\n{}", failed.len(), cases.len(), failed.join("\n"));
    let results = results.into_inner().unwrap();
    for command in WITH_RESULTS {
        assert!(
            results.get(command).is_some_and(|found| *found > 0),
            "no result of `{command}`: {results:?}"
        );
    }
}

/// The schema itself refuses what is none: this test could fail.
#[test]
fn what_is_no_log_is_refused() {
    let schema = schema();
    let sandbox = Sandbox::new();
    sandbox.write("doubled.json", "{\"a\": 1, \"a\": 2}\n");
    let ran = sandbox.run(&["canonicalize", "doubled.json", "--format", "sarif"]);
    let sound: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(wrong(&schema, &sound), Vec::<String>::new());
    let result = "/runs/0/results/0";
    let changes = [
        ("/version", json!("2.0.0")),
        ("/$schema", json!("no URI at all")),
        ("/runs/0/columnKind", json!("bytes")),
        ("/runs/0/tool/driver", json!({})),
        (&*format!("{result}/level"), json!("fatal")),
        (&*format!("{result}/ruleIndex"), json!(-2)),
        (&*format!("{result}/locations/0/physicalLocation/region/startLine"), json!(0)),
        (&*format!("{result}/partialFingerprints"), json!(["x"])),
    ];
    for (pointer, value) in changes {
        let mut log = sound.clone();
        *log.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}: {sound}")) = value;
        assert!(!wrong(&schema, &log).is_empty(), "{pointer} is not looked at");
    }
}

//! `action.yml`, the table of inputs in the program, and the documentation say the same.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test that cannot read its files has failed")]

use std::collections::BTreeSet;

use aegis_action::cli::action::{INPUTS, OUTPUTS};
use serde_yaml_ng::Value;

fn read(path: &str) -> String {
    std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn action() -> Value {
    serde_yaml_ng::from_str(&read("action.yml")).unwrap()
}

fn names(value: &Value) -> Vec<String> {
    value.as_mapping().unwrap().keys().map(|key| key.as_str().unwrap().to_owned()).collect()
}

/// The rows of the first table under a heading: the first column's code, and the second's.
fn rows(page: &str, heading: &str) -> Vec<(String, String)> {
    let part = page.split(heading).nth(1).unwrap().split("\n## ").next().unwrap();
    let cells = |line: &str| -> Vec<String> {
        line.split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).collect()
    };
    let rows = part.lines().filter(|line| line.starts_with("| `")).map(cells);
    rows.map(|cells| (cells[1].clone(), cells[2].clone())).collect()
}

#[test]
fn inputs_and_their_defaults_agree() {
    let action = action();
    let expected: Vec<_> =
        INPUTS.iter().map(|input| (input.name.to_owned(), input.default.to_owned())).collect();
    let inputs = &action["inputs"];
    let stated: Vec<_> = names(inputs)
        .into_iter()
        .map(|name| (name.clone(), inputs[name.as_str()]["default"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(stated, expected, "action.yml");
    assert_eq!(rows(&read("docs/action.md"), "## Inputs"), expected, "docs/action.md");
    for name in names(inputs) {
        assert!(inputs[name.as_str()].get("required").is_none(), "{name}: every input is optional");
    }
}

#[test]
fn outputs_agree() {
    assert_eq!(names(&action()["outputs"]), OUTPUTS);
    let shown: Vec<_> = rows(&read("docs/action.md"), "## Outputs").into_iter().map(|row| row.0).collect();
    assert_eq!(shown, OUTPUTS);
}

#[test]
fn the_image_is_the_dockerfiles_and_no_script_stands_between() {
    let runs = &action()["runs"];
    assert_eq!((runs["using"].as_str(), runs["image"].as_str()), (Some("docker"), Some("Dockerfile")));
    assert_eq!(names(runs), ["using", "image"], "no args, no entrypoint: inputs are read by the program");
    let dockerfile = read("Dockerfile");
    assert!(dockerfile.contains("\nFROM scratch\n") && dockerfile.contains("ENTRYPOINT [\"/aegis\"]"));
    let last = dockerfile.split("\nFROM scratch\n").nth(1).unwrap();
    for line in ["USER ", "WORKDIR ", "RUN "] {
        assert!(!last.lines().any(|found| found.starts_with(line)), "{line}");
    }
}

/// Actions are named by a commit, in every workflow and in every recipe but those of this Action itself.
#[test]
fn actions_are_pinned_and_jobs_are_bounded() {
    let mut seen = BTreeSet::new();
    for name in ["ci", "release", "example"] {
        let text = read(&format!(".github/workflows/{name}.yml"));
        let workflow: Value = serde_yaml_ng::from_str(&text).unwrap();
        assert!(workflow["permissions"].as_mapping().unwrap().is_empty(), "{name}: nothing by default");
        for (job, body) in workflow["jobs"].as_mapping().unwrap() {
            assert!(body["timeout-minutes"].as_u64().is_some(), "{name}: {job:?} has no time-out");
            assert!(body["permissions"].as_mapping().is_some(), "{name}: {job:?} says no permissions");
        }
        let uses =
            text.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: "));
        for used in uses.filter(|used| !used.starts_with("./") && !used.starts_with("aegis-action/")) {
            let (_, commit) = used.split_once('@').unwrap();
            let (commit, version) = commit.split_once(" # v").unwrap();
            assert!(commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit()), "{used}");
            assert!(!version.is_empty());
            seen.insert(used.to_owned());
        }
    }
    assert!(seen.len() >= 6, "{seen:?}");
}

//! Events found by directory: `tests/events/<case>.json` holds what the runner tells (`environment`), what was asked
//! for (`asked`), the payload as GitHub sends it, cut to what may matter, and the `plan`. `AEGIS_BLESS=1` writes the
//! plans anew, for review.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::*;

fn when(value: &Value) -> When {
    match value.as_str() {
        Some("true") => When::True,
        Some("false") => When::False,
        _ => When::Auto,
    }
}

fn planned(case: &Value) -> Value {
    let var = |name: &str| case["environment"][name].as_str().unwrap_or("").to_owned();
    let around = Surroundings {
        is_runner: var("GITHUB_ACTIONS") == "true",
        event: var("GITHUB_EVENT_NAME"),
        reference: var("GITHUB_REF"),
        sha: case["environment"]["GITHUB_SHA"].as_str().map(str::to_owned),
        checked_out: case["checkedOut"].as_str().map(str::to_owned),
        actor: var("GITHUB_ACTOR"),
        has_token: case["asked"]["token"].as_bool().unwrap_or(true),
        payload: case["payload"].clone(),
    };
    let asked = &case["asked"];
    let branches: Vec<String> = serde_json::from_value(asked["branches"].clone()).unwrap_or_default();
    let asked = Asked {
        publish: when(&asked["publish"]),
        release: when(&asked["release"]),
        channel: asked["channel"].as_str(),
        comment: asked["comment"].as_bool().unwrap_or(false),
        partly: asked["part"].as_bool().unwrap_or(false),
        has_bots: asked["bots"].as_bool().unwrap_or(true),
        folder: asked["folder"].as_bool().unwrap_or(false),
        prefix: asked["prefix"].as_str().unwrap_or(""),
        branches: &branches,
    };
    let steps = plan(&asked, &around);
    let told = steps.steps().map(|(name, step)| {
        let told = match step {
            Step::Yes => json!("yes"),
            Step::No(why) => json!(format!("no: {why}")),
        };
        (name.to_owned(), told)
    });
    Value::Object(Map::from_iter(told))
}

#[test]
fn every_event_gives_its_plan() {
    let bless = std::env::var_os("AEGIS_BLESS").is_some();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/events");
    let mut files: Vec<_> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 20, "{files:?}");
    let mut wrong = Vec::new();
    for file in files {
        let mut case: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        let found = planned(&case);
        if bless {
            case["plan"] = found.clone();
            fs::write(&file, serde_json::to_string_pretty(&case).unwrap() + "\n").unwrap();
        }
        if case["plan"] != found {
            wrong.push(format!("{}: {found:#}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whatever the payload says: no event of a pull request publishes, releases or deploys, and a foreign one with the
/// base's secrets is not even read.
#[test]
fn no_pull_request_ever_publishes() {
    let payloads = [
        Value::Null,
        json!({"repository": {"default_branch": "main", "full_name": "a/b"}}),
        json!({"repository": {"default_branch": "main", "full_name": "a/b"}, "pull_request": {"number": 1, "head": {"repo": {"full_name": "a/b"}}}}),
        json!({"repository": {"default_branch": "main", "full_name": "a/b"}, "pull_request": {"number": 1, "head": {"repo": {"full_name": "x/b"}}}}),
        json!({"repository": {"default_branch": "main", "full_name": "a/b"}, "pull_request": {"number": 1, "head": {"repo": null}}}),
    ];
    let asks = [When::Auto, When::True, When::False];
    for event in ["pull_request", "pull_request_target", "pull_request_review", "merge_group"] {
        for reference in ["refs/pull/1/merge", "refs/heads/main", "refs/tags/v1.0.0"] {
            for payload in &payloads {
                for (publish, release) in asks.into_iter().flat_map(|p| asks.map(|r| (p, r))) {
                    let around = Surroundings {
                        is_runner: true,
                        event: event.into(),
                        reference: reference.into(),
                        has_token: true,
                        payload: payload.clone(),
                        ..Surroundings::default()
                    };
                    let asked = Asked {
                        publish,
                        release,
                        channel: Some("stable"),
                        comment: true,
                        partly: false,
                        has_bots: true,
                        folder: true,
                        prefix: "",
                        branches: &["main".to_owned()],
                    };
                    let plan = plan(&asked, &around);
                    for step in [&plan.publish, &plan.release, &plan.deploy] {
                        assert!(!step.is_taken(), "{event} {reference} {payload}: {plan:?}");
                    }
                    let foreign = Payload(payload).is_from_fork();
                    assert_eq!(plan.build.is_taken(), !(event == "pull_request_target" && foreign));
                }
            }
        }
    }
}

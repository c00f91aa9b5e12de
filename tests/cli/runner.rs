//! The program as a GitHub runner starts it: no arguments, inputs and files in the environment.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::{Value, json};

use crate::run::{Ran, Sandbox, aegis};

const TOKEN: &str = "ghs_ThisIsNoRealTokenButLooksLikeOne";

/// A step of a job.
struct Step {
    sandbox: Sandbox,
    ran: Ran,
}

impl Step {
    /// Runs a step with these variables, for an event with this payload.
    fn run(sandbox: Sandbox, event: &str, reference: &str, payload: &Value, inputs: &[(&str, &str)]) -> Self {
        sandbox.write("_runner/event.json", payload.to_string());
        sandbox.write("_runner/output", "");
        sandbox.write("_runner/summary", "");
        let mut command = aegis(sandbox.path());
        prepare(&mut command, &sandbox, event, reference);
        command.envs(inputs.iter().copied());
        let ran = sandbox.finish(command);
        Self { sandbox, ran }
    }

    fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.sandbox.at(&format!("_runner/{name}"))).unwrap()
    }

    /// The outputs, read as the runner reads them.
    fn outputs(&self) -> BTreeMap<String, String> {
        let text = self.file("output");
        let (mut outputs, mut lines) = (BTreeMap::new(), text.lines());
        while let Some(head) = lines.next() {
            let (name, end) = head.split_once("<<").unwrap();
            let value: Vec<_> = lines.by_ref().take_while(|line| *line != end).collect();
            outputs.insert(name.to_owned(), value.join("\n"));
        }
        outputs
    }
}

fn prepare(command: &mut Command, sandbox: &Sandbox, event: &str, reference: &str) {
    for (name, value) in [
        ("CI", "true"),
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_ACTOR", "octocat"),
        ("GITHUB_EVENT_NAME", event),
        ("GITHUB_REF", reference),
        ("GITHUB_REPOSITORY", "octo-org/packs"),
        ("GITHUB_SERVER_URL", "https://github.com"),
        ("GITHUB_SHA", "6dcb09b5b57875f334f61aebed695e2e4193db5e"),
        ("INPUT_COMMAND", "ci"),
        ("INPUT_FAIL-ON", "error"),
        ("INPUT_PROJECT", ""),
        ("INPUT_PUBLISH", "auto"),
        ("INPUT_RELEASE", "auto"),
        ("INPUT_SUMMARY", "true"),
        ("INPUT_COMMENT", "false"),
        ("INPUT_ARGS", ""),
        ("RUNNER_OS", "Linux"),
    ] {
        command.env(name, value);
    }
    command.env("GITHUB_WORKSPACE", sandbox.path());
    command.env("GITHUB_EVENT_PATH", sandbox.at("_runner/event.json"));
    command.env("GITHUB_OUTPUT", sandbox.at("_runner/output"));
    command.env("GITHUB_STEP_SUMMARY", sandbox.at("_runner/summary"));
}

fn repository() -> Value {
    json!({"full_name": "octo-org/packs", "default_branch": "main"})
}

fn pull_request(head: &str) -> Value {
    json!({"number": 7, "repository": repository(), "pull_request": {"number": 7, "user": {"login": "octocat"},
        "head": {"sha": "ec26c3e57ca3a959ca5aad62de7213c562f8c821", "repo": {"full_name": head}}}})
}

#[test]
fn a_push_to_the_default_branch_publishes_and_says_everything() {
    let payload = json!({"ref": "refs/heads/main", "repository": repository()});
    let step = Step::run(Sandbox::project(), "push", "refs/heads/main", &payload, &[]);
    assert_eq!(step.ran.exit, 0, "{:?}", step.ran);
    let outputs = step.outputs();
    let text = |name: &str| outputs.get(name).map(String::as_str);
    assert_eq!(
        (text("status"), text("version"), text("diagnostics")),
        (Some("pass"), Some("1.0.0"), Some("0"))
    );
    assert_eq!((text("pack-path"), text("junit")), (Some("aegis-runtime"), Some("junit.xml")));
    assert_eq!(text("tags"), Some(r#"["v1.0.0","1.0-v1.0.0"]"#));
    assert_eq!(text("pack-hash").map(str::len), Some(64));
    let summary = step.file("summary");
    for part in ["## ✅ depot 1.0.0", "| publish | done |", "```mermaid", "runtime.1337"] {
        assert!(summary.contains(part), "{part}: {summary}");
    }
    assert!(step.ran.stdout.contains("published file://.aegis/store"), "{}", step.ran.stdout);
    assert!(step.sandbox.at(".aegis/store/packs/1.0").is_dir());
    let html = std::fs::read_to_string(step.sandbox.at("report.html")).unwrap();
    assert!(html.starts_with("<!doctype html>") && html.ends_with("</html>\n"));
}

#[test]
fn a_pull_request_with_one_broken_term_shows_one_annotation_and_what_to_do() {
    let sandbox = Sandbox::project();
    let source = std::fs::read_to_string(sandbox.at("packs/domain/words.yaml")).unwrap();
    let (before, after) = source.split_once("meaning:").unwrap();
    sandbox.write("packs/domain/words.yaml", format!("{before}meanign:{after}"));
    let line = before.lines().count();
    let step = Step::run(sandbox, "pull_request", "refs/pull/7/merge", &pull_request("octo-org/packs"), &[]);
    assert_eq!(step.ran.exit, 1);
    let is_annotation =
        |line: &&str| ["::error ", "::warning ", "::notice "].iter().any(|kind| line.starts_with(kind));
    let annotations: Vec<_> = step.ran.stdout.lines().filter(is_annotation).collect();
    let expected = format!("::error file=packs/domain/words.yaml,line={line},");
    assert!(annotations.len() == 1 && annotations[0].starts_with(&expected), "{annotations:?} {expected}");
    assert!(annotations[0].ends_with("%0Ahelp: did you mean `meaning`?"), "{annotations:?}");
    let outputs = step.outputs();
    assert_eq!((outputs["status"].as_str(), outputs["diagnostics"].as_str()), ("fail", "1"));
    let summary = step.file("summary");
    let link = "https://github.com/octo-org/packs/blob/ec26c3e57ca3a959ca5aad62de7213c562f8c821/packs/domain/words.yaml#L";
    for part in [
        "## ❌ aegis ci failed: 1 error\n",
        "Nothing was built, tested or published.",
        "### What is wrong",
        "`PACK_SCHEMA`",
        link,
        "**What to do:** did you mean `meaning`?",
    ] {
        assert!(summary.contains(part), "{part}: {summary}");
    }
    assert!(!step.sandbox.at(".aegis").exists() && !step.sandbox.at("aegis-runtime").exists());
}

#[test]
fn a_wrong_input_still_gives_a_status_and_a_summary() {
    let payload = json!({"ref": "refs/heads/main", "repository": repository()});
    for (input, said) in [
        (("INPUT_PUBLISH", "maybe"), "maybe"),
        (("INPUT_COMMAND", "nonsense"), "nonsense"),
        (("INPUT_ARGS", "--filter \"open"), "args"),
        (("INPUT_WORKING-DIRECTORY", "nowhere"), "nowhere"),
    ] {
        let step = Step::run(Sandbox::project(), "push", "refs/heads/main", &payload, &[input]);
        assert_eq!(step.ran.exit, 2, "{input:?}");
        assert_eq!(step.outputs().get("status").map(String::as_str), Some("fail"), "{input:?}");
        let summary = step.file("summary");
        assert!(
            summary.contains("❌") && summary.contains(said) && summary.contains("What to do"),
            "{summary}"
        );
    }
    // A command whose results make no summary has a status too.
    let step = Step::run(
        Sandbox::project(),
        "push",
        "refs/heads/main",
        &payload,
        &[("INPUT_COMMAND", "explain"), ("INPUT_ARGS", "PACK_SCHEMA")],
    );
    assert_eq!(step.outputs().get("status").map(String::as_str), Some("pass"));
    assert_eq!(step.file("summary"), "");
}

#[test]
fn a_part_of_the_tests_publishes_nothing_unless_it_is_asked_to() {
    let payload = json!({"ref": "refs/heads/main", "repository": repository()});
    for (publish, is_published) in [("auto", false), ("true", true)] {
        let inputs = [("INPUT_SHARD", "1/2"), ("INPUT_PUBLISH", publish)];
        let step = Step::run(Sandbox::project(), "push", "refs/heads/main", &payload, &inputs);
        assert_eq!(step.ran.exit, 0, "{:?}", step.ran);
        assert_eq!(step.sandbox.at(".aegis/store/packs").is_dir(), is_published);
        let why = "| publish | skipped | only a part of the tests was run";
        assert_eq!(step.file("summary").contains(why), !is_published);
    }
}

#[test]
fn pull_requests_of_forks_are_built_and_never_published() {
    for (event, reference, exit) in
        [("pull_request", "refs/pull/7/merge", 0), ("pull_request_target", "refs/heads/main", 2)]
    {
        let inputs = [("INPUT_PUBLISH", "true"), ("INPUT_COMMENT", "true"), ("INPUT_GITHUB-TOKEN", TOKEN)];
        let step = Step::run(Sandbox::project(), event, reference, &pull_request("octocat/packs"), &inputs);
        assert_eq!(step.ran.exit, exit, "{event}: {:?}", step.ran);
        assert!(!step.sandbox.at(".aegis").exists());
        if exit == 0 {
            assert!(step.ran.stdout.contains("skipped   publish: pull requests never publish"));
            assert!(step.file("summary").contains("the token of a pull request from a fork may only read"));
        } else {
            assert!(step.ran.stdout.contains("EVENT_UNTRUSTED"), "{}", step.ran.stdout);
            assert!(!step.sandbox.at("aegis-runtime").exists());
        }
    }
}

#[test]
fn inputs_are_options_and_what_means_nothing_is_said() {
    let sandbox = Sandbox::new();
    let inner = Sandbox::project();
    for file in ["aegis.yaml", "packs/global/base.yaml", "packs/domain/words.yaml", "packs/local/site.yaml"] {
        sandbox.write(&format!("depot/{file}"), std::fs::read(inner.at(file)).unwrap());
    }
    let payload = json!({"repository": repository()});
    let inputs = [
        ("INPUT_COMMAND", "build"),
        ("INPUT_WORKING-DIRECTORY", "depot"),
        ("INPUT_CHANNEL", "stable"),
        ("INPUT_ARGS", "-o 'out put'"),
        ("INPUT_FAIL_ON", "warning"),
        ("INPUT_FAIL-ON", ""),
        ("INPUT_SARIF", "a.sarif"),
        ("INPUT_SUMMARY", "false"),
    ];
    let step = Step::run(sandbox, "push", "refs/heads/x", &payload, &inputs);
    assert_eq!(step.ran.exit, 1, "the warning fails it: {:?}", step.ran);
    assert!(step.sandbox.at("depot/out put/runtime.1337").is_file());
    assert!(
        step.ran.stdout.contains("the input `channel` means nothing to `aegis build`"),
        "{}",
        step.ran.stdout
    );
    assert_eq!((step.file("summary"), step.outputs()["sarif"].as_str()), (String::new(), "a.sarif"));
    let sarif: Value =
        serde_json::from_slice(&std::fs::read(step.sandbox.at("depot/a.sarif")).unwrap()).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let nowhere = [("INPUT_WORKING-DIRECTORY", "nowhere")];
    let step = Step::run(Sandbox::project(), "push", "refs/heads/x", &payload, &nowhere);
    assert_eq!(step.ran.exit, 2);
    assert!(step.ran.stdout.contains("::error title=USAGE_INVALID::"), "{}", step.ran.stdout);
    let open = [("INPUT_ARGS", "-o 'out")];
    assert_eq!(Step::run(Sandbox::project(), "push", "refs/heads/x", &payload, &open).ran.exit, 2);
}

#[test]
fn a_secret_gets_nowhere_and_foreign_text_gives_no_commands() {
    let sandbox = Sandbox::project();
    let source = std::fs::read_to_string(sandbox.at("aegis.yaml")).unwrap();
    sandbox.write(
        "aegis.yaml",
        source.replace("name: depot", &format!("name: \"x {TOKEN}\\n::error::forged\"")),
    );
    let payload = json!({"repository": repository()});
    let inputs = [
        ("INPUT_GITHUB-TOKEN", TOKEN),
        ("INPUT_SARIF", "a.sarif"),
        ("INPUT_PUBLISH", "false"),
        ("INPUT_ARGS", "--offline"),
    ];
    let step = Step::run(sandbox, "push", "refs/heads/main", &payload, &inputs);
    assert_eq!(step.ran.exit, 0, "{:?}", step.ran);
    let log = step
        .ran
        .stdout
        .lines()
        .filter(|line| !line.starts_with("::add-mask::"))
        .collect::<Vec<_>>()
        .join("\n");
    assert!(step.ran.stdout.starts_with(&format!("::add-mask::{TOKEN}\n")));
    let mut written = vec![log.clone(), step.ran.stderr.clone(), step.file("output"), step.file("summary")];
    for file in ["report.html", "a.sarif"] {
        written.push(std::fs::read_to_string(step.sandbox.at(file)).unwrap());
    }
    for text in written {
        assert!(!text.contains(TOKEN), "{text}");
    }
    let mut stopped = false;
    for line in log.lines() {
        stopped |= line.starts_with("::stop-commands::");
        let is_forged = line.trim_start().starts_with("::error::forged");
        assert!(!is_forged, "{log}");
    }
    assert!(stopped, "{log}");
}

#[test]
fn the_matrix_holds_packs_and_shards_and_is_bounded() {
    let sandbox = Sandbox::project();
    let payload = json!({"repository": repository()});
    let inputs = [("INPUT_COMMAND", "plan"), ("INPUT_ARGS", "--shards 2")];
    let step = Step::run(sandbox, "push", "refs/heads/x", &payload, &inputs);
    assert_eq!(step.ran.exit, 0, "{:?}", step.ran);
    let matrix: Value = serde_json::from_str(&step.outputs()["matrix"]).unwrap();
    let job = |shard: &str| json!({"name": format!("depot ({shard})"), "kind": "pack", "only": "pack", "project": "aegis.yaml", "pack": "depot", "bot": "", "shard": shard});
    assert_eq!(matrix, json!({"include": [job("1/2"), job("2/2")]}));
    let sandbox = Sandbox::project();
    for name in ["a", "b"] {
        sandbox.write(&format!("{name}/aegis.yaml"), std::fs::read(sandbox.at("aegis.yaml")).unwrap());
    }
    let ran = sandbox.run(&["plan", ".", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((ran.exit, report["summary"]["jobs"].as_u64()), (0, Some(3)), "{report}");
    let ran = sandbox.run(&["plan", "a", "b", "--shards", "200"]);
    assert!(ran.exit == 1 && ran.stderr.contains("256"), "{ran:?}");
    assert_eq!(sandbox.run(&["plan", "packs"]).exit, 2);
}

#[test]
fn a_pull_request_says_what_agents_will_say_since_the_last_release() {
    let sandbox = Sandbox::project();
    let edit = |file: &str, from: &str, to: &str| {
        let text = std::fs::read_to_string(sandbox.at(file)).unwrap();
        assert!(text.contains(from), "{text}");
        sandbox.write(file, text.replace(from, to));
    };
    edit("aegis.yaml", "version: 1.0.0", "version: auto");
    assert_eq!(sandbox.run(&["ci"]).exit, 0);
    let metadata = std::fs::read(sandbox.at("aegis-runtime/metadata.json")).unwrap();
    let metadata: Value = serde_json::from_slice(&metadata).unwrap();
    // What a release leaves in the store.
    let document = json!({"aegis": "version/v1", "contentHash": metadata["contentHash"], "oid": "1.0",
        "packHash": metadata["packHash"], "version": "1.4.0"});
    sandbox.write(".aegis/store/packs/1.0/versions/1.4.0.json", document.to_string());
    edit("packs/domain/words.yaml", "where trucks are unloaded", "where trucks are unloaded and loaded");
    let step = Step::run(sandbox, "pull_request", "refs/pull/7/merge", &pull_request("octo-org/packs"), &[]);
    assert_eq!(step.ran.exit, 0, "{:?}", step.ran);
    let outputs = step.outputs();
    assert_eq!((outputs["version"].as_str(), outputs["bump"].as_str()), ("1.4.1", "patch"));
    let summary = step.file("summary");
    for part in [
        "**Patch**: 1.4.0 → 1.4.1, a patch step, because a meaning reads otherwise at 1.0.2 (dock)",
        "*until now:* “dock” (neutral) means: where trucks are unloaded.<br>*from now on:* “dock” (neutral) means: where trucks are unloaded and loaded.",
        "`meaning-reworded`",
        "packs/domain/words.yaml:",
    ] {
        assert!(summary.contains(part), "{part}: {summary}");
    }
    let html = std::fs::read_to_string(step.sandbox.at("report.html")).unwrap();
    assert!(html.contains("1.4.0 → 1.4.1, a patch step"), "{html}");
}

#[test]
fn an_approved_break_asks_for_a_smaller_step_and_is_told_with_its_reason() {
    let approval = "aegis: approved/v1\napproved:\n  - {rule: term-removed, oid: \"1.0.2\", subject: dock, reason: nobody says it any more}\n";
    for (approved, version, bump) in [(false, "2.0.0", "major"), (true, "1.5.0", "minor")] {
        let sandbox = Sandbox::project();
        let read = |file: &str| std::fs::read_to_string(sandbox.at(file)).unwrap();
        sandbox.write("aegis.yaml", read("aegis.yaml").replace("version: 1.0.0", "version: auto"));
        assert_eq!(sandbox.run(&["ci"]).exit, 0);
        let metadata: Value = serde_json::from_str(&read("aegis-runtime/metadata.json")).unwrap();
        let document = json!({"aegis": "version/v1", "contentHash": metadata["contentHash"], "oid": "1.0",
            "packHash": metadata["packHash"], "version": "1.4.0"});
        sandbox.write(".aegis/store/packs/1.0/versions/1.4.0.json", document.to_string());
        sandbox.write(
            "packs/domain/words.yaml",
            read("packs/domain/words.yaml").replace("term: dock", "term: bay"),
        );
        if approved {
            sandbox.write("approved.yaml", approval);
            sandbox.write("aegis.yaml", read("aegis.yaml") + "semver: {approved: approved.yaml}\n");
        }
        let step =
            Step::run(sandbox, "pull_request", "refs/pull/7/merge", &pull_request("octo-org/packs"), &[]);
        assert_eq!(step.ran.exit, 0, "{:?}", step.ran);
        let outputs = step.outputs();
        assert_eq!((outputs["version"].as_str(), outputs["bump"].as_str()), (version, bump), "{approved}");
        assert_eq!(step.file("summary").contains("approved: nobody says it any more"), approved);
    }
}

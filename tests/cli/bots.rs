//! Bots as processes: publishers of one revision that race, and a script that nobody generated.

use std::process::{Child, Stdio};

use crate::run::{Sandbox, aegis};

const SPEC: &str = include_str!("../cases/preflight/sound/spec.json");

/// Starts both publishers before either is waited for; their exit codes.
fn race(sandbox: &Sandbox, folders: &[String]) -> Vec<i32> {
    let start = |folder: &String| -> Child {
        let mut command = aegis(sandbox.path());
        command.args(["publish", folder, "--store", "file://store"]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let children: Vec<_> = folders.iter().map(start).collect();
    children.into_iter().map(|mut child| child.wait().unwrap().code().unwrap()).collect()
}

/// Builds the same revision with scripts that differ in these last lines; the folders.
fn build(sandbox: &Sandbox, ends: &[&str]) -> (String, Vec<String>) {
    sandbox.write("spec.json", SPEC);
    assert_eq!(sandbox.run(&["bot", "generate", "--spec", "spec.json", "-o", "bot.js"]).exit, 0);
    let script = std::fs::read_to_string(sandbox.at("bot.js")).unwrap();
    let mut hash = String::new();
    let mut folders = Vec::new();
    for (number, end) in ends.iter().enumerate() {
        let (file, out) = (format!("{number}.js"), format!("out-{number}"));
        sandbox.write(&file, format!("{script}{end}"));
        let built = sandbox.run(&["bot", "build", "--spec", "spec.json", "--script", &file, "-o", &out]);
        assert_eq!(built.exit, 0, "{built:?}");
        let entry = std::fs::read_dir(sandbox.at(&format!("{out}/tea"))).unwrap().next().unwrap().unwrap();
        hash = entry.file_name().to_string_lossy().into_owned();
        folders.push(format!("{out}/tea/{hash}"));
    }
    (hash, folders)
}

#[test]
fn of_two_publishers_with_other_bytes_one_wins_whole() {
    for _ in 0..3 {
        let sandbox = Sandbox::new();
        let (hash, folders) = build(&sandbox, &["// one\n", "// two\n"]);
        let exits = race(&sandbox, &folders);
        let winner = exits.iter().position(|exit| *exit == 0).expect("one wins");
        assert_eq!(exits[1 - winner], 4, "the other gets the conflict: {exits:?}");
        for name in ["bot.js", "spec.json", "rev.json"] {
            let stored = std::fs::read(sandbox.at(&format!("store/tea/{hash}/{name}"))).unwrap();
            let own = std::fs::read(sandbox.at(&format!("{}/{name}", folders[winner]))).unwrap();
            assert!(stored == own, "{name} is the winner's");
        }
        assert_eq!(sandbox.run(&["verify", "store"]).exit, 0);
    }
}

#[test]
fn publishers_with_equal_bytes_all_succeed() {
    let sandbox = Sandbox::new();
    let (_, folders) = build(&sandbox, &["// same\n", "// same\n", "// same\n", "// same\n"]);
    assert_eq!(race(&sandbox, &folders), [0, 0, 0, 0]);
    assert_eq!(sandbox.run(&["verify", "store"]).exit, 0);
}

/// The pizza order once more, by a person's hand instead of the template's: the conversations derived from the spec hold.
#[test]
fn a_script_written_by_hand_does_what_its_spec_says() {
    let sandbox = Sandbox::new();
    sandbox.write("spec.json", include_str!("../../examples/bots/pizza/spec.json"));
    sandbox.write("bot.js", include_str!("../scripts/harmless/pizza-by-hand.js"));
    let args = ["bot", "build", "--spec", "spec.json", "--script", "bot.js", "-o", "out"];
    let built = sandbox.run(&args);
    assert_eq!(built.exit, 0, "{built:?}");
    let judged = sandbox.run(&["preflight", "file://out", "--bot", "pizza", "--format", "json"]);
    assert_eq!(judged.exit, 0, "{}", judged.stdout);
    let report: serde_json::Value = serde_json::from_str(&judged.stdout).unwrap();
    let checks = report["summary"]["preflight"][0]["checks"].as_array().unwrap().clone();
    let status = |id: &str| {
        let check = checks.iter().find(|check| check["check"] == id).unwrap();
        check["status"].as_str().unwrap().to_owned()
    };
    for check in ["bot.ast", "bot.update", "bot.conversations"] {
        assert_eq!(status(check), "pass", "{checks:#?}");
    }
    assert_eq!(status("bot.reproducible"), "skipped", "nobody's template wrote it");
    // What a hand can do wrong is found: it forgets to ask again.
    let wrong = include_str!("../scripts/harmless/pizza-by-hand.js")
        .replace("return askSize(ctx, state);\n  }", "return;\n  }");
    sandbox.write("bot.js", wrong);
    assert_eq!(
        sandbox.run(&["bot", "build", "--spec", "spec.json", "--script", "bot.js", "-o", "wrong"]).exit,
        0
    );
    let judged = sandbox.run(&["preflight", "file://wrong", "--bot", "pizza", "--format", "json"]);
    assert_eq!(
        (judged.exit, judged.codes()),
        (1, vec!["CONVERSATION_FAILED".to_owned()]),
        "{}",
        judged.stdout
    );
}

/// A suite with everything that a writer of YAML would like to change: comments, quotes, widths, line ends, order of keys.
const TALKS: &str = r#"# Talks that people wrote down.
bot:   order
"aegis": suite/v1   # the form

cases:
- id: 'first'
  kind: conversation
  turns:
    - {send: "/order",   expect: {messages: ["Which size?"]}}   # kept
    - send: XL
      # A comment between the two.
      expect:   {messages: [{text: "Which size?"}]}
- kind: conversation
  id: second
  mocks: [ {method: POST, url: "https://api.example.com/orders", answers: [ {json: {id: 7}} ]} ]
  turns:
    - send: /order
      expect: {messages: [WRONG]} # it was put like this once
    - expect: {requests: [{"method": 'POST'}]}
      send:  "L"


# The end.
"#;

/// `--accept` writes what came in place of what was expected, and touches nothing else: not even what is right in the same
/// file but was written in another form.
#[test]
fn accepting_changes_the_expectation_and_nothing_else() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "aegis.yaml",
        "aegis: project/v1\nbots:\n  - {id: order, spec: spec.json}\nsuites: [talks.yaml]\n",
    );
    sandbox.write("spec.json", include_str!("../cases/test/bots-accept/spec.json"));
    let read = || std::fs::read_to_string(sandbox.at("talks.yaml")).unwrap();
    for (name, text) in [("LF", TALKS.to_owned()), ("CR LF", TALKS.replace('\n', "\r\n"))] {
        sandbox.write("talks.yaml", &text);
        let failed = sandbox.run(&["test"]);
        assert_eq!(failed.exit, 1, "{name}: {failed:?}");
        assert_eq!(read(), text, "{name}: without `--accept` nothing is written");
        let accepted = sandbox.run(&["test", "--accept"]);
        assert_eq!(accepted.exit, 0, "{name}: {accepted:?}");
        let (before, behind) = text.split_once("{messages: [WRONG]}").unwrap();
        let now = read();
        let new = now.strip_prefix(before).and_then(|rest| rest.strip_suffix(behind));
        let new = new.unwrap_or_else(|| panic!("{name}: more than the expectation changed:\n{now}"));
        assert!(new.contains("Which size?") && !new.contains("WRONG"), "{name}: {new}");
        assert_eq!(sandbox.run(&["test"]).exit, 0, "{name}: what was accepted holds");
        assert_eq!(sandbox.run(&["test", "--accept"]).exit, 0);
        assert_eq!(read(), now, "{name}: and is not written again");
    }
}

/// `aegis ci` with two bots: each passport appears in the store after the files that it speaks of.
#[test]
fn ci_uploads_each_passport_last() {
    use notify::Watcher as _;
    let sandbox = Sandbox::new();
    let bots = ["tea", "tee"];
    let (told, events) = std::sync::mpsc::channel();
    let mut watcher = notify::recommended_watcher(told).unwrap();
    let mut project = "aegis: project/v1\nbots:\n".to_owned();
    let mut folders = Vec::new();
    for bot in bots {
        project += &format!("  - {{id: {bot}, spec: {bot}.json}}\n");
        let file = format!("{bot}.json");
        sandbox.write(&file, SPEC.replacen("\"tea\"", &format!("\"{bot}\""), 1));
        assert_eq!(sandbox.run(&["bot", "build", "--spec", &file, "-o", "built"]).exit, 0);
        let built =
            std::fs::read_dir(sandbox.at("built").join(bot)).unwrap().next().unwrap().unwrap().file_name();
        // There before the run: what happens in it is told from the beginning.
        let folder = sandbox.at(".aegis/store").join(bot).join(built);
        std::fs::create_dir_all(&folder).unwrap();
        watcher.watch(&folder, notify::RecursiveMode::NonRecursive).unwrap();
        folders.push(folder);
    }
    sandbox.write("aegis.yaml", project);
    let ran = sandbox.run(&["ci"]);
    assert_eq!(ran.exit, 0, "{ran:?}");
    drop(watcher);
    let mut order: Vec<std::path::PathBuf> = Vec::new();
    for path in events.iter().flat_map(|event| event.unwrap().paths) {
        if !order.contains(&path) {
            order.push(path);
        }
    }
    for folder in folders {
        let at = |name: &str| {
            let seen = order.iter().position(|path| *path == folder.join(name));
            seen.unwrap_or_else(|| panic!("{name} was never told: {order:?}"))
        };
        assert!(at("bot.js") < at("rev.json") && at("spec.json") < at("rev.json"), "{order:?}");
    }
}

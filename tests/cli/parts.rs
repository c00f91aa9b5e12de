//! A run in parts: what the shards and the jobs of a matrix come to together is what one run comes to.

use serde_json::Value;

use crate::run::Sandbox;

#[test]
fn parts_joined_are_what_one_run_says() {
    let sandbox = Sandbox::project();
    assert_eq!(sandbox.run(&["build"]).exit, 0);
    let test = |args: &[&str], name: &str| {
        let xml = format!("{name}.xml");
        let all = [&["test", "--format", "json", "--junit", &xml][..], args].concat();
        let ran = sandbox.run(&all);
        sandbox.write(&format!("{name}.json"), &ran.stdout);
        ran.exit
    };
    // One expectation is wrong, so that there is something to tell.
    let suite = sandbox.at("aegis-runtime/test_suites/domain_tests.yaml");
    let text = std::fs::read_to_string(&suite).unwrap();
    let wrong =
        text.replacen("register: neutral", "register: formal", 1).replacen("\"neutral\"", "\"formal\"", 1);
    assert_ne!(wrong, text);
    sandbox.write("own.yaml", wrong);
    assert_eq!(test(&["--suite", "own.yaml"], "whole"), 1);
    let parts = 4;
    for index in 1..=parts {
        test(&["--suite", "own.yaml", "--shard", &format!("{index}/{parts}")], &format!("part-{index}"));
    }
    let merge = |names: &[&str], out: &str| {
        let files: Vec<_> =
            names.iter().flat_map(|name| [format!("{name}.xml"), format!("{name}.json")]).collect();
        let out = [format!("--junit={out}.xml"), format!("--json={out}.json")];
        let args =
            ["report".to_owned(), "merge".to_owned()].into_iter().chain(out).chain(files).collect::<Vec<_>>();
        let ran = sandbox.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
        (ran.exit, ran.stdout + &ran.stderr)
    };
    let read = |file: &str| std::fs::read_to_string(sandbox.at(file)).unwrap();
    // Times differ from run to run.
    let xml = |file: &str| {
        let text = read(file);
        let pieces: Vec<_> = text.split(" time=\"").collect();
        pieces
            .iter()
            .map(|piece| {
                piece
                    .split_once('"')
                    .filter(|(time, _)| time.parse::<f64>().is_ok())
                    .map_or(*piece, |(_, rest)| rest)
            })
            .collect::<String>()
    };
    assert_eq!(merge(&["whole"], "one").0, 1);
    assert_eq!(merge(&["part-1", "part-2", "part-3", "part-4"], "all").0, 1);
    assert_eq!(xml("all.xml"), xml("one.xml"));
    let json = |file: &str| {
        let mut report: Value = serde_json::from_str(&read(file)).unwrap();
        report["outputs"] = Value::Null;
        report
    };
    assert_eq!(json("all.json"), json("one.json"));
    assert_eq!(json("all.json")["diagnostics"], json("whole.json")["diagnostics"]);
    assert_eq!(json("all.json")["summary"]["tests"], json("whole.json")["summary"]["tests"]);
    let (exit, said) = merge(&["part-1", "part-2", "part-4"], "some");
    assert!(exit == 3 && said.contains("SHARD_MISSING") && said.contains("3/4"), "{exit} {said}");
}

/// A project with a pack, its own suite and two bots, dealt out as `aegis plan` says: each case runs in exactly one job.
#[test]
fn the_jobs_of_a_plan_are_what_one_run_is() {
    let sandbox = Sandbox::project();
    let spec = |id: &str| {
        let from = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/bots/hello/spec.json");
        std::fs::read_to_string(from)
            .unwrap()
            .replace("\"botId\": \"hello\"", &format!("\"botId\": \"{id}\""))
    };
    let mut project =
        std::fs::read_to_string(sandbox.at("aegis.yaml")).unwrap() + "suites: [own/*.yaml]\nbots:\n";
    for id in ["one", "two"] {
        sandbox.write(&format!("{id}.json"), spec(id));
        project += &format!("  - {{id: {id}, spec: {id}.json}}\n");
    }
    sandbox.write("aegis.yaml", project);
    sandbox.write(
        "own/pack.yaml",
        "aegis: suite/v1\npack: \"1.0\"\ncases:\n  - {id: mine, kind: lookup, term: dock, expect: {senses: [{oid: \"1.0.2\"}]}}\n",
    );
    sandbox.write(
        "own/bot.yaml",
        "aegis: suite/v1\nbot: two\ncases:\n  - {id: mine, kind: conversation, turns: [{send: /start, expect: {messages: [{text: \"Hello! I say hello, and nothing else.\"}]}}]}\n",
    );
    // The names of the cases that a run had, those of preflight too.
    let ran = |options: &[&str]| {
        let out = sandbox.run(&[&["ci", "--publish", "false"], options].concat());
        assert_eq!(out.exit, 0, "{options:?}: {out:?}");
        let text = std::fs::read_to_string(sandbox.at("junit.xml")).unwrap();
        let document = roxmltree::Document::parse(&text).unwrap();
        let cases = document.descendants().filter(|node| node.has_tag_name("testcase"));
        cases
            .map(|case| {
                format!("{} {}", case.attribute("classname").unwrap(), case.attribute("name").unwrap())
            })
            .collect::<Vec<_>>()
    };
    let mut whole = ran(&[]);
    whole.sort();
    let plan: Value = serde_json::from_str(&sandbox.run(&["plan", "--shards", "3"]).stdout).unwrap();
    let jobs = plan["include"].as_array().unwrap();
    assert_eq!(jobs.len(), 5);
    let mut parts = Vec::new();
    for job in jobs {
        let text = |key: &str| job[key].as_str().unwrap();
        let mut options = vec!["--only", text("only")];
        if !text("shard").is_empty() {
            options.extend(["--shard", text("shard")]);
        }
        parts.extend(ran(&options));
    }
    parts.sort();
    assert_eq!(parts, whole);
    for (only, said) in [("bot:three", "one, two"), ("bots", "bot:ID")] {
        let refused = sandbox.run(&["test", "--only", only]);
        assert!(refused.exit == 2 && refused.stderr.contains(said), "{refused:?}");
    }
}

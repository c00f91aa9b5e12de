//! Channels and revocations, by the built program: deploying, going back, withdrawing, and races of processes.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::run::{Ran, Sandbox, WORDS, aegis, document, wait};

const STORE: &str = "file://.aegis/store";

/// A project, and the hashes of three packs that it has published, in order.
fn published() -> (Sandbox, [String; 3]) {
    let sandbox = Sandbox::project();
    let hashes = ["quay", "berth", "bay"].map(|word| {
        sandbox.write("packs/domain/words.yaml", document("1.0", &WORDS.replace("dock", word)));
        let ran = sandbox.run(&["ci"]);
        assert_eq!(ran.exit, 0, "{}", ran.stderr);
        let metadata = fs::read(sandbox.at("aegis-runtime/metadata.json")).unwrap();
        let metadata: Value = serde_json::from_slice(&metadata).unwrap();
        metadata["packHash"].as_str().unwrap().to_owned()
    });
    (sandbox, hashes)
}

fn deploy(sandbox: &Sandbox, hash: &str) -> Ran {
    sandbox.run(&["deploy", STORE, "--channel", "stable", "--rev", hash, "--pack", "1.0"])
}

fn rollback(sandbox: &Sandbox, more: &[&str]) -> Ran {
    sandbox.run(&[&["rollback", STORE, "--channel", "stable"], more].concat())
}

fn folder(sandbox: &Sandbox) -> std::path::PathBuf {
    sandbox.at(".aegis/store/packs/1.0/channels/stable")
}

fn documents(folder: &Path) -> Vec<Value> {
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    names.iter().map(|path| serde_json::from_slice(&fs::read(path).unwrap()).unwrap()).collect()
}

fn targets(sandbox: &Sandbox) -> Vec<String> {
    documents(&folder(sandbox)).iter().map(|one| one["to"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_channel_moves_goes_back_and_keeps_its_history() {
    let (sandbox, [a, b, c]) = published();
    let first = sandbox.run(&["deploy", STORE, "--channel", "stable", "--rev", &a, "--reason", "the first"]);
    assert_eq!(first.exit, 0, "{}", first.stderr);
    assert!(first.stdout.contains("stable of the pack 1.0 is [SHA-256] (number 1)"), "{}", first.stdout);
    let document = fs::read_to_string(folder(&sandbox).join("00000000000000000001.json")).unwrap();
    let by = r#""by":"unknown","from":null,"reason":"the first","sequence":1"#;
    let expected = format!(r#"{{"aegis":"channel/v1","at":"2026-01-01T00:00:00Z",{by},"to":"{a}"}}"#);
    assert_eq!(document, expected);
    let hint = fs::read_to_string(sandbox.at(".aegis/store/packs/1.0/channels/stable.json")).unwrap();
    assert_eq!(hint, document);

    let again = deploy(&sandbox, &a);
    assert_eq!(again.exit, 0, "{}", again.stderr);
    assert!(again.stdout.contains("unchanged"), "{}", again.stderr);
    assert_eq!(deploy(&sandbox, &b).exit, 0);
    assert_eq!(deploy(&sandbox, &c).exit, 0);
    assert_eq!(targets(&sandbox), [&a, &b, &c].map(String::as_str));

    // Twice back is two steps back, not there and back.
    assert_eq!(rollback(&sandbox, &[]).exit, 0);
    assert_eq!(rollback(&sandbox, &["--reason", "worse"]).exit, 0);
    assert_eq!(targets(&sandbox)[3..], [b.clone(), a.clone()]);
    let none = rollback(&sandbox, &[]);
    assert_eq!(none.exit, 1, "{}", none.stderr);
    assert!(none.stderr.contains("NOT_FOUND") && none.stderr.contains("--rev"), "{}", none.stderr);
    assert_eq!(rollback(&sandbox, &["--rev", &c]).exit, 0);
    let never = rollback(&sandbox, &["--rev", &"0".repeat(64)]);
    assert_eq!(never.exit, 1);
    assert!(never.stderr.contains("was never current"), "{}", never.stderr);

    let listed = sandbox.run(&[
        "list",
        STORE,
        "--pack",
        "1.0",
        "--channel",
        "stable",
        "--page-size",
        "2",
        "--format",
        "json",
    ]);
    let listed: Value = serde_json::from_str(&listed.stdout).unwrap();
    let rows = listed["summary"]["documents"].as_array().unwrap();
    assert_eq!(rows.iter().map(|row| row["sequence"].as_u64().unwrap()).collect::<Vec<_>>(), [6, 5]);
    assert_eq!(rows[1]["reason"], "worse");
    assert_eq!(listed["summary"]["nextPageToken"], "5");
    let rest = sandbox.run(&["list", STORE, "--pack", "1.0", "--channel", "stable", "--page-token", "5"]);
    assert_eq!(rest.stdout.lines().count(), 4, "{}", rest.stdout);
    assert_eq!(sandbox.run(&["verify", STORE]).exit, 0);
}

#[test]
fn what_was_revoked_is_neither_deployed_nor_gone_back_to_nor_published() {
    let (sandbox, [a, b, c]) = published();
    for hash in [&a, &b, &c] {
        assert_eq!(deploy(&sandbox, hash).exit, 0);
    }
    let revoked = sandbox.run(&["revoke", STORE, "--rev", &b, "--reason", "a token leaked"]);
    assert_eq!(revoked.exit, 0, "{}", revoked.stderr);
    let path = sandbox.at(&format!(".aegis/store/packs/1.0/{b}/revoked.json"));
    let written = fs::read_to_string(&path).unwrap();
    let expected = format!(
        r#"{{"aegis":"revoked/v1","at":"2026-01-01T00:00:00Z","by":"unknown","reason":"a token leaked","revHash":"{b}"}}"#
    );
    assert_eq!(written, expected);
    let again = sandbox.run(&["revoke", STORE, "--rev", &b, "--reason", "another"]);
    assert_eq!(again.exit, 0);
    assert!(again.stdout.contains("was revoked before: a token leaked"), "{}", again.stderr);
    assert_eq!(fs::read_to_string(&path).unwrap(), written);

    let refused = deploy(&sandbox, &b);
    assert_eq!(refused.exit, 1, "{}", refused.stderr);
    assert!(
        refused.stderr.contains("REVOKED") && refused.stderr.contains("a token leaked"),
        "{}",
        refused.stderr
    );
    assert_eq!(rollback(&sandbox, &[]).exit, 0);
    assert_eq!(targets(&sandbox).last(), Some(&a), "the one between was revoked");
    assert_eq!(rollback(&sandbox, &["--rev", &b]).exit, 1);

    sandbox.write("packs/domain/words.yaml", document("1.0", &WORDS.replace("dock", "berth")));
    let published = sandbox.run(&["ci", "--format", "json"]);
    assert_eq!((published.exit, published.codes()), (1, vec!["REVOKED".to_owned()]));
    let listed = sandbox.run(&["list", STORE, "--pack", "1.0"]).stdout;
    assert_eq!(listed.lines().filter(|line| line.ends_with("revoked")).count(), 1, "{listed}");
    assert_eq!(sandbox.run(&["verify", STORE]).exit, 0);

    let current = sandbox.run(&["revoke", STORE, "--rev", &a, "--reason", "that too", "--format", "json"]);
    assert_eq!((current.exit, current.codes()), (0, vec!["REVOKED".to_owned()]), "it is current still");
}

#[test]
fn what_is_not_there_or_not_sound_is_not_deployed() {
    let (sandbox, [a, b, _]) = published();
    let code = |ran: Ran| (ran.exit, ran.codes());
    let json = |args: &[&str]| code(sandbox.run(&[args, &["--format", "json"]].concat()));
    let no = "0".repeat(64);
    let on = ["deploy", STORE, "--channel", "stable"];
    assert_eq!(json(&[&on[..], &["--rev", &no]].concat()), (1, vec!["NOT_FOUND".to_owned()]));
    assert_eq!(
        json(&[&on[..], &["--rev", &no, "--pack", "1.0"]].concat()),
        (1, vec!["NOT_FOUND".to_owned()])
    );
    assert_eq!(json(&[&on[..], &["--rev", "12"]].concat()), (2, vec!["USAGE_INVALID".to_owned()]));
    let path = ["deploy", STORE, "--channel", "../x", "--rev", &a];
    assert_eq!(json(&path), (2, vec!["USAGE_INVALID".to_owned()]));
    fs::remove_file(sandbox.at(&format!(".aegis/store/packs/1.0/{a}/metadata.json"))).unwrap();
    assert_eq!(json(&[&on[..], &["--rev", &a]].concat()), (1, vec!["NOT_FOUND".to_owned()]));
    let file = sandbox.at(&format!(".aegis/store/packs/1.0/{b}/runtime.1337"));
    let mut bytes = fs::read(&file).unwrap();
    bytes[100] ^= 1;
    let permissions = fs::metadata(&file).unwrap().permissions();
    fs::remove_file(&file).unwrap();
    fs::write(&file, bytes).unwrap();
    fs::set_permissions(&file, permissions).unwrap();
    let (exit, codes) = json(&[&on[..], &["--rev", &b]].concat());
    assert_eq!((exit, codes.as_slice()), (1, ["HASH_MISMATCH".to_owned()].as_slice()));
    assert!(!folder(&sandbox).exists(), "nothing was written");
}

#[test]
fn a_revision_is_named_by_how_its_hash_begins() {
    let (sandbox, [a, b, _]) = published();
    let on = ["deploy", STORE, "--channel", "stable", "--rev"];
    let run = |args: &[&str], exit| {
        let ran = sandbox.run(args);
        assert_eq!(ran.exit, exit, "{args:?}: {}", ran.stderr);
        ran.stderr
    };
    run(&[&on[..], &[&a[..7]]].concat(), 0);
    run(&[&on[..], &[&b[..20], "--pack", "1.0"]].concat(), 0);
    assert_eq!(targets(&sandbox), [&a, &b].map(String::as_str));
    assert_eq!(rollback(&sandbox, &["--rev", &a[..7]]).exit, 0);
    assert_eq!(targets(&sandbox)[2], a);
    run(&["revoke", STORE, "--rev", &b[..7], "--reason", "a leak"], 0);
    assert!(sandbox.at(&format!(".aegis/store/packs/1.0/{b}/revoked.json")).exists());
    // One more or less than enough.
    let short = run(&[&on[..], &[&a[..6]]].concat(), 2);
    assert!(short.contains("the first 7"), "{short}");
    let none = if a.starts_with("0000000") { "1111111" } else { "0000000" };
    assert!(run(&[&on[..], &[none]].concat(), 1).contains("NOT_FOUND"));
    assert_eq!(rollback(&sandbox, &["--rev", none]).exit, 1);
    // Another one that begins like it.
    let other = if a[10..].starts_with('0') { "1" } else { "0" };
    let twin = format!("{}{}", &a[..10], other.repeat(54));
    fs::create_dir(sandbox.at(&format!(".aegis/store/packs/1.0/{twin}"))).unwrap();
    sandbox.write(&format!(".aegis/store/packs/1.0/{twin}/metadata.json"), "{}");
    let ambiguous: [&[&str]; 4] = [
        &[&on[..], &[&a[..7]]].concat(),
        &[&on[..], &[&a[..10], "--pack", "1.0"]].concat(),
        &["revoke", STORE, "--rev", &a[..7], "--reason", "a leak"],
        &["copy", STORE, "file://other", "--rev", &a[..7]],
    ];
    for args in ambiguous {
        // As it is: elsewhere hashes are put out of sight.
        let output = aegis(sandbox.path()).args(args).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.contains("USAGE_INVALID") && said.contains(&a) && said.contains(&twin), "{said}");
    }
    assert!(!sandbox.at("other").exists(), "nothing was copied");
    run(&[&on[..], &[&a[..11]]].concat(), 0);
    run(&["copy", STORE, "file://other", "--rev", &a[..11]], 0);
}

#[test]
fn a_document_that_cannot_be_read_is_passed_over() {
    let (sandbox, [a, b, _]) = published();
    assert_eq!(deploy(&sandbox, &a).exit, 0);
    fs::write(folder(&sandbox).join("00000000000000000002.json"), "{").unwrap();
    let ran = deploy(&sandbox, &b);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("warning[METADATA_INVALID]"), "{}", ran.stderr);
    assert!(ran.stdout.contains("(number 3)"), "{}", ran.stdout);
}

#[test]
fn of_those_who_move_a_channel_at_once_each_number_has_one_winner() {
    let (sandbox, [a, b, _]) = published();
    let children: Vec<_> = (0..16)
        .map(|at| {
            let mut command = aegis(sandbox.path());
            let hash = if at % 2 == 0 { &a } else { &b };
            command.args(["deploy", STORE, "--channel", "stable", "--pack", "1.0", "--rev", hash]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let mut written = 0;
    for child in children {
        let (exit, stdout, stderr) = wait(child, "deploy");
        let stdout = String::from_utf8_lossy(&stdout);
        let stderr = String::from_utf8_lossy(&stderr);
        match exit {
            0 if stdout.contains("unchanged") => {}
            0 => written += 1,
            4 => assert!(stderr.contains("DEPLOY_CONFLICT"), "{stderr}"),
            other => panic!("{other}: {stderr}"),
        }
    }
    let all = documents(&folder(&sandbox));
    assert_eq!(all.len(), written, "who wrote is told so, and nobody else");
    for (at, one) in all.iter().enumerate() {
        assert_eq!(one["sequence"].as_u64().unwrap(), at as u64 + 1);
        let before = at.checked_sub(1).map_or(Value::Null, |before| all[before]["to"].clone());
        assert_eq!(one["from"], before);
    }
}

#[test]
fn a_bots_revision_is_judged_before_it_is_deployed() {
    let sandbox = Sandbox::new();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/bots/hello/spec.json");
    sandbox.write("spec.json", fs::read(example).unwrap());
    sandbox.write("aegis.yaml", "aegis: project/v1\nbots:\n  - id: hello\n    spec: spec.json\n");
    let ran = sandbox.run(&["ci"]);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    let revisions = fs::read_dir(sandbox.at(".aegis/store/hello")).unwrap();
    let hash = revisions.map(|entry| entry.unwrap().file_name().into_string().unwrap()).next().unwrap();
    let ran = sandbox.run(&["deploy", STORE, "--channel", "canary", "--rev", &hash]);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("canary of the bot `hello`"), "{}", ran.stderr);
    let script = sandbox.at(&format!(".aegis/store/hello/{hash}/bot.js"));
    fs::remove_file(&script).unwrap();
    fs::write(&script, "eval('1');").unwrap();
    let other = sandbox.run(&["deploy", STORE, "--channel", "stable", "--rev", &hash]);
    assert_eq!(other.exit, 1, "{}", other.stderr);
    assert!(other.stderr.contains("HASH_MISMATCH"), "{}", other.stderr);
    assert!(!sandbox.at(".aegis/store/hello/channels/stable").exists());
    let revoked = sandbox.run(&["revoke", STORE, "--rev", &hash, "--reason", "it harms"]);
    assert_eq!(revoked.exit, 0, "{}", revoked.stderr);
    let listed = sandbox.run(&["list", STORE, "--bot", "hello"]).stdout;
    assert!(listed.trim_end().ends_with("revoked"), "{listed}");
}

#[test]
fn ci_deploys_what_it_published() {
    let sandbox = Sandbox::project();
    for (word, expected) in [("quay", 1), ("quay", 1), ("berth", 2)] {
        sandbox.write("packs/domain/words.yaml", document("1.0", &WORDS.replace("dock", word)));
        let ran = sandbox.run(&["ci", "--channel", "stable"]);
        assert_eq!(ran.exit, 0, "{}", ran.stderr);
        assert_eq!(targets(&sandbox).len(), expected, "{}", ran.stdout);
    }
    let metadata: Value =
        serde_json::from_slice(&fs::read(sandbox.at("aegis-runtime/metadata.json")).unwrap()).unwrap();
    assert_eq!(targets(&sandbox).last().unwrap(), metadata["packHash"].as_str().unwrap());
    let not_published = sandbox.run(&["ci", "--channel", "stable", "--publish", "false"]);
    assert!(
        not_published.stdout.contains("skipped   deploy: nothing is published"),
        "{}",
        not_published.stdout
    );
}

/// A server that refuses everybody, and how often it was asked.
fn refusing() -> (String, std::sync::Arc<std::sync::atomic::AtomicUsize>) {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let _ = stream.read(&mut [0; 4096]);
            let answer = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (address, asked)
}

#[test]
#[cfg(feature = "s3")]
fn a_store_is_opened_with_what_the_project_says_of_it() {
    let (endpoint, asked) = refusing();
    let sandbox = Sandbox::project();
    let mut project = fs::read_to_string(sandbox.at("aegis.yaml")).unwrap();
    project += &format!("store: {{url: \"s3://bucket\", endpoint: \"{endpoint}\", path_style: true}}\n");
    sandbox.write("aegis.yaml", project);
    let no = "0".repeat(64);
    let on = ["s3://bucket", "--pack", "1.0"];
    let all: [&[&str]; 4] = [
        &["deploy", "--channel", "stable", "--rev", &no],
        &["rollback", "--channel", "stable"],
        &["revoke", "--rev", &no, "--reason", "harm"],
        &["list", "--channel", "stable"],
    ];
    for (number, command) in all.into_iter().enumerate() {
        let mut run = aegis(sandbox.path());
        run.args(&command[..1]).args(on).args(&command[1..]);
        run.env("AWS_ACCESS_KEY_ID", "id").env("AWS_SECRET_ACCESS_KEY", "key").env("AWS_REGION", "us-east-1");
        let ran = sandbox.finish(run);
        assert_eq!(ran.exit, 3, "{command:?}: {}", ran.stderr);
        let asked = asked.load(std::sync::atomic::Ordering::Relaxed);
        assert!(asked > number, "{command:?} never asked the endpoint: {}", ran.stderr);
    }
}

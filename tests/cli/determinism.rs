//! The same sources give the same bytes, wherever, whenever and however they are built.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::run::{Sandbox, aegis, hermetic};

/// The example of a warehouse, with what makes order matter: links to one file, and names that sort oddly.
fn project(sandbox: &Sandbox, at: &str, backwards: bool) {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/warehouse");
    let all = walkdir::WalkDir::new(&example).into_iter().map(Result::unwrap);
    let mut files: Vec<_> = all.filter(|entry| entry.file_type().is_file()).map(|e| e.into_path()).collect();
    files.sort();
    let mut links: Vec<_> = (0..12).map(|i| format!("packs/warehouse/link-{i}.yaml")).collect();
    if backwards {
        files.reverse();
        links.reverse();
    }
    let link = |links: &[String]| {
        for name in links {
            let path = sandbox.at(at).join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::os::unix::fs::symlink("core.yaml", path).unwrap();
        }
    };
    if backwards {
        link(&links);
    }
    for file in &files {
        let name = file.strip_prefix(&example).unwrap();
        sandbox.write(&format!("{at}/{}", name.display()), fs::read(file).unwrap());
    }
    if !backwards {
        link(&links);
    }
}

/// The files of a runtime directory; the passport without the run's provenance; modes too.
fn content(directory: &Path) -> BTreeMap<String, (u32, Vec<u8>)> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut out = BTreeMap::new();
    for entry in walkdir::WalkDir::new(directory).min_depth(1) {
        let entry = entry.unwrap();
        let name = entry.path().strip_prefix(directory).unwrap().display().to_string();
        let mode = entry.metadata().unwrap().permissions().mode();
        let mut bytes = Vec::new();
        if entry.file_type().is_file() {
            bytes = fs::read(entry.path()).unwrap();
        }
        if name == "metadata.json" {
            let mut metadata: Value = serde_json::from_slice(&bytes).unwrap();
            assert!(metadata.as_object_mut().unwrap().remove("provenance").is_some());
            bytes = serde_json::to_vec(&metadata).unwrap();
        }
        out.insert(name, (mode, bytes));
    }
    out
}

#[test]
fn builds_are_byte_identical_whatever_the_surroundings() {
    let sandbox = Sandbox::new();
    project(&sandbox, "first", false);
    project(&sandbox, "some where/else ü/second", true);
    let mut one = aegis(&sandbox.at("first"));
    one.args(["build", "--jobs", "1", "-o", "run"]).env("LC_ALL", "C").env("TZ", "UTC");
    let ran = sandbox.finish(one);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    let mut two = hermetic("bash".as_ref(), sandbox.path());
    two.env_remove("SOURCE_DATE_EPOCH").env("LC_ALL", "tr_TR.UTF-8").env("TZ", "Asia/Kathmandu");
    two.env("GITHUB_SHA", "0123456789abcdef0123456789abcdef01234567").env("GITHUB_REF", "refs/heads/x");
    let script = "umask 077; exec \"$0\" build --jobs 2 --project 'some where/else ü/second' -o deep/er/run";
    two.args(["-c", script, env!("CARGO_BIN_EXE_aegis")]);
    let ran = sandbox.finish(two);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    let (first, second) = (content(&sandbox.at("first/run")), content(&sandbox.at("deep/er/run")));
    let names = |all: &BTreeMap<String, (u32, Vec<u8>)>| all.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&first), names(&second));
    for (name, (mode, bytes)) in &first {
        assert_eq!(*mode, second[name].0, "the mode of {name}");
        assert!(*bytes == second[name].1, "{name} differs");
    }
}

/// Each run has other hash seeds; the rest of the surroundings is changed on purpose.
#[test]
fn scripts_and_revisions_of_bots_are_byte_identical_whatever_the_surroundings() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/bots");
    let mut compared = 0;
    for example in fs::read_dir(examples).unwrap() {
        let spec = example.unwrap().path().join("spec.json");
        let Ok(text) = fs::read_to_string(&spec) else { continue };
        let sandbox = Sandbox::new();
        sandbox.write("first/spec.json", &text);
        sandbox.write("some where/else ü/other.json", &text);
        let mut outputs = Vec::new();
        for (number, (cwd, spec, locale, zone)) in [
            ("first", "spec.json", "C", "UTC"),
            ("first", "spec.json", "de_DE.UTF-8", "Europe/Berlin"),
            ("some where/else ü", "other.json", "tr_TR.UTF-8", "Asia/Kathmandu"),
            ("", "some where/else ü/other.json", "ja_JP.SJIS", "America/St_Johns"),
        ]
        .into_iter()
        .enumerate()
        {
            let run = |args: &[&str]| {
                let mut command = aegis(&sandbox.at(cwd));
                command.args(args).env("LC_ALL", locale).env("LANG", locale).env("TZ", zone);
                let ran = sandbox.finish(command);
                assert_eq!(ran.exit, 0, "{}", ran.stderr);
            };
            let (script, built) = (sandbox.at(&format!("{number}.js")), sandbox.at(&format!("out-{number}")));
            run(&["bot", "generate", "--spec", spec, "-o", script.to_str().unwrap()]);
            run(&["bot", "build", "--spec", spec, "-o", built.to_str().unwrap()]);
            let files = content(&built);
            assert!(
                files.values().any(|(_, bytes)| *bytes == fs::read(&script).unwrap()),
                "the script is in it"
            );
            outputs.push(files);
        }
        for other in &outputs[1..] {
            assert!(*other == outputs[0], "{}", spec.display());
        }
        compared += 1;
    }
    assert!(compared >= 4, "{compared} examples");
}

#[test]
fn the_runtime_directory_is_what_other_tools_say_it_is() {
    let sandbox = Sandbox::new();
    project(&sandbox, "p", false);
    let ran = sandbox.run(&["build", "--project", "p", "-o", "run"]);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    let mut sums = hermetic("sha256sum".as_ref(), &sandbox.at("run"));
    sums.args(["-c", "--strict", "checksums.txt"]);
    let checked = sandbox.finish(sums);
    assert_eq!(checked.exit, 0, "{}{}", checked.stdout, checked.stderr);
    assert_eq!(
        checked.stdout.lines().count(),
        content(&sandbox.at("run")).values().filter(|(_, b)| !b.is_empty()).count() - 2
    );
    for name in ["exports/pack.json", "compiled_oid_maps/domain_oid_map.json", "metadata.json"] {
        let bytes = fs::read(sandbox.at("run").join(name)).unwrap();
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        let canonical = serde_json_canonicalizer::to_vec(&value).unwrap();
        assert!(bytes == canonical, "{name} is not canonical");
    }
    let json: Value =
        serde_json::from_slice(&fs::read(sandbox.at("run/exports/pack.json")).unwrap()).unwrap();
    let yaml = fs::read_to_string(sandbox.at("run/exports/pack.yaml")).unwrap();
    let yaml: Value = serde_yaml_ng::from_str(&yaml).unwrap();
    assert_eq!(yaml, json);
    let suite = fs::read_to_string(sandbox.at("run/test_suites/domain_tests.yaml")).unwrap();
    let suite: Value = serde_yaml_ng::from_str(&suite).unwrap();
    assert_eq!(suite["aegis"], "suite/v1");
}

/// Texts that YAML 1.1 and 1.2, or JSON, treat in their own ways come out of both exports as they went in.
#[test]
fn odd_texts_are_the_same_in_both_exports() {
    let odd = [
        "yes",
        "No",
        "on",
        "null",
        "~",
        "true",
        "1.10",
        "0x1F",
        "0o17",
        "017",
        "1e3",
        ".inf",
        "12:30",
        "2026-11-22",
        "<<",
        "=",
        "- a",
        "a: b",
        "a #b",
        "'",
        "\"",
        "\\",
        "\t",
        "\u{85}",
        "\u{2028}x\u{2029}",
        "\u{A0}x",
        "\u{FEFF}x",
        "\u{7F}x",
        "\u{80}x",
        "\u{1}x",
        "x\r\ny",
        " x ",
        "{",
        "}",
        "[",
        "*a",
        "&a",
        "!a",
        "|",
        ">",
        "%",
        "@",
        "`",
        "\u{1F69B}",
        "\u{10FFFD}",
        "é",
        "e\u{301}",
    ];
    let terms: Vec<Value> = odd
        .iter()
        .filter(|text| !text.trim().is_empty())
        .enumerate()
        .map(|(i, text)| serde_json::json!({"term": format!("t{i}"), "meaning": text}))
        .collect();
    let sandbox = Sandbox::project();
    fs::remove_file(sandbox.at("packs/domain/words.yaml")).unwrap();
    let document = serde_json::json!({
        "aegis": "cache/v1", "oid": "1.0", "title": "T", "version": "1.0.0",
        "entries": [{"oid": "1.0.2", "kind": "lexicon", "title": "W", "terms": terms}],
    });
    sandbox.write("packs/domain/words.json", document.to_string());
    let ran = sandbox.build();
    assert_eq!(ran.exit, 0, "{}", ran.stdout);
    let bytes = fs::read(sandbox.at("aegis-runtime/exports/pack.json")).unwrap();
    let json: Value = serde_json::from_slice(&bytes).unwrap();
    assert!(bytes == serde_json_canonicalizer::to_vec(&json).unwrap());
    let yaml = fs::read_to_string(sandbox.at("aegis-runtime/exports/pack.yaml")).unwrap();
    let read: Value = serde_yaml_ng::from_str(&yaml).unwrap();
    assert_eq!(read, json);
    let mut found: Vec<_> = json["entries"][0]["terms"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["meaning"].as_str().unwrap())
        .collect();
    let mut expected: Vec<_> = odd.into_iter().filter(|text| !text.trim().is_empty()).collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

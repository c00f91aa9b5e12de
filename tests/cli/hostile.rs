//! Input and surroundings that mean harm, or are just broken. Whatever they are: an exit code of the documented table,
//! an error with a place, no half output, nothing left behind, and all that soon and in bounded memory.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::run::{Ran, Sandbox, document, hermetic};

/// How long a run may take; debug builds and a busy machine included.
const SOON: Duration = Duration::from_secs(10);
/// How much address space a run gets, in KiB. Threads reserve much of it that they never touch.
const ADDRESS_SPACE: &str = "2000000";

/// Whatever went wrong, it went wrong well.
fn assert_civil(sandbox: &Sandbox, ran: &Ran, what: &str) {
    assert!([0, 1, 2, 3, 4].contains(&ran.exit), "{what}: exit {}\n{}{}", ran.exit, ran.stdout, ran.stderr);
    assert!(!ran.stderr.contains("panicked"), "{what}: {}", ran.stderr);
    assert!(ran.time < SOON, "{what}: took {:?}", ran.time);
    assert_eq!(sandbox.leftovers(), [""; 0], "{what}");
}

/// The same, and it was refused with this code, at a place.
pub(crate) fn assert_refused(sandbox: &Sandbox, ran: &Ran, code: &str, what: &str) {
    assert_civil(sandbox, ran, what);
    assert_ne!(ran.exit, 0, "{what}");
    let all = ran.diagnostics();
    assert_eq!(all[0]["code"], code, "{what}: {all:#?}");
    for one in all {
        assert!(one["file"].is_string(), "{what}: without a place: {one}");
        assert!(one["message"].as_str().unwrap().len() < 2_000, "{what}: a message of a wall of text");
        assert!(one["help"].is_string(), "{what}: without help: {one}");
    }
}

/// A project that was built once, and what its runtime directory says of itself.
pub(crate) fn built() -> (Sandbox, Vec<u8>) {
    let sandbox = Sandbox::project();
    let ran = sandbox.build();
    assert_eq!(ran.exit, 0, "{}{}", ran.stdout, ran.stderr);
    let before = passport(&sandbox);
    (sandbox, before)
}

pub(crate) fn passport(sandbox: &Sandbox) -> Vec<u8> {
    fs::read(sandbox.at("aegis-runtime/metadata.json")).unwrap()
}

/// Builds with bounded address space.
fn bounded_build(sandbox: &Sandbox) -> Ran {
    let mut command = hermetic("bash".as_ref(), sandbox.path());
    let script = format!("ulimit -v {ADDRESS_SPACE}; exec \"$0\" build --format json --jobs 2");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_aegis")]);
    sandbox.finish(command)
}

#[test]
fn texts_that_mean_harm() {
    let deep = 20_000;
    let mut bomb = "aegis: cache/v1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..12 {
        let refs = vec![format!("*a{}", i - 1); 10].join(", ");
        bomb.push_str(&format!("a{i}: &a{i} [{refs}]\n"));
    }
    let keys: String = (0..3_000).map(|i| format!("? {}\n: x\n", "k".repeat(i % 40 + 1))).collect();
    let block: String = (0..deep).map(|i| format!("{}a:\n", " ".repeat(i % 900))).collect();
    let texts: [(&str, &str, Vec<u8>); 21] = [
        ("tabs", "yaml", document("1.0", "entries:\n\t- oid: \"1.0.2\"\n").into()),
        ("duplicate keys", "yaml", document("1.0", "entries: []\nentries: []\n").into()),
        ("many duplicate keys", "yaml", keys.into()),
        ("an alias bomb", "yaml", bomb.into()),
        ("flow nesting", "yaml", "[".repeat(deep).into()),
        ("closed flow nesting", "yaml", format!("{}{}", "[".repeat(deep), "]".repeat(deep)).into()),
        ("flow mappings", "yaml", "{a: ".repeat(deep).into()),
        ("block lists", "yaml", "- ".repeat(deep).into()),
        ("block mappings", "yaml", block.into()),
        ("question marks", "yaml", "? ".repeat(deep).into()),
        ("brackets in JSON", "json", "[".repeat(deep).into()),
        ("braces in JSON", "json", "{\"a\":".repeat(deep).into()),
        ("NUL in YAML", "yaml", document("1.0", "entries: []\n# \0\n").into()),
        ("NUL in JSON", "json", b"{\"aegis\":\"cache/v1\0\"}".to_vec()),
        ("NUL alone", "yaml", vec![0; 4096]),
        ("invalid UTF-8", "yaml", [b"title: ".as_slice(), &[0xC3, 0x28, 0xFF]].concat()),
        ("overlong UTF-8", "json", vec![b'"', 0xC0, 0x80, b'"']),
        ("UTF-16", "yaml", "\u{FEFF}aegis: cache/v1\n".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("a surrogate", "json", br#"{"a":"\ud800"}"#.to_vec()),
        ("an unclosed quote", "yaml", format!("title: \"{}", "x".repeat(1 << 20)).into()),
        (
            "anchors without end",
            "yaml",
            (0..deep).map(|i| format!("- &a{i} *a{}\n", i + 1)).collect::<String>().into(),
        ),
    ];
    let (sandbox, before) = built();
    for (what, extension, bytes) in texts {
        let file = format!("packs/domain/hostile.{extension}");
        sandbox.write(&file, bytes);
        let ran = bounded_build(&sandbox);
        assert_refused(&sandbox, &ran, "PACK_SYNTAX", what);
        assert!(ran.diagnostics().iter().all(|one| one["line"].is_u64()), "{what}: {}", ran.stdout);
        assert_eq!(passport(&sandbox), before, "{what}");
        fs::remove_file(sandbox.at(&file)).unwrap();
    }
}

/// Every field of every mapping with a value of every wrong type.
#[test]
fn wrong_types_everywhere() {
    let entry = |kind: &str, more: &str| {
        format!(
            "entries:\n  - {{oid: \"1.0.2\", kind: {kind}, title: T, version: 1.0.0, refs: [], tags: [], \
             final: false, {more}}}\n"
        )
    };
    let documents = [
        document(
            "1.0",
            &entry(
                "lexicon",
                "terms: [{term: a, meaning: b, register: formal, aliases: [c], examples: [a]}]",
            ),
        ),
        document(
            "1.0",
            &entry(
                "rule",
                "event: e, priority: urgent, say: s, acknowledge: [a], escalate: [{after_s: 1, to: t, say: s}]",
            ),
        ),
        document(
            "1.0",
            &entry(
                "template",
                "text: \"{x}\", slots: {x: {type: enum, values: [v]}}, examples: [{slots: {x: v}, text: v}]",
            ),
        ),
        document("1.0", &entry("policy", "applies_to: [\"1.0\"], registers: [formal]")),
        document(
            "1.0",
            "language: en\nentries:\n  - {oid: \"1.0.2\", kind: alias, target: \"1.0.3\"}\n  - {oid: \"1.0.3\", removed: true, version: 1.0.0}\n",
        ),
    ];
    let wrong = ["null", "true", "-1", "1.5", "9007199254740993", "{x: {y: z}}", "[[[]]]", "{}", "\"\""];
    let sandbox = Sandbox::project();
    fs::remove_file(sandbox.at("packs/domain/words.yaml")).unwrap();
    let mut files = 0;
    for document in &documents {
        let sound: serde_json::Value = serde_yaml_ng::from_str(document).unwrap();
        let mut pointers = Vec::new();
        collect(&sound, &mut String::new(), &mut pointers);
        for pointer in &pointers {
            for value in wrong {
                let value: serde_json::Value = serde_yaml_ng::from_str(value).unwrap();
                let mut changed = sound.clone();
                *changed.pointer_mut(pointer).unwrap() = value;
                sandbox.write(&format!("packs/domain/w{files:04}.json"), changed.to_string());
                files += 1;
            }
        }
    }
    assert!(files > 500, "{files}");
    // All of them in one run: each file that is told of is told of with its place.
    let ran = sandbox.build();
    assert_civil(&sandbox, &ran, "wrong types");
    assert_eq!(ran.exit, 1);
    let mut told = std::collections::BTreeSet::new();
    for one in ran.diagnostics() {
        assert!(one["line"].is_u64() && one["column"].is_u64(), "{one}");
        told.insert(one["file"].as_str().unwrap().to_owned());
    }
    assert!(told.len() * 10 > files * 9, "only {} of {files} files are told of", told.len());
    assert!(!sandbox.at("aegis-runtime").exists());
}

fn collect(value: &serde_json::Value, at: &mut String, out: &mut Vec<String>) {
    out.push(at.clone());
    let children: Vec<(String, &serde_json::Value)> = match value {
        serde_json::Value::Object(map) => map.iter().map(|(k, v)| (k.clone(), v)).collect(),
        serde_json::Value::Array(items) => {
            items.iter().enumerate().map(|(i, v)| (i.to_string(), v)).collect()
        }
        _ => Vec::new(),
    };
    for (key, child) in children {
        let length = at.len();
        at.push('/');
        at.push_str(&key);
        collect(child, at, out);
        at.truncate(length);
    }
}

#[test]
fn files_of_a_gigabyte_are_refused_unread() {
    for (path, code) in [
        ("packs/domain/huge.yaml", "LIMIT_EXCEEDED"),
        ("packs/domain/huge.json", "LIMIT_EXCEEDED"),
        ("packs/domain/huge.1337", "LIMIT_EXCEEDED"),
        ("packs/local/huge.yaml", "LIMIT_EXCEEDED"),
        ("aegis.yaml", "CONFIG_INVALID"),
    ] {
        let (sandbox, before) = built();
        let file = fs::OpenOptions::new().append(true).create(true).open(sandbox.at(path)).unwrap();
        file.set_len(1 << 30).unwrap();
        let ran = bounded_build(&sandbox);
        assert_refused(&sandbox, &ran, code, path);
        assert_eq!(passport(&sandbox), before);
    }
    // The local layer's own limit is far lower, and spares the reading too.
    let (sandbox, _) = built();
    fs::File::create(sandbox.at("packs/local/large.json")).unwrap().set_len(400 << 20).unwrap();
    assert_refused(&sandbox, &bounded_build(&sandbox), "LIMIT_EXCEEDED", "a large local file");
}

#[test]
fn a_suite_of_a_gigabyte_or_none_at_all() {
    let (sandbox, _) = built();
    fs::File::create(sandbox.at("huge.yaml")).unwrap().set_len(1 << 30).unwrap();
    pipe(&sandbox.at("pipe.yaml"));
    fs::create_dir(sandbox.at("folder.yaml")).unwrap();
    for (suite, code) in [
        ("huge.yaml", "LIMIT_EXCEEDED"),
        ("pipe.yaml", "SOURCE_UNREADABLE"),
        ("folder.yaml", "SOURCE_UNREADABLE"),
        ("none.yaml", "SOURCE_UNREADABLE"),
    ] {
        let ran = sandbox.run(&["test", "--format", "json", "--suite", suite]);
        assert_refused(&sandbox, &ran, code, suite);
    }
}

pub(crate) fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// What stands in a source's place and is none. Holds for root too, to whom no file is closed.
#[test]
fn sources_that_are_no_files() {
    type Make = fn(&Sandbox);
    let all: [(&str, &str, Make); 9] = [
        ("a folder named like a file is a folder", "", |s| {
            fs::create_dir(s.at("packs/domain/x.yaml")).unwrap()
        }),
        ("a pipe", "SOURCE_UNREADABLE", |s| pipe(&s.at("packs/domain/x.yaml"))),
        ("a pipe as a cache", "SOURCE_UNREADABLE", |s| pipe(&s.at("packs/domain/x.1337"))),
        ("a socket", "SOURCE_UNREADABLE", |s| {
            std::os::unix::net::UnixListener::bind(s.at("packs/domain/x.json")).unwrap();
        }),
        ("a dangling link", "SOURCE_LOOP", |s| symlink("nowhere", s.at("packs/domain/x.yaml")).unwrap()),
        ("a link to itself", "SOURCE_LOOP", |s| symlink("x.yaml", s.at("packs/domain/x.yaml")).unwrap()),
        ("a link to the folder above", "SOURCE_LOOP", |s| symlink("..", s.at("packs/domain/up")).unwrap()),
        ("a link to a device", "SOURCE_OUTSIDE", |s| {
            symlink("/dev/zero", s.at("packs/domain/x.yaml")).unwrap()
        }),
        ("a link out of the project", "SOURCE_OUTSIDE", |s| {
            symlink("/etc", s.at("packs/domain/etc")).unwrap()
        }),
    ];
    for (what, code, make) in all {
        let (sandbox, before) = built();
        make(&sandbox);
        let ran = sandbox.build();
        if code.is_empty() {
            assert_civil(&sandbox, &ran, what);
            assert_eq!(ran.exit, 0, "{what}: {}", ran.stdout);
            continue;
        }
        assert_refused(&sandbox, &ran, code, what);
        assert_eq!(passport(&sandbox), before, "{what}");
    }
    if rustix_is_root() {
        println!("not tried: a file without rights (root may read it)");
        return;
    }
    use std::os::unix::fs::PermissionsExt as _;
    let (sandbox, _) = built();
    fs::set_permissions(sandbox.at("packs/domain/words.yaml"), fs::Permissions::from_mode(0o000)).unwrap();
    assert_refused(&sandbox, &sandbox.build(), "SOURCE_UNREADABLE", "a file without rights");
}

fn rustix_is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[test]
fn paths_out_of_the_project() {
    for path in ["../..", "/etc", "packs/../../other", "/dev/zero", "/proc/self/environ"] {
        let (sandbox, before) = built();
        let config = fs::read_to_string(sandbox.at("aegis.yaml")).unwrap();
        sandbox.write("aegis.yaml", config.replace("packs/local", path));
        let ran = sandbox.build();
        assert_civil(&sandbox, &ran, path);
        assert_eq!(ran.exit, 2, "{path}: {}", ran.stdout);
        assert!(ran.codes().iter().all(|code| code.starts_with("SOURCE_")), "{path}: {:?}", ran.codes());
        assert_eq!(passport(&sandbox), before);
    }
}

/// Files come, go and turn into pipes while builds run: each build ends, well or with an error that says why.
#[test]
fn sources_that_change_during_the_build() {
    let sandbox = Sandbox::project();
    for i in 0..40 {
        sandbox.write(&format!("packs/domain/w{i}.yaml"), document("1.0", "entries: []\n"));
    }
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut round = 0;
            while !stop.load(Ordering::Relaxed) {
                let path = sandbox.at(&format!("packs/domain/w{}.yaml", round % 40));
                fs::remove_file(&path).unwrap();
                if round % 2 == 0 {
                    pipe(&path);
                    fs::remove_file(&path).unwrap();
                }
                fs::write(&path, document("1.0", "entries: []\n")).unwrap();
                round += 1;
            }
        });
        let mut ends = [0; 5];
        for _ in 0..20 {
            let ran = sandbox.build();
            assert_civil(&sandbox, &ran, "changing sources");
            ends[usize::try_from(ran.exit).unwrap()] += 1;
        }
        stop.store(true, Ordering::Relaxed);
        assert_eq!(ends[4], 0, "{ends:?}");
    });
    assert_eq!(sandbox.build().exit, 0);
}

//! `aegis fmt`: the form itself, on the examples and on generated documents, and the command.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test says why it fails by failing")]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use aegis_action::exit::Exit;
use aegis_action::host::Host;
use aegis_action::syntax::format::{Refusal, format};
use aegis_action::syntax::{Format, Text};
use proptest::prelude::*;
use serde_json::{Value, json};

#[derive(Clone, Default)]
struct Stream(Arc<Mutex<Vec<u8>>>);

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs `aegis fmt`; the report, and how it ended.
fn fmt(cwd: &Path, args: &[&str]) -> (Value, Exit) {
    let out = Stream::default();
    let mut host = Host::new(BTreeMap::new(), cwd.to_owned(), Box::new(out.clone()), Box::new(io::sink()));
    let args = ["aegis", "fmt", "--format", "json"].iter().chain(args).map(OsString::from);
    let exit = aegis_action::run(args, &mut host);
    let report = serde_json::from_slice(&out.0.lock().unwrap()).unwrap();
    (report, exit)
}

fn yaml(text: &str) -> Result<String, Refusal> {
    format(&Text::new(text), Format::Yaml)
}

fn examples() -> Vec<PathBuf> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    // What the README's commands and `aegis ci` leave there is no example.
    let is_source = |entry: &walkdir::DirEntry| {
        let name = entry.file_name().to_string_lossy();
        !name.starts_with('.') && name != "aegis-runtime" && name != "aegis-bots"
    };
    let walk = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_entry(is_source);
    let files = walk.map(|entry| entry.unwrap().into_path());
    files.filter(|path| Format::of(path.to_str().unwrap()).is_some()).collect()
}

#[test]
fn examples_have_the_form_and_keep_their_comments() {
    let mut comments = 0;
    for path in examples() {
        let text = std::fs::read_to_string(&path).unwrap();
        let form = Format::of(path.to_str().unwrap()).unwrap();
        let formatted = format(&Text::new(text.clone()), form).unwrap();
        assert_eq!(formatted, text, "{}: run `aegis fmt examples`", path.display());
        // However it was laid out, the one form comes out of it.
        let spoilt =
            text.replace(": [", ":   [ ").replace("  # ", "       # ").replace("  kind: ", "  kind:    ");
        assert_eq!(format(&Text::new(spoilt), form), Ok(text.clone()), "{}", path.display());
        for line in text.lines().filter(|_| form == Format::Yaml) {
            if let Some((_, comment)) = line.split_once("# ") {
                assert!(formatted.contains(comment), "{}: {comment}", path.display());
                comments += 1;
            }
        }
    }
    assert!(comments > 80, "only {comments} comments were seen");
}

#[test]
fn yaml_is_laid_out() {
    for (before, after) in [
        ("a:   1\n", "a: 1\n"),
        ("a: 'x'\n", "a: \"x\"\n"),
        ("a: 'say \"x\"'\n", "a: 'say \"x\"'\n"),
        ("a:\r\n  - 1\r\n", "a:\n  - 1\n"),
        ("a:\n- 1\n-   b: 2\n", "a:\n  - 1\n  - b: 2\n"),
        ("a: { b: [ 1,2 ] , c: d }", "a: {b: [1, 2], c: d}\n"),
        ("a: [\n 1,\n 2]\n", "a: [\n  1,\n  2\n]\n"),
        ("a: 1 # x\nbcd: 2     # y\n\n\n\ne: 3 # z\n", "a: 1    # x\nbcd: 2  # y\n\ne: 3  # z\n"),
        ("#x\na: 1\n  # y\n", "#x\na: 1\n# y\n"),
        ("a: |\n    x  \n\n    y\n", "a: |\n  x  \n\n  y\n"),
        ("a: &x [1]\nb:   *x\n", "a: &x [1]\nb: *x\n"),
        ("a: \"# no comment\" # one\n", "a: \"# no comment\"  # one\n"),
        ("", ""),
        ("# nothing\n", "# nothing\n"),
    ] {
        assert_eq!(yaml(before).as_deref(), Ok(after), "{before:?}");
        assert_eq!(yaml(after).as_deref(), Ok(after), "{after:?}");
    }
}

#[test]
fn the_page_tells_the_truth() {
    let page = aegis_action::diag::Code::NotFormatted.page();
    let blocks: Vec<_> =
        page.split("```yaml\n").skip(1).map(|rest| rest.split_once("```").unwrap().0).collect();
    assert_eq!(yaml(blocks[0]).as_deref(), Ok(blocks[1]));
}

#[test]
fn what_cannot_be_formatted_is_refused() {
    assert!(matches!(yaml("a: [1\n"), Err(Refusal::Syntax(_))));
    assert!(matches!(yaml("a: 1\n---\nb: 2\n"), Err(Refusal::Syntax(_))));
    assert!(matches!(yaml(&format!("{}x{}", "[".repeat(60), "]".repeat(60))), Err(Refusal::Unable(_))));
    assert!(matches!(format(&Text::new("{"), Format::Json), Err(Refusal::Syntax(_))));
}

#[test]
fn json_keeps_numbers_escapes_and_order() {
    let text = r#"{"b":1.50,"a":[1e3,-0,"\u00e4\/"],"empty":{},"none":[ ],"":null,"t":true}"#;
    let long = format!(r#"{{"x":["{0}","{0}"]}}"#, "y".repeat(60));
    let formatted = |text: &str| format(&Text::new(text), Format::Json).unwrap();
    let expected = "{\n  \"b\": 1.50,\n  \"a\": [1e3, -0, \"\\u00e4\\/\"],\n  \"empty\": {},\n  \"none\": [],\n  \
                    \"\": null,\n  \"t\": true\n}\n";
    assert_eq!(formatted(text), expected);
    assert_eq!(formatted(expected), expected);
    let y = "y".repeat(60);
    assert_eq!(formatted(&long), format!("{{\n  \"x\": [\n    \"{y}\",\n    \"{y}\"\n  ]\n}}\n"));
    assert_eq!(formatted("[]"), "[]\n");
}

#[test]
fn the_command_writes_checks_and_leaves_alone() {
    let folder = tempfile::tempdir().unwrap();
    let put = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let read = |path: &str| std::fs::read_to_string(folder.path().join(path)).unwrap();
    let cache = "aegis: cache/v1\noid: \"1.0\"\ntitle:  x\nversion: 1.0.0\nentries: []\n";
    let suite = "aegis: suite/v1\npack:   \"1.0\"\ncases: []\n";
    put(
        "aegis.yaml",
        "aegis: project/v1\npack: {name: x, oid: \"1.0\", layers: {domain: [p, p/a.yaml]}}\nsuites: [s/*.yaml]\n",
    );
    put("p/a.yaml", cache);
    put("p/b.json", "\u{FEFF}{}");
    put("s/a.yaml", suite);
    put("other/foreign.yaml", "a:   1\n---\nb: 1\n");
    put("other/bad.yaml", "aegis: cache/v1\ntitle: [\n");
    put("other/runtime/metadata.json", "{}");
    put("other/runtime/checksums.txt", "");
    put("other/runtime/suite.yaml", suite);
    put("other/.hidden/a.yaml", cache);

    let (report, exit) = fmt(folder.path(), &["--check"]);
    let told: Vec<_> = report["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| json!([d["code"], d["file"], d["line"]]))
        .collect();
    let expected = [json!(["PACK_SYNTAX", "p/b.json", 1]), json!(["NOT_FORMATTED", "s/a.yaml", 2])];
    assert_eq!(told, [&[json!(["NOT_FORMATTED", "p/a.yaml", 3])], &expected[..]].concat());
    assert_eq!((exit, read("p/a.yaml").as_str()), (Exit::Input, cache));
    assert_eq!(report["summary"]["changed"], json!(["p/a.yaml", "s/a.yaml"]));

    put("p/b.json", "{}\n");
    let (report, exit) = fmt(folder.path(), &[]);
    assert_eq!(
        (exit, &report["summary"]),
        (Exit::Success, &json!({"changed": ["p/a.yaml", "s/a.yaml"], "files": 3}))
    );
    assert_eq!(read("p/a.yaml"), cache.replace("  x", " x"));
    let (report, exit) = fmt(folder.path(), &["--check"]);
    assert_eq!((exit, &report["summary"]["changed"]), (Exit::Success, &json!([])));

    let (report, exit) = fmt(folder.path(), &["other"]);
    let first = &report["diagnostics"][0];
    assert_eq!(
        (exit, &first["code"], &first["file"]),
        (Exit::Input, &json!("PACK_SYNTAX"), &json!("other/bad.yaml"))
    );
    assert_eq!(
        report["diagnostics"].as_array().unwrap().iter().filter(|d| d["file"] != "other/bad.yaml").count(),
        0
    );
    assert_eq!(read("other/runtime/suite.yaml"), suite);
    assert_eq!(read("other/.hidden/a.yaml"), cache);
    assert_eq!(fmt(folder.path(), &["none.yaml"]).1, Exit::Usage);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("real.yaml"), "a:  1\n").unwrap();
    std::os::unix::fs::symlink("real.yaml", folder.path().join("link.yaml")).unwrap();
    let (report, _) = fmt(folder.path(), &["link.yaml", "real.yaml"]);
    assert_eq!(report["summary"]["files"], 1);
    assert!(folder.path().join("link.yaml").is_symlink());
    assert_eq!(std::fs::read_to_string(folder.path().join("real.yaml")).unwrap(), "a: 1\n");
}

/// Lines of a document with odd layout: a block mapping `depth` deep, with comments and collections in brackets.
fn block(depth: u32) -> BoxedStrategy<Vec<String>> {
    let scalar = prop_oneof![
        "[a-z][a-z ]{0,6}[a-z]",
        "[0-9]{1,4}",
        Just("\"a # b: {c}\"".to_owned()),
        Just("'it''s'".to_owned()),
        Just("'plain'".to_owned()),
        Just("\"esc \\\" \\n\"".to_owned()),
        Just("true".to_owned()),
        Just("~".to_owned()),
        Just("|\n        two\n         lines  ".to_owned()),
    ];
    let flow = prop_oneof![
        Just("{ a: 1 ,b: \"x\" }".to_owned()),
        Just("[x,  'y', [ ] ]".to_owned()),
        Just("[\n          x,\n          y ]".to_owned()),
        Just("{}".to_owned()),
    ];
    let tail = prop_oneof![4 => Just(String::new()), 1 => "( {1,4})# [a-z#:]{1,5}"];
    let leaf = (prop_oneof![3 => scalar, 1 => flow], tail).prop_map(|(value, tail)| {
        // A comment cannot stand behind the last line of a block scalar: it would be part of it.
        vec![if value.starts_with('|') { value } else { value + &tail }]
    });
    if depth == 0 {
        return leaf.boxed();
    }
    let gap =
        prop_oneof![6 => Just(None), 1 => Just(Some(String::new())), 1 => "# [a-z]{1,6}".prop_map(Some)];
    let field = (prop_oneof![2 => leaf, 1 => block(depth - 1)], 1_usize..4, gap);
    (prop::collection::vec(field, 1..4), any::<bool>())
        .prop_map(|(fields, is_list)| {
            let mut lines = Vec::new();
            for (i, (value, spaces, gap)) in fields.into_iter().enumerate() {
                lines.extend(gap);
                let head = if is_list { "-".to_owned() } else { format!("k{i}:") };
                if value.len() == 1 {
                    lines.push(format!("{head}{}{}", " ".repeat(spaces), value[0]));
                } else {
                    lines.push(head);
                    lines.extend(value.iter().map(|line| {
                        if line.is_empty() { String::new() } else { format!("{}{line}", " ".repeat(spaces)) }
                    }));
                }
            }
            // One line is a leaf; two make it a collection for the level above.
            if lines.len() == 1 {
                lines.push(if is_list { "- z".to_owned() } else { "z: z".to_owned() });
            }
            lines
        })
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn generated_documents_settle_and_keep_their_comments(lines in block(3)) {
        let text = lines.join("\n") + "\n";
        prop_assume!(Text::new(text.clone()).parse(Format::Yaml).is_ok());
        match yaml(&text) {
            Ok(once) => {
                prop_assert_eq!(yaml(&once), Ok(once.clone()));
                for line in lines.iter().filter(|line| line.trim_start().starts_with('#')) {
                    prop_assert!(once.contains(line.trim()), "{}", line);
                }
            }
            Err(refusal) => prop_assert!(false, "{:?}\n{}", refusal, text),
        }
    }

    #[test]
    fn any_text_is_formatted_or_refused(text in "[-a: #\\[\\]{},&*!|>'\"\n]{0,40}") {
        if let Ok(once) = yaml(&text) {
            prop_assert_eq!(yaml(&once), Ok(once.clone()));
        }
    }

    #[test]
    fn any_json_settles(value in prop::collection::vec(prop::collection::btree_map("\\PC{0,9}", ".{0,30}", 0..6), 0..6)) {
        let text = serde_json::to_string(&value).unwrap();
        let once = format(&Text::new(text), Format::Json).unwrap();
        prop_assert_eq!(format(&Text::new(once.clone()), Format::Json), Ok(once.clone()));
        prop_assert_eq!(serde_json::from_str::<Value>(&once).unwrap(), json!(value));
    }
}

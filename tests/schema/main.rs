//! The JSON Schemas: they stand in `schema/`, take every example, and agree with the decoders.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test says why it fails by failing")]

mod alike;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use aegis_action::cli::Document;
use aegis_action::pack::decode::decode;
use aegis_action::pack::model::Layer;
use aegis_action::project::Project;
use aegis_action::suite::case::{Either, to_json};
use aegis_action::syntax::{Format, Text};
use aegis_action::{report, schema};
use jsonschema::Validator;
use serde_json::Value;

const ALL: [Document; 7] = [
    Document::Project,
    Document::Cache,
    Document::Suite,
    Document::Report,
    Document::Botspec,
    Document::Rev,
    Document::Build,
];

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn validator(document: Document) -> Validator {
    jsonschema::validator_for(&schema::of(document)).unwrap()
}

fn read(text: &str) -> Value {
    let text = Text::new(text);
    to_json(text.parse(Format::Yaml).unwrap().unwrap().root())
}

/// Whether the decoder takes a document.
fn decodes(document: Document, value: &Value) -> bool {
    let text = Text::new(value.to_string());
    match document {
        Document::Cache => {
            let tree = text.parse(Format::Json).unwrap().unwrap();
            decode(&tree, Layer::Local, 0, None).problems.is_empty()
        }
        Document::Suite => Either::parse(&text, Format::Json, "suite.json".into()).is_ok(),
        Document::Project => {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("aegis.yaml");
            std::fs::write(&file, text.as_str()).unwrap();
            Project::load(Some(&file), folder.path(), None).is_ok()
        }
        Document::Botspec => {
            aegis_action::bot::load(text.into_string().into_bytes(), &"spec.json".into()).spec.is_some()
        }
        Document::Rev => {
            aegis_action::bot::revision::read(&text.parse(Format::Json).unwrap().unwrap()).is_ok()
        }
        Document::Build => {
            aegis_action::bot::revision::Build::read(text.into_string().into_bytes(), &"build.json".into())
                .is_ok()
        }
        Document::Report => unreachable!("a report is not read"),
    }
}

fn examples() -> Vec<(String, Document, Value)> {
    let mut found = Vec::new();
    // What the README's first command leaves there is no example.
    let is_source = |entry: &walkdir::DirEntry| {
        let name = entry.file_name().to_string_lossy();
        !name.starts_with('.') && name != "aegis-runtime"
    };
    let walk = walkdir::WalkDir::new(here("examples")).sort_by_file_name();
    for entry in walk.into_iter().filter_entry(is_source) {
        let path = entry.unwrap().into_path();
        if Format::of(path.to_str().unwrap()).is_none() {
            continue;
        }
        let value = read(&std::fs::read_to_string(&path).unwrap());
        let document = match value["aegis"].as_str() {
            Some("project/v1") => Document::Project,
            Some("cache/v1") => Document::Cache,
            Some("suite/v1") => Document::Suite,
            None if value["meta"]["botId"].is_string() => Document::Botspec,
            None if value["specVersion"].is_number() => Document::Build,
            other => unreachable!("{}: {other:?}", path.display()),
        };
        found.push((path.display().to_string(), document, value));
    }
    found
}

#[test]
fn the_files_are_what_is_printed() {
    for document in ALL {
        let text = report::json::write(&schema::of(document), true);
        let path = here("schema").join(format!("{}.schema.json", schema::name(document)));
        if std::env::var_os("AEGIS_BLESS").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let file = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(file == text, "{}: run `AEGIS_BLESS=1 cargo test --test schema`", path.display());
    }
}

#[test]
fn each_is_a_schema_with_a_name() {
    for document in ALL {
        let schema = schema::of(document);
        assert!(jsonschema::meta::is_valid(&schema), "{}", schema::name(document));
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["$id"], format!("urn:aegis:schema:{}:v1", schema::name(document)));
        assert!(schema["title"].as_str().unwrap().starts_with("AEGIS "));
        assert!(!schema.to_string().contains(r#""type":"null""#) || matches!(document, Document::Report));
    }
}

#[test]
fn examples_are_valid() {
    let examples = examples();
    for (file, document, value) in &examples {
        let errors: Vec<_> = validator(*document).iter_errors(value).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{file}: {errors:?}");
        assert!(decodes(*document, value), "{file}");
    }
    assert!(examples.len() >= 20);
}

#[test]
fn generated_suites_are_valid() {
    let root = here("examples/warehouse");
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let [root, out] = [root, out].map(std::path::PathBuf::into_os_string);
    let args = ["aegis".into(), "build".into(), "--project".into(), root, "-o".into(), out.clone()];
    let [stdout, stderr] = [(); 2].map(|()| Box::new(std::io::sink()));
    let mut host = aegis_action::host::Host::new(Default::default(), here(""), stdout, stderr);
    aegis_action::run(args, &mut host);
    let suite = std::fs::read_to_string(Path::new(&out).join("test_suites/domain_tests.yaml")).unwrap();
    let errors: Vec<_> =
        validator(Document::Suite).iter_errors(&read(&suite)).take(3).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

/// The places of all objects in a document, one of each shape: indexes do not count, an entry's kind does.
fn shapes(value: &Value, shape: &str, pointer: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                shapes(item, &format!("{shape}/*"), &format!("{pointer}/{i}"), found);
            }
        }
        Value::Object(map) => {
            let kind = map.get("kind").or(map.get("type")).and_then(Value::as_str).unwrap_or("");
            let shape = format!("{shape}:{kind}");
            found.push((shape.clone(), pointer.to_owned()));
            for (key, value) in map {
                shapes(value, &format!("{shape}/{key}"), &format!("{pointer}/{key}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn what_is_missing_or_unknown_is_refused_as_the_decoders_do() {
    let validators = ALL.map(validator);
    let (mut seen, mut removed, mut added) = (BTreeSet::new(), 0, 0);
    for (file, document, value) in examples() {
        let validator = &validators[document as usize];
        let mut found = Vec::new();
        shapes(&value, schema::name(document), "", &mut found);
        // The names of slots are the author's own, and an example's values depend on what is declared elsewhere.
        for (shape, pointer) in found.into_iter().filter(|(_, pointer)| !pointer.ends_with("/slots")) {
            let keys: Vec<_> =
                value.pointer(&pointer).unwrap().as_object().unwrap().keys().cloned().collect();
            for key in keys.iter().filter(|key| seen.insert(format!("{shape}-{key}"))) {
                let mut without = value.clone();
                without.pointer_mut(&pointer).unwrap().as_object_mut().unwrap().remove(key);
                let taken = decodes(document, &without);
                assert_eq!(validator.is_valid(&without), taken, "{file}: {pointer} without {key}");
                removed += usize::from(!taken);
            }
            if seen.insert(format!("{shape}+")) {
                let mut with = value.clone();
                with.pointer_mut(&pointer).unwrap()["unknown"] = "x".into();
                // Inside an expectation the decoder leaves unknown fields to the run, where they match nothing.
                let taken = decodes(document, &with) && !pointer.contains("/expect/");
                assert_eq!(validator.is_valid(&with), taken, "{file}: {pointer} with `unknown`");
                added += usize::from(!taken);
            }
        }
    }
    assert!(removed > 30 && added > 20, "{removed} removed, {added} added");
}

//! The second reader, `reader.py`, which was written from `docs/format-1337.md` alone: it answers the same for everything
//! that the examples hold, and judges damaged files the same.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use aegis_action::cache::{Body, Entry, Error, Origin, Pack, Term, Value as SlotValue};
use aegis_action::oid::Oid;
use aegis_action::pack::ask;
use serde_json::{Value, json};

use crate::layers::{compile as build, copy};
use crate::model::{EVERY_KIND, compile, in_large_chunks};

fn reader() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cache/reader.py")
}

/// Whether Python is there. Where CI runs it has to be.
fn has_python() -> bool {
    let version =
        Command::new("python3").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let is_there = version.is_ok_and(|status| status.success());
    assert!(is_there || std::env::var_os("CI").is_none(), "CI has no python3");
    if !is_there {
        #[expect(clippy::print_stdout, reason = "a test that does not run says so")]
        {
            println!("not run: there is no python3 for the second reader");
        }
    }
    is_there
}

fn run(args: &[&std::ffi::OsStr], input: &str) -> Vec<String> {
    let mut python = Command::new("python3");
    python.arg(reader()).args(args).env("PYTHONIOENCODING", "utf-8");
    let mut child =
        python.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "{args:?}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn origin(origin: Origin<'_>) -> Value {
    json!([origin.layer, origin.source, origin.version])
}

fn oids(oids: Vec<Oid>) -> Vec<String> {
    oids.iter().map(Oid::to_string).collect()
}

fn body(body: Body<'_>) -> Value {
    match body {
        Body::Lexicon(terms) => json!([terms.start, terms.len()]),
        Body::Rule { event, priority, say, acknowledge, escalate } => {
            let steps: Vec<_> =
                escalate.iter().map(|step| json!([step.after_s, step.to, step.say])).collect();
            json!([event, priority, say, acknowledge, steps])
        }
        Body::Template { text, slots, examples } => {
            let slots: Vec<_> = slots.iter().map(|slot| json!([slot.name, slot.kind, slot.values])).collect();
            let value = |(name, value): &(&str, SlotValue<'_>)| match value {
                SlotValue::Text(text) => json!([name, text]),
                SlotValue::Integer(value) => json!([name, value]),
            };
            let example = |e: &aegis_action::cache::Example<'_>| {
                json!([e.text, e.slots.iter().map(value).collect::<Vec<_>>()])
            };
            json!([text, slots, examples.iter().map(example).collect::<Vec<_>>()])
        }
        Body::Policy { applies_to, registers } => json!([oids(applies_to), registers]),
        Body::Alias(target) => target.to_string().into(),
        Body::Tombstone => Value::Null,
    }
}

fn entry(entry: Entry<'_>) -> Value {
    json!([
        entry.oid().unwrap().to_string(),
        entry.kind(),
        entry.title().unwrap(),
        entry.language().unwrap(),
        origin(entry.origin().unwrap()),
        entry.line(),
        entry.refs().unwrap().map(oids),
        entry.tags().unwrap(),
        entry.is_final(),
        entry.is_preferred(),
        entry.overrode(),
        entry.below(),
        body(entry.body().unwrap()),
    ])
}

fn sense(term: Term<'_>) -> Value {
    let [aliases, examples] = term.lists().unwrap();
    json!([
        term.entry().unwrap().oid().unwrap().to_string(),
        term.term().unwrap(),
        term.meaning().unwrap(),
        term.register(),
        origin(term.origin().unwrap()),
        term.line().unwrap(),
        aliases,
        examples,
        term.key().unwrap(),
    ])
}

/// Questions to a pack, each with the answer of the library.
fn questions(pack: &Pack) -> Vec<(String, Value)> {
    let mut asked = Vec::new();
    let mut ask =
        |kind: &str, of: &str, answer: Value| asked.push((format!("{kind} {}\n", json!(of)), answer));
    let mut names = BTreeSet::from(["".to_owned(), "absent".to_owned(), "  ÜBER\u{A0}alles ".to_owned()]);
    let mut texts = BTreeSet::new();
    for term in pack.terms_in(0..pack.terms()).map(Result::unwrap) {
        let [aliases, examples] = term.lists().unwrap();
        names.insert(term.term().unwrap().to_owned());
        names.insert(term.term().unwrap().to_uppercase());
        names.extend(aliases.into_iter().map(str::to_owned));
        texts.extend(examples.into_iter().map(str::to_owned));
        texts.insert(format!(
            "{}, ({}) {}",
            term.meaning().unwrap(),
            term.term().unwrap(),
            term.term().unwrap()
        ));
    }
    for name in names {
        let senses = if pack.kind() == 0 { pack.lookup(&name).unwrap() } else { None };
        let senses: Vec<_> = senses.into_iter().flat_map(|s| s.iter()).map(|s| sense(s.unwrap())).collect();
        ask("term", &name, senses.into());
    }
    for text in texts.iter().filter(|_| pack.kind() == 0) {
        let hits = ask::scan(pack, text).unwrap();
        let hit = |hit: &Value| json!([hit["start"], hit["end"], hit["term"], hit["oid"]]);
        ask("scan", text, hits.as_array().unwrap().iter().map(hit).collect());
    }
    let mut all: BTreeSet<Oid> =
        ["0", "1.0", "1.4", "2.1337", "2.999"].map(|oid| oid.parse().unwrap()).into();
    all.extend(pack.entries().map(|entry| entry.unwrap().oid().unwrap()));
    for oid in &all {
        let index = pack.find(oid).unwrap().map(|entry| entry.index());
        ask("oid", &oid.to_string(), index.into());
        let (range, children) = (pack.range(oid).unwrap(), pack.children(oid).unwrap());
        let children = oids(children.iter().map(|child| child.oid().unwrap()).collect());
        ask("below", &oid.to_string(), json!([range.start, range.end, children]));
    }
    asked
}

fn answers_the_same(file: &Path) {
    let pack = Pack::open(file).unwrap();
    let meta: Value = serde_json::from_slice(pack.meta().unwrap()).unwrap();
    let root: String = pack.root().iter().map(|byte| format!("{byte:02x}")).collect();
    let mut expected = vec![json!([pack.kind(), root, meta])];
    expected.extend(pack.entries().map(|found| entry(found.unwrap())));
    expected.extend(pack.terms_in(0..pack.terms()).map(|term| sense(term.unwrap())));
    let questions = questions(&pack);
    let input: String = questions.iter().map(|(line, _)| line.as_str()).collect();
    expected.extend(questions.into_iter().map(|(_, answer)| answer));
    let found = run(&["answer".as_ref(), file.as_os_str()], &input);
    assert_eq!(found.len(), expected.len(), "{}", file.display());
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(&serde_json::from_str::<Value>(found).unwrap(), expected, "{}", file.display());
    }
}

#[test]
fn the_second_reader_answers_the_same_for_all_that_the_examples_hold() {
    if !has_python() {
        return;
    }
    for example in ["aviation", "warehouse"] {
        let folder = tempfile::tempdir().unwrap();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example), folder.path());
        build(folder.path());
        for file in ["runtime", "caches/global", "caches/domain", "caches/local"] {
            answers_the_same(&folder.path().join(format!("built/{file}.1337")));
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("every-kind.1337");
    std::fs::write(&file, compile(EVERY_KIND)).unwrap();
    answers_the_same(&file);
}

#[test]
fn the_second_reader_judges_damaged_files_the_same() {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let sound = in_large_chunks(compile(EVERY_KIND));
    let flipped = (0..sound.len()).map(|at| {
        let mut file = sound.clone();
        file[at] ^= 1 << (at % 8);
        file
    });
    let cut = (0..sound.len()).step_by(7).map(|length| sound[..length].to_vec());
    let longer = [1, 32, 4096].map(|more| [&sound[..], &vec![0; more]].concat());
    let files = [sound.clone()].into_iter().chain(flipped).chain(cut).chain(longer);
    let mut paths = Vec::new();
    let mut expected = Vec::new();
    for (number, bytes) in files.enumerate() {
        let path = folder.path().join(number.to_string());
        std::fs::write(&path, &bytes).unwrap();
        paths.push(path);
        expected.push(Pack::from_bytes(bytes).and_then(|pack| pack.verify(1)));
    }
    let args: Vec<_> =
        ["verify".as_ref()].into_iter().chain(paths.iter().map(|path| path.as_os_str())).collect();
    let found = run(&args, "");
    assert_eq!(found.len(), expected.len());
    for (number, (found, expected)) in found.iter().zip(expected).enumerate() {
        match expected {
            Ok(()) => assert!(found == "sound" && number == 0, "file {number}: {found}"),
            Err(Error::Hash { section, offset, .. }) => {
                let place = format!("refused {} {offset} ", String::from_utf8_lossy(&section.0));
                assert!(found.starts_with(&place), "file {number}: {found}, not {place}");
            }
            Err(_) => assert!(found.starts_with("refused HEAD "), "file {number}: {found}"),
        }
    }
}

//! Files that earlier versions wrote, and what they answer. They are never made anew: every later version reads them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use aegis_action::cache::Pack;
use aegis_action::oid::Oid;
use aegis_action::pack::from_cache::Reader;
use aegis_action::pack::model::{Statement, Tombstone};
use aegis_action::pack::{ask, canonical};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// All that a file says, a line an answer, in the published shapes: the description, the questions that stand beside the
/// files (`term`, `text` or `tree` and what is asked), and every entry.
fn told(pack: &Pack) -> String {
    let mut out = format!("{}\n", String::from_utf8_lossy(pack.meta().unwrap()));
    for line in fs::read_to_string(folder().join("questions.txt")).unwrap().lines() {
        let answer = match line.split_once(' ').unwrap() {
            ("term", term) => ask::lookup(pack, term).unwrap(),
            ("text", text) => ask::scan(pack, &text.replace("\\n", "\n")).unwrap(),
            ("tree", oid) => ask::tree(pack, Some(&oid.parse::<Oid>().unwrap())).unwrap(),
            (other, _) => unreachable!("`{other}` is no kind of question"),
        };
        let _ = writeln!(out, "{line}: {answer}");
    }
    let mut reader = Reader::new(pack, None, Vec::new());
    for entry in pack.entries() {
        match reader.statement(entry.unwrap()).unwrap() {
            Statement::Define(entry) => {
                let json = canonical::with_origin(&entry, &reader.names).to_vec();
                out += &String::from_utf8_lossy(&json);
            }
            Statement::Remove(tombstone) => {
                let Tombstone { oid, version, origin } = *tombstone;
                let (source, line) = (&reader.names[origin.source as usize], origin.line);
                let _ = write!(out, "removed {oid} {version} {source} {line}");
            }
        }
        out.push('\n');
    }
    out
}

#[test]
fn files_of_earlier_versions_answer_as_they_did() {
    let mut files: Vec<_> = fs::read_dir(folder()).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "1337"));
    assert!(files.len() >= 5, "{files:?}");
    for file in files {
        let pack = Pack::open(&file).unwrap();
        pack.verify(2).unwrap();
        let expected = file.with_extension("txt");
        // What a new file answers is written once, to be read and committed with it.
        if !expected.exists() {
            fs::write(&expected, told(&pack)).unwrap();
            panic!("{} was missing: read it", expected.display());
        }
        let (told, expected) = (told(&pack), fs::read_to_string(&expected).unwrap());
        assert_eq!(told.lines().count(), expected.lines().count(), "{}", file.display());
        for (line, expected) in told.lines().zip(expected.lines()) {
            assert_eq!(line, expected, "{}", file.display());
        }
    }
}

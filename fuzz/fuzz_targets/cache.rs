//! Any bytes as a `.1337` file; and small valid files, changed and sealed anew, so that what lies behind the hashes
//! is reached. Whatever comes: an answer or an error, soon, without a panic and without a large allocation.
#![no_main]
#![allow(unreachable_pub)]

#[path = "../../tests/cache/questions.rs"]
mod questions;
#[path = "../../tests/cache/seal.rs"]
mod seal;

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use aegis_action::cache::Pack;
use aegis_action::cache::layout::{HEADER, PARTS, ROW, header};
use aegis_action::oid::Oid;
use aegis_action::pack::ask::{self, Asker};
use aegis_action::pack::decode::decode;
use aegis_action::pack::load::Loaded;
use aegis_action::pack::merge::{Rules, merge};
use aegis_action::pack::model::{Layer, Statement};
use aegis_action::pack::to_cache::{self, Head, MergeRules};
use aegis_action::pack::{canonical, from_cache, validate};
use aegis_action::syntax::{Format, Text};
use aegis_action::text::utf8;
use libfuzzer_sys::fuzz_target;
use questions::Questions;

const DOCUMENT: &str = include_str!("../corpus-seeds/document/every-kind.yaml");
const TEXT: &str = "The Fork  Lift and the fork lift STRASSE forkie e\u{301}clair, one two three one two.";

fuzz_target!(|bytes: &[u8]| {
    assert_eq!(utf8(bytes), std::str::from_utf8(bytes).ok(), "what is taken for UTF-8 unseen is UTF-8");
    let Some((&mode, rest)) = bytes.split_first() else { return };
    match mode % 4 {
        0 => ask(rest.to_vec()),
        1 => {
            let mut file = rest.to_vec();
            if seal::seal(&mut file) {
                ask(file);
            }
        }
        kind => {
            let mut file = seeds()[usize::from(kind) - 2].clone();
            edit(&mut file, rest);
            if seal::seal(&mut file) {
                ask(file);
            }
        }
    }
});

/// A merged pack and a layer's cache, in chunks of 1 KiB.
fn seeds() -> &'static [Vec<u8>; 2] {
    static SEEDS: OnceLock<[Vec<u8>; 2]> = OnceLock::new();
    SEEDS.get_or_init(|| {
        let text = Text::new(DOCUMENT);
        let tree = text.parse(Format::Yaml).unwrap().unwrap();
        let decoded = decode(&tree, Layer::Domain, 0, None);
        assert!(decoded.problems.is_empty(), "{:?}", decoded.problems);
        let (names, broken) = ([Arc::from("seed.yaml")], HashSet::new());
        let rules = Rules { language: "en", prefer: &[], sources: &names, broken: &broken };
        let merged = merge(decoded.statements, rules);
        let (oid, documents) = ("1.4".parse().unwrap(), Vec::from_iter(decoded.document));
        let merge_rules = MergeRules::default();
        let mut head = Head {
            name: "seed",
            oid: &oid,
            version: "1.0.0",
            language: "en",
            documents: &documents,
            sources: &names,
            rules: Some(&merge_rules),
        };
        let runtime = to_cache::runtime(&head, &merged.entries).unwrap().to_bytes();
        head.rules = None;
        let layer = to_cache::layer(&head, Layer::Domain, &merged.layers[1]).unwrap().to_bytes();
        [runtime, layer].map(|mut file| {
            file[header::CHUNK..header::CHUNK + 4].copy_from_slice(&10_u32.to_le_bytes());
            assert!(seal::seal(&mut file));
            file
        })
    })
}

/// Edits of seven bytes: where (a section by its row, and an offset in it, or a field of the table), what, how.
fn edit(file: &mut [u8], edits: &[u8]) {
    for edit in edits.chunks_exact(7) {
        let section = usize::from(edit[0] & 15) % (PARTS + 2);
        let offset = usize::from(u16::from_le_bytes([edit[1], edit[2]]));
        let value = u32::from_le_bytes([edit[3], edit[4], edit[5], edit[6]]);
        let at = match section {
            PARTS => HEADER + offset % (PARTS * ROW),
            row if row > PARTS => offset % HEADER,
            row => {
                let row = HEADER + row * ROW;
                let (start, length) = (seal::long(file, row + 8), seal::long(file, row + 16));
                if length == 0 || start.saturating_add(length) > file.len() as u64 {
                    continue;
                }
                start as usize + offset % length as usize
            }
        };
        let width = [1, 2, 4, 4][usize::from(edit[0] >> 6)];
        let value = match edit[0] >> 4 & 3 {
            0 => value,
            1 => value & 0xFFFF,
            2 => value & 0xFF,
            _ => u32::MAX - (value & 0xFF),
        };
        for (to, from) in file[at..].iter_mut().zip(&value.to_le_bytes()[..width]) {
            *to = *from;
        }
    }
}

fn ask(file: Vec<u8>) {
    let Ok(pack) = Pack::from_bytes(file) else { return };
    let oids = ["0", "1", "1.4", "1.4.1", "1.4.2", "2.1337.1"].map(|oid| oid.parse::<Oid>().unwrap());
    let questions = Questions {
        terms: ["fork lift", "Forkie", "", "STRASSE", "nothing"].map(str::to_owned).to_vec(),
        oids: oids.to_vec(),
        texts: vec![TEXT.to_owned(), "one ".repeat(40)],
    };
    let first = questions.ask(&pack);
    let second = questions.ask(&pack);
    for (first, second) in first.iter().zip(&second) {
        assert_eq!(format!("{first:?}"), format!("{second:?}"), "the second answer is the first");
    }
    let sound = pack.verify(1).is_ok();
    if sound {
        let again = questions.ask(&pack);
        assert!(first.iter().zip(&again).all(|(a, b)| a.is_ok() == b.is_ok()));
    }
    let _ = ask::tree(&pack, None);
    if let Ok(asker) = Asker::new(&pack) {
        for oid in &oids {
            let _ = (asker.resolve(oid), asker.digest(oid), asker.alias(oid), asker.registers(oid));
            let _ = (asker.tree(Some(oid)), ask::entry(&pack, oid), asker.render(oid, &Vec::new()));
        }
        let _ = (asker.fire("battery_low"), asker.lookup("fork lift"), asker.scan(TEXT));
    }
    source(pack);
}

/// The file as a layer's source: merged and judged.
fn source(pack: Pack) {
    let name: Arc<str> = "layer.1337".into();
    let mut loaded = Loaded { names: vec![Arc::clone(&name)], ..Loaded::default() };
    if from_cache::load(&pack, (Layer::Domain, &name), None, &mut loaded).is_err() {
        return;
    }
    let broken = HashSet::new();
    let mut statements: Vec<Statement<'_>> = loaded.statements.clone();
    // The same once more from another layer, so that everything is united with something.
    for statement in &mut statements {
        match statement {
            Statement::Define(entry) => Arc::make_mut(entry).origin.layer = Layer::Local,
            Statement::Remove(tombstone) => tombstone.origin.layer = Layer::Local,
        }
    }
    statements.extend(loaded.statements);
    let rules = Rules { language: "en", prefer: &[], sources: &loaded.names, broken: &broken };
    let merged = merge(statements, rules);
    let pack = validate::Pack { entries: &merged.entries, documents: &loaded.documents, broken: &broken };
    let _ = validate::validate(&pack);
    for entry in &merged.entries {
        let _ = canonical::with_origin(entry, &loaded.names).to_vec();
    }
}

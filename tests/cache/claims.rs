//! Sealed files that claim what cannot be, or more than they hold: refused, and soon.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aegis_action::cache::{Error, Pack};
use aegis_action::diag::Code;
use aegis_action::oid::Oid;
use aegis_action::pack::decode::{TextLimits, decode};
use aegis_action::pack::from_cache::{Reader, load};
use aegis_action::pack::load::Loaded;
use aegis_action::pack::merge::{Rules, merge};
use aegis_action::pack::model::{Body, Entry, Layer, Lexicon, Register, Stated, Statement, Term};
use aegis_action::syntax::{Format, Text};

use crate::model::{EVERY_KIND, compile, image, large, open};
use crate::seal::{long, number, seal};

/// Changes a file's section by its bytes, and seals it.
fn changed(mut file: Vec<u8>, name: [u8; 4], change: impl Fn(&mut [u8])) -> Vec<u8> {
    let row = (0..10).map(|row| 128 + row * 32).find(|&row| file[row..row + 4] == name).unwrap();
    let (at, length) = (long(&file, row + 8) as usize, long(&file, row + 16) as usize);
    change(&mut file[at..at + length]);
    assert!(seal(&mut file));
    file
}

fn read_all(pack: &Pack) -> Result<(), Error> {
    let mut reader = Reader::new(pack, None, Vec::new());
    pack.entries().try_for_each(|entry| reader.statement(entry?).map(|_| ()))
}

fn soon(what: &str, done: impl FnOnce()) {
    let start = Instant::now();
    done();
    assert!(start.elapsed() < Duration::from_secs(8), "{what} took {:?}", start.elapsed());
}

#[test]
fn terms_belong_to_one_lexicon() {
    let mut document = large(1);
    document.truncate(document.len() - 2);
    for number in 1..300 {
        document += &format!("{{oid: \"1.4.{number}\", kind: lexicon, title: T, terms: []}},\n");
    }
    let file = changed(compile(&(document + "]}")), *b"ENTR", |entries| {
        for entry in entries.chunks_exact_mut(48) {
            entry[32..36].copy_from_slice(&0_u32.to_le_bytes());
            entry[36..40].copy_from_slice(&20_u32.to_le_bytes());
        }
    });
    let pack = open(&file);
    soon("every lexicon with every term", || {
        let error = read_all(&pack).unwrap_err();
        assert!(error.to_string().contains("more than is written"), "{error}");
    });
    let file = changed(compile(EVERY_KIND), *b"ENTR", |entries| {
        entries[36..40].copy_from_slice(&u32::MAX.to_le_bytes());
    });
    assert!(read_all(&open(&file)).is_err(), "four billion terms");
}

#[test]
fn a_long_text_is_not_read_again_and_again() {
    let tags = vec![&*"x".repeat(1 << 20).leak(); 400];
    let text = Text::new(EVERY_KIND);
    let tree = text.parse(Format::Yaml).unwrap().unwrap();
    let mut statements = decode(&tree, Layer::Domain, 0, None).statements;
    let Statement::Define(entry) = &mut statements[1] else { panic!() };
    Arc::make_mut(entry).tags = Some(tags);
    let pack = open(&image(&[Arc::clone(entry)], &[Arc::from("a")]));
    soon("one long tag in many places", || assert!(read_all(&pack).is_err()));
}

#[test]
fn terms_stand_in_the_order_of_their_keys() {
    let file = changed(compile(EVERY_KIND), *b"TERM", |terms| {
        let (first, second) = terms.split_at_mut(44);
        first.swap_with_slice(&mut second[..44]);
    });
    let error = read_all(&open(&file)).unwrap_err();
    assert!(error.to_string().contains("order of their keys"), "{error}");
}

#[test]
fn slots_that_lie_cost_little() {
    let file = changed(compile(&large(300)), *b"POST", |postings| {
        let length = postings.len() as u32;
        for word in postings.chunks_exact_mut(4) {
            // Every length and count is large, every offset is 0.
            let value: u32 = if number(word, 0) > length { 0 } else { 1 << 16 };
            word.copy_from_slice(&value.to_le_bytes());
        }
    });
    let pack = open(&file);
    soon("looking up", || {
        for number in 0..300 {
            let _ = pack.lookup(&format!("word{number}x1"));
        }
    });
}

#[test]
fn a_repeated_word_is_scanned_in_time() {
    let words = "ja ".repeat(1500);
    let document = format!(
        "aegis: cache/v1\noid: \"1.4\"\ntitle: T\nversion: 1.0.0\nentries: [{{oid: \"1.4.1\", kind: lexicon, title: W, terms: [{{term: \"{words}nein\", meaning: m}}]}}]"
    );
    let pack = open(&compile(&document));
    soon("scanning", || {
        assert!(pack.scan(&words).unwrap().is_empty());
        assert_eq!(pack.scan(&format!("{words} nein")).unwrap().len(), 1);
    });
}

#[test]
fn a_lexicon_of_more_than_255_definitions_can_be_united() {
    let names: Vec<Arc<str>> = (0..200).map(|number| format!("{number}").into()).collect();
    let entry = |layer: Layer| {
        let stated = |source| Stated { layer, source, version: "1.0.0".parse().unwrap(), index: 0 };
        let term = |number: u16| Term {
            term: "t",
            meaning: "m",
            register: Register::Neutral,
            aliases: Box::default(),
            examples: Box::default(),
            key: format!("{} {number:03}", layer.as_str()).into(),
            line: 1,
            index: u32::from(number),
            stated: number,
        };
        let lexicon = Lexicon { terms: (0..200).map(term).collect(), stated: (0..200).map(stated).collect() };
        let text = Text::new(EVERY_KIND);
        let tree = text.parse(Format::Yaml).unwrap().unwrap();
        let Statement::Define(model) = decode(&tree, layer, 0, None).statements.remove(1) else { panic!() };
        let body = Body::Lexicon(lexicon);
        let (title, language) = (Some("t"), None);
        let oid: Oid = "1.4.1".parse().unwrap();
        Statement::Define(Arc::new(Entry {
            oid,
            title,
            version: model.version.clone(),
            refs: None,
            refs_from: None,
            tags: None,
            language,
            is_final: false,
            origin: model.origin.clone(),
            body,
        }))
    };
    let broken = HashSet::new();
    let rules = Rules { language: "en", prefer: &[], sources: &names, broken: &broken };
    let merged = merge(Layer::ALL.into_iter().map(entry).collect(), rules);
    let Body::Lexicon(lexicon) = &merged.entries[0].body else { panic!() };
    assert_eq!((lexicon.terms.len(), lexicon.stated.len()), (600, 600));
    for term in &lexicon.terms {
        assert!(term.key.starts_with(lexicon.stated[usize::from(term.stated)].layer.as_str()));
    }
}

#[test]
fn a_damaged_source_is_refused_whole() {
    let mut bytes = compile(EVERY_KIND);
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let (pack, shown) = (open(&bytes), "layer.1337".into());
    let mut loaded = Loaded::default();
    assert!(load(&pack, (Layer::Local, &shown), None, &mut loaded).is_err());
    assert!(loaded.statements.is_empty());
}

#[test]
fn a_source_of_the_local_layer_is_held_to_its_bounds() {
    let (pack, shown) = (open(&compile(EVERY_KIND)), "layer.1337".into());
    for (max_term_chars, max_text_chars, is_within) in [(200, 2000, true), (3, 2000, false), (200, 5, false)]
    {
        let limits = Some(TextLimits { max_term_chars, max_text_chars });
        let found = load(&pack, (Layer::Local, &shown), limits, &mut Loaded::default());
        let code = found.err().map(|problem| problem.code);
        assert_eq!(code, if is_within { None } else { Some(Code::LimitExceeded) }, "{limits:?}");
    }
}

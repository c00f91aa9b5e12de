//! Sealed files that claim what cannot be, or more than they hold: refused, and soon.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aegis_action::cache::layout::{BUCKET, ENTRY, bucket};
use aegis_action::cache::{Error, Pack};
use aegis_action::diag::Code;
use aegis_action::oid::Oid;
use aegis_action::pack::decode::{TextLimits, decode};
use aegis_action::pack::from_cache::{Reader, load};
use aegis_action::pack::load::Loaded;
use aegis_action::pack::merge::{Rules, merge};
use aegis_action::pack::model::{Body, Entry, Layer, Lexicon, Stated, Statement, Term};
use aegis_action::syntax::{Format, Text};

use crate::model::{EVERY_KIND, compile, image, large, open};
use crate::seal::{long, seal};

/// Changes a file's section by its bytes, and seals it.
fn changed(mut file: Vec<u8>, name: [u8; 4], change: impl Fn(&mut [u8])) -> Vec<u8> {
    let row = (0..13).map(|row| 128 + row * 32).find(|&row| file[row..row + 4] == name).unwrap();
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

/// The records of a section, each with the bytes that its length says.
fn records(mut section: &mut [u8]) -> Vec<&mut [u8]> {
    let mut records = Vec::new();
    while !section.is_empty() {
        let units = match *section {
            [low, high, ..] if low > 127 => usize::from(low & 127) | usize::from(high) << 7,
            [units, ..] => usize::from(units),
            [] => unreachable!(),
        };
        let (record, rest) = section.split_at_mut(units * 4);
        records.push(record);
        section = rest;
    }
    records
}

/// Where the number of a lexicon's first term stands: behind length, fixed fields, OID, title.
fn first_term(record: &[u8]) -> usize {
    let mut at = 1 + ENTRY;
    at += 1 + usize::from(record[at]);
    at + 1 + usize::from(record[at]) / 2
}

#[test]
fn terms_belong_to_one_lexicon() {
    let mut document = large(1);
    document.truncate(document.len() - 2);
    for number in 1..300 {
        document += &format!("{{oid: \"1.4.{number}\", kind: lexicon, title: T, terms: []}},\n");
    }
    let claims = |file: Vec<u8>, first: u8, count: u8| {
        changed(file, *b"ENTR", |entries| {
            for record in records(entries).into_iter().filter(|record| record[0] < 128 && record[1] == 0) {
                let at = first_term(record);
                record[at..at + 2].copy_from_slice(&[first, count]);
            }
        })
    };
    let pack = open(&claims(compile(&(document + "]}")), 0, 20));
    soon("every lexicon with every term", || {
        let error = read_all(&pack).unwrap_err();
        assert!(error.to_string().contains("more than is written"), "{error}");
    });
    let error = read_all(&open(&claims(compile(&large(1)), 0, 127))).unwrap_err();
    assert!(error.to_string().contains("terms that are not there"), "{error}");
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
        let lengths: Vec<_> = records(terms).iter().map(|record| record.len()).collect();
        terms[..lengths[0] + lengths[1]].rotate_left(lengths[0]);
    });
    let error = read_all(&open(&file)).unwrap_err();
    assert!(error.to_string().contains("order of their keys"), "{error}");
}

#[test]
fn slots_that_lie_cost_little() {
    let ask = |file: &[u8]| {
        let pack = open(file);
        soon("looking up", || {
            for number in 0..300 {
                let _ = pack.lookup(&format!("word{number}x1"));
                let _ = pack.lookup(&format!("nothing{number}x1"));
            }
        });
    };
    let is_posting = |bucket: &mut [u8]| bucket[bucket::LISTS..bucket::USED].fill(0xFF);
    let goes_on = |bucket: &mut [u8]| bucket[bucket::USED..].fill(0xFF);
    let to_the_first = |bucket: &mut [u8]| bucket[bucket::VALUES..bucket::LISTS].fill(0);
    let to_nowhere = |bucket: &mut [u8]| bucket[bucket::VALUES..bucket::LISTS].fill(0xFE);
    type Lie<'l> = &'l dyn Fn(&mut [u8]);
    let lies: [Lie<'_>; 4] = [&is_posting, &goes_on, &to_the_first, &to_nowhere];
    for lie in lies {
        ask(&changed(compile(&large(300)), *b"TKEY", |table| table.chunks_exact_mut(BUCKET).for_each(lie)));
    }
    ask(&changed(compile(&large(300)), *b"TKEY", |table| {
        table.chunks_exact_mut(BUCKET).for_each(|bucket| lies.iter().for_each(|lie| lie(bucket)));
    }));
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
            line: 1,
            index: u32::from(number),
            stated: number,
            ..Term::new("t", "m", format!("{} {number:03}", layer.as_str()).into())
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

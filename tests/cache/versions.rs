//! Files of other versions of the format, sealed as a writer of that version would.

use aegis_action::cache::layout::{CRITICAL, HEADER, MAX_SECTIONS, ROW, header};
use aegis_action::cache::{Error, Pack};

use crate::model::{EVERY_KIND, compile, questions};
use crate::seal::{long, number, seal, start};

fn put(file: &mut [u8], at: usize, bytes: &[u8]) {
    file[at..at + bytes.len()].copy_from_slice(bytes);
}

/// The same file with one more section, behind the others.
fn with_section(file: &[u8], name: [u8; 4], flags: u32) -> Vec<u8> {
    let count = number(file, header::SECTIONS) as usize;
    let (table, old) = (HEADER + count * ROW, start(file));
    let mut out = file[..table].to_vec();
    let end = long(file, header::DATA_END);
    put(&mut out, header::SECTIONS, &(count as u32 + 1).to_le_bytes());
    let moved = start(&out) - old;
    for row in 0..count {
        let at = HEADER + row * ROW + 8;
        let offset = long(&out, at) + moved;
        put(&mut out, at, &offset.to_le_bytes());
    }
    out.extend(name);
    out.extend(flags.to_le_bytes());
    for field in [end + moved, 8, 8] {
        out.extend(field.to_le_bytes());
    }
    out.resize((old + moved) as usize, 0);
    out.extend(&file[old as usize..end as usize]);
    out.extend([0xAB; 8]);
    let end = out.len() as u64;
    put(&mut out, header::DATA_END, &end.to_le_bytes());
    assert!(seal(&mut out));
    out
}

fn row_of(file: &[u8], name: [u8; 4]) -> usize {
    let rows = number(file, header::SECTIONS) as usize;
    (0..rows).map(|row| HEADER + row * ROW).find(|&at| file[at..at + 4] == name).unwrap()
}

#[test]
fn sealing_anew_changes_nothing() {
    let file = compile(EVERY_KIND);
    let mut again = file.clone();
    assert!(seal(&mut again));
    assert_eq!(file, again);
}

#[test]
fn a_file_for_newer_readers_is_too_new() {
    let mut file = compile(EVERY_KIND);
    put(&mut file, header::VERSION, &2_u16.to_le_bytes());
    assert!(seal(&mut file));
    assert_eq!(Pack::from_bytes(file.clone()).unwrap().format(), (2, 1), "a newer file for older readers");
    put(&mut file, header::OLDEST_READER, &2_u16.to_le_bytes());
    assert!(seal(&mut file));
    let error = Pack::from_bytes(file).unwrap_err();
    assert!(matches!(error, Error::TooNew { version: 2, oldest_reader: 2 }), "{error}");
}

#[test]
fn an_unknown_section_is_passed_over_unless_it_is_critical() {
    let file = compile(EVERY_KIND);
    let expected: Vec<_> =
        questions().ask(&Pack::from_bytes(file.clone()).unwrap()).into_iter().map(Result::unwrap).collect();
    let pack = Pack::from_bytes(with_section(&file, *b"XTRA", 0)).unwrap();
    pack.verify(2).unwrap();
    assert!(questions().ask(&pack).into_iter().map(Result::unwrap).eq(expected));
    let error = Pack::from_bytes(with_section(&file, *b"XTRA", CRITICAL)).unwrap_err();
    assert!(matches!(error, Error::UnknownSection(section) if section.0 == *b"XTRA"), "{error}");
}

#[test]
fn a_table_that_cannot_be_is_refused_at_once() {
    let file = compile(EVERY_KIND);
    let refused = |file: Vec<u8>, wanted: &str| {
        let error = Pack::from_bytes(file).unwrap_err();
        assert!(matches!(error, Error::Malformed { .. }) && error.to_string().contains(wanted), "{error}");
    };
    for name in [
        *b"ENTR", *b"EPOS", *b"EKEY", *b"TERM", *b"TPOS", *b"TKEY", *b"POST", *b"FRST", *b"FLEN", *b"SCND",
        *b"ORIG", *b"STRS",
    ] {
        let mut many = file.clone();
        let at = row_of(&many, name) + 24;
        put(&mut many, at, &u64::from(u32::MAX).to_le_bytes());
        assert!(seal(&mut many));
        refused(many, "its length is not that of its items");
    }
    let mut gone = file.clone();
    let at = row_of(&gone, *b"ENTR");
    put(&mut gone, at, b"GONE");
    put(&mut gone, at + 4, &0_u32.to_le_bytes());
    assert!(seal(&mut gone));
    refused(gone, "there is no such section");
    refused(with_section(&file, *b"ENTR", CRITICAL), "it is stated twice");
    let mut outside = file.clone();
    let at = row_of(&outside, *b"META") + 8;
    put(&mut outside, at, &(u64::MAX - 3).to_le_bytes());
    assert!(seal(&mut outside));
    refused(outside, "it lies outside its place");
    let mut fewer = file.clone();
    for (name, size) in [(*b"EPOS", 4), (*b"TPOS", 4)] {
        let at = row_of(&fewer, name);
        let (length, items) = (long(&fewer, at + 16) - size, long(&fewer, at + 24) - 1);
        put(&mut fewer, at + 16, &length.to_le_bytes());
        put(&mut fewer, at + 24, &items.to_le_bytes());
        assert!(seal(&mut fewer));
        refused(fewer, "it has not a position for");
        fewer = file.clone();
    }
    let mut early = file.clone();
    let at = row_of(&early, *b"META") + 8;
    put(&mut early, at, &(long(&file, at) + 64).to_le_bytes());
    for field in [at + 8, at + 16] {
        put(&mut early, field, &(long(&file, field) - 64).to_le_bytes());
    }
    assert!(seal(&mut early));
    refused(early, "the sections do not begin where they have to");
}

#[test]
fn impossible_measures_of_the_tree_are_refused() {
    let file = compile(EVERY_KIND);
    for (at, value) in [
        (header::CHUNK, 9),
        (header::CHUNK, 25),
        (header::CHUNK, u32::MAX),
        (header::SECTIONS, MAX_SECTIONS as u32 + 1),
        (header::SECTIONS, u32::MAX),
        (header::DATA_END, u32::MAX),
        (header::DATA_END + 4, u32::MAX),
        (header::DATA_END, 0),
        (header::CHUNKS, 0),
        (header::CHUNKS, u32::MAX),
        (header::CHUNKS + 4, u32::MAX),
    ] {
        let mut bad = file.clone();
        put(&mut bad, at, &value.to_le_bytes());
        let error = Pack::from_bytes(bad).unwrap_err();
        assert!(matches!(error, Error::Malformed { .. }), "{error}");
    }
}

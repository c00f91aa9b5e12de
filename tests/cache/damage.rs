//! Damage: every bit, every length, and one chunk of many.

use aegis_action::cache::layout::header;
use aegis_action::cache::{Error, Pack};
use rayon::prelude::*;

use crate::model::{EVERY_KIND, compile, in_large_chunks, large, open, questions};
use crate::seal::long;

/// Whether an error says which part of the file is at fault.
fn names_a_part(error: &Error) -> bool {
    match error {
        Error::Hash { section, .. } | Error::Malformed { section, .. } | Error::UnknownSection(section) => {
            let shown = section.to_string();
            ["(", ")"].iter().all(|part| shown.contains(part))
        }
        // These speak of the header's own fields.
        Error::NotACache | Error::TooNew { .. } | Error::Length { .. } => true,
        _ => false,
    }
}

/// Where each part of a file begins.
fn sections(file: &[u8]) -> Vec<([u8; 4], u64)> {
    let rows = open(file).sections().map(|(section, offset, ..)| (section.0, offset)).collect::<Vec<_>>();
    [vec![(*b"HEAD", 0)], rows, vec![(*b"TREE", long(file, header::DATA_END))]].concat()
}

/// Whether an error says that these bytes are not what was written: the section that has them, and where.
fn holds(error: &Error, sections: &[([u8; 4], u64)], at: u64) -> bool {
    // Empty sections begin where the next one does: the last that begins there has the byte.
    let own = sections.iter().rfind(|(_, offset)| *offset <= at).unwrap().0;
    let Error::Hash { section, offset, length, .. } = error else { return false };
    section.0 == own && (*offset..offset + length).contains(&at)
}

fn every_flip_is_found(file: &[u8]) {
    let questions = questions();
    let expected: Vec<String> = questions.ask(&open(file)).into_iter().map(Result::unwrap).collect();
    let sections = sections(file);
    (0..file.len() * 8).into_par_iter().for_each(|bit| {
        let mut bytes = file.to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let pack = match Pack::from_bytes(bytes) {
            Ok(pack) => pack,
            Err(error) => {
                assert!(names_a_part(&error), "bit {bit}: {error}");
                let is_told =
                    !matches!(error, Error::Hash { .. }) || holds(&error, &sections, bit as u64 / 8);
                return assert!(is_told, "bit {bit}: {error}");
            }
        };
        for (answer, expected) in questions.ask(&pack).iter().zip(&expected) {
            match answer {
                Ok(answer) => assert_eq!(answer, expected, "bit {bit} gave a wrong answer"),
                Err(error) => assert!(names_a_part(error), "bit {bit}: {error}"),
            }
        }
        let error = pack.verify(1).unwrap_err();
        assert!(holds(&error, &sections, bit as u64 / 8), "bit {bit}: {error}");
    });
}

#[test]
fn every_single_bit_flip_is_an_error_and_never_a_wrong_answer() {
    every_flip_is_found(&compile(EVERY_KIND));
}

#[test]
fn so_it_is_where_chunks_have_another_size() {
    every_flip_is_found(&in_large_chunks(compile(EVERY_KIND)));
}

#[test]
fn every_truncation_and_every_appendix_is_refused() {
    let file = compile(EVERY_KIND);
    (0..file.len()).into_par_iter().for_each(|length| {
        let error = Pack::from_bytes(file[..length].to_vec()).unwrap_err();
        assert!(names_a_part(&error), "{length} bytes: {error}");
    });
    for more in [1, 7, 31, 32, 33, 1024, 16384, 100_000] {
        for byte in [0, 0xFF] {
            let longer = [&file[..], &vec![byte; more]].concat();
            let error = Pack::from_bytes(longer).unwrap_err();
            assert!(matches!(error, Error::Length { .. }), "{more} bytes more: {error}");
        }
    }
}

#[test]
fn only_questions_that_touch_a_bad_chunk_fail() {
    let mut file = compile(&large(1500));
    let terms: Vec<String> = (0..1500).map(|entry| format!("word{entry}x7")).collect();
    let (start, length) = {
        let pack = open(&file);
        assert!(pack.size() > 1_000_000, "{}", pack.size());
        let (_, offset, length, _) = pack.sections().find(|(section, ..)| section.0 == *b"TERM").unwrap();
        (offset as usize, length as usize)
    };
    let bad = start + length / 2;
    file[bad] ^= 1;
    let pack = open(&file);
    let meaning = |term: &String| -> Result<String, Error> {
        let sense = pack.lookup(term)?.unwrap().iter().next().unwrap()?;
        Ok(sense.meaning()?.to_owned())
    };
    let (good, failed): (Vec<_>, Vec<_>) = terms.iter().map(meaning).partition(Result::is_ok);
    assert!(good.len() > 1400, "most of the file is sound, {} answers", good.len());
    assert!(!failed.is_empty(), "nothing touched the chunk");
    for error in failed.into_iter().map(Result::unwrap_err) {
        let Error::Hash { section, offset, length, .. } = error else { panic!("{error}") };
        assert!(section.0 == *b"TERM" && (offset..offset + length).contains(&(bad as u64)));
    }
    for threads in [1, 4] {
        let error = pack.verify(threads).unwrap_err();
        assert!(error.to_string().contains("TERM (terms)"), "{error}");
    }
}

/// SplitMix64.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[test]
fn random_flips_and_truncations_of_a_large_file_are_found() {
    let file = compile(&large(1500));
    let sections = sections(&file);
    let sound = open(&file);
    let meaning = |pack: &Pack, term: &str| -> Result<String, Error> {
        let sense = pack.lookup(term)?.map(|senses| senses.iter().next().unwrap());
        sense.transpose()?.map_or_else(|| Ok(String::new()), |sense| sense.meaning().map(str::to_owned))
    };
    (0..300_u64).into_par_iter().for_each(|number| {
        let mut state = number;
        // A third of them near an end, where header and lists are.
        let near = |at: usize| if number % 3 == 0 { file.len() * 8 - 1 - at % (file.len() / 2) } else { at };
        let bit = near(random(&mut state) as usize % (file.len() * 8));
        let mut bytes = file.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let opened = if number % 2 == 0 { Pack::from_bytes(bytes) } else { mapped(&bytes) };
        let pack = match opened {
            Ok(pack) => pack,
            Err(error) => return assert!(names_a_part(&error), "bit {bit}: {error}"),
        };
        for _ in 0..40 {
            let (entry, term) = (random(&mut state) % 1600, random(&mut state) % 9);
            let term = format!("word{entry}x{term}");
            match meaning(&pack, &term) {
                Ok(answer) => assert_eq!(answer, meaning(&sound, &term).unwrap(), "bit {bit}: {term}"),
                Err(error) => assert!(holds(&error, &sections, bit as u64 / 8), "bit {bit}: {error}"),
            }
        }
        let error = pack.verify(1).unwrap_err();
        assert!(holds(&error, &sections, bit as u64 / 8), "bit {bit}: {error}");
    });
    (0..300_u64).into_par_iter().for_each(|number| {
        let length = random(&mut number.clone()) as usize % file.len();
        let bytes = &file[..length];
        let opened = if number % 2 == 0 { Pack::from_bytes(bytes.to_vec()) } else { mapped(bytes) };
        let error = opened.unwrap_err();
        assert!(names_a_part(&error), "{length} bytes: {error}");
    });
}

/// The bytes as a file that is mapped.
fn mapped(bytes: &[u8]) -> Result<Pack, Error> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    Pack::open(file.path())
}

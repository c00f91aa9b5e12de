//! Which sections are whole.

use std::sync::atomic::Ordering;

use crate::cache::Pack;
use crate::cache::layout::Part;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/v1-aviation.1337");

fn whole(pack: &Pack) -> Vec<Part> {
    Part::ALL.into_iter().filter(|part| pack.tree().is_whole(pack.span(*part))).collect()
}

#[test]
fn a_section_is_whole_when_all_of_it_was_read_and_not_before() {
    let pack = Pack::from_bytes(std::fs::read(FILE).unwrap()).unwrap();
    let terms = pack.span(Part::Terms);
    assert!(terms.chunks(pack.tree().chunk_log2) > 1, "the file is too small for this test");
    for _ in 0..3 {
        pack.read(Part::Terms, 0, 1).unwrap();
        assert!(!pack.tree().is_whole(terms), "one chunk was read");
    }
    let (mut parts, mut expected): (Vec<_>, Vec<_>) =
        Part::ALL.into_iter().partition(|part| pack.span(*part).length > 0);
    parts.sort_by_key(|part| *part as usize != Part::Terms as usize);
    for part in parts {
        pack.read(part, 0, pack.span(part).length).unwrap();
        expected.push(part);
        expected.sort_by_key(|part| *part as usize);
        assert_eq!(whole(&pack), expected);
    }
}

#[test]
fn a_section_with_a_chunk_that_is_damaged_is_never_whole() {
    let bytes = std::fs::read(FILE).unwrap();
    let pack = Pack::from_bytes(bytes.clone()).unwrap();
    pack.verify(2).unwrap();
    pack.verify(1).unwrap();
    assert_eq!(whole(&pack), Part::ALL);
    for part in Part::ALL.into_iter().filter(|part| pack.span(*part).length > 0) {
        let mut bytes = bytes.clone();
        bytes[pack.span(part).offset as usize] ^= 1;
        let damaged = Pack::from_bytes(bytes).unwrap();
        for _ in 0..3 {
            damaged.verify(1).unwrap_err();
            damaged.read(part, 0, 1).unwrap_err();
            assert!(!whole(&damaged).contains(&part), "{part:?}");
        }
    }
}

#[test]
fn chunks_that_several_threads_check_at_once_count_once() {
    let bytes = std::fs::read(FILE).unwrap();
    for _ in 0..200 {
        let pack = Pack::from_bytes(bytes.clone()).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| pack.verify(1).unwrap());
            }
        });
        assert_eq!(whole(&pack), Part::ALL);
        assert!(pack.tree().left.iter().all(|left| left.load(Ordering::Relaxed) == 0));
    }
}

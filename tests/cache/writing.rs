//! Writing: what fails is told wherever it fails, and the bytes do not depend on how many threads write.

use std::fmt::Write as _;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

use aegis_action::cache::Pack;
use aegis_action::cache::writer::{Failed, Target};

use crate::model::{EVERY_KIND, compile, merged, write};

/// A place that takes so many pieces, and then no more.
struct Full(AtomicUsize);

impl Target for Full {
    fn write_at(&self, _: &[u8], _: u64) -> io::Result<()> {
        let left = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        left.map(|_| ()).map_err(|_| io::ErrorKind::StorageFull.into())
    }
}

#[test]
fn a_place_that_takes_no_more_is_told_whichever_piece_it_is() {
    merged(EVERY_KIND, |entries, names| {
        for pieces in 0.. {
            match write(entries, names, &Full(AtomicUsize::new(pieces))) {
                Err(Failed::Io(error)) => assert_eq!(error.kind(), io::ErrorKind::StorageFull),
                Err(other) => panic!("{other}"),
                Ok(_) => {
                    assert!(pieces >= 3, "entries, terms and the header are written by themselves");
                    break;
                }
            }
        }
    });
}

#[test]
fn one_thread_writes_what_several_write() {
    let mut document = String::from("aegis: cache/v1\noid: \"1.4\"\ntitle: Many\nversion: 1.0.0\nentries:\n");
    for number in 0..5000 {
        writeln!(
            document,
            "  - oid: \"1.4.{}.{}\"\n    kind: lexicon\n    title: T {number}\n    tags: [t{}, u{}]\n    terms: [{{term: W {number}, meaning: m, aliases: [w {}]}}]",
            number / 70,
            number % 70,
            number % 7,
            number % 1999,
            number % 900 + 6000,
        )
        .unwrap();
    }
    let with = |threads| {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| compile(&document))
    };
    let one = with(1);
    let pack = Pack::from_bytes(one.clone()).unwrap();
    pack.verify(2).unwrap();
    assert_eq!((pack.len(), pack.terms()), (5000, 5000));
    assert_eq!(pack.lookup("w 6007").unwrap().unwrap().count().unwrap(), 6);
    for threads in [2, 4, 7] {
        assert!(with(threads) == one, "{threads} threads write another file");
    }
}

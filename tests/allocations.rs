//! Look-ups allocate nothing beyond their result: an allocator that counts tells.
#![expect(clippy::unwrap_used, reason = "a test says why it fails by failing")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::path::Path;

use aegis_action::cache::Pack;
use aegis_action::oid::Oid;

struct Counting;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: all is done by the system's allocator, which keeps what the trait asks; the counter is a number of the thread, whose
// use allocates nothing and whose end runs nothing.
#[expect(unsafe_code, reason = "an allocator cannot be written safely; see the proof above")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often memory was asked for meanwhile.
fn allocations(work: impl FnOnce()) -> u64 {
    let before = COUNT.get();
    work();
    COUNT.get() - before
}

fn pack() -> Pack {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    Pack::open(&root.join("tests/golden/v1-aviation.1337")).unwrap()
}

/// What the pack holds, and some that it does not.
fn questions(pack: &Pack) -> (Vec<String>, Vec<String>, Vec<Oid>) {
    let mut terms = vec!["no such term".to_owned(), "Größer".to_owned(), "x".repeat(64)];
    for term in pack.terms_in(0..pack.terms()) {
        let term = term.unwrap();
        terms.push(term.term().unwrap().to_owned());
        terms.extend(term.lists().unwrap()[0].iter().map(|alias| alias.to_uppercase()));
    }
    let keys = terms.iter().map(|term| aegis_action::text::term_key(term).into_owned()).collect();
    let mut oids: Vec<Oid> = ["1", "1.39", "2.1337.77"].map(|oid| oid.parse().unwrap()).to_vec();
    oids.extend(pack.entries().map(|entry| entry.unwrap().oid().unwrap()));
    (terms, keys, oids)
}

#[test]
fn looking_up_allocates_nothing_the_first_time_and_every_time() {
    let (terms, keys, oids) = questions(&pack());
    let pack = pack();
    for time in ["first", "second"] {
        let mut found = 0;
        let count = allocations(|| {
            for term in &terms {
                for sense in pack.lookup(term).unwrap().iter().flat_map(|senses| senses.iter()) {
                    found += sense.unwrap().meaning().unwrap().len();
                }
            }
            for key in &keys {
                found += usize::from(pack.lookup_key(key).unwrap().is_some());
            }
            for oid in &oids {
                found += pack.range(oid).unwrap().len();
                if let Some(entry) = pack.find(oid).unwrap() {
                    found += entry.title().unwrap().map_or(0, str::len);
                }
            }
        });
        assert!(found > terms.len() + oids.len());
        assert_eq!(count, 0, "the {time} time");
    }
}

#[test]
fn scanning_allocates_no_more_for_a_longer_text() {
    let pack = pack();
    let (terms, ..) = questions(&pack);
    let text = terms.join(", and then ") + ". ";
    let scan = |text: &str| {
        let mut found = 0;
        let count = allocations(|| pack.scan_with(text, |_| found += 1).unwrap());
        assert!(found > 0);
        count
    };
    let (once, often) = (scan(&text), scan(&text.repeat(50)));
    assert!(once <= 16 && often <= once, "{once} for a text, {often} for fifty times as much");
}

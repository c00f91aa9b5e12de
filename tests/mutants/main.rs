//! How good generated suites are: single mutations of the merged model, each of which a suite has to notice.
//!
//! `cargo test` tries a sample. `AEGIS_MUTANTS=all` (`just mutants`) tries many more and prints every table; a number
//! instead of `all` is the number of places for each kind.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test says why it fails by failing")]
#![expect(clippy::print_stdout, reason = "the tables are what people read")]

mod edits;
mod harness;
mod mutate;
mod pack5000;
mod random;
mod report;

use std::path::Path;

use harness::{Plan, examine};

/// How many places each kind is tried at.
fn places(sample: usize, all: usize) -> usize {
    match std::env::var("AEGIS_MUTANTS").as_deref() {
        Err(_) => sample,
        Ok("all") => all,
        Ok(number) => number.parse().unwrap(),
    }
}

fn example(name: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    examine(&root, &Plan { name, places: places(4, 400), terms: 20, mutants: 120, is_sampled: false });
}

#[test]
fn the_suite_of_the_warehouse_notices_mutations() {
    example("warehouse");
}

#[test]
fn the_suite_of_aviation_notices_mutations() {
    example("aviation");
}

#[test]
fn the_suite_of_a_pack_of_5000_terms_notices_mutations() {
    let folder = tempfile::tempdir().unwrap();
    pack5000::write(folder.path(), 5_000);
    let plan =
        Plan { name: "5,000 terms", places: places(2, 40), terms: 5_000, mutants: 90, is_sampled: false };
    examine(folder.path(), &plan);
}

#[test]
fn the_sampled_suite_of_a_pack_of_12000_terms_notices_mutations_and_is_small() {
    let folder = tempfile::tempdir().unwrap();
    pack5000::write(folder.path(), 12_000);
    let plan =
        Plan { name: "12,000 terms", places: places(1, 20), terms: 12_000, mutants: 45, is_sampled: true };
    examine(folder.path(), &plan);
}

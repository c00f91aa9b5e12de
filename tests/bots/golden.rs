//! The output of a compiler's model never changes: the hash of every example's script stands in `golden.txt`.
//!
//! `AEGIS_BLESS=1` adds scripts that are new there. A hash that is there already is never written over: a generator that
//! writes other bytes is `template/2`.

use std::collections::BTreeMap;
use std::path::Path;

use aegis_action::bot::generate::{MODEL, template};
use sha2::{Digest, Sha256};

use super::mutants::specs;

#[test]
fn scripts_of_template_1_never_change() {
    assert_eq!(MODEL, "template/1");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bots/golden.txt");
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let mut known: BTreeMap<String, String> = text
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(hash, name)| (name.to_owned(), hash.to_owned()))
        .collect();
    let mut added = false;
    for (name, spec) in specs() {
        let digest = Sha256::digest(template(&spec).as_bytes());
        let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        match known.get(&name) {
            Some(golden) => {
                assert_eq!(*golden, hash, "the script of {name} has changed: that is another model")
            }
            None if std::env::var_os("AEGIS_BLESS").is_some() => {
                known.insert(name, hash);
                added = true;
            }
            None => unreachable!("{name} is new: run `AEGIS_BLESS=1 cargo test --test bots golden`"),
        }
    }
    if added {
        let lines: String = known.iter().map(|(name, hash)| format!("{hash}  {name}\n")).collect();
        std::fs::write(&path, lines).unwrap();
    }
}

#[test]
fn a_bot_of_forty_flows_is_far_below_a_megabyte() {
    for (name, spec) in specs() {
        let script = template(&spec);
        assert!(script.len() < 200_000, "{name}: {} bytes", script.len());
    }
}

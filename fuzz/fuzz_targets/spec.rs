//! Any bytes as a bot's spec: checked without a panic, the same twice, and the canonical form is judged alike.
#![no_main]

use aegis_action::bot::load;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let shown = "spec.json".into();
    let checked = load(bytes.to_vec(), &shown);
    let Some(canonical) = checked.canonical else { return };
    let again = load(canonical.into_bytes(), &shown);
    assert_eq!(again.spec, checked.spec);
    let codes = |diagnostics: &aegis_action::diag::Diagnostics| {
        let mut codes: Vec<_> = diagnostics.iter().map(|one| (one.code, one.severity)).collect();
        codes.sort();
        codes
    };
    assert_eq!(codes(&again.diagnostics).is_empty(), codes(&checked.diagnostics).is_empty());
});

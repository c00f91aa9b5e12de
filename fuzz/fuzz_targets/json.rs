//! Any bytes as JSON: one canonical form, which stays, or refused with places in the text.
#![no_main]

use aegis_action::json::canonicalize;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let shown = "document.json".into();
    match canonicalize(bytes.to_vec(), &shown) {
        Ok(canonical) => {
            let again = canonicalize(canonical.clone().into_bytes(), &shown);
            assert_eq!(again.as_deref(), Ok(&*canonical), "the canonical form stays");
        }
        Err(diagnostics) => {
            let lines = String::from_utf8_lossy(bytes).split(['\n', '\r']).count() as u32;
            assert!(diagnostics.has_errors(), "refused without a reason");
            for place in diagnostics.iter().filter_map(|one| one.place.as_ref()) {
                assert!((1..=lines).contains(&place.line));
            }
        }
    }
});

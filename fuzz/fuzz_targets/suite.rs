//! Any bytes as a suite: read or refused, the same twice, every place in the text.
#![no_main]

use aegis_action::suite::Suite;
use aegis_action::syntax::{Format, Text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for format in [Format::Yaml, Format::Json] {
        let Ok(text) = Text::from_bytes(bytes.to_vec(), format) else { continue };
        let lines = text.as_str().split(['\n', '\r']).count() as u32;
        let first = Suite::parse(&text, format, "suite.yaml".into());
        match &first {
            Ok(suite) => {
                for case in &suite.cases {
                    let range = case.expect_range.clone();
                    assert!(range.start <= range.end && text.as_str().get(range).is_some());
                    assert!((1..=lines).contains(&case.place.line));
                }
            }
            Err(diagnostics) => {
                assert!(!diagnostics.is_empty(), "refused without a reason");
                for place in diagnostics.iter().filter_map(|diagnostic| diagnostic.place.as_ref()) {
                    assert!(place.line <= lines && place.end_line >= place.line);
                }
            }
        }
        let second = Suite::parse(&Text::new(text.as_str()), format, "suite.yaml".into());
        assert_eq!(first.is_ok(), second.is_ok());
        if let (Ok(first), Ok(second)) = (first, second) {
            assert_eq!(first, second);
        }
    }
});

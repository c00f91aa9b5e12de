//! Term keys: trimmed, white space collapsed, NFC, full case folding, NFC.

use std::borrow::Cow;

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizerBorrowed;

/// The key under which a term or an alias is looked up. Borrows when the text is its own key.
pub fn term_key(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.is_ascii() { ascii_key(text) } else { fold(&collapse(text)).into_owned().into() }
}

/// NFC, full case folding, NFC: how a piece of text is compared, white space untouched.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|b| b.is_ascii_uppercase()) {
            text.to_ascii_lowercase().into()
        } else {
            text.into()
        };
    }
    let nfc = ComposingNormalizerBorrowed::new_nfc();
    let folded = CaseMapper::new().fold_string(&nfc.normalize(text)).into_owned();
    nfc.normalize(&folded).into_owned().into()
}

fn ascii_key(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let is_key = |i: usize, b: u8| match b {
        b'A'..=b'Z' | b'\t'..=b'\r' => false,
        b' ' => bytes.get(i + 1).is_none_or(|&next| next != b' '),
        _ => true,
    };
    if bytes.iter().enumerate().all(|(i, &b)| is_key(i, b)) {
        return text.into();
    }
    let mut key = collapse(text);
    key.make_ascii_lowercase();
    key.into()
}

/// Each run of Unicode White_Space becomes one space.
fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_are_trimmed_collapsed_normalized_and_folded() {
        for (text, key) in [
            ("Forkie", "forkie"),
            ("  fork \t\n lift ", "fork lift"),
            ("fork\u{A0}\u{3000}lift", "fork lift"),
            ("STRASSE", "strasse"),
            ("Straße", "strasse"),
            ("e\u{301}", "é"),
            ("É", "é"),
            ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
            ("ﬁre", "fire"),
            ("İ", "i\u{307}"),
            ("a  b", "a b"),
            ("a\u{B}b", "a b"),
            ("", ""),
        ] {
            assert_eq!(term_key(text), key, "{text:?}");
        }
        assert!(matches!(term_key("already a key"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(text in "\\PC{0,12}") {
            let key = term_key(&text).into_owned();
            prop_assert_eq!(term_key(&key), key.as_str());
        }

        #[test]
        fn the_ascii_path_agrees_with_the_general_one(text in "[ -~\t\n]{0,12}") {
            let general = fold(&format!("{}é", collapse(text.trim()))).into_owned();
            prop_assert_eq!(format!("{}é", term_key(&text)), general);
        }
    }
}

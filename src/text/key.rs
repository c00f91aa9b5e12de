//! Term keys: trimmed, white space collapsed, NFC, full case folding, NFC.

use std::borrow::Cow;

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizerBorrowed;

/// The key under which a term or an alias is looked up. Borrows when the text is its own key.
pub fn term_key(text: &str) -> Cow<'_, str> {
    let mut key = String::new();
    match write_key(text, &mut key) {
        Some(own) => own.into(),
        None => key.into(),
    }
}

/// The same for many texts: a key that is part of its text is returned, any other is put at the end of `out`.
pub fn write_key<'t>(text: &'t str, out: &mut String) -> Option<&'t str> {
    let text = text.trim();
    match shape(text.as_bytes()) {
        Shape::Key => return Some(text),
        Shape::Latin => {
            let mut words = text.split_whitespace();
            if let Some(first) = words.next() {
                fold_latin(first, out);
            }
            for word in words {
                out.push(' ');
                fold_latin(word, out);
            }
        }
        Shape::Other => out.push_str(&fold_other(&collapse(text))),
    }
    None
}

/// NFC, full case folding, NFC: how a piece of text is compared, white space untouched.
pub fn fold(text: &str) -> Cow<'_, str> {
    match shape(text.as_bytes()) {
        Shape::Key => text.into(),
        Shape::Latin => {
            let mut out = String::with_capacity(text.len());
            fold_latin(text, &mut out);
            out.into()
        }
        Shape::Other => fold_other(text).into(),
    }
}

/// What has to be done to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Nothing: it is its own key.
    Key,
    /// Only ASCII and the letters from U+00C0 to U+00FF: in NFC already, and folded letter by letter.
    Latin,
    /// Anything else.
    Other,
}

fn shape(bytes: &[u8]) -> Shape {
    let mut found = Shape::Key;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'A'..=b'Z' | b'\t'..=b'\r' => found = Shape::Latin,
            b' ' if bytes.get(at + 1) == Some(&b' ') => found = Shape::Latin,
            0xC3 => {
                at += 1;
                // Capitals but for the sign ×, and ß.
                if matches!(bytes.get(at), Some(0x80..=0x96 | 0x98..=0x9F)) {
                    found = Shape::Latin;
                }
            }
            0..=0x7F => {}
            _ => return Shape::Other,
        }
        at += 1;
    }
    found
}

fn fold_latin(text: &str, out: &mut String) {
    let start = out.len();
    if text.is_ascii() {
        out.push_str(text);
        out[start..].make_ascii_lowercase();
        return;
    }
    for c in text.chars() {
        match c {
            'ß' => out.push_str("ss"),
            // The small letters follow the capitals at the same distance as in ASCII.
            'A'..='Z' | 'À'..='Ö' | 'Ø'..='Þ' => {
                out.push(char::from_u32(c as u32 + 0x20).unwrap_or(c));
            }
            _ => out.push(c),
        }
    }
}

fn fold_other(text: &str) -> String {
    let nfc = ComposingNormalizerBorrowed::new_nfc();
    let folded = CaseMapper::new().fold_string(&nfc.normalize(text)).into_owned();
    nfc.normalize(&folded).into_owned()
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
        fn the_short_paths_agree_with_the_general_one(text in "[ -~\t\nÀ-ÿ]{0,12}|[ -~\t\n]{0,12}|[ a-zß-ÿ×]{0,12}") {
            prop_assert_eq!(term_key(&text), fold_other(&collapse(text.trim())));
            prop_assert_eq!(fold(&text), fold_other(&text));
        }

        #[test]
        fn a_key_is_written_behind_what_is_there(text in "\\PC{0,12}") {
            let mut out = "before".to_owned();
            let key = write_key(&text, &mut out).map_or_else(|| out["before".len()..].to_owned(), str::to_owned);
            prop_assert_eq!(term_key(&text), key);
        }
    }
}

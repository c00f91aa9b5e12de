//! Values as scripts see them: what `String` makes of them, canonical JSON, when two are the same, `encodeURIComponent`,
//! JSON pointers. Exactly ECMAScript's results, so that the interpreter of specs and a script agree to the letter.

use std::fmt::Write as _;

use serde_json::{Map, Number, Value};

/// A value as texts show it: nothing for what is unset, numbers and booleans as `String` gives them, objects as
/// canonical JSON.
pub fn text_of(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => canonical(value),
    }
}

/// A value as canonical JSON (RFC 8785).
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

/// Whether two values are the same; 1 and 1.0 are, and the order of keys is nothing. What is unset is `null`.
pub fn is_same(one: Option<&Value>, other: &Value) -> bool {
    canonical(one.unwrap_or(&Value::Null)) == canonical(other)
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => out.push_str(&number_text(number)),
        Value::String(text) => quoted(text, out),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (at, (key, value)) in entries.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                quoted(key, out);
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
    }
}

/// A text in quotes. `serde_json` escapes exactly what RFC 8785 and `JSON.stringify` escape.
pub(super) fn quoted(text: &str, out: &mut String) {
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

/// A number as `String` writes it. Scripts have doubles only.
pub fn number_text(number: &Number) -> String {
    ryu_js::Buffer::new().format(number.as_f64().unwrap_or_default()).to_owned()
}

/// The value as a script has it: every number a double, those without a fraction written without one.
pub fn plain(value: &Value) -> Value {
    match value {
        Value::Number(number) => serde_json::from_str(&number_text(number)).unwrap_or(Value::Null),
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(map) => Value::Object(plain_map(map)),
        other => other.clone(),
    }
}

/// The same of a state.
pub fn plain_map(map: &Map<String, Value>) -> Map<String, Value> {
    map.iter().map(|(key, value)| (key.clone(), plain(value))).collect()
}

/// `encodeURIComponent`.
pub fn encode_uri_component(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The tokens of a JSON pointer (RFC 6901), unescaped.
pub fn pointer_tokens(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect()
}

/// What stands at a pointer. The whole of an answer that is no JSON (`null`) is nothing.
pub fn at_pointer<'v>(value: &'v Value, tokens: &[String]) -> Option<&'v Value> {
    if tokens.is_empty() && value.is_null() {
        return None;
    }
    tokens.iter().try_fold(value, |value, token| match value {
        Value::Object(map) => map.get(token),
        Value::Array(items) if is_index(token) => items.get(token.parse::<usize>().ok()?),
        _ => None,
    })
}

fn is_index(token: &str) -> bool {
    token == "0"
        || (token.starts_with(|c: char| ('1'..='9').contains(&c))
            && token.bytes().all(|b| b.is_ascii_digit()))
}

/// White space as `\s` of ECMAScript has it.
pub const fn is_space(c: char) -> bool {
    matches!(
        c,
        '\t'..='\r' | ' ' | '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{2028}' | '\u{2029}' | '\u{202F}'
            | '\u{205F}' | '\u{3000}' | '\u{FEFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn texts_are_what_string_gives() {
        for (value, text) in [
            (json!(null), ""),
            (json!("a"), "a"),
            (json!(1.0), "1"),
            (json!(-0.0), "0"),
            (json!(0.1), "0.1"),
            (json!(1e21), "1e+21"),
            (json!(1e-7), "1e-7"),
            (json!(123_456_789_012_345_680_000_f64), "123456789012345680000"),
            (json!(true), "true"),
            (json!({"b": [1.0, null, "\u{8}é"], "a": {}}), r#"{"a":{},"b":[1,null,"\bé"]}"#),
        ] {
            assert_eq!(text_of(Some(&value)), text, "{value}");
        }
        assert_eq!(text_of(None), "");
    }

    #[test]
    fn sameness_looks_at_the_value() {
        assert!(is_same(Some(&json!(1)), &json!(1.0)));
        assert!(is_same(Some(&json!({"a": 1, "b": 2})), &json!({"b": 2, "a": 1})));
        assert!(is_same(None, &Value::Null));
        assert!(!is_same(Some(&json!("1")), &json!(1)));
    }

    #[test]
    fn url_components_are_encoded() {
        assert_eq!(encode_uri_component("a b&c/é'(*)~!+"), "a%20b%26c%2F%C3%A9'(*)~!%2B");
    }

    #[test]
    fn pointers_find_what_is_there() {
        let value = json!({"a/b": [10, {"~": null}], "": {"": 1}, "s": "text"});
        let find = |pointer: &str| at_pointer(&value, &pointer_tokens(pointer)).cloned();
        assert_eq!(find("/a~1b/0"), Some(json!(10)));
        assert_eq!(find("/a~1b/1/~0"), Some(Value::Null));
        assert_eq!(find("//"), Some(json!(1)));
        assert_eq!(find(""), Some(value.clone()));
        for nothing in
            ["/a~1b/00", "/a~1b/-", "/a~1b/2", "/a~1b/length", "/s/0", "/s/length", "/none", "/toString"]
        {
            assert_eq!(find(nothing), None, "{nothing}");
        }
        assert_eq!(at_pointer(&Value::Null, &[]), None);
    }

    proptest! {
        #[test]
        fn canonical_is_rfc_8785(numbers in prop::collection::vec(any::<f64>(), 0..4), key in "\\PC{0,6}", text in any::<String>()) {
            let numbers: Vec<_> = numbers.into_iter().filter(|n| n.is_finite()).collect();
            let value = json!({"numbers": numbers, key: [text, null, true], "z": {"b": 1, "a": -2}});
            prop_assert_eq!(canonical(&value), serde_json_canonicalizer::to_string(&value).unwrap());
        }
    }
}

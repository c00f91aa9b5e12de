//! The numbers and orderings of RFC 8785, refusals with their places, and the laws.

use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn canonical_of(text: &str) -> Result<String, String> {
    canonicalize(text.as_bytes().to_vec(), &"f.json".into()).map_err(|diagnostics| {
        let shown: Vec<_> = diagnostics
            .iter()
            .map(|one| {
                let place = one.place.as_ref().unwrap();
                assert_eq!(one.code, Code::JsonInvalid);
                format!("{}:{} {}", place.line, place.column, one.message)
            })
            .collect();
        shown.join("; ")
    })
}

/// RFC 8785, appendix B: the bits of a double, and its one form.
const NUMBERS: &[(u64, &str)] = &[
    (0x0000_0000_0000_0000, "0"),
    (0x8000_0000_0000_0000, "0"),
    (0x0000_0000_0000_0001, "5e-324"),
    (0x8000_0000_0000_0001, "-5e-324"),
    (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
    (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
    (0x4340_0000_0000_0000, "9007199254740992"),
    (0xc340_0000_0000_0000, "-9007199254740992"),
    (0x4340_0000_0000_0001, "9007199254740994"),
    (0x4340_0000_0000_0002, "9007199254740996"),
    (0x4430_0000_0000_0000, "295147905179352830000"),
    (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
    (0x44b5_2d02_c7e1_4af6, "1e+23"),
    (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
    (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
    (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
    (0x444b_1ae4_d6e2_ef50, "1e+21"),
    (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
    (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
    (0x41b3_de43_5555_5553, "333333333.3333332"),
    (0x41b3_de43_5555_5554, "333333333.33333325"),
    (0x41b3_de43_5555_5555, "333333333.3333333"),
    (0x41b3_de43_5555_5556, "333333333.3333334"),
    (0x41b3_de43_5555_5557, "333333333.33333343"),
    (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
    (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
];

#[test]
fn numbers_have_the_forms_of_the_rfc() {
    for (bits, form) in NUMBERS {
        let double = f64::from_bits(*bits);
        assert_eq!(canonical_of(&format!("{double:e}")).unwrap(), *form, "{bits:x}");
        assert_eq!(canonical_of(form).unwrap(), *form, "the form itself stays");
    }
}

#[test]
fn what_is_written_in_several_ways_has_one_form() {
    for (text, form) in [
        ("-0", "0"),
        ("-0.0", "0"),
        ("0e0", "0"),
        ("0E-400", "0"),
        ("0e999999999999", "0"),
        ("-0e+5", "0"),
        ("1.0", "1"),
        ("10e-1", "1"),
        ("1E2", "100"),
        ("4.50", "4.5"),
        ("2e-3", "0.002"),
        ("1e-27", "1e-27"),
        ("0.000000000000000000000000001", "1e-27"),
        ("123456789012345", "123456789012345"),
        ("9007199254740992", "9007199254740992"),
        ("9007199254740991", "9007199254740991"),
        ("100000000000000000000", "100000000000000000000"),
        ("1000000000000000000000", "1e+21"),
        ("100000000000000000000000", "1e+23"),
        ("-9223372036854776000", "-9223372036854776000"),
        ("3e-324", "5e-324"),
        ("0.1000000000000000055", "0.1"),
        ("\"\\u0041\\/\\u20ac\\u000f\\n\\\"\\u005c\\ud83d\\ude00\"", "\"A/€\\u000f\\n\\\"\\\\😀\""),
        ("\"\\u0000\\b\\t\\n\\f\\r\\u001f\u{7f}\u{80}\"", "\"\\u0000\\b\\t\\n\\f\\r\\u001f\u{7f}\u{80}\""),
        ("\"\\uffff\u{fdd0}\\ufffe\"", "\"\u{ffff}\u{fdd0}\u{fffe}\""),
        (" [ ] ", "[]"),
        ("\r\n{\t}\n", "{}"),
        ("[true , false,null, \"\"]", "[true,false,null,\"\"]"),
    ] {
        assert_eq!(canonical_of(text).as_deref(), Ok(form), "{text}");
        assert_eq!(canonical_of(form).as_deref(), Ok(form), "{text}: its form stays");
    }
}

#[test]
fn keys_are_in_the_order_of_their_utf_16_units() {
    // RFC 8785, 3.2.3.
    let text = r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",
        "\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#;
    let expected = concat!(
        "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",",
        "\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",",
        "\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}"
    );
    assert_eq!(canonical_of(text).unwrap(), expected);
    assert_eq!(
        canonical_of(r#"{"b":1,"":2,"a":{"z":1,"y":2},"ab":3}"#).unwrap(),
        r#"{"":2,"a":{"y":2,"z":1},"ab":3,"b":1}"#
    );
}

#[test]
fn what_is_ambiguous_is_refused_with_its_place() {
    let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(canonical_of(&deep(128)).is_ok());
    for (text, error) in [
        ("", "1:1 the text is empty: there is no JSON value in it"),
        (" \n", "1:1 the text is empty: there is no JSON value in it"),
        ("{\"a\":1,\n \"b\":2, \"a\":3}", "2:9 the key `a` stands twice in one mapping"),
        ("{\"a\":1,\n \"\\u0061\":3}", "2:2 the key `a` stands twice in one mapping"),
        (
            "{\"a\":{\"\":1,\"\":2},\"a\":3}",
            "1:12 the key `` stands twice in one mapping; 1:18 the key `a` stands twice in one mapping",
        ),
        ("[\"x\\ud800\"]", "1:4 this escape is half of a pair: a lone surrogate is no character"),
        ("[\"\\udead\"]", "1:3 this escape is half of a pair: a lone surrogate is no character"),
        ("{\"\\ud800\\n\":1}", "1:3 this escape is half of a pair: a lone surrogate is no character"),
        ("\u{feff}{}", "1:1 the text begins with a byte order mark"),
        ("[1e400]", "1:2 no double holds the number 1e400: it is too large"),
        ("[-1e400]", "1:2 no double holds the number -1e400: it is too large"),
        ("[1.8e308]", "1:2 no double holds the number 1.8e308: it is too large"),
        ("[\n5e-400]", "2:1 no double holds the number 5e-400: it would become 0"),
        ("2e-324", "1:1 no double holds the number 2e-324: it would become 0"),
        (
            "9007199254740993",
            "1:1 no double holds the integer 9007199254740993: it would silently become 9007199254740992",
        ),
        (
            "-9007199254740993",
            "1:1 no double holds the integer -9007199254740993: it would silently become -9007199254740992",
        ),
        (
            "9223372036854775807",
            "1:1 no double holds the integer 9223372036854775807: it would silently become 9223372036854776000",
        ),
        (
            "9223372036854775808",
            "1:1 no double holds the integer 9223372036854775808: it would silently become 9223372036854776000",
        ),
        (
            "100000000000000000000001",
            "1:1 no double holds the integer 100000000000000000000001: it would silently become 100000000000000010000000",
        ),
        ("{} x", "1:4 this is not JSON: trailing characters"),
        ("[1,]", "1:4 this is not JSON: trailing comma"),
        ("[01]", "1:3 this is not JSON: invalid number"),
        ("[NaN]", "1:2 this is not JSON: expected value"),
        ("[1", "1:3 this is not JSON: EOF while parsing a list"),
    ] {
        assert_eq!(canonical_of(text).unwrap_err(), error, "{text}");
    }
    assert!(canonical_of(&deep(129)).unwrap_err().starts_with("1:129 collections nest deeper than 128"));
    let long = "1".repeat(400);
    assert!(canonical_of(&long).unwrap_err().ends_with("…: it is too large"));
    let error = canonicalize(b"[\"\xff\"]".to_vec(), &"f".into()).unwrap_err();
    assert!(error.iter().next().unwrap().message.contains("0xFF is not valid UTF-8"));
}

/// Any JSON value, with numbers of every size.
fn any_value() -> impl Strategy<Value = Value> {
    let double = any::<f64>().prop_filter_map("finite", serde_json::Number::from_f64).prop_map(Value::Number);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Value::from),
        double,
        any::<String>().prop_map(Value::from),
        "[\\x00-\\x7F\u{e000}\u{ffff}\u{10000}]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let key = prop_oneof!["\\PC{0,3}", "[a\u{d7ff}\u{e000}\u{fb33}\u{ffff}\u{10000}\u{10ffff}]{0,3}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(key, inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn the_form_is_that_of_another_implementation_and_stays(value in any_value(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let form = canonical_of(&text).unwrap();
        prop_assert_eq!(&form, &serde_json_canonicalizer::to_string(&value).unwrap());
        prop_assert_eq!(canonical_of(&form).unwrap(), form);
    }

    #[test]
    fn every_double_has_its_form(bits in any::<u64>()) {
        let double = f64::from_bits(bits);
        prop_assume!(double.is_finite());
        let form = canonical_of(&format!("{double:e}")).unwrap();
        prop_assert_eq!(value(&form), if double == 0.0 { 0.0 } else { double });
        prop_assert_eq!(canonical_of(&form).unwrap(), form);
    }

    #[test]
    fn an_integer_is_kept_or_refused(literal in "-?[1-9][0-9]{0,40}") {
        if let Ok(form) = canonical_of(&literal) {
            // The same number, whichever way it is written.
            let exact = |text: &str| {
                let (digits, exponent) = text.split_once("e+").unwrap_or((text, "0"));
                let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
                let zeros = exponent.parse::<usize>().unwrap() - fraction.len();
                format!("{whole}{fraction}{}", "0".repeat(zeros))
            };
            prop_assert_eq!(exact(&form), literal);
        }
    }

    #[test]
    fn keys_are_ordered_as_utf_16(a in "[a-c\u{7f}\u{80}\u{7ff}\u{800}\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{10ffff}]{0,4}",
                                  b in "[a-c\u{7f}\u{80}\u{7ff}\u{800}\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{10ffff}]{0,4}") {
        prop_assert_eq!(compare_keys(&a, &b), a.encode_utf16().cmp(b.encode_utf16()));
    }
}

#[test]
fn what_is_no_schema_takes_nothing() {
    let text = Text::new("{}");
    let tree = parse(&text).unwrap();
    let judge = Judge::new(serde_json::json!({"type": "thing"}));
    assert!(!judge.takes(&tree));
    let complaints = judge.complaints(&tree);
    assert!(complaints.len() == 1 && complaints[0].message.contains("its schema is none"), "{complaints:?}");
    assert!(Judge::new(serde_json::json!({"type": "object"})).complaints(&tree).is_empty());
}

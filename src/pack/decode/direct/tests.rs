//! Both readings of JSON documents give the same, and this one accepts nothing that the other refuses.

use proptest::prelude::*;

use super::*;
use crate::pack::arbitrary::documents;
use crate::pack::decode::decode as decode_tree;
use crate::syntax::Format;

const LIMITS: TextLimits = TextLimits { max_term_chars: 5, max_text_chars: 9 };

/// What the careful reading says, if nothing is wrong.
fn with_care(text: &Text, limits: Option<TextLimits>) -> Option<Decoded<'_>> {
    let tree = text.parse(Format::Json).ok()??;
    let decoded = decode_tree(&tree, Layer::Local, 3, limits);
    (decoded.problems.is_empty() && decoded.broken.is_empty()).then_some(decoded)
}

fn direct(text: &Text, limits: Option<TextLimits>, chunk: usize) -> Option<Decoded<'_>> {
    decode(text, Layer::Local, 3, limits, chunk)
}

fn same(a: &Decoded<'_>, b: &Decoded<'_>) {
    assert_eq!(a.document, b.document);
    assert_eq!(a.statements, b.statements);
}

/// A document as some tool would write it: on one line, an entry a line, or spread out; as ASCII, or as it is.
fn written(entries: Vec<serde_json::Value>, form: u8, is_ascii: bool, is_sorted: bool) -> String {
    let mut document = serde_json::json!({
        "aegis": "cache/v1", "oid": "1.0", "title": "T \"]\" ü", "version": "1.2.0", "language": "de", "entries": entries,
    });
    let list = document["entries"].take();
    let list = match form {
        0 => list.to_string(),
        1 => list.to_string().replace("},{", "},\n{"),
        _ => serde_json::to_string_pretty(&list).unwrap(),
    };
    let text = if is_sorted {
        // The list stands between other fields then, as in canonical JSON.
        document.to_string().replacen("\"entries\":null", &format!("\"entries\": {list}"), 1)
    } else {
        document.as_object_mut().unwrap().remove("entries");
        document.to_string().replacen('}', &format!(" , \n\"entries\":{list} }}\n"), 1)
    };
    if !is_ascii {
        return text;
    }
    let mut units = [0; 2];
    let escaped = text.chars().map(|c| match c {
        ' '..='~' | '\n' => c.to_string(),
        c => c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
    });
    escaped.collect()
}

proptest! {
    #[test]
    fn a_sound_document_is_read_alike(
        documents in documents(), form in 0_u8..3, is_ascii in any::<bool>(), is_sorted in any::<bool>(), chunk in 1_usize..600
    ) {
        let entries: Vec<_> = documents.into_iter().flat_map(|(_, _, entries)| entries).collect();
        let text = Text::new(written(entries, form, is_ascii, is_sorted));
        let with_care = with_care(&text, None).unwrap();
        let direct = direct(&text, None, chunk).unwrap();
        same(&direct, &with_care);
    }

    #[test]
    fn what_is_refused_with_care_is_never_taken(
        documents in documents(), form in 0_u8..3, is_ascii in any::<bool>(), is_sorted in any::<bool>(), chunk in 1_usize..600,
        changes in prop::collection::vec((any::<prop::sample::Index>(), "[\\]\\[{}\",:a0-9. \\\\\n\t\u{1}]?"), 1..4), bounded in any::<bool>()
    ) {
        let entries: Vec<_> = documents.into_iter().flat_map(|(_, _, entries)| entries).collect();
        let mut text = written(entries, form, is_ascii, is_sorted);
        for (at, with) in changes {
            let mut at = at.index(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            let old = text[at..].chars().next().map_or(0, char::len_utf8);
            text.replace_range(at..at + old, &with);
        }
        let text = Text::new(text);
        let limits = bounded.then_some(LIMITS);
        if let Some(direct) = direct(&text, limits, chunk) {
            let with_care = with_care(&text, limits);
            prop_assert!(with_care.is_some(), "{}", text.as_str());
            same(&direct, &with_care.unwrap());
        }
    }
}

#[test]
fn documents_with_one_thing_wrong_are_left_to_the_other_reading() {
    let term = r#"{"term":"a","meaning":"m"}"#;
    let entry = |fields: &str| format!(r#"{{"oid":"1.0.1","title":"T",{fields}}}"#);
    let sound = [
        entry(&format!(r#""kind":"lexicon","terms":[{term}]"#)),
        entry(r#""kind":"lexicon","terms":[]"#),
        entry(r#""kind":"policy","applies_to":["1"],"registers":["formal"]"#),
        r#"{"oid":"1.0.1","kind":"alias","target":"1"}"#.to_owned(),
        r#"{"oid":"1.0.1","removed":true}"#.to_owned(),
    ];
    let wrong = [
        entry(&format!(r#""kind":"lexicon","terms":[{term},{term}]"#)),
        entry(r#""kind":"lexicon""#),
        entry(r#""kind":"lexicon","terms":[{"term":"a"}]"#),
        entry(r#""kind":"lexicon","terms":[{"term":" ","meaning":"m"}]"#),
        entry(r#""kind":"lexicon","terms":[],"say":"s""#),
        entry(r#""kind":"lexicon","terms":[],"title":"T""#),
        entry(r#""kind":"policy","applies_to":["1"],"registers":[]"#),
        entry(r#""kind":"template","text":"{a}","slots":{"a":{"type":"enum","values":[]}}"#),
        entry(r#""kind":"template","text":"{a}","slots":{"a":{"type":"string"},"a":{"type":"string"}}"#),
        entry(
            r#""kind":"template","text":"{a}","slots":{"a":{"type":"string"}},"examples":[{"slots":{"a":1},"text":"1"}]"#,
        ),
        entry(r#""kind":"rule","event":"e","say":"s","escalate":[{"after_s":-1,"to":"a","say":"s"}]"#),
        r#"{"oid":"1","kind":"alias","target":"1"}"#.to_owned(),
        r#"{"oid":"1.0.1","removed":false}"#.to_owned(),
        r#"{"oid":"1.0.1","removed":true,"kind":"alias"}"#.to_owned(),
        "1".to_owned(),
    ];
    let document = |entry: &str| {
        format!(r#"{{"aegis":"cache/v1","oid":"1","title":"T","version":"1.0.0","entries":[{entry}]}}"#)
    };
    for (entries, is_sound) in [(&sound[..], true), (&wrong[..], false)] {
        for entry in entries {
            let text = Text::new(document(entry));
            assert_eq!(with_care(&text, None).is_some(), is_sound, "{entry}");
            assert_eq!(direct(&text, None, CHUNK).is_some(), is_sound, "{entry}");
        }
    }
    let whole = document(&sound[0]);
    for (old, new) in [
        ("cache/v1", "cache/v2"),
        ("\"T\",\"v", "\"\",\"v"),
        ("1.0.0", "1.0"),
        ("]}", "]} x"),
        ("\"oid\":\"1\"", "\"oid\":\"9\""),
        ("\"entries\"", "\"x\":1,\"entries\""),
    ] {
        let text = Text::new(whole.replacen(old, new, 1));
        assert!(
            with_care(&text, None).is_none() && direct(&text, None, CHUNK).is_none(),
            "{}",
            text.as_str()
        );
    }
}

#[test]
fn an_entry_that_stands_in_another_is_no_place_to_begin() {
    // Inside of strings there are no quotes; what looks like an entry elsewhere is none, or gives it all up.
    let inner = r#"{"oid":"1.0.9","kind":"alias","target":"1.0.1"}"#;
    let filler = "x".repeat(300);
    let entry =
        |text: &str| format!(r#"{{"oid":"1.0.1","kind":"rule","title":"T","event":"e","say":{text}}}"#);
    let quoted = serde_json::to_string(&format!("{filler},{inner},{inner}")).unwrap();
    let whole = |entries: &str| {
        format!(r#"{{"aegis":"cache/v1","oid":"1","title":"T","version":"1.0.0","entries":[{entries}]}}"#)
    };
    let text = Text::new(whole(&entry(&quoted)));
    same(&direct(&text, None, 64).unwrap(), &with_care(&text, None).unwrap());
    let text = Text::new(whole(&entry(&format!(r#"["{filler}",{inner},{inner}]"#))));
    assert!(direct(&text, None, 64).is_none());
}

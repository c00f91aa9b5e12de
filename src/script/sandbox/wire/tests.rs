//! What was sent comes back as it was; what is cut, claims too much or is noise does not.

use super::*;
use proptest::prelude::*;
use serde_json::json;

fn encoded<T: Wire>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.put(&mut bytes);
    bytes
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".*", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn turn() -> Turn {
    let request = Request {
        method: "GET".into(),
        url: "https://a/".into(),
        headers: json!({"A": "b"}).as_object().cloned(),
        body: Some(Value::Null),
        timeout_ms: None,
        retries: Some(1),
        backoff_ms: Some(u64::MAX),
        status: 200,
        attempts: 2,
    };
    let message = Effect::Message { text: "é".into(), keyboard: Some(vec![vec![], vec!["a".into()]]) };
    let effects = vec![message, Effect::Http(request), Effect::Goto { flow: "f".into() }];
    Turn { effects, state: json!({"a": [0.1, -0.0, 1e300, {"b": null}]}).as_object().unwrap().clone() }
}

#[test]
fn words_and_orders_come_back_as_they_were() {
    let failure =
        Failure { code: Code::BotRuntime, message: "m".into(), place: Some(Spot { line: 1, column: 2 }) };
    let missing = Missing { update: 3, method: "GET".into(), url: "u".into() };
    for word in [
        Word::Hello(true),
        Word::Compiled(Some(failure.clone())),
        Word::Turn(turn()),
        Word::Done(vec![missing], Some(failure)),
        Word::Started(Duration::from_micros(1)),
    ] {
        let mut pipe = Vec::new();
        send(&mut pipe, &word).unwrap();
        send(&mut pipe, &word).unwrap();
        let mut pipe = pipe.as_slice();
        assert_eq!(receive(&mut pipe).unwrap(), Some(word.clone()));
        assert_eq!(receive(&mut pipe).unwrap(), Some(word));
        assert_eq!(receive::<Word>(&mut pipe).unwrap(), None);
    }
}

#[test]
fn whatever_is_cut_or_claims_too_much_is_refused() {
    let bytes = encoded(&turn());
    assert_eq!(decode::<Turn>(&bytes), Some(turn()));
    for end in 0..bytes.len() {
        assert_eq!(decode::<Turn>(&bytes[..end]), None, "{end}");
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert_eq!(decode::<Turn>(&longer), None);
    assert!(decode::<Vec<u8>>(&u64::MAX.to_le_bytes()).is_none());
    assert!(receive::<Word>(&mut u32::MAX.to_le_bytes().as_slice()).is_err());
    let deep = [7, 1, 0, 0, 0, 0, 0, 0, 0].repeat(100_000);
    assert_eq!(decode::<Value>(&deep), None);
}

proptest! {
    #[test]
    fn values_come_back_to_the_bit(value in values()) {
        prop_assert_eq!(decode::<Value>(&encoded(&value)), Some(value));
    }

    #[test]
    fn noise_is_no_word(noise in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = decode::<Word>(&noise);
    }
}

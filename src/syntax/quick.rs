//! JSON to tape, for texts that are well-formed. It gives up (`None`) at the first thing that is wrong or unusual: what that
//! is and where is for `json` to say. Nothing may be accepted here that it refuses, and the tapes are the same.

use super::builder::{Builder, KeySet};
use super::pull::special;
use super::tree::Kind;

/// Longer numbers are left to the other reader.
const LONGEST_NUMBER: usize = 300;

/// Parses a text.
pub(super) fn parse(text: &str) -> Option<Builder> {
    let builder = Builder::with_capacity(text.len() / 10);
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, builder, spare: Vec::new() };
    reader.document()?;
    reader.builder.errors.is_empty().then_some(reader.builder)
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    builder: Builder,
    spare: Vec<KeySet>,
}

impl Reader<'_> {
    /// The recursion, made explicit: one key set an open mapping, `None` an open list.
    fn document(&mut self) -> Option<()> {
        let mut open: Vec<Option<KeySet>> = Vec::new();
        let mut byte = self.token()?;
        loop {
            let has_more = self.begin(byte, &mut open)? || self.go_on(&mut open)?;
            if !has_more {
                return self.token().is_none().then_some(());
            }
            if let Some(Some(keys)) = open.last_mut() {
                self.key(keys)?;
            }
            byte = self.token()?;
        }
    }

    /// A value that begins with a byte: a scalar whole, of a collection what opens it. Whether something is in it.
    fn begin(&mut self, byte: u8, open: &mut Vec<Option<KeySet>>) -> Option<bool> {
        let kind = match byte {
            b'{' => Kind::Map,
            b'[' => Kind::Seq,
            _ => return self.scalar(byte).map(|()| false),
        };
        if !self.builder.open(kind, self.at) {
            return None;
        }
        self.at += 1;
        open.push(if kind == Kind::Map { Some(self.keys()) } else { None });
        // In ASCII a bracket that closes comes two after the one that opens.
        Some(self.token()? != byte + 2)
    }

    /// Behind a value: over a comma to the next one, out of what ends here. Whether there is a next one.
    fn go_on(&mut self, open: &mut Vec<Option<KeySet>>) -> Option<bool> {
        while let Some(innermost) = open.last() {
            let close = if innermost.is_some() { b'}' } else { b']' };
            let byte = self.token()?;
            self.at += 1;
            if byte != close {
                return (byte == b',').then_some(true);
            }
            self.builder.close(self.at);
            self.spare.extend(open.pop().flatten());
        }
        Some(false)
    }

    /// A key and its colon.
    fn key(&mut self, keys: &mut KeySet) -> Option<()> {
        if self.token()? != b'"' {
            return None;
        }
        let start = self.at;
        self.string()?;
        keys.check(self.text, start..self.at, &mut self.builder);
        if self.token()? != b':' {
            return None;
        }
        self.at += 1;
        Some(())
    }

    fn keys(&mut self) -> KeySet {
        let mut keys = self.spare.pop().unwrap_or_default();
        keys.clear();
        keys
    }

    /// Passes white space; the first byte of the next token.
    fn token(&mut self) -> Option<u8> {
        loop {
            match *self.bytes.get(self.at)? {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                byte => return Some(byte),
            }
        }
    }

    fn scalar(&mut self, byte: u8) -> Option<()> {
        match byte {
            b'"' => self.string(),
            b't' => self.word(b"true", Kind::Bool),
            b'f' => self.word(b"false", Kind::Bool),
            b'n' => self.word(b"null", Kind::Null),
            b'-' | b'0'..=b'9' => self.number(),
            _ => None,
        }
    }

    fn word(&mut self, word: &[u8], kind: Kind) -> Option<()> {
        let end = self.at + word.len();
        if self.bytes.get(self.at..end)? != word {
            return None;
        }
        self.builder.borrowed(kind, self.at, self.at..end);
        self.at = end;
        Some(())
    }

    fn number(&mut self) -> Option<()> {
        let start = self.at;
        self.at += usize::from(self.bytes[start] == b'-');
        let first = *self.bytes.get(self.at)?;
        let whole = self.digits()?;
        if first == b'0' && whole > 1 {
            return None;
        }
        let mut kind = Kind::Int;
        if self.bytes.get(self.at) == Some(&b'.') {
            kind = Kind::Float;
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.bytes.get(self.at) {
            kind = Kind::Float;
            self.at += 1;
            self.at += usize::from(matches!(self.bytes.get(self.at), Some(b'+' | b'-')));
            self.digits()?;
        }
        if self.at - start > LONGEST_NUMBER {
            return None;
        }
        self.builder.borrowed(kind, start, start..self.at);
        Some(())
    }

    /// How many digits stand here: at least one.
    fn digits(&mut self) -> Option<usize> {
        let rest = &self.bytes[self.at..];
        let count = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        self.at += count;
        (count > 0).then_some(count)
    }

    fn string(&mut self) -> Option<()> {
        let quote = self.at;
        let start = quote + 1;
        let end = special(self.bytes, start)?;
        match self.bytes[end] {
            // The other reader takes an empty one for decoded.
            b'"' if end == start => self.builder.owned(Kind::Str, quote, ""),
            b'"' => self.builder.borrowed(Kind::Str, quote, start..end),
            b'\\' => return self.escaped(quote, end),
            _ => return None,
        }
        self.at = end + 1;
        Some(())
    }

    /// A string with escapes, the first of them at `at`.
    fn escaped(&mut self, quote: usize, mut at: usize) -> Option<()> {
        let before = self.builder.decoded.len();
        let mut from = quote + 1;
        loop {
            self.builder.decoded.push_str(self.text.get(from..at)?);
            match self.bytes[at] {
                b'"' => break,
                b'\\' => {}
                _ => return None,
            }
            self.builder.decoded.push(match self.bytes.get(at + 1)? {
                b'"' => '"',
                b'\\' => '\\',
                b'/' => '/',
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'u' => {
                    let (unit, length) = unit(&self.bytes[at..])?;
                    at += length - 2;
                    unit
                }
                _ => return None,
            });
            from = at + 2;
            at = special(self.bytes, from)?;
        }
        self.builder.decoded_since(Kind::Str, quote, before);
        self.at = at + 1;
        Some(())
    }
}

/// The character of the `\u` escape that a text begins with, both halves of a pair taken together, and how long that is.
fn unit(bytes: &[u8]) -> Option<(char, usize)> {
    let hex = |at: usize| {
        let digits = bytes.get(at..at + 6).filter(|escape| escape.starts_with(b"\\u"))?;
        digits[2..].iter().try_fold(0, |value, &digit| Some(value << 4 | char::from(digit).to_digit(16)?))
    };
    let high = hex(0)?;
    if !(0xD800..0xE000).contains(&high) {
        return Some((char::from_u32(high)?, 6));
    }
    let low = hex(6).filter(|low| (0xDC00..0xE000).contains(low) && high < 0xDC00)?;
    Some((char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00))?, 12))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::syntax::json;

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 60, 24, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..24).prop_map(Into::into),
                prop::collection::btree_map("\\PC{0,3}|[a\\n\"\\\\]{0,3}", inner, 0..24)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    fn same(text: &str) -> Result<(), TestCaseError> {
        if let Some(quick) = parse(text) {
            let slow = json::thorough(text);
            prop_assert!(slow.errors.is_empty(), "{text}: {:?}", slow.errors);
            prop_assert_eq!(&quick.nodes, &slow.nodes, "{}", text);
            prop_assert_eq!(&quick.decoded, &slow.decoded);
        }
        Ok(())
    }

    #[test]
    fn what_is_well_formed_is_read() {
        for text in [
            r#"{"a":[1,-0,2.5e-3,true,false,null,"",{}],"b":{"é":[]},"c":"A\ud83d\ude00\n\"\\\/\b\f\r\t"}"#,
            " [ ] ",
            "\"x\"",
            "0",
            "{ \"a\" : { \"b\" : [ [ ] , [ 1 ] ] } , \"c\" : 1 }\r\n",
        ] {
            assert!(parse(text).is_some(), "{text}");
            same(text).unwrap();
        }
    }

    #[test]
    fn what_is_wrong_is_not() {
        for text in [
            "",
            " ",
            "\u{feff}1",
            "[1,]",
            "{\"a\":1,}",
            "[,1]",
            "{,}",
            "{\"a\"}",
            "{\"a\":}",
            "[1 2]",
            "1 1",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "+1",
            "tru",
            "nulll",
            "\"a",
            "\"\n\"",
            r#""\x""#,
            r#""\ud83d""#,
            r#""\ude00""#,
            r#""\ud83dx""#,
            r#""\u12g4""#,
            r#"{"a":1,"a":2}"#,
            r#"{"a":1,"\u0061":2}"#,
            "[}",
            "{]",
            "]",
            "[",
            "{",
            "{\"a\":[}",
            "'a'",
            "{a:1}",
        ] {
            assert!(parse(text).is_none(), "{text}");
        }
        assert!(parse(&"[".repeat(200)).is_none());
    }

    proptest! {
        #[test]
        fn the_other_reader_makes_the_same_tape(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "\"\\u0061\"", "\"é\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"", "\"\\n\"",
                "\"\n\"", "\"", "1", "-0", "1.0", "1e5", "01", "true", "false", "null", " ", "\n", "\\", "\"\"", "\"a\":1", "\"b\":[1,2]",
                "\"c\":{\"z\":1}", ",\"d\":null", "[1,\"x\"]", "{\"k\":[]}",
            ]), 0..12),
        ) {
            same(&pieces.concat())?;
        }

        #[test]
        fn documents_make_the_same_tape(value in any_json()) {
            let text = value.to_string();
            prop_assert!(parse(&text).is_some(), "{}", text);
            same(&text)?;
            same(&serde_json::to_string_pretty(&value).unwrap())?;
        }
    }
}

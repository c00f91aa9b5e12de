//! JSON pulled token by token by a reader that knows what it expects, several times as fast as over a tape.
//!
//! It gives up (`None`) at the first thing that is not expected, be it malformed or only unusual. What is wrong there
//! and where is for the tape and its decoders to say; nothing may be accepted here that they refuse.

use super::shelf::ShelfEnd;

/// A place in a JSON text, before a token.
#[derive(Debug, Clone, Copy)]
pub struct Pull<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    shelf: ShelfEnd<'a>,
}

impl<'a> Pull<'a> {
    /// Reads from byte `at`, which stands in line `line`; strings with escapes are decoded onto the shelf.
    pub fn new(text: &'a str, at: usize, line: u32, shelf: ShelfEnd<'a>) -> Self {
        Self { text, at, line, shelf }
    }

    /// Another place of the same text, in another line.
    #[must_use]
    pub fn moved(self, at: usize, line: u32) -> Self {
        Self { at, line, ..self }
    }

    /// Where the next token begins, if white space was passed; else where the last one ended.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The line of that place.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// Where made texts are put.
    pub fn shelf(&mut self) -> &mut ShelfEnd<'a> {
        &mut self.shelf
    }

    /// Passes white space; the first byte of the next token, `None` at the end of the text.
    pub fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        loop {
            match *bytes.get(self.at)? {
                b'\n' => {
                    self.line += 1;
                    self.at += 1;
                }
                b' ' | b'\t' | b'\r' => self.at += 1,
                byte => return Some(byte),
            }
        }
    }

    /// Takes a token of one byte.
    pub fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// Opens a collection; whether anything is in it.
    pub fn open(&mut self, open: u8, close: u8) -> Option<bool> {
        self.take(open)?;
        if self.peek()? == close {
            self.at += 1;
            return Some(false);
        }
        Some(true)
    }

    /// After an item: whether another follows, or the collection ends.
    pub fn more(&mut self, close: u8) -> Option<bool> {
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b',' => {
                self.peek()?;
                Some(true)
            }
            _ if byte == close => Some(false),
            _ => None,
        }
    }

    /// A key and its colon.
    pub fn key(&mut self) -> Option<&'a str> {
        let key = self.string()?;
        self.take(b':')?;
        Some(key)
    }

    /// A string.
    pub fn string(&mut self) -> Option<&'a str> {
        self.take(b'"')?;
        let (start, bytes) = (self.at, self.text.as_bytes());
        let end = special(bytes, start)?;
        if bytes[end] != b'"' {
            return self.escaped(start, end);
        }
        if end - start > super::tree::MAX_SIZE {
            return None;
        }
        self.at = end + 1;
        self.text.get(start..end)
    }

    #[cold]
    fn escaped(&mut self, start: usize, mut at: usize) -> Option<&'a str> {
        let bytes = self.text.as_bytes();
        while bytes.get(at) == Some(&b'\\') {
            at = special(bytes, at + 2)?;
        }
        if bytes.get(at) != Some(&b'"') {
            return None;
        }
        self.at = at + 1;
        let decoded: String = serde_json::from_str(self.text.get(start - 1..=at)?).ok()?;
        Some(self.shelf.put(decoded.into()))
    }

    /// An integer of at most 18 digits.
    pub fn integer(&mut self) -> Option<i64> {
        self.peek()?;
        let rest = self.text.get(self.at..)?;
        let is_part = |b: &u8| matches!(b, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
        let token = &rest[..rest.bytes().take_while(|b| is_part(b)).count()];
        let digits = token.strip_prefix('-').unwrap_or(token);
        let is_plain =
            digits.bytes().all(|b| b.is_ascii_digit()) && (digits.len() == 1 || !digits.starts_with('0'));
        self.at += token.len();
        if is_plain && digits.len() <= 18 { token.parse().ok() } else { None }
    }

    /// `true` or `false`.
    pub fn boolean(&mut self) -> Option<bool> {
        self.peek()?;
        let rest = self.text.as_bytes().get(self.at..)?;
        let value = rest.starts_with(b"true");
        if !value && !rest.starts_with(b"false") {
            return None;
        }
        self.at += if value { 4 } else { 5 };
        Some(value)
    }
}

/// The first byte at or after `at` that is no plain part of a string: a quote, a backslash, a control character.
pub(crate) fn special(bytes: &[u8], mut at: usize) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    // The lowest high bit that is set belongs to a byte that is zero; above it carries may lie.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let (words, _) = bytes.get(at..)?.as_chunks::<8>();
    for word in words {
        let word = u64::from_le_bytes(*word);
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
        let found =
            control | zeros(word ^ (ONES * u64::from(b'"'))) | zeros(word ^ (ONES * u64::from(b'\\')));
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    bytes[at..].iter().position(is_special).map(|found| at + found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Shelf;
    use proptest::prelude::*;

    fn pull<T>(text: &str, read: impl FnOnce(&mut Pull<'_>) -> T) -> T {
        let shelf = Shelf::default();
        read(&mut Pull::new(text, 0, 1, shelf.end()))
    }

    #[test]
    fn integers_are_whole_tokens() {
        for (text, value) in [
            ("0", Some(0)),
            ("-12,", Some(-12)),
            (" 7}", Some(7)),
            ("123456789012345678", Some(123_456_789_012_345_678)),
        ] {
            assert_eq!(pull(text, |pull| pull.integer()), value, "{text}");
        }
        for text in ["", "-", "01", "-01", "1.0", "1e3", "--1", "+1", "1-", "1234567890123456789", "x"] {
            assert_eq!(pull(text, |pull| pull.integer()), None, "{text}");
        }
    }

    #[test]
    fn lines_are_counted_on_the_way() {
        let line = pull("{\n \"a\" :\n\n 1}", |pull| {
            assert_eq!(pull.open(b'{', b'}'), Some(true));
            assert_eq!((pull.line(), pull.at()), (2, 3));
            assert_eq!(pull.key(), Some("a"));
            assert_eq!(pull.integer(), Some(1));
            assert_eq!(pull.more(b'}'), Some(false));
            assert_eq!(pull.peek(), None);
            pull.line()
        });
        assert_eq!(line, 4);
    }

    proptest! {
        #[test]
        fn a_string_is_what_the_other_reader_says(text in "\\PC{0,20}|[a-z\"\\\\\n\té\u{1}]{0,20}", rest in "[ ,a]{0,9}") {
            let json = format!("{}{rest}", serde_json::to_string(&text).unwrap());
            pull(&json, |pull| {
                assert_eq!(pull.string(), Some(text.as_str()));
                assert_eq!(pull.at(), json.len() - rest.len());
            });
        }

        #[test]
        fn nothing_is_a_string_that_the_other_reader_refuses(inside in "[a-zé\\\\\"/u0dD8\u{1}\n]{0,24}") {
            let json = format!("\"{inside}\"");
            let shelf = Shelf::default();
            let mut pull = Pull::new(&json, 0, 1, shelf.end());
            if let Some(text) = pull.string() {
                let token = &json[..pull.at()];
                prop_assert_eq!(&serde_json::from_str::<String>(token).unwrap(), text);
            }
        }
    }
}

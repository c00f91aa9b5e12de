//! Cutting a text at the word boundaries of UAX #29. Latin text is cut byte by byte; wherever anything else comes near,
//! the tables of Unicode decide.
//!
//! *Simple* are ASCII and the letters of U+00C0 to U+00FF. They never combine with each other, so that simple text is
//! in NFC and folds character by character. A boundary between two simple characters depends on simple ones alone,
//! and what stands to its right is cut as if the text began there.

use unicode_segmentation::{UWordBoundIndices, UnicodeSegmentation};

use super::fold;

/// A piece of a text between two boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// White_Space alone.
    Space,
    /// Simple, and folded as it stands.
    Folded,
    /// Simple.
    Simple,
    /// Anything.
    Any,
}

/// The segments of a text, in order.
#[derive(Debug, Clone)]
pub(super) struct Segments<'t> {
    text: &'t str,
    at: usize,
    /// A stretch that the tables cut, and where it begins.
    stretch: Option<(usize, UWordBoundIndices<'t>)>,
}

/// What a byte is, of those that matter to boundaries.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Class {
    /// Begins a character that is not simple, or may not be.
    Else,
    Letter,
    Digit,
    /// ExtendNumLet
    Low,
    /// MidLetter
    Colon,
    /// MidNum
    Comma,
    /// MidNumLet and Single_Quote
    Dot,
    Space,
    /// CR, LF, Newline and the tabulator: White_Space that nothing joins but CR LF.
    Control,
    /// A boundary on both sides.
    Other,
    /// Begins a character of U+00C0 to U+00FF.
    Latin,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Else; 256];
    let mut byte = 0;
    while byte < 128 {
        classes[byte] = match byte as u8 {
            b'A'..=b'Z' | b'a'..=b'z' => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            b'_' => Class::Low,
            b':' => Class::Colon,
            b',' | b';' => Class::Comma,
            b'.' | b'\'' => Class::Dot,
            b' ' => Class::Space,
            b'\t'..=b'\r' => Class::Control,
            _ => Class::Other,
        };
        byte += 1;
    }
    classes[0xC3] = Class::Latin;
    classes
};

/// Bit 0 of [`IN_WORDS`]: an ASCII letter, a digit, or a low line.
const WORD: u8 = 1;
/// Bit 1: folding may change it.
const FOLDS: u8 = 2;

/// What continues a word whatever comes before it.
const IN_WORDS: [u8; 256] = {
    let mut flags = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        flags[byte] = match byte as u8 {
            b'A'..=b'Z' => WORD | FOLDS,
            b'a'..=b'z' | b'0'..=b'9' | b'_' => WORD,
            _ => 0,
        };
        byte += 1;
    }
    flags
};

impl<'t> Segments<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, stretch: None }
    }

    /// The class of the character at a place, and its length; past the end it is a boundary.
    #[inline]
    fn class(&self, at: usize) -> (Class, usize) {
        let bytes = self.text.as_bytes();
        let Some(&byte) = bytes.get(at) else { return (Class::Other, 0) };
        match CLASSES[usize::from(byte)] {
            // The signs of multiplication and division are no letters.
            Class::Latin if matches!(bytes.get(at + 1), Some(0x97 | 0xB7)) => (Class::Else, 2),
            Class::Latin => (Class::Letter, 2),
            class => (class, 1),
        }
    }

    /// A segment of simple text, if it and what follows it are simple.
    #[inline]
    fn simple(&self) -> Option<Segment> {
        let start = self.at;
        let (first, length) = self.class(start);
        let mut at = start + length;
        let kind = match first {
            Class::Else => return None,
            Class::Letter | Class::Digit | Class::Low => {
                let (end, is_folded) = self.word(start)?;
                at = end;
                if is_folded { Kind::Folded } else { Kind::Simple }
            }
            Class::Space => {
                while self.class(at).0 == Class::Space {
                    at += 1;
                }
                Kind::Space
            }
            Class::Control => {
                let bytes = self.text.as_bytes();
                if bytes[start] == b'\r' && bytes.get(at) == Some(&b'\n') {
                    at += 1;
                }
                Kind::Space
            }
            Class::Colon | Class::Comma | Class::Dot | Class::Other | Class::Latin => Kind::Folded,
        };
        (self.class(at).0 != Class::Else).then_some(Segment { start, end: at, kind })
    }

    /// Where the word that begins here ends, and whether it is folded. `None` if that depends on what is not simple.
    #[inline]
    fn word(&self, start: usize) -> Option<(usize, bool)> {
        let bytes = self.text.as_bytes();
        let (mut at, mut seen) = (start, 0);
        loop {
            // Most of a text is this loop.
            while let Some(&byte) = bytes.get(at)
                && IN_WORDS[usize::from(byte)] != 0
            {
                seen |= IN_WORDS[usize::from(byte)];
                at += 1;
            }
            let is_folded = seen & FOLDS == 0;
            let class = self.class(at).0;
            if class == Class::Letter {
                seen |= FOLDS;
                at += 2;
                continue;
            }
            if class == Class::Else {
                return None;
            }
            // Not at the start: a word has a character, and what is not ASCII in it is a letter.
            let last = CLASSES[usize::from(bytes[at - 1])];
            let joined = match (last, class) {
                (Class::Letter | Class::Else | Class::Latin, Class::Colon | Class::Dot) => Class::Letter,
                (Class::Digit, Class::Comma | Class::Dot) => Class::Digit,
                _ => return Some((at, is_folded)),
            };
            match self.class(at + 1).0 {
                next if next == joined => at += 1,
                Class::Else => return None,
                _ => return Some((at, is_folded)),
            }
        }
    }

    /// Leaves a stretch to the tables: from here to the first ASCII sign or letter that follows a space or a line's
    /// end behind something that is not simple.
    fn begin_stretch(&mut self) {
        let bytes = self.text.as_bytes();
        let mut end = self.at;
        let mut is_simple = true;
        while end < bytes.len() {
            let is_free =
                end > self.at && matches!(bytes[end - 1], b' ' | b'\n') && bytes[end].is_ascii_graphic();
            if is_free && !is_simple {
                break;
            }
            is_simple &= bytes[end].is_ascii();
            end += 1;
        }
        self.stretch = Some((self.at, self.text[self.at..end].split_word_bound_indices()));
    }
}

impl Iterator for Segments<'_> {
    type Item = Segment;

    #[inline]
    fn next(&mut self) -> Option<Segment> {
        loop {
            if let Some((from, pieces)) = &mut self.stretch {
                if let Some((at, piece)) = pieces.next() {
                    let start = *from + at;
                    self.at = start + piece.len();
                    let is_space = piece.chars().all(char::is_whitespace);
                    let kind = if is_space { Kind::Space } else { Kind::Any };
                    return Some(Segment { start, end: self.at, kind });
                }
                self.stretch = None;
            }
            if self.at == self.text.len() {
                return None;
            }
            if let Some(segment) = self.simple() {
                self.at = segment.end;
                return Some(segment);
            }
            self.begin_stretch();
        }
    }
}

/// Appends a segment as it is folded; white space is one space.
#[inline]
pub(super) fn fold_segment(text: &str, segment: Segment, out: &mut String) {
    let piece = &text[segment.start..segment.end];
    match segment.kind {
        Kind::Space => out.push(' '),
        Kind::Folded => out.push_str(piece),
        Kind::Simple => fold_simple(piece, out),
        Kind::Any => out.push_str(&fold(piece)),
    }
}

fn fold_simple(text: &str, out: &mut String) {
    let start = out.len();
    if text.is_ascii() {
        out.push_str(text);
        out[start..].make_ascii_lowercase();
        return;
    }
    // Runs of ASCII go over as they are; a letter of two bytes ends each.
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte == 0xC3) {
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at + 1] {
            0x9F => out.push_str("ss"),
            second @ 0x80..=0x9E => out.extend(char::from_u32(u32::from(second) + 0x40 + 0x20)),
            _ => out.push_str(&rest[at..at + 2]),
        }
        rest = &rest[at + 2..];
    }
    out.push_str(rest);
    out[start..].make_ascii_lowercase();
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn same_as_the_tables(text: &str) {
        let found: Vec<_> = Segments::new(text).map(|s| (s.start, &text[s.start..s.end])).collect();
        assert_eq!(found, text.split_word_bound_indices().collect::<Vec<_>>(), "{text:?}");
        for segment in Segments::new(text) {
            let mut folded = String::new();
            fold_segment(text, segment, &mut folded);
            let piece = &text[segment.start..segment.end];
            let is_space = piece.chars().all(char::is_whitespace);
            assert_eq!(segment.kind == Kind::Space, is_space, "{piece:?}");
            assert_eq!(folded, if is_space { " ".into() } else { fold(piece) }, "{piece:?}");
        }
    }

    #[test]
    fn every_pair_and_triple_of_what_matters_is_cut_as_the_tables_cut() {
        let all = [
            "a", "Z", "ä", "ß", "÷", "7", "_", ":", ",", ";", ".", "'", "\"", " ", "\t", "\r", "\n", "\u{B}",
            "-", "\u{301}", "\u{200D}", "\u{AD}", "א", "中", "ア", "🇩", "😀", "·", "’", "\u{A0}", "\u{2028}",
        ];
        for a in all {
            for b in all {
                for c in all {
                    same_as_the_tables(&format!("{a}{b}{c}"));
                    same_as_the_tables(&format!("x {a}{b}{c} y"));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_cut_as_the_tables_cut(text in "[a-cÄß7_:,;.' \\t\\r\\n×÷\\-é\u{301}\u{200D}א中🇩😀]{0,24}") {
            same_as_the_tables(&text);
        }

        #[test]
        fn so_is_text_of_all_characters(text in "\\PC{0,16}") {
            same_as_the_tables(&text);
        }
    }
}

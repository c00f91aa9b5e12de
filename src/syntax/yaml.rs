//! YAML 1.2 to tape, with `granit-parser` as the event parser: core schema, one document, no duplicate keys,
//! only the core schema's tags, aliases expanded within a budget.

use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Span, Tag, options};

use super::MAX_DEPTH;
use super::builder::{Builder, KeySet};
use super::tree::Kind;

/// How many nodes all aliases of a document may expand to: far above any honest use, far below a bomb.
const MAX_EXPANDED: usize = 1_000_000;
/// How many bytes their texts may have.
const MAX_EXPANDED_TEXT: usize = 64 << 20;

/// Parses a text.
pub(super) fn parse(text: &str) -> Builder {
    let mut reader = Reader::new(text);
    if !reader.has_control_characters() {
        reader.run();
    }
    reader.builder
}

struct Reader<'a> {
    text: &'a str,
    builder: Builder,
    anchors: HashMap<usize, usize>,
    expanded: usize,
    expanded_text: usize,
    /// One an open collection: a mapping's keys and whether a key comes next.
    frames: Vec<Frame>,
    documents: usize,
    /// Where the tag of the event at hand stands.
    tag_start: usize,
}

enum Frame {
    Seq,
    Map { keys: KeySet, key_next: bool },
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            builder: Builder::with_capacity(text.len() / 24),
            anchors: HashMap::new(),
            expanded: 0,
            expanded_text: 0,
            frames: Vec::new(),
            documents: 0,
            tag_start: 0,
        }
    }

    /// YAML's `c-printable` excludes most control characters; a parser may take NUL for the end.
    fn has_control_characters(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        let bad = bytes.iter().enumerate().position(|(i, &b)| match b {
            b'\t' | b'\n' | b'\r' => false,
            0..=0x1F | 0x7F => true,
            0xC2 => bytes.get(i + 1).is_some_and(|&next| next < 0xA0 && next != 0x85),
            _ => false,
        });
        let Some(at) = bad else { return false };
        let c = self.text[at..].chars().next().unwrap_or_default();
        self.builder.error(
            at..at + c.len_utf8(),
            format!("the control character U+{:04X} is not allowed in YAML", c as u32),
            format!("remove it, or write it as \"\\u{:04X}\" in a double-quoted text", c as u32),
        );
        true
    }

    fn run(&mut self) {
        // Comments are not asked for: buffering them would refuse long runs of them.
        let options = options! {
            emit_comments: false,
            flow_nesting_limit: MAX_DEPTH as _,
            block_nesting_limit: MAX_DEPTH as _,
        };
        for event in Parser::new_from_str_with_options(self.text, options) {
            let (event, span) = match event {
                Ok(found) => found,
                Err(error) => {
                    let at = error.marker().byte_offset().unwrap_or(0).min(self.text.len());
                    self.builder.error(
                        at..at,
                        format!("this is not YAML: {}", error.info()),
                        hint(self.text, at),
                    );
                    return;
                }
            };
            if !self.event(event, &span) {
                return;
            }
        }
    }

    /// Takes one event; false to stop.
    fn event(&mut self, event: Event<'a>, span: &Span) -> bool {
        let range = span.byte_range().unwrap_or(0..0);
        let start = range.start;
        self.tag_start = span.tag_start().and_then(|mark| mark.byte_offset()).unwrap_or(start);
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    self.builder.error(
                        start..start + 3,
                        "a second document begins here",
                        "put each document in a file of its own",
                    );
                }
                self.documents == 1
            }
            Event::Scalar(value, style, anchor, tag) => {
                self.scalar(&value, style, tag.as_deref(), range);
                self.anchor(anchor, self.builder.nodes.len().wrapping_sub(1));
                true
            }
            Event::SequenceStart(_, anchor, tag) => self.open(Kind::Seq, anchor, tag.as_deref(), start),
            Event::MappingStart(_, anchor, tag) => self.open(Kind::Map, anchor, tag.as_deref(), start),
            Event::SequenceEnd | Event::MappingEnd => {
                self.frames.pop();
                self.builder.close(start);
                true
            }
            Event::Alias(anchor) => self.alias(anchor, start),
            Event::UnresolvedAlias(_) => self.alias(usize::MAX, start),
            _ => true,
        }
    }

    fn open(&mut self, kind: Kind, anchor: usize, tag: Option<&Tag>, start: usize) -> bool {
        if self.takes_key() {
            self.builder.error(start..start + 1, "a key is a collection", "use a plain text as the key");
            return false;
        }
        self.value_done();
        let index = self.builder.nodes.len();
        if !self.builder.open(kind, start) {
            return false;
        }
        let expected = if kind == Kind::Seq { "seq" } else { "map" };
        if tag.is_some_and(|tag| core_tag(tag) != Some(expected)) {
            self.bad_tag(tag);
        }
        self.anchor(anchor, index);
        self.frames.push(match kind {
            Kind::Seq => Frame::Seq,
            _ => Frame::Map { keys: KeySet::default(), key_next: true },
        });
        true
    }

    fn takes_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame::Map { key_next: true, .. }))
    }

    fn value_done(&mut self) {
        if let Some(Frame::Map { key_next, .. }) = self.frames.last_mut() {
            *key_next = true;
        }
    }

    fn anchor(&mut self, anchor: usize, index: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, index);
        }
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, tag: Option<&Tag>, range: Range<usize>) {
        // A missing value comes as a plain `~` of no extent.
        let value = if range.is_empty() && matches!(style, ScalarStyle::Plain) { "" } else { value };
        let kind = match (tag.map(core_tag), style) {
            (None, ScalarStyle::Plain) => plain_kind(value),
            (None, _) => Kind::Str,
            (Some(found), _) => self.tagged_kind(found, value, tag),
        };
        // A value that the parser borrowed is a slice of the text; so is an owned one that equals it.
        let base = self.text.as_ptr() as usize;
        let at = (value.as_ptr() as usize).wrapping_sub(base);
        let is_slice = at.checked_add(value.len()).is_some_and(|end| end <= self.text.len());
        let text = if is_slice { Some(at..at + value.len()) } else { find(self.text, value, &range) };
        match text {
            Some(text) => self.builder.borrowed(kind, range.start, text),
            None => self.builder.owned(kind, range.start, value),
        }
        if let Some(Frame::Map { keys, key_next }) = self.frames.last_mut() {
            if *key_next {
                keys.check(self.text, range, &mut self.builder);
            }
            *key_next = !*key_next;
        }
    }

    fn tagged_kind(&mut self, found: Option<&str>, value: &str, tag: Option<&Tag>) -> Kind {
        let (wanted, plain) = (found.unwrap_or(""), plain_kind(value));
        match wanted {
            "str" => Kind::Str,
            "null" if plain == Kind::Null => Kind::Null,
            "bool" if plain == Kind::Bool => Kind::Bool,
            "int" if plain == Kind::Int => Kind::Int,
            "float" if matches!(plain, Kind::Int | Kind::Float) => Kind::Float,
            _ => {
                self.bad_tag(tag);
                Kind::Str
            }
        }
    }

    fn bad_tag(&mut self, tag: Option<&Tag>) {
        let start = self.tag_start;
        let shown = tag.map_or_else(String::new, |tag| match core_tag(tag) {
            Some(name) => format!("!!{name}"),
            None => tag.original(),
        });
        self.builder.error(
            start..start,
            format!("the tag `{shown}` does not fit here or is not of YAML's core schema"),
            "remove the tag: the types follow from the document's own form",
        );
    }

    fn alias(&mut self, anchor: usize, start: usize) -> bool {
        let Some(&index) = self.anchors.get(&anchor) else {
            self.builder.error(
                start..start + 1,
                "this alias has no anchor",
                "define the anchor before it is used",
            );
            return false;
        };
        if self.builder.is_open(index) {
            self.builder.error(
                start..start + 1,
                "this alias stands inside its own anchor",
                "write the value out",
            );
            return false;
        }
        if self.takes_key() {
            self.builder.error(start..start + 1, "a key is an alias", "write the key out");
            return false;
        }
        let too_deep = self.builder.depth() + self.builder.height(index) > MAX_DEPTH;
        self.value_done();
        let (nodes, text) = self.builder.weight(index);
        self.expanded += nodes;
        self.expanded_text += text;
        if too_deep || self.expanded > MAX_EXPANDED || self.expanded_text > MAX_EXPANDED_TEXT {
            self.builder.error(
                start..start + 1,
                format!(
                    "the aliases of this document expand to more than {MAX_EXPANDED} values, to more than 64 MiB of text, or too deep"
                ),
                "write the values out, or split the document",
            );
            return false;
        }
        self.builder.copy(index);
        true
    }
}

/// The core schema's name of a tag, without its prefix; `!` alone means a text.
fn core_tag(tag: &Tag) -> Option<&str> {
    if tag.original() == "!" { Some("str") } else { tag.core_suffix() }
}

/// What a plain scalar is under the core schema (YAML 1.2.2, section 10.3.2).
fn plain_kind(text: &str) -> Kind {
    let bytes = text.as_bytes();
    match bytes.first() {
        None => return Kind::Null,
        Some(b'0'..=b'9' | b'-' | b'+' | b'.') => {}
        Some(b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'~') => {
            return match text {
                "~" | "null" | "Null" | "NULL" => Kind::Null,
                "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => Kind::Bool,
                _ => Kind::Str,
            };
        }
        Some(_) => return Kind::Str,
    }
    let all = |rest: &str, digit: fn(&u8) -> bool| !rest.is_empty() && rest.as_bytes().iter().all(digit);
    if let Some(hex) = text.strip_prefix("0x") {
        return if all(hex, u8::is_ascii_hexdigit) { Kind::Int } else { Kind::Str };
    }
    if let Some(octal) = text.strip_prefix("0o") {
        return if all(octal, |b| matches!(b, b'0'..=b'7')) { Kind::Int } else { Kind::Str };
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if all(unsigned, u8::is_ascii_digit) {
        return Kind::Int;
    }
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Kind::Float;
    }
    if is_decimal(unsigned) { Kind::Float } else { Kind::Str }
}

fn is_decimal(text: &str) -> bool {
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|e| !e.is_empty() && digits(e))
}

/// Finds an owned value inside its own range of the text (a quoted text without escapes, say).
fn find(text: &str, value: &str, range: &Range<usize>) -> Option<Range<usize>> {
    let source = text.get(range.clone())?;
    let at = [0, 1].into_iter().find(|&skip| source.get(skip..).is_some_and(|s| s.starts_with(value)))?;
    Some(range.start + at..range.start + at + value.len())
}

fn hint(text: &str, at: usize) -> &'static str {
    let line = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let indent = text[line..].bytes().take_while(|b| matches!(b, b' ' | b'\t'));
    if indent.into_iter().any(|b| b == b'\t') {
        "indent with spaces: YAML does not allow tabs there"
    } else {
        "mend it here; a text with `: `, ` #` or a leading special character needs quotes"
    }
}

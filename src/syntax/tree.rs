//! The tape and the handles that walk it.

use std::ops::Range;

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool,
    /// An integer.
    Int,
    /// Another number.
    Float,
    /// A text.
    Str,
    /// A sequence.
    Seq,
    /// A mapping.
    Map,
}

impl Kind {
    /// The word for it in messages, with its article.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Int => "an integer",
            Self::Float => "a number",
            Self::Str => "a text",
            Self::Seq => "a list",
            Self::Map => "a mapping",
        }
    }
}

/// One value on the tape. A scalar's text is `at .. at + size` of the input, or of the decoded strings; a
/// collection spans `size` nodes with itself and ends at byte `at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Raw {
    pub(super) pos: u32,
    pub(super) at: u32,
    pub(super) meta: u32,
}

pub(super) const DECODED: u32 = 8;
pub(super) const SIZE_SHIFT: u32 = 4;
/// The longest text and the greatest collection.
pub(super) const MAX_SIZE: usize = (1 << 28) - 1;

impl Raw {
    pub(super) fn kind(self) -> Kind {
        match self.meta & 7 {
            0 => Kind::Null,
            1 => Kind::Bool,
            2 => Kind::Int,
            3 => Kind::Float,
            4 => Kind::Str,
            5 => Kind::Seq,
            _ => Kind::Map,
        }
    }

    /// Whether it is the scalar text `wanted`: its length first, which tells most apart.
    pub(super) fn is_text(self, wanted: &str, text: &str, decoded: &str) -> bool {
        if self.size() != wanted.len() || self.is_collection() {
            return false;
        }
        let base = if self.meta & DECODED == 0 { text } else { decoded };
        let own = base.as_bytes().get(self.at as usize..self.at as usize + wanted.len());
        own.is_some_and(|own| own == wanted.as_bytes())
    }

    fn is_collection(self) -> bool {
        self.meta & 7 >= Kind::Seq as u32
    }

    pub(super) fn size(self) -> usize {
        (self.meta >> SIZE_SHIFT) as usize
    }

    /// A scalar's text; empty for collections.
    pub(super) fn text<'t>(self, text: &'t str, decoded: &'t str) -> &'t str {
        let base = if self.meta & DECODED == 0 { text } else { decoded };
        match self.kind() {
            Kind::Seq | Kind::Map => "",
            _ => base.get(self.at as usize..self.at as usize + self.size()).unwrap_or(""),
        }
    }

    /// How many nodes of the tape belong to this one.
    pub(super) fn span(self) -> usize {
        if self.is_collection() { self.size() } else { 1 }
    }
}

/// A well-formed document.
#[derive(Debug)]
pub struct Tree<'a> {
    text: &'a str,
    decoded: &'a str,
    nodes: Vec<Raw>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(text: &'a str, decoded: &'a str, nodes: Vec<Raw>) -> Self {
        Self { text, decoded, nodes }
    }

    /// The outermost value.
    pub fn root(&self) -> Node<'_, 'a> {
        Node { tree: self, index: 0 }
    }

    /// The text that was read.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The text that was read, and that of the strings which had to be decoded.
    pub fn texts(&self) -> [&'a str; 2] {
        [self.text, self.decoded]
    }

    /// The value of a number that [`Node::number`] gave.
    pub(crate) fn node(&self, number: usize) -> Node<'_, 'a> {
        Node { tree: self, index: number }
    }

    /// All values, the keys of mappings included, in the order of the text.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_, 'a>> {
        (0..self.nodes.len()).map(|index| Node { tree: self, index })
    }
}

/// A handle to one value of a tree.
#[derive(Debug, Clone, Copy)]
pub struct Node<'t, 'a> {
    tree: &'t Tree<'a>,
    pub(super) index: usize,
}

impl<'t, 'a> Node<'t, 'a> {
    fn raw_node(self) -> Raw {
        self.tree.nodes[self.index]
    }

    pub(super) fn end(self) -> usize {
        self.index + self.raw_node().span()
    }

    /// The tree that it belongs to.
    pub fn tree(self) -> &'t Tree<'a> {
        self.tree
    }

    /// Another node of the same tree.
    pub(super) fn at(self, index: usize) -> Self {
        Self { index, ..self }
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        self.raw_node().kind()
    }

    /// A scalar's text: the content of a string, the literal of anything else; empty for collections.
    pub fn raw(self) -> &'a str {
        self.raw_node().text(self.tree.text, self.tree.decoded)
    }

    /// What tells it from the other nodes of its tree.
    pub fn number(self) -> usize {
        self.index
    }

    /// The text, if it is a string.
    pub fn as_str(self) -> Option<&'a str> {
        (self.kind() == Kind::Str).then(|| self.raw())
    }

    /// Where it starts, in bytes of the text: the first key of a mapping, the first item of a list, the opening
    /// quote of a string.
    pub fn start(self) -> usize {
        match self.kind() {
            Kind::Seq | Kind::Map if self.raw_node().span() > 1 => {
                Node { index: self.index + 1, ..self }.start()
            }
            _ => self.raw_node().pos as usize,
        }
    }

    /// The bytes of the text to underline: a scalar whole, of a collection its first line at most.
    pub fn range(self) -> Range<usize> {
        let raw = self.raw_node();
        let start = self.start();
        // As far as is asked for: a whole document may stand on one line.
        let line_end = |most: usize| {
            let rest = self.tree.text.as_bytes().get(start..most).unwrap_or_default();
            start + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())
        };
        let end = match raw.kind() {
            Kind::Seq | Kind::Map => match self.items().next() {
                Some(first) if first.index + 1 == first.end() => first.range().end,
                _ => start + 1,
            },
            _ if raw.meta & DECODED == 0 => raw.at as usize + raw.size() + usize::from(raw.at > raw.pos),
            _ => self.tree.text.len(),
        };
        start..line_end(end.min(self.tree.text.len()))
    }

    /// All bytes of the text that the value takes, quotes and brackets included: what has to go to replace it.
    pub fn extent(self) -> Range<usize> {
        let (raw, text) = (self.raw_node(), self.tree.text.as_bytes());
        let start = raw.pos as usize;
        let opener = text.get(start).copied();
        let end = match (raw.kind(), opener) {
            (Kind::Seq | Kind::Map, Some(b'{' | b'[')) => raw.at as usize + 1,
            (Kind::Seq | Kind::Map, _) => self.items().last().map_or(start, |last| last.extent().end),
            _ if raw.meta & DECODED == 0 => {
                raw.at as usize + raw.size() + usize::from(matches!(opener, Some(b'"' | b'\'')))
            }
            (_, Some(quote @ (b'"' | b'\''))) => closing_quote(text, start + 1, quote),
            _ => start + memchr::memchr(b'\n', &text[start.min(text.len())..]).unwrap_or(text.len() - start),
        };
        start..end.clamp(start, text.len())
    }

    /// The items of a list, or keys and values in turn of a mapping; nothing for a scalar.
    pub fn items(self) -> impl Iterator<Item = Node<'t, 'a>> {
        let end = self.end();
        let mut next = self.index + 1;
        std::iter::from_fn(move || {
            (next < end).then(|| {
                let node = Node { tree: self.tree, index: next };
                next = node.end();
                node
            })
        })
    }

    /// Keys and values of a mapping; nothing for anything else.
    pub fn entries(self) -> impl Iterator<Item = (Node<'t, 'a>, Node<'t, 'a>)> {
        let is_map = self.kind() == Kind::Map;
        let mut items = self.items();
        std::iter::from_fn(move || if is_map { Some((items.next()?, items.next()?)) } else { None })
    }

    /// The item at a place of a walk, which goes on to the next one. A walk begins at 0.
    pub fn item_at(self, place: &mut usize) -> Option<Self> {
        let index = if *place == 0 { self.index + 1 } else { *place };
        if index >= self.end() {
            return None;
        }
        let node = self.at(index);
        *place = node.end();
        Some(node)
    }

    /// The key and the value at a place of a walk through a mapping. A walk begins at 0.
    pub fn entry_at(self, place: &mut usize) -> Option<(Self, Self)> {
        Some((self.item_at(place)?, self.item_at(place)?))
    }

    /// The value of a mapping's key.
    pub fn get(self, key: &str) -> Option<Node<'t, 'a>> {
        if self.kind() != Kind::Map {
            return None;
        }
        let Tree { text, decoded, nodes } = self.tree;
        let (mut at, end) = (self.index + 1, self.end());
        // A key is a scalar: its value is the next node.
        while at + 1 < end {
            if nodes[at].is_text(key, text, decoded) {
                return Some(self.at(at + 1));
            }
            at += 1 + nodes[at + 1].span();
        }
        None
    }

    /// How many items a list has, or entries a mapping; none for a scalar.
    pub fn count(self) -> usize {
        let is_map = self.kind() == Kind::Map;
        let nodes = self.tree.nodes.get(self.index + 1..self.end()).unwrap_or_default();
        let (mut at, mut count) = (usize::from(is_map), 0);
        while let Some(node) = nodes.get(at) {
            at += node.span() + usize::from(is_map);
            count += 1;
        }
        count
    }

    /// Where a scalar stands in the source between the quotes that JSON gives it, with them.
    pub fn quoted(self) -> Option<&'a str> {
        let raw = self.raw_node();
        let start = raw.pos as usize;
        let is_so = raw.kind() == Kind::Str && raw.meta & DECODED == 0 && raw.at == raw.pos + 1;
        let text = self.tree.text.get(start..start + raw.size() + 2).filter(|_| is_so)?;
        (text.starts_with('"') && text.ends_with('"')).then_some(text)
    }

    /// Follows a chain of keys and indexes, as far as it goes.
    pub fn descend(self, path: &[Step<'_>]) -> Node<'t, 'a> {
        let mut node = self;
        for step in path {
            let next = match *step {
                Step::Key(key) => node.get(key),
                Step::Index(index) => node.items().nth(index),
            };
            match next {
                Some(found) => node = found,
                None => break,
            }
        }
        node
    }
}

/// The byte after the quote that closes a scalar whose content begins at `at`.
fn closing_quote(text: &[u8], mut at: usize, quote: u8) -> usize {
    while let Some(&byte) = text.get(at) {
        let doubled = byte == b'\'' && text.get(at + 1) == Some(&b'\'');
        at += match byte {
            b'\\' if quote == b'"' => 2,
            _ if byte == quote && doubled => 2,
            _ if byte == quote => return at + 1,
            _ => 1,
        };
    }
    text.len()
}

/// One step of a path into a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step<'p> {
    /// A mapping's key.
    Key(&'p str),
    /// A list's index, from 0.
    Index(usize),
}

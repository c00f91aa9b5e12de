//! The tape and the handles that walk it.

use std::ops::Range;

use super::{MAX_DEPTH, SyntaxError};

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
    const ALL: [Self; 7] = [Self::Null, Self::Bool, Self::Int, Self::Float, Self::Str, Self::Seq, Self::Map];

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
    pos: u32,
    at: u32,
    meta: u32,
}

const DECODED: u32 = 8;
const SIZE_SHIFT: u32 = 4;
const MAX_SIZE: usize = (1 << 28) - 1;

impl Raw {
    fn kind(self) -> Kind {
        Kind::ALL[(self.meta & 7) as usize % 7]
    }

    fn size(self) -> usize {
        (self.meta >> SIZE_SHIFT) as usize
    }

    /// A scalar's text; empty for collections.
    fn text<'t>(self, text: &'t str, decoded: &'t str) -> &'t str {
        let base = if self.meta & DECODED == 0 { text } else { decoded };
        match self.kind() {
            Kind::Seq | Kind::Map => "",
            _ => base.get(self.at as usize..self.at as usize + self.size()).unwrap_or(""),
        }
    }

    /// How many nodes of the tape belong to this one.
    fn span(self) -> usize {
        match self.kind() {
            Kind::Seq | Kind::Map => self.size(),
            _ => 1,
        }
    }
}

/// What a parser fills: the tape, the decoded strings, the errors.
#[derive(Default)]
pub(super) struct Builder {
    pub(super) nodes: Vec<Raw>,
    pub(super) decoded: String,
    pub(super) errors: Vec<SyntaxError>,
    open: Vec<usize>,
}

impl Builder {
    pub(super) fn with_capacity(nodes: usize) -> Self {
        Self { nodes: Vec::with_capacity(nodes), ..Self::default() }
    }

    /// Notes an error. Only so many are kept: a broken text may have one in every line.
    pub(super) fn error(&mut self, range: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        if self.errors.len() < 100 {
            self.errors.push(SyntaxError::new(range, message, help));
        }
    }

    /// A scalar whose text stands in the input.
    pub(super) fn borrowed(&mut self, kind: Kind, pos: usize, text: Range<usize>) {
        self.push(kind, 0, pos, text.start, text.len());
    }

    /// A scalar whose text had to be decoded.
    pub(super) fn owned(&mut self, kind: Kind, pos: usize, text: &str) {
        let at = self.decoded.len();
        self.decoded.push_str(text);
        self.push(kind, DECODED, pos, at, text.len());
    }

    fn push(&mut self, kind: Kind, flag: u32, pos: usize, at: usize, size: usize) {
        if size > MAX_SIZE {
            self.error(pos..pos, "a text is longer than 256 MiB", "split the document");
            return;
        }
        let meta = kind as u32 | flag | ((size as u32) << SIZE_SHIFT);
        self.nodes.push(Raw { pos: pos as u32, at: at as u32, meta });
    }

    /// Opens a collection. False if that would nest too deep: the caller stops.
    pub(super) fn open(&mut self, kind: Kind, pos: usize) -> bool {
        if self.open.len() == MAX_DEPTH {
            self.error(
                pos..pos + 1,
                format!("collections nest deeper than {MAX_DEPTH} levels"),
                "flatten the document: no AEGIS document needs more than eight levels",
            );
            return false;
        }
        self.open.push(self.nodes.len());
        self.push(kind, 0, pos, pos, 0);
        true
    }

    /// Closes the innermost collection at byte `end`.
    pub(super) fn close(&mut self, end: usize) {
        let Some(index) = self.open.pop() else { return };
        let size = self.nodes.len() - index;
        if size > MAX_SIZE {
            self.error(end..end, "a collection has more than 268 million values", "split the document");
            return;
        }
        let node = &mut self.nodes[index];
        node.at = end as u32;
        node.meta = (node.meta & 0xF) | ((size as u32) << SIZE_SHIFT);
    }

    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Whether the node at `index` is still being filled.
    pub(super) fn is_open(&self, index: usize) -> bool {
        self.open.contains(&index)
    }

    /// Appends a copy of the subtree at `index`. Positions stay the original's.
    pub(super) fn copy(&mut self, index: usize) {
        let size = self.nodes[index].span();
        self.nodes.extend_from_within(index..index + size);
    }

    /// How many nodes the subtree at `index` has, and how many bytes their texts.
    pub(super) fn weight(&self, index: usize) -> (usize, usize) {
        let nodes = &self.nodes[index..index + self.nodes[index].span()];
        let is_scalar = |node: &&Raw| !matches!(node.kind(), Kind::Seq | Kind::Map);
        (nodes.len(), nodes.iter().filter(is_scalar).map(|node| node.size()).sum())
    }

    /// How deep the subtree at `index` nests.
    pub(super) fn height(&self, index: usize) -> usize {
        let mut ends: Vec<usize> = Vec::new();
        let mut height = 0;
        for i in index..index + self.nodes[index].span() {
            while ends.last().is_some_and(|&end| end <= i) {
                ends.pop();
            }
            if matches!(self.nodes[i].kind(), Kind::Seq | Kind::Map) {
                ends.push(i + self.nodes[i].span());
                height = height.max(ends.len());
            }
        }
        height
    }
}

/// The keys of one mapping, for finding repeats: compared one by one while they are few, in a set when many.
#[derive(Default)]
pub(super) struct KeySet {
    few: Vec<u32>,
    many: std::collections::HashSet<Box<str>>,
}

impl KeySet {
    const FEW: usize = 16;

    pub(super) fn clear(&mut self) {
        self.few.clear();
        self.many.clear();
    }

    /// Notes an error if the key that was pushed last was there before.
    pub(super) fn check(&mut self, text: &str, range: Range<usize>, builder: &mut Builder) {
        let Some(index) = builder.nodes.len().checked_sub(1) else { return };
        let read = |index: usize| builder.nodes[index].text(text, &builder.decoded);
        let key = read(index);
        if self.few.len() == Self::FEW && self.many.is_empty() {
            self.many.extend(self.few.iter().map(|&i| Box::from(read(i as usize))));
        }
        let repeated = if self.many.is_empty() {
            self.few.iter().any(|&i| read(i as usize) == key)
        } else {
            !self.many.insert(key.into())
        };
        if repeated {
            let message = format!("the key `{key}` stands twice in one mapping");
            builder.error(range, message, "keep one of the two: which of them counts would be a guess");
        } else if self.many.is_empty() {
            self.few.push(index as u32);
        }
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

    /// Whether a scalar's text stands in the source just so, without an escape.
    pub fn is_verbatim(self) -> bool {
        self.raw_node().meta & DECODED == 0
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
        let rest = self.tree.text.get(start..).unwrap_or("");
        let line = start + memchr::memchr2(b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len());
        let end = match raw.kind() {
            Kind::Seq | Kind::Map => match self.items().next() {
                Some(first) if first.index + 1 == first.end() => first.range().end,
                _ => start + 1,
            },
            _ if raw.meta & DECODED == 0 => raw.at as usize + raw.size() + usize::from(raw.at > raw.pos),
            _ => line,
        };
        start..end.clamp(start, line.max(start))
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
        self.entries().find(|(k, _)| k.raw() == key).map(|(_, value)| value)
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

//! What parsers fill a tape with, and what finds keys that stand twice.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::ops::Range;

use foldhash::fast::RandomState;

use super::tree::{DECODED, Kind, MAX_SIZE, Raw, SIZE_SHIFT};
use super::{MAX_DEPTH, SyntaxError};

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

    /// A scalar whose text was decoded to what stands behind `before` now.
    pub(super) fn decoded_since(&mut self, kind: Kind, pos: usize, before: usize) {
        self.push(kind, DECODED, pos, before, self.decoded.len() - before);
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

/// The keys of one mapping, for finding repeats: compared one by one while they are few, by their hashes when many.
#[derive(Default)]
pub(super) struct KeySet {
    few: Vec<u32>,
    /// The first key of each hash.
    many: HashMap<u64, u32, RandomState>,
    /// Keys whose hash another one had before.
    others: Vec<u32>,
}

impl KeySet {
    const FEW: usize = 16;

    pub(super) fn clear(&mut self) {
        self.few.clear();
        self.many.clear();
        self.others.clear();
    }

    /// Notes an error if the key that was pushed last was there before.
    pub(super) fn check(&mut self, text: &str, range: Range<usize>, builder: &mut Builder) {
        let Some(index) = builder.nodes.len().checked_sub(1) else { return };
        let read = |index: u32| builder.nodes[index as usize].text(text, &builder.decoded);
        let key = read(index as u32);
        let is_key = |&i: &u32| builder.nodes[i as usize].is_text(key, text, &builder.decoded);
        if self.few.len() == Self::FEW && self.many.is_empty() {
            for &other in &self.few {
                // Two of a hash among so few would only be compared once more.
                let first = *self.many.entry(self.many.hasher().hash_one(read(other))).or_insert(other);
                self.others.extend((first != other).then_some(other));
            }
        }
        let repeated = if self.many.is_empty() {
            self.few.iter().any(is_key)
        } else {
            let first = *self.many.entry(self.many.hasher().hash_one(key)).or_insert(index as u32);
            let is_taken = first != index as u32;
            let repeated = is_taken && (is_key(&first) || self.others.iter().any(is_key));
            self.others.extend((is_taken && !repeated).then_some(index as u32));
            repeated
        };
        if repeated {
            let message = format!("the key `{key}` stands twice in one mapping");
            builder.error(range, message, "keep one of the two: which of them counts would be a guess");
        } else if self.many.is_empty() {
            self.few.push(index as u32);
        }
    }
}

//! The canonical form of a tree that [`super::parse`] took.

use std::cmp::Ordering;

use crate::syntax::{Kind, Node, Tree, special};

use super::number;

/// The one form of a document: no white space, keys in the order of their UTF-16 units, strings and numbers as
/// ECMAScript writes them.
pub fn canonical(tree: &Tree<'_>) -> String {
    let mut writer = Writer::new(tree, tree.text().len(), tree.texts().into_iter().all(is_plain));
    writer.value(tree.root());
    writer.out
}

/// The same for a part of a document.
pub fn canonical_of(node: Node<'_, '_>) -> String {
    // A part may be small: the whole text is not looked through for it.
    let mut writer = Writer::new(node.tree(), 0, false);
    writer.value(node);
    writer.out
}

/// The order of keys: that of their UTF-16 code units (RFC 8785, 3.2.3).
///
/// It differs from that of the bytes only where a character beyond the basic plane, written with surrogates
/// (D800 to DFFF), meets one from U+E000 on.
pub fn compare_keys(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let common = a.iter().zip(b).position(|(a, b)| a != b);
    let Some(at) = common else { return a.len().cmp(&b.len()) };
    rank(a[at]).cmp(&rank(b[at]))
}

/// The first bytes of a key as numbers that have the order of [`compare_keys`]; ends count as zeros.
fn head(key: &str, is_plain: bool) -> [u64; 2] {
    let mut first = [0; 16];
    match key.as_bytes().first_chunk() {
        Some(whole) => first = *whole,
        None => first[..key.len()].copy_from_slice(key.as_bytes()),
    }
    if !is_plain {
        first = first.map(rank);
    }
    let (words, _) = first.as_chunks::<8>();
    [u64::from_be_bytes(words[0]), u64::from_be_bytes(words[1])]
}

/// EE and EF lead U+E000 to U+FFFF, F0 to F4 what is written with surrogates.
fn rank(byte: u8) -> u8 {
    if matches!(byte, 0xEE | 0xEF) { byte + 0x10 } else { byte }
}

/// Whether no character of a text needs surrogates, which F0 to F4 begin. By pieces without a way out, so that it takes
/// many bytes a step.
fn is_plain(text: &str) -> bool {
    let greatest = |piece: &[u8]| piece.iter().fold(0, |greatest, &byte| byte.max(greatest));
    text.as_bytes().chunks(4096).all(|piece| greatest(piece) < 0xF0)
}

struct Writer<'t, 'a> {
    out: String,
    /// The members of the mappings that are being written, those of the innermost at the end.
    members: Vec<Member>,
    /// Whether no character needs surrogates: the order of keys is that of their bytes then.
    is_plain: bool,
    tree: &'t Tree<'a>,
}

/// A member of a mapping.
#[derive(Clone, Copy)]
struct Member {
    /// The beginning of its key, in an order of numbers: most keys are told apart by it.
    head: [u64; 2],
    /// The numbers of key and value.
    key: u32,
    value: u32,
}

impl<'t, 'a> Writer<'t, 'a> {
    fn new(tree: &'t Tree<'a>, room: usize, is_plain: bool) -> Self {
        Self { out: String::with_capacity(room), members: Vec::new(), is_plain, tree }
    }

    /// The depth is that of the tree, which the parser bounds.
    fn value(&mut self, node: Node<'t, 'a>) {
        match node.kind() {
            Kind::Map => self.object(node),
            Kind::Seq => {
                self.out.push('[');
                for (number, item) in node.items().enumerate() {
                    if number > 0 {
                        self.out.push(',');
                    }
                    self.value(item);
                }
                self.out.push(']');
            }
            Kind::Str => self.string(node),
            Kind::Int => number::write(node.raw(), true, &mut self.out),
            Kind::Float => number::write(node.raw(), false, &mut self.out),
            Kind::Null | Kind::Bool => self.out.push_str(node.raw()),
        }
    }

    fn object(&mut self, node: Node<'t, 'a>) {
        let start = self.members.len();
        let (tree, is_plain) = (self.tree, self.is_plain);
        self.members.extend(node.entries().map(|(key, value)| Member {
            head: head(key.raw(), is_plain),
            key: key.number() as u32,
            value: value.number() as u32,
        }));
        let order = |a: &Member, b: &Member| {
            a.head.cmp(&b.head).then_with(|| {
                let (a, b) = (tree.node(a.key as usize).raw(), tree.node(b.key as usize).raw());
                if is_plain { a.cmp(b) } else { compare_keys(a, b) }
            })
        };
        let own = &mut self.members[start..];
        if !own.is_sorted_by(|a, b| order(a, b) != Ordering::Greater) {
            own.sort_unstable_by(order);
        }
        self.out.push('{');
        for at in start..self.members.len() {
            if at > start {
                self.out.push(',');
            }
            let Member { key, value, .. } = self.members[at];
            self.string(tree.node(key as usize));
            self.out.push(':');
            self.value(tree.node(value as usize));
        }
        self.out.push('}');
        self.members.truncate(start);
    }

    fn string(&mut self, node: Node<'t, 'a>) {
        // The text stands in the source without escapes, and JSON has no other way to write those characters.
        if let Some(quoted) = node.quoted() {
            return self.out.push_str(quoted);
        }
        self.out.push('"');
        escape(node.raw(), &mut self.out);
        self.out.push('"');
    }
}

/// Escapes what has to be, and nothing else.
fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = special(rest.as_bytes(), 0) {
        out.push_str(&rest[..at]);
        let byte = rest.as_bytes()[at];
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            0x08 => out.push_str("\\b"),
            0x09 => out.push_str("\\t"),
            0x0A => out.push_str("\\n"),
            0x0C => out.push_str("\\f"),
            0x0D => out.push_str("\\r"),
            other => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                out.push_str("\\u00");
                out.push(char::from(HEX[usize::from(other >> 4)]));
                out.push(char::from(HEX[usize::from(other & 15)]));
            }
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

//! The canonical form of a tree that [`super::parse`] took.

use std::cmp::Ordering;

use crate::syntax::{Kind, Node, Tree};

use super::number;

/// The one form of a document: no white space, keys in the order of their UTF-16 units, strings and numbers as
/// ECMAScript writes them.
pub fn canonical(tree: &Tree<'_>) -> String {
    let out = String::with_capacity(tree.text().len());
    let mut writer = Writer { out, members: Vec::new(), is_plain: tree.texts().into_iter().all(is_plain) };
    writer.value(tree.root());
    writer.out
}

/// The same for a part of a document.
pub fn canonical_of(node: Node<'_, '_>) -> String {
    // A part may be small: the whole text is not looked through for it.
    let mut writer = Writer { out: String::new(), members: Vec::new(), is_plain: false };
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
    // EE and EF lead U+E000 to U+FFFF, F0 to F4 what is written with surrogates.
    let rank = |byte: u8| if matches!(byte, 0xEE | 0xEF) { byte + 0x10 } else { byte };
    rank(a[at]).cmp(&rank(b[at]))
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
    members: Vec<(Node<'t, 'a>, Node<'t, 'a>)>,
    /// Whether no character needs surrogates: the order of keys is that of their bytes then.
    is_plain: bool,
}

impl<'t, 'a> Writer<'t, 'a> {
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
        self.members.extend(node.entries());
        let is_plain = self.is_plain;
        let order = |a: &(Node<'_, '_>, Node<'_, '_>), b: &(Node<'_, '_>, Node<'_, '_>)| {
            let (a, b) = (a.0.raw(), b.0.raw());
            if is_plain { a.cmp(b) } else { compare_keys(a, b) }
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
            let (key, value) = self.members[at];
            self.string(key);
            self.out.push(':');
            self.value(value);
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
    while let Some(at) = rest.bytes().position(|b| b < 0x20 || matches!(b, b'"' | b'\\')) {
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

//! RFC 6901 pointers of nodes, found in one walk over the tree when they are asked for in the order of the text.

use std::fmt::Write as _;

use super::tree::{Kind, Node, Tree};

impl Tree<'_> {
    /// The RFC 6901 pointer of a node. For many nodes use [`Pointers`].
    pub fn pointer(&self, target: Node<'_, '_>) -> String {
        Pointers::default().find(target)
    }
}

/// Finds pointers, and remembers where it was: a problem in each of many entries must not walk over all entries
/// before it.
#[derive(Debug, Default)]
pub struct Pointers {
    frames: Vec<Frame>,
}

/// A collection on the way, and the child at which the walk stands.
#[derive(Debug)]
struct Frame {
    node: usize,
    end: usize,
    /// The child: of a mapping its key.
    child: usize,
    /// How many children come before it.
    number: usize,
}

impl Pointers {
    /// The pointer of a node; of a mapping's key that of its value. All nodes come from one tree.
    pub fn find(&mut self, target: Node<'_, '_>) -> String {
        let wanted = target.index;
        let holds = |frame: &Frame| frame.node < wanted && frame.child <= wanted && wanted < frame.end;
        let kept = self.frames.iter().take_while(|frame| holds(frame)).count();
        self.frames.truncate(kept);
        if kept == 0 {
            self.enter(target.at(0), wanted);
        }
        while let Some(frame) = self.frames.last_mut() {
            let value = advance(frame, target);
            if wanted <= value.index {
                break;
            }
            // Deeper frames that are still right were kept: this is the last one.
            if !self.enter(value, wanted) {
                break;
            }
        }
        self.render(target)
    }

    /// Steps into a collection in which the wanted node stands.
    fn enter(&mut self, node: Node<'_, '_>, wanted: usize) -> bool {
        let inside =
            matches!(node.kind(), Kind::Map | Kind::Seq) && node.index < wanted && wanted < node.end();
        if inside {
            let child = node.index + 1;
            self.frames.push(Frame { node: node.index, end: node.end(), child, number: 0 });
        }
        inside
    }

    fn render(&self, any: Node<'_, '_>) -> String {
        let mut out = String::new();
        for frame in &self.frames {
            if any.at(frame.node).kind() == Kind::Map {
                let key = any.at(frame.child).raw();
                out.push('/');
                out.push_str(&key.replace('~', "~0").replace('/', "~1"));
            } else {
                let _ = write!(out, "/{}", frame.number);
            }
        }
        out
    }
}

/// Goes on to the child in which the wanted node stands; returns the child's value.
fn advance<'t, 'a>(frame: &mut Frame, wanted: Node<'t, 'a>) -> Node<'t, 'a> {
    let is_map = wanted.at(frame.node).kind() == Kind::Map;
    loop {
        let child = wanted.at(frame.child);
        let value = if is_map { wanted.at(child.end()) } else { child };
        if wanted.index < value.end() || value.end() >= frame.end {
            return value;
        }
        frame.child = value.end();
        frame.number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Format, Text};
    use super::*;

    fn all<'t, 'a>(node: Node<'t, 'a>, pointer: &str, out: &mut Vec<(Node<'t, 'a>, String)>) {
        out.push((node, pointer.to_owned()));
        match node.kind() {
            Kind::Map => {
                for (key, value) in node.entries() {
                    let below = format!("{pointer}/{}", key.raw().replace('~', "~0").replace('/', "~1"));
                    out.push((key, below.clone()));
                    all(value, &below, out);
                }
            }
            _ => node.items().enumerate().for_each(|(i, item)| all(item, &format!("{pointer}/{i}"), out)),
        }
    }

    #[test]
    fn pointers_are_the_same_in_any_order() {
        let text =
            Text::new("a: [1, {b/c: x, d~: [[], {}, 2]}, []]\ne: {}\nf: {g: {h: [{i: 1}, {i: 2}]}}\nj: 3\n");
        let tree = text.parse(Format::Yaml).unwrap().unwrap();
        let mut nodes = Vec::new();
        all(tree.root(), "", &mut nodes);
        let mut pointers = Pointers::default();
        let backwards = nodes.iter().rev();
        let leaping = nodes.iter().step_by(3).chain(nodes.iter().step_by(5));
        for (node, expected) in nodes.iter().chain(backwards).chain(leaping) {
            assert_eq!(pointers.find(*node), *expected);
            assert_eq!(tree.pointer(*node), *expected);
        }
    }
}

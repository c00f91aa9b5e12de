//! The tree of a pack's OIDs as a picture shows it: never more nodes than fit, what is left out is counted.

use std::collections::BTreeMap;

/// The kinds of entries, in the order of a legend.
pub(super) const KINDS: [&str; 5] = ["lexicon", "rule", "template", "policy", "alias"];

/// A tree that fits. Parents stand before their children.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    /// The nodes.
    pub nodes: Vec<Node>,
    /// How many entries have no node.
    pub hidden: usize,
}

/// A node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The OID; empty for a node that stands for what is left out.
    pub oid: String,
    /// What people call it, or how many are left out.
    pub title: String,
    /// The entry's kind; empty where no entry has the OID.
    pub kind: &'static str,
    /// Its parent's number.
    pub parent: Option<usize>,
    /// How deep it stands, from 0.
    pub depth: usize,
}

/// An entry, as far as the picture shows it.
#[derive(Debug, Clone, Copy)]
pub struct Leaf<'l> {
    /// The OID's arcs.
    pub arcs: &'l [u64],
    /// What people call it.
    pub title: Option<&'l str>,
    /// Its kind.
    pub kind: &'static str,
}

/// A node of the whole tree: what stands at an OID and directly below it.
#[derive(Default)]
struct Whole<'l> {
    leaf: Option<Leaf<'l>>,
    below: BTreeMap<u64, Whole<'l>>,
    /// How many entries stand here and below.
    entries: usize,
}

impl<'l> Whole<'l> {
    fn add(&mut self, leaf: Leaf<'l>) {
        let mut at = self;
        at.entries += 1;
        for arc in leaf.arcs {
            at = at.below.entry(*arc).or_default();
            at.entries += 1;
        }
        at.leaf = Some(leaf);
    }
}

/// The tree of these entries with at most `most` nodes. Level by level, so that the trunk is there before the twigs;
/// inner nodes with nothing of their own and one child are passed over.
pub fn tree<'l>(entries: impl IntoIterator<Item = Leaf<'l>>, most: usize) -> Tree {
    let mut root = Whole::default();
    for leaf in entries {
        root.add(leaf);
    }
    let mut tree = Tree::default();
    // What is to be shown next: the node, its arcs, its parent.
    let mut level: Vec<(&Whole<'_>, Vec<u64>, Option<usize>)> = vec![(&root, Vec::new(), None)];
    while !level.is_empty() {
        let mut next = Vec::new();
        for (node, arcs, parent) in level {
            let children: Vec<_> =
                node.below.iter().map(|(arc, child)| passed_over(*arc, child, &arcs)).collect();
            // One node is kept for what is left out.
            let room = most.saturating_sub(tree.nodes.len());
            let shown = if children.len() <= room { children.len() } else { room.saturating_sub(1) };
            let hidden: usize = children.iter().skip(shown).map(|(child, _)| child.entries).sum();
            let depth = parent.map_or(0, |parent: usize| tree.nodes[parent].depth + 1);
            for (child, arcs) in children.into_iter().take(shown) {
                let number = tree.nodes.len();
                tree.nodes.push(node_of(child, &arcs, parent, depth));
                next.push((child, arcs, Some(number)));
            }
            if hidden > 0 && room > 0 {
                let title = format!("+{hidden} more");
                tree.nodes.push(Node { oid: String::new(), title, kind: "", parent, depth });
            }
        }
        level = next;
    }
    let shown = tree.nodes.iter().filter(|node| !node.kind.is_empty()).count();
    tree.hidden = root.entries - shown;
    tree
}

/// The first node at or below a child that has something of its own, or several children.
fn passed_over<'w, 'l>(arc: u64, child: &'w Whole<'l>, parent: &[u64]) -> (&'w Whole<'l>, Vec<u64>) {
    let (mut node, mut arcs) = (child, parent.to_vec());
    arcs.push(arc);
    while node.leaf.is_none()
        && let Some((arc, only)) = node.below.first_key_value()
        && node.below.len() == 1
    {
        (node, arcs) = (only, {
            arcs.push(*arc);
            arcs
        });
    }
    (node, arcs)
}

fn node_of(node: &Whole<'_>, arcs: &[u64], parent: Option<usize>, depth: usize) -> Node {
    let oid = arcs.iter().map(ToString::to_string).collect::<Vec<_>>().join(".");
    let title = match node.leaf {
        Some(leaf) => leaf.title.unwrap_or_default().to_owned(),
        None => super::page::counted_entries(node.entries),
    };
    Node { oid, title, kind: node.leaf.map_or("", |leaf| leaf.kind), parent, depth }
}

impl Tree {
    /// The first nodes of it: the trunk.
    pub fn first(&self, most: usize) -> Self {
        let nodes: Vec<_> = self.nodes.iter().take(most).cloned().collect();
        let entries = |nodes: &[Node]| nodes.iter().filter(|node| !node.kind.is_empty()).count();
        Self { hidden: self.hidden + entries(&self.nodes) - entries(&nodes), nodes }
    }
}

/// The tree as a Mermaid flow chart; nothing for an empty one.
pub fn mermaid(tree: &Tree) -> String {
    if tree.nodes.is_empty() {
        return String::new();
    }
    let mut out = String::from("flowchart LR\n");
    for (number, node) in tree.nodes.iter().enumerate() {
        let title = super::markdown::short(&node.title, 60);
        let label = match (node.oid.is_empty(), title.is_empty()) {
            (true, _) => label(&title),
            (false, true) => label(&node.oid),
            (false, false) => format!("{}<br/>{}", label(&node.oid), label(&title)),
        };
        // Round corners where no entry stands.
        let (open, close) = if node.kind.is_empty() { ("(", ")") } else { ("[", "]") };
        out.push_str(&format!("  n{number}{open}\"{label}\"{close}\n"));
    }
    for (number, node) in tree.nodes.iter().enumerate() {
        if let Some(parent) = node.parent {
            out.push_str(&format!("  n{parent} --- n{number}\n"));
        }
    }
    out
}

/// Foreign text in a quoted label: entity codes for what would end it or be markup.
pub(super) fn label(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in super::escape::one_line(&text.replace(['\n', '\t'], " ")).chars() {
        match c {
            c if c.is_alphanumeric() || " .,:-+…()'!?/".contains(c) => out.push(c),
            c => out.push_str(&format!("#{};", c as u32)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(oids: &[&str], most: usize) -> Tree {
        let arcs: Vec<Vec<u64>> =
            oids.iter().map(|oid| oid.split('.').map(|arc| arc.parse().unwrap()).collect()).collect();
        tree(arcs.iter().map(|arcs| Leaf { arcs, title: Some("T"), kind: "lexicon" }), most)
    }

    fn shown(tree: &Tree) -> Vec<String> {
        let line = |node: &Node| format!("{}{} {}", "  ".repeat(node.depth), node.oid, node.title);
        tree.nodes.iter().map(|node| line(node).trim_end().to_owned()).collect()
    }

    #[test]
    fn the_trunk_goes_before_the_twigs_and_the_rest_is_counted() {
        let all = ["0.1.2", "0.1.3", "1.0.2", "1.0.2.1", "1.0.2.2", "1.0.3", "2.1337.23.1"];
        let whole = of(&all, 50);
        assert_eq!(
            shown(&whole),
            [
                "0.1 2 entries",
                "1.0 4 entries",
                "2.1337.23.1 T",
                "  0.1.2 T",
                "  0.1.3 T",
                "  1.0.2 T",
                "  1.0.3 T",
                "    1.0.2.1 T",
                "    1.0.2.2 T"
            ]
        );
        assert_eq!(
            shown(&of(&all, 5)),
            ["0.1 2 entries", "1.0 4 entries", "2.1337.23.1 T", "  0.1.2 T", "  0.1.3 T"]
        );
        assert_eq!((whole.hidden, of(&all, 5).hidden, of(&all, 2).hidden), (0, 4, 7));
        assert_eq!(shown(&of(&all, 2)), ["0.1 2 entries", " +5 more"]);
        assert_eq!(shown(&of(&[], 5)), [""; 0]);
    }

    #[test]
    fn labels_hold_any_text() {
        let arcs = [1, 0];
        let tree = tree([Leaf { arcs: &arcs, title: Some("a\"] --> x[\"`<b>#35;|"), kind: "rule" }], 9);
        insta::assert_snapshot!(mermaid(&tree));
        assert_eq!(mermaid(&Tree::default()), "");
    }

    proptest! {
        #[test]
        fn it_fits_and_parents_come_first(
            oids in prop::collection::btree_set(prop::collection::vec(0..4_u64, 1..6), 0..60), most in 0..40_usize,
        ) {
            let tree = tree(oids.iter().map(|arcs| Leaf { arcs, title: None, kind: "rule" }), most);
            prop_assert!(tree.nodes.len() <= most);
            for (number, node) in tree.nodes.iter().enumerate() {
                prop_assert!(node.parent.is_none_or(|parent| parent < number));
            }
            if most >= 40 && oids.len() < 8 {
                let entries = tree.nodes.iter().filter(|node| !node.kind.is_empty()).count();
                prop_assert_eq!(entries, oids.len());
            }
        }

        #[test]
        fn a_label_ends_where_it_should(text in any::<String>()) {
            let safe = label(&text);
            let ends = safe.contains(['"', '<', '>', '`', '[', ']', '{', '}', '|', '\n']);
            prop_assert!(!ends, "{}", safe);
        }
    }
}

//! The pictures of the HTML report, as inline SVG: the tree of OIDs, the flows of bots.

use std::fmt::Write as _;

use crate::report::markdown::short;
use crate::report::page::{Flow, Page, counted_entries};
use crate::report::tree::{Node, Tree};

use super::text;

/// The height of a row, in pixels.
const ROW: usize = 26;
/// The width of a level.
const LEVEL: usize = 44;
/// How many rows one drawing holds: a tree is a pile of them, for a page that is printed breaks only between drawings.
const ROWS: usize = 6;
/// What a title may be long, in characters.
const TITLE: usize = 56;

pub(super) fn pictures(page: &Page) -> String {
    let mut out = String::new();
    if !page.tree.nodes.is_empty() {
        let hidden = match page.tree.hidden {
            0 => String::new(),
            hidden => {
                format!("<p class=\"lead\">{} without a place in the picture.</p>\n", counted_entries(hidden))
            }
        };
        let _ = write!(
            out,
            "<h2>The OIDs</h2>\n{}<div class=\"picture\">\n{}</div>\n{hidden}",
            legend(&page.tree),
            tree(&page.tree)
        );
    }
    for one in page.flows.iter().filter(|flow| flow.is_worth_a_picture()) {
        let _ = write!(
            out,
            "<h2>The flow {}</h2>\n<div class=\"picture\">\n{}</div>\n",
            text(&one.name),
            flow(one)
        );
    }
    out
}

fn legend(tree: &Tree) -> String {
    let kinds =
        crate::report::tree::KINDS.iter().filter(|kind| tree.nodes.iter().any(|node| node.kind == **kind));
    let items: String = kinds
        .map(|kind| {
            format!(
                "<li><svg width=\"10\" height=\"10\" aria-hidden=\"true\"><circle class=\"k-{kind}\" cx=\"5\" cy=\"5\" r=\"4.5\"/></svg>{kind}</li>"
            )
        })
        .collect();
    format!("<ul class=\"legend\">{items}</ul>\n")
}

/// The nodes in the order in which they are read: each above what stands below it.
fn read_order(tree: &Tree) -> Vec<usize> {
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); tree.nodes.len()];
    let mut stack = Vec::new();
    for (number, node) in tree.nodes.iter().enumerate() {
        match node.parent {
            Some(parent) => below[parent].push(number),
            None => stack.push(number),
        }
    }
    stack.reverse();
    let mut order = Vec::with_capacity(tree.nodes.len());
    while let Some(number) = stack.pop() {
        order.push(number);
        stack.extend(below[number].iter().rev());
    }
    order
}

/// The tree as an outline: a row a node, lines from parents to children. The lines of all drawings are drawn once, and
/// each shows its part of them.
fn tree(tree: &Tree) -> String {
    let order = read_order(tree);
    let mut rows = vec![0; tree.nodes.len()];
    for (row, number) in order.iter().enumerate() {
        rows[*number] = row;
    }
    let x = |depth: usize| 10 + depth * LEVEL;
    let y = |number: usize| 14 + rows[number] * ROW;
    let (mut lines, mut parts, mut width) = (String::new(), Vec::new(), 0);
    for (row, number) in order.iter().enumerate() {
        let node = &tree.nodes[*number];
        let (at, down) = (x(node.depth), y(*number));
        if let Some(parent) = node.parent {
            let (from, top) = (x(tree.nodes[parent].depth), y(parent) + 6);
            let (bend, right, end) = (down - 8, from + 8, at - 8);
            let _ = writeln!(lines, "<path d=\"M{from} {top}V{bend}Q{from} {down} {right} {down}H{end}\"/>");
        }
        if row.is_multiple_of(ROWS) {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            width = width.max(label(node, at, down, part));
        }
    }
    let height = order.len() * ROW + 6;
    let whole = parts.len();
    let lines = if whole == 1 { lines } else { format!("<g id=\"lines\">\n{lines}</g>\n") };
    let mut out = String::new();
    for (number, nodes) in parts.into_iter().enumerate() {
        // A row's middle stands half a row below its top.
        let top = (number * ROWS * ROW + usize::from(number > 0)).min(height);
        let end = if number + 1 == whole { height } else { (number + 1) * ROWS * ROW + 1 };
        let (name, lines) = match (whole, number) {
            (1, _) => (String::new(), lines.as_str()),
            (_, 0) => (format!(", part 1 of {whole}"), lines.as_str()),
            _ => (format!(", part {} of {whole}", number + 1), "<use href=\"#lines\"/>\n"),
        };
        let deep = end - top;
        let _ = write!(
            out,
            "<svg role=\"img\" aria-label=\"The tree of OIDs{name}\" width=\"{width}\" height=\"{deep}\" viewBox=\"0 {top} {width} {deep}\">\n{lines}{nodes}</svg>\n"
        );
    }
    out
}

/// A node's mark and its text; how far it reaches to the right.
fn label(node: &Node, at: usize, down: usize, out: &mut String) -> usize {
    let title = short(&node.title, TITLE);
    let _ = writeln!(out, "<circle class=\"k-{}\" cx=\"{at}\" cy=\"{down}\" r=\"5\"/>", node.kind);
    let soft = if node.kind.is_empty() { " class=\"soft\"" } else { "" };
    let shown = if node.oid.is_empty() {
        format!("<tspan{soft}>{}</tspan>", text(&title))
    } else {
        format!(
            "<tspan class=\"id\">{}</tspan> <tspan{soft} dx=\"6\">{}</tspan>",
            text(&node.oid),
            text(&title)
        )
    };
    let _ = writeln!(out, "<text x=\"{}\" y=\"{}\">{shown}</text>", at + 13, down + 4);
    // Letters are at most so wide on average; a little too much does no harm.
    at + 30 + (node.oid.chars().count() + title.chars().count()) * 8
}

/// A flow: its steps one below the other, edges to the next straight, others in an arc at the right.
fn flow(flow: &Flow) -> String {
    const BOX: usize = 240;
    const STEP: usize = 64;
    let y = |number: usize| 10 + number * STEP;
    let (mut edges, mut boxes, mut width) = (String::new(), String::new(), BOX + 40);
    for (number, name) in flow.nodes.iter().enumerate() {
        let _ = writeln!(
            boxes,
            "<rect class=\"box\" x=\"10\" y=\"{}\" width=\"{BOX}\" height=\"34\" rx=\"8\"/><text x=\"24\" y=\"{}\">{}</text>",
            y(number),
            y(number) + 22,
            text(&short(name, 32))
        );
    }
    for (from, to, by) in &flow.edges {
        let by = text(&short(by, 40));
        if *to == from + 1 {
            let (x, top) = (10 + BOX / 2, y(*from) + 34);
            let _ = writeln!(
                edges,
                "<path class=\"edge\" d=\"M{x} {top}V{}m-4 -6l4 6l4 -6\"/><text class=\"soft\" x=\"{}\" y=\"{}\">{by}</text>",
                y(*to),
                x + 10,
                top + 19
            );
        } else {
            let (x, start, end) = (10 + BOX, y(*from) + 17, y(*to) + 17);
            let out = x + 24 + 12 * from.abs_diff(*to).min(12);
            width = width.max(out + 60 + by.chars().count() * 8);
            let _ = writeln!(
                edges,
                "<path class=\"edge\" d=\"M{x} {start}C{out} {start} {out} {end} {x} {end}m7 -4l-7 4l7 4\"/><text class=\"soft\" x=\"{}\" y=\"{}\">{by}</text>",
                out - 4,
                usize::midpoint(start, end) + 4
            );
        }
    }
    let height = flow.nodes.len() * STEP + 6;
    format!(
        "<svg role=\"img\" aria-label=\"A flow\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n{edges}{boxes}</svg>\n"
    )
}

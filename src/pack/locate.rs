//! From the spots of problems to places: the sources at fault are parsed once more, which costs only bad packs.

use std::collections::HashMap;
use std::sync::Arc;

use crate::diag::{Diagnostic, Diagnostics, LineMap, Place};
use crate::source::{Content, SourceText};
use crate::syntax::{Step, Text, Tree};

use super::model::SourceId;
use super::problem::{Problem, Seg, Spot};

/// Turns problems into diagnostics. `names` are those of all sources, `sources` the files among them.
pub fn locate(problems: Vec<Problem>, sources: &[SourceText], names: &[Arc<str>]) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    if problems.is_empty() {
        return diagnostics;
    }
    // Parsed anew from the same text; the first parse's strings are not kept.
    let copies: HashMap<SourceId, Text> = used(&problems)
        .filter_map(|id| match &sources.get(id as usize)?.content {
            Content::Text(text, _) => Some((id, Text::new(text.as_str()))),
            _ => None,
        })
        .collect();
    let parsed: HashMap<SourceId, (Tree<'_>, LineMap<'_>)> = copies
        .iter()
        .filter_map(|(id, text)| {
            let Content::Text(_, format) = &sources[*id as usize].content else { return None };
            Some((*id, (text.parse(*format).ok()??, LineMap::new(text.as_str()))))
        })
        .collect();
    let place = |spot: &Spot| {
        let file = match sources.get(spot.source as usize) {
            Some(source) => Arc::clone(&source.file.shown),
            None => names.get(spot.source as usize).map_or_else(|| Arc::from("?"), Arc::clone),
        };
        match parsed.get(&spot.source) {
            Some((tree, lines)) => in_tree(tree, lines, file, spot),
            None => Place::line(file, spot.line),
        }
    };
    for problem in problems {
        diagnostics.push(Diagnostic {
            code: problem.code,
            severity: problem.severity,
            message: problem.message,
            place: problem.spot.as_ref().map(place),
            help: Some(problem.help),
            related: problem.related.iter().map(|(spot, label)| (place(spot), label.clone())).collect(),
        });
    }
    diagnostics
}

fn used(problems: &[Problem]) -> impl Iterator<Item = SourceId> + '_ {
    problems
        .iter()
        .flat_map(|p| p.spot.iter().chain(p.related.iter().map(|(spot, _)| spot)).map(|s| s.source))
}

fn in_tree(tree: &Tree<'_>, lines: &LineMap<'_>, file: Arc<str>, spot: &Spot) -> Place {
    let mut path = vec![Step::Key("entries"), Step::Index(spot.entry as usize)];
    path.extend(spot.path.iter().map(|seg| match seg {
        Seg::Key(key) => Step::Key(key),
        Seg::Name(name) => Step::Key(name),
        Seg::Index(index) => Step::Index(*index as usize),
    }));
    let node = tree.root().descend(&path);
    lines.place(file, node.range(), tree.pointer(node))
}

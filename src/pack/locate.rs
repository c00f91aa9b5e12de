//! From the spots of problems to places: the sources at fault are parsed once more, which costs only bad packs.

use std::collections::HashMap;
use std::sync::Arc;

use crate::diag::{Diagnostic, Diagnostics, LineMap, Place};
use crate::source::{Content, SourceText};
use crate::syntax::{Node, Pointers, Step, Text, Tree};

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
    let mut walks: HashMap<SourceId, Walk<'_, '_>> =
        parsed.iter().map(|(id, (tree, lines))| (*id, Walk::new(tree, lines))).collect();
    let spots = || problems.iter().flat_map(|p| p.spot.iter().chain(p.related.iter().map(|(spot, _)| spot)));
    let mut order: Vec<(usize, &Spot)> = spots().enumerate().collect();
    // In the order of the texts, so that no walk goes back.
    order.sort_by(|(_, a), (_, b)| (a.source, a.entry, &a.path).cmp(&(b.source, b.entry, &b.path)));
    let mut places: Vec<(usize, Place)> = Vec::with_capacity(order.len());
    for (number, spot) in order {
        let file = match sources.get(spot.source as usize) {
            Some(source) => Arc::clone(&source.file.shown),
            None => names.get(spot.source as usize).map_or_else(|| Arc::from("?"), Arc::clone),
        };
        let place = match walks.get_mut(&spot.source) {
            Some(walk) => walk.place(file, spot),
            None => Place::line(file, spot.line),
        };
        places.push((number, place));
    }
    places.sort_by_key(|(number, _)| *number);
    let mut places = places.into_iter().map(|(_, place)| place);
    for problem in problems {
        // Each takes as many as it has spots, in the order in which they were counted.
        let place = problem.spot.as_ref().and_then(|_| places.next());
        let labels = problem.related.into_iter().map(|(_, label)| label);
        diagnostics.push(Diagnostic {
            code: problem.code,
            severity: problem.severity,
            message: problem.message,
            place,
            help: Some(problem.help),
            related: labels.map_while(|label| Some((places.next()?, label))).collect(),
        });
    }
    diagnostics
}

fn used(problems: &[Problem]) -> impl Iterator<Item = SourceId> + '_ {
    problems
        .iter()
        .flat_map(|p| p.spot.iter().chain(p.related.iter().map(|(spot, _)| spot)).map(|s| s.source))
}

/// A source, and the lists that were counted out in it: an index into a long list is looked up, not walked to.
struct Walk<'t, 'a> {
    tree: &'t Tree<'a>,
    lines: &'t LineMap<'a>,
    entries: Vec<Node<'t, 'a>>,
    /// The terms of the lexicon that was asked for last.
    terms: (Option<u32>, Vec<Node<'t, 'a>>),
    pointers: Pointers,
}

impl<'t, 'a> Walk<'t, 'a> {
    fn new(tree: &'t Tree<'a>, lines: &'t LineMap<'a>) -> Self {
        let entries = tree.root().get("entries").map_or_else(Vec::new, |list| list.items().collect());
        Self { tree, lines, entries, terms: (None, Vec::new()), pointers: Pointers::default() }
    }

    fn place(&mut self, file: Arc<str>, spot: &Spot) -> Place {
        let node = self.node(spot);
        self.lines.place(file, node.range(), self.pointers.find(node))
    }

    /// The node of a spot, as far as its path goes.
    fn node(&mut self, spot: &Spot) -> Node<'t, 'a> {
        let Some(&entry) = self.entries.get(spot.entry as usize) else {
            return self.tree.root().descend(&[Step::Key("entries")]);
        };
        if let [Seg::Key("terms"), Seg::Index(index), rest @ ..] = &*spot.path {
            if self.terms.0 != Some(spot.entry) {
                let list = entry.get("terms");
                self.terms = (Some(spot.entry), list.map_or_else(Vec::new, |list| list.items().collect()));
            }
            if let Some(term) = self.terms.1.get(*index as usize) {
                return term.descend(&steps(rest));
            }
        }
        entry.descend(&steps(&spot.path))
    }
}

fn steps(path: &[Seg]) -> Vec<Step<'_>> {
    let step = |seg| match seg {
        &Seg::Key(key) => Step::Key(key),
        Seg::Name(name) => Step::Key(name),
        Seg::Index(index) => Step::Index(*index as usize),
    };
    path.iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Code;
    use crate::layer::Layer;
    use crate::source::SourceFile;
    use crate::syntax::Format;

    fn source(text: String) -> SourceText {
        let (name, path): (Arc<str>, _) = ("a.json".into(), "a.json".into());
        let file = SourceFile {
            layer: Layer::Domain,
            name: Arc::clone(&name),
            shown: name,
            path,
            format: Some(Format::Json),
            bytes: None,
        };
        let size = text.len() as u64;
        SourceText {
            file,
            size,
            sha256: [0; 32].into(),
            content: Content::Text(Text::new(text), Format::Json),
        }
    }

    fn problem(entry: u32, path: Vec<Seg>) -> Problem {
        Problem::error(Code::ExampleMismatch, Spot { source: 0, line: 1, entry, path }, "m", "h")
    }

    #[test]
    fn spots_are_found_in_whatever_order_they_come() {
        let text = r#"{"entries":[{"oid":"a"},{"terms":[{"term":"x"},{"term":"y","examples":["1","2"]}]}]}"#;
        let sources = [source(text.to_owned())];
        let example = |i| vec![Seg::Key("terms"), Seg::Index(1), Seg::Key("examples"), Seg::Index(i)];
        let mut first = problem(1, example(1));
        first
            .related
            .push((Spot { source: 0, line: 1, entry: 0, path: vec![Seg::Key("oid")] }, "there".into()));
        let far = vec![Seg::Key("terms"), Seg::Index(9)];
        let problems = vec![first, problem(1, example(0)), problem(7, vec![]), problem(1, far)];
        let found = locate(problems, &sources, &["a.json".into()]);
        let pointers: Vec<_> =
            found.iter().filter_map(|d| d.place.as_ref()).map(|p| p.pointer.as_str()).collect();
        assert_eq!(
            pointers,
            [
                "/entries/1/terms/1/examples/1",
                "/entries/1/terms/1/examples/0",
                "/entries",
                "/entries/1/terms"
            ]
        );
        let related: Vec<_> = found
            .iter()
            .flat_map(|d| &d.related)
            .map(|(p, label)| (p.pointer.as_str(), label.as_str()))
            .collect();
        assert_eq!(related, [("/entries/0/oid", "there")]);
    }

    #[test]
    fn many_problems_of_one_lexicon_are_found_in_one_walk() {
        let terms = vec![r#"{"term":"x"}"#; 30_000].join(",");
        let sources = [source(format!(r#"{{"entries":[{{"terms":[{terms}]}}]}}"#))];
        let spot =
            |i: u32| problem(0, vec![Seg::Key("terms"), Seg::Index(i * 7919 % 30_000), Seg::Key("term")]);
        let start = std::time::Instant::now();
        let found = locate((0..30_000).map(spot).collect(), &sources, &["a.json".into()]);
        assert_eq!(found.iter().filter(|d| d.place.as_ref().is_some_and(|p| p.column > 1)).count(), 30_000);
        // Quadratic it would be minutes.
        assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
    }
}

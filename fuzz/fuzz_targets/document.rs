//! Any bytes as a cache document: no panic, no hang, the same twice, and every place lies in the text.
#![no_main]

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use aegis_action::diag::LineMap;
use aegis_action::pack::canonical;
use aegis_action::pack::decode::{Decoded, TextLimits, decode};
use aegis_action::pack::merge::{Merged, Rules, merge};
use aegis_action::pack::model::{Layer, Statement};
use aegis_action::pack::validate;
use aegis_action::syntax::{Format, Node, Text, Tree};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for format in [Format::Yaml, Format::Json] {
        let text = match Text::from_bytes(bytes.to_vec(), format) {
            Ok(text) => text,
            Err(failed) => {
                let (text, error) = *failed;
                inside(text.as_str(), &error.range);
                text
            }
        };
        document(&text, format);
    }
});

fn inside(text: &str, range: &Range<usize>) {
    assert!(range.start <= text.len(), "{range:?} begins behind the text's {} bytes", text.len());
    assert!(range.start <= range.end, "{range:?} is turned round");
    let lines = LineMap::new(text);
    let count = text.matches('\n').count() + text.matches('\r').count() + 1;
    let place = lines.place("f".into(), range.clone(), String::new());
    assert!(place.line >= 1 && place.line as usize <= count && place.end_line >= place.line);
    let line = text.split(['\n', '\r']).map(|line| line.chars().count()).max().unwrap_or(0) as u32;
    assert!(place.column >= 1 && place.column <= line + 2, "column {} of a line of {line}", place.column);
}

fn document(text: &Text, format: Format) {
    let tree = match text.parse(format) {
        Ok(Some(tree)) => tree,
        Ok(None) => return,
        Err(errors) => {
            assert!(!errors.is_empty());
            errors.iter().for_each(|error| inside(text.as_str(), &error.range));
            assert_eq!(text.parse(format).map(|_| ()).unwrap_err(), errors);
            return;
        }
    };
    let mut nodes = 0;
    walk(tree.root(), &tree, &mut nodes);
    let limits = Some(TextLimits { max_term_chars: 20, max_text_chars: 200 });
    let mut parts = Vec::new();
    for (layer, limits) in [(Layer::Domain, None), (Layer::Local, limits)] {
        let decoded = decode(&tree, layer, layer as u32, limits);
        decoded.problems.iter().for_each(|problem| inside(text.as_str(), &problem.range));
        again(text, format, layer, limits, &decoded);
        parts.push(decoded);
    }
    together(parts);
}

/// Every node's place lies in the text, and its pointer names it.
fn walk(node: Node<'_, '_>, tree: &Tree<'_>, count: &mut usize) {
    *count += 1;
    if *count > 300 {
        return;
    }
    let text = tree.text();
    for range in [node.range(), node.extent()] {
        assert!(range.start <= range.end && range.end <= text.len(), "{range:?} of {}", text.len());
    }
    assert!(node.start() <= text.len());
    let _ = tree.pointer(node);
    node.items().for_each(|item| walk(item, tree, count));
}

fn again(text: &Text, format: Format, layer: Layer, limits: Option<TextLimits>, first: &Decoded<'_>) {
    let copy = Text::new(text.as_str());
    let tree = copy.parse(format).unwrap().unwrap();
    let second = decode(&tree, layer, layer as u32, limits);
    assert_eq!(first.statements, second.statements);
    assert_eq!(first.problems, second.problems);
    assert_eq!(first.broken, second.broken);
}

fn together(parts: Vec<Decoded<'_>>) {
    let names: Vec<Arc<str>> = ["g", "d", "l"].map(Arc::from).to_vec();
    let mut broken = HashSet::new();
    let (mut documents, mut statements) = (Vec::new(), Vec::new());
    for part in parts {
        broken.extend(part.broken);
        documents.extend(part.document);
        statements.extend(part.statements);
    }
    let rules = Rules { language: "en", prefer: &[], sources: &names, broken: &broken };
    let turned: Vec<Statement<'_>> = statements.iter().rev().cloned().collect();
    let Merged { entries, problems, .. } = merge(statements, rules);
    let other = merge(turned, rules);
    assert_eq!(entries, other.entries, "the order of the sources does not count");
    assert_eq!(problems.len(), other.problems.len());
    let pack = validate::Pack { entries: &entries, documents: &documents, broken: &broken };
    let _ = validate::validate(&pack);
    for entry in &entries {
        let bytes = canonical::with_origin(entry, &names).to_vec();
        assert!(!bytes.is_empty());
    }
}

//! Scripts that nobody would write: whatever the text, the filter answers, with places inside it, and the same twice.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test that cannot read its files has failed")]

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use aegis_action::script::Policy;
use aegis_action::script::filter::judge;
use proptest::prelude::*;
use proptest::sample::Index;

fn corpus() -> &'static [String] {
    static CORPUS: OnceLock<Vec<String>> = OnceLock::new();
    CORPUS.get_or_init(|| {
        let mut folders: Vec<PathBuf> = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts")];
        let mut paths = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { paths.push(path) }
            }
        }
        paths.sort();
        paths
            .iter()
            .map(|path| std::fs::read_to_string(path).unwrap())
            .filter(|text| text.len() < 8_000)
            .collect()
    })
}

/// Pieces that change what a script means, put anywhere.
const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "`",
    "${",
    "'",
    "\"",
    "/",
    "\\",
    "=>",
    "async ",
    "await ",
    "yield ",
    "function ",
    "class ",
    "...",
    "?.",
    "??=",
    "new ",
    "super",
    "this",
    "arguments",
    "[k]",
    "in ",
    "of ",
    "<!--",
    "-->",
    "\u{2028}",
    "\n",
    ";",
    ",",
    "*",
    "#x",
    "get ",
    "static ",
    "extends ",
    "é",
    "0",
    "=",
    "delete ",
    "with (o) ",
    "\\u0063",
    "import(",
    "/*",
    "//",
];

fn place(text: &str, index: Index) -> usize {
    let mut at = index.index(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_scripts_are_judged(
        script in any::<Index>(),
        other in any::<Index>(),
        changes in prop::collection::vec((any::<Index>(), any::<Index>(), 0..4_u8), 1..6),
    ) {
        let mut text = script.get(corpus()).clone();
        let other = other.get(corpus());
        for (first, second, kind) in changes {
            let (from, to) = (place(&text, first), place(&text, second));
            let (from, to) = (from.min(to), from.max(to));
            match kind {
                0 => text.insert_str(from, PIECES[second.index(PIECES.len())]),
                1 => {
                    let to = (from..=to.min(from + 40)).rev().find(|at| text.is_char_boundary(*at));
                    text.replace_range(from..to.unwrap_or(from), "");
                }
                2 => {
                    let piece = text[from..to].to_owned();
                    text.insert_str(from, &piece[..place(&piece, first).min(piece.len())]);
                }
                _ => {
                    let (a, b) = (place(other, first), place(other, second));
                    text.insert_str(from, &other[a.min(b)..a.max(b)]);
                }
            }
        }
        let policy = Policy::new(["api.example.com"]);
        let verdict = judge(&text, &policy);
        prop_assert_eq!(&verdict, &judge(&text, &policy));
        for finding in &verdict.findings {
            prop_assert!(finding.range.start <= finding.range.end && finding.range.end <= text.len());
        }
        prop_assert_eq!(verdict.diagnostics(&"s".into(), &text).len(), verdict.findings.len());
    }
}

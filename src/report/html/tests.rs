//! The page is sound, whole, and takes nothing from elsewhere.

use proptest::prelude::*;

use super::*;
use crate::diag::{Code, Diagnostic, LineMap};
use crate::report::page::fixture;

/// The page as XML, which ours also is but for its head.
fn body(html: &str) -> String {
    let start = html.find("<main>").unwrap();
    let end = html.find("</main>").unwrap() + "</main>".len();
    html[start..end].to_owned()
}

#[test]
fn a_run_that_failed() {
    let html = write(&fixture::failed(), "2026-01-01T00:00:00Z");
    insta::assert_snapshot!(body(&html).replace(env!("CARGO_PKG_VERSION"), "[VERSION]"));
}

#[test]
fn nothing_comes_from_elsewhere() {
    let html = write(&fixture::passed(), "2026-01-01T00:00:00Z");
    for outside in ["http:", "https:", "<script", "<link", "<img", "@import", "url("] {
        assert!(!html.contains(outside), "{outside}");
    }
    for part in ["prefers-color-scheme: dark", "@media print", "default-src 'none'", "<svg"] {
        assert!(html.contains(part), "{part}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn foreign_text_is_text(text in "[<>&\"'/a-z=`\n]{0,40}|.{0,40}") {
        let mut report = fixture::failed();
        let place = LineMap::new(&text).place(text.as_str().into(), 0..text.len(), String::new());
        report.diagnostics.push(Diagnostic::error(Code::PackSchema, text.as_str()).help(text.as_str()).at(place));
        report.page.suites[0].file.clone_from(&text);
        report.page.files.push((text.clone(), 3));
        for node in &mut report.page.tree.nodes {
            node.title.clone_from(&text);
        }
        if let Some(difference) = &mut report.page.difference {
            difference.changes[0].subject.clone_from(&text);
            difference.changes[1].after = Some(text.clone());
            if let Some(speech) = &mut difference.speech {
                speech[0].sentences[0].after = Some(text.clone());
            }
        }
        let html = body(&write(&report, "now"));
        let plain = body(&write(&fixture::failed(), "now"));
        let document = roxmltree::Document::parse(&html).unwrap();
        let known = roxmltree::Document::parse(&plain).unwrap();
        let names = |document: &roxmltree::Document<'_>| -> std::collections::BTreeSet<String> {
            document.descendants().filter(|node| node.is_element()).map(|node| node.tag_name().name().to_owned()).collect()
        };
        prop_assert!(names(&document).is_subset(&names(&known)), "{:?}", names(&document));
    }
}

//! The rules of BotSpec v1, by cases: `tests/botspec/<rule>/<case>.json`, and beside it in `<case>.expect` what has to be
//! said, a line each. `AEGIS_BLESS=1` writes the expectations, for review.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test says why it fails by failing")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use aegis_action::bot::{load, rules};
use aegis_action::diag::Severity;

/// The folders that belong to no rule: the grammar, and the schema.
const OTHERS: [&str; 2] = ["json", "schema"];

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/botspec")
}

/// Rule, case, file.
fn cases() -> Vec<(String, String, PathBuf)> {
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(top()).min_depth(2).sort_by_file_name() {
        let path = entry.unwrap().into_path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let rule = path.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
            let case = path.file_stem().unwrap().to_str().unwrap().to_owned();
            found.push((rule, case, path));
        }
    }
    found
}

/// What is said of a spec.
fn said(path: &Path) -> String {
    let checked = load(std::fs::read(path).unwrap(), &"spec.json".into());
    let mut lines = String::new();
    for one in &checked.diagnostics {
        let place = one.place.as_ref().unwrap();
        let severity = one.severity.as_str();
        lines.push_str(&format!(
            "{severity} {} {}:{} {}\n",
            one.code, place.line, place.column, place.pointer
        ));
        lines.push_str(&format!("    {}\n    {}\n", one.message, one.help.as_ref().unwrap()));
    }
    lines
}

#[test]
fn every_case_is_said_so() {
    let mut wrong = Vec::new();
    for (rule, case, path) in cases() {
        let expected = path.with_extension("expect");
        let said = said(&path);
        if std::env::var_os("AEGIS_BLESS").is_some() {
            std::fs::write(&expected, &said).unwrap();
        }
        let expected = std::fs::read_to_string(&expected).unwrap_or_else(|_| "(no .expect)".to_owned());
        if said != expected {
            wrong.push(format!("{rule}/{case}:\n{said}instead of\n{expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_its_file_its_cases_and_its_section() {
    let docs = std::fs::read_to_string(top().join("../../docs/botspec.md")).unwrap();
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (rule, _, path) in cases() {
        let checked = load(std::fs::read(&path).unwrap(), &"spec.json".into());
        let count = counts.entry(rule.clone()).or_default();
        if checked.diagnostics.is_empty() {
            count.1 += 1;
            continue;
        }
        count.0 += 1;
        if let Some(rule) = rules::ALL.iter().find(|known| known.id == rule) {
            let mut codes = checked.diagnostics.iter().map(|one| one.code);
            assert!(codes.any(|code| rule.codes.contains(&code)), "{}: {}", rule.id, path.display());
        }
    }
    for rule in rules::ALL {
        let file = top().join(format!("../../src/bot/rules/{}.rs", rule.id.replace('-', "_")));
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            text.starts_with(&format!("//! `{}`: ", rule.codes[rule.codes.len() - 1])),
            "{}",
            file.display()
        );
        assert!(docs.contains(&format!("\n### {}\n", rule.id)), "docs/botspec.md lacks {}", rule.id);
        let (refused, accepted) = counts.remove(rule.id).unwrap_or_default();
        assert!(refused >= 3 && accepted >= 1, "{}: {refused} refused, {accepted} accepted", rule.id);
    }
    let rest: Vec<_> = counts.keys().collect();
    assert_eq!(rest, OTHERS, "folders of no rule");
}

#[test]
fn warnings_stop_nothing() {
    for (rule, case, path) in cases() {
        let checked = load(std::fs::read(&path).unwrap(), &"spec.json".into());
        let only_warnings = checked.diagnostics.iter().all(|one| one.severity == Severity::Warning);
        assert_eq!(checked.sound().is_ok(), only_warnings, "{rule}/{case}");
    }
}

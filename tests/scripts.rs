//! The two corpora: every hostile script is refused, by the rule that its first line names; every harmless one is
//! accepted. Both are found by directory: to add one, add a file.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test says why it fails by failing")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use aegis_action::script::Policy;
use aegis_action::script::filter::{Verdict, judge};
use aegis_action::script::page::{Scores, page};

fn scripts(folder: &str) -> Vec<(PathBuf, String)> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts").join(folder);
    let mut found = Vec::new();
    let mut folders = vec![top];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "js") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

fn policy() -> Policy {
    Policy::new(["api.example.com", "api.pizza.example", "shop.example.org"])
}

fn shown(verdict: &Verdict, source: &str) -> String {
    let diagnostics = verdict.diagnostics(&"script".into(), source);
    diagnostics.iter().map(|one| format!("    {one}\n")).collect()
}

#[test]
fn every_hostile_script_is_refused_by_its_rule() {
    let scripts = scripts("hostile");
    let mut families: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = String::new();
    for (path, source) in &scripts {
        let family = path.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        *families.entry(family).or_default() += 1;
        let first = source.lines().next().unwrap();
        let Some(rule) = first.strip_prefix("// ").map(|rest| rest.split([' ', ':']).next().unwrap()) else {
            panic!("{}: the first line names the rule: `// rule: why`", path.display());
        };
        let verdict = judge(source, &policy());
        if !verdict.findings.iter().any(|finding| finding.rule == rule) {
            wrong += &format!("{}: not refused by `{rule}`\n{}", path.display(), shown(&verdict, source));
        } else if rule != "shape" && verdict.findings.iter().any(|finding| finding.rule == "shape") {
            wrong += &format!("{}: refused for its shape too\n{}", path.display(), shown(&verdict, source));
        }
    }
    assert!(wrong.is_empty(), "{} scripts\n{wrong}", scripts.len());
    assert!(scripts.len() >= 300 && families.len() >= 25, "{} scripts, {families:#?}", scripts.len());
}

#[test]
fn every_harmless_script_is_accepted() {
    let scripts = scripts("harmless");
    let mut wrong = String::new();
    for (path, source) in &scripts {
        let verdict = judge(source, &policy());
        if !verdict.accepted() {
            wrong += &format!("{}:\n{}", path.display(), shown(&verdict, source));
        }
    }
    assert!(wrong.is_empty(), "{} scripts\n{wrong}", scripts.len());
    assert!(scripts.len() >= 120, "{} scripts", scripts.len());
}

/// `docs/script-rules.md` is what the rules and the two corpora say. `AEGIS_BLESS=1` writes it.
#[test]
fn the_page_is_what_the_rules_say() {
    let hostile = scripts("hostile");
    let harmless = scripts("harmless");
    let refused = |(_, source): &&(PathBuf, String)| {
        let rule =
            source.lines().next().unwrap().strip_prefix("// ").unwrap().split([' ', ':']).next().unwrap();
        judge(source, &policy()).findings.iter().any(|finding| finding.rule == rule)
    };
    let families: std::collections::BTreeSet<_> =
        hostile.iter().filter_map(|(path, _)| path.parent()).collect();
    let accepted = harmless.iter().filter(|(_, source)| judge(source, &policy()).accepted()).count();
    let scores = Scores {
        hostile: (hostile.len(), hostile.iter().filter(refused).count()),
        families: families.len(),
        harmless: (harmless.len(), accepted),
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/script-rules.md");
    if std::env::var_os("AEGIS_BLESS").is_some() {
        std::fs::write(&path, page(scores)).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page(scores), "docs/script-rules.md is old: AEGIS_BLESS=1 cargo test --test scripts");
}

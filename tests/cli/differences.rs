//! Pairs of packs found by directory: `tests/semver/<rule>[-…]/` holds `old.yaml` and `new.yaml`, two cache documents,
//! and `changes`, what `aegis diff` says of them, a line a change. A pair's name begins with the rule that it is
//! for; pairs called `unchanged-…` have no change at all. `old.pack` and `new.pack` (`name oid language`) are for
//! what `aegis.yaml` says. `old.json` and `new.json` in their place are two specs of a bot, `old.js` and `new.js` its
//! scripts; folders `old` and `new` are whole projects. `AEGIS_BLESS=1` writes `changes` anew, for review.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use aegis_action::semver::Rule;

use crate::run::Sandbox;

fn pairs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/semver");
    let mut found: Vec<_> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

/// Puts a side into the sandbox, and says what it is called there.
fn side(sandbox: &Sandbox, pair: &Path, side: &str) -> String {
    if pair.join(side).is_dir() {
        for entry in fs::read_dir(pair.join(side)).unwrap().map(Result::unwrap) {
            let name = format!("{side}/{}", entry.file_name().to_string_lossy());
            sandbox.write(&name, fs::read(entry.path()).unwrap());
        }
        return side.to_owned();
    }
    let spec = pair.join(format!("{side}.json"));
    if !spec.is_file() {
        project(sandbox, pair, side);
        return side.to_owned();
    }
    let (name, script) = (format!("{side}/spec.json"), pair.join(format!("{side}.js")));
    sandbox.write(&name, fs::read(spec).unwrap());
    if !script.is_file() {
        return name;
    }
    sandbox.write(&format!("{side}/bot.js"), fs::read(script).unwrap());
    side.to_owned()
}

fn project(sandbox: &Sandbox, pair: &Path, side: &str) {
    let pack = fs::read_to_string(pair.join(format!("{side}.pack")));
    let pack = pack.unwrap_or_else(|_| "depot 1.0 en".to_owned());
    let [name, oid, language] = pack.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{pack}") };
    sandbox.write(
        &format!("{side}/aegis.yaml"),
        format!(
            "aegis: project/v1\npack: {{name: {name}, oid: \"{oid}\", language: {language}, layers: {{domain: [pack.yaml]}}}}\n"
        ),
    );
    sandbox.write(&format!("{side}/pack.yaml"), fs::read(pair.join(format!("{side}.yaml"))).unwrap());
}

/// The changes from one side to the other, a line each, and the bump.
fn changes(sandbox: &Sandbox, old: &str, new: &str) -> (Vec<serde_json::Value>, String) {
    let ran = sandbox.run(&["diff", old, new, "--format", "json"]);
    assert_eq!((ran.exit, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let bump = report["summary"]["bump"].as_str().unwrap().to_owned();
    assert_eq!(report["outputs"]["bump"], bump.as_str());
    (report["summary"]["changes"].as_array().unwrap().clone(), bump)
}

fn lines(changes: &[serde_json::Value]) -> String {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
    let line = |change: &serde_json::Value| {
        let parts = ["level", "rule", "oid", "subject"].map(|name| text(&change[name]));
        format!("{}:{}\n", parts.join(" ").trim_end(), change["line"])
    };
    changes.iter().map(line).collect()
}

#[test]
fn every_pair_gives_its_changes_and_every_rule_has_a_pair() {
    let bless = std::env::var_os("AEGIS_BLESS").is_some();
    let (mut shown, mut wrong) = (BTreeSet::new(), Vec::new());
    for pair in pairs() {
        let name = pair.file_name().unwrap().to_string_lossy().into_owned();
        let sandbox = Sandbox::new();
        let (old, new) = (side(&sandbox, &pair, "old"), side(&sandbox, &pair, "new"));
        let (found, bump) = changes(&sandbox, &old, &new);
        let text = lines(&found);
        if bless {
            fs::write(pair.join("changes"), &text).unwrap();
        }
        if fs::read_to_string(pair.join("changes")).unwrap_or_default() != text {
            wrong.push(format!("{name}:\n{text}"));
        }
        let rules: BTreeSet<_> =
            found.iter().map(|change| change["rule"].as_str().unwrap().to_owned()).collect();
        if name.starts_with("unchanged-") {
            assert!(rules.is_empty() && bump == "none", "{name}: {rules:?}");
            continue;
        }
        // The longest rule that the name begins with: `term-removed` and not another one.
        let rule = Rule::ALL.iter().map(|rule| rule.id()).filter(|id| name.starts_with(id)).max();
        if let Some(rule) = rule {
            assert!(rules.contains(rule), "{name} does not give `{rule}`: {rules:?}");
            shown.insert(rule);
        }
        assert!(changes(&sandbox, &new, &new).0.is_empty(), "{name} differs from itself");
        assert!(!changes(&sandbox, &new, &old).0.is_empty(), "{name}: nothing changes on the way back");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let missing: Vec<_> = Rule::ALL.iter().map(|rule| rule.id()).filter(|id| !shown.contains(id)).collect();
    assert_eq!(missing, [""; 0], "rules without a pair in tests/semver");
}

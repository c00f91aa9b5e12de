//! Every rule refuses its example by itself, and accepts what it says to write instead.

use std::collections::BTreeSet;

use super::{ALL, Rule};
use crate::script::Policy;
use crate::script::filter::judge;

fn found(source: &str) -> BTreeSet<&'static str> {
    let verdict = judge(source, &Policy::new(["api.example.com"]));
    verdict.findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn examples_do_what_they_say() {
    for rule in ALL.iter().filter(|rule| rule.id != "complexity") {
        let refused = Rule::script(rule.refused);
        assert_eq!(found(&refused), BTreeSet::from([rule.id]), "{}:\n{refused}", rule.id);
        let instead = Rule::script(rule.instead);
        assert_eq!(found(&instead), BTreeSet::new(), "{}:\n{instead}", rule.id);
    }
}

#[test]
fn an_id_is_a_file() {
    for rule in ALL {
        let file =
            format!("{}/src/script/rules/{}.rs", env!("CARGO_MANIFEST_DIR"), rule.id.replace('-', "_"));
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.starts_with(&format!("//! `{}`: ", rule.id)), "{file}");
        assert!(!rule.why.is_empty() && !rule.help.is_empty() && !rule.why.ends_with('.'), "{}", rule.id);
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/script/rules");
    let files = std::fs::read_dir(folder).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        let name = name.to_string_lossy().into_owned();
        name.ends_with(".rs") && name != "mod.rs" && name != "tests.rs"
    });
    assert_eq!(files.count(), ALL.len(), "a rule that is not registered");
}

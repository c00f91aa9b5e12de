//! Layer caches as sources: a pack merged from them is the pack merged from the documents.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use aegis_action::build::{self, Compile, Emit};
use aegis_action::pack::metadata::Metadata;
use aegis_action::project::Project;

pub(crate) fn compile(root: &Path) -> Metadata {
    let project = Project::load(Some(&root.join("aegis.yaml")), root, None).unwrap();
    let config = project.pack().unwrap();
    let sources = build::read(&project, config);
    let (built, diagnostics) = build::judge(&sources, config);
    assert!(!diagnostics.has_errors(), "{diagnostics:?}");
    let compile = Compile {
        config,
        version: "1.4.0",
        tag_prefix: "",
        emit: &BTreeSet::from([Emit::Cache, Emit::Json]),
        provenance: Default::default(),
        target: &root.join("built"),
    };
    build::compile(&built, &sources, compile).unwrap().metadata
}

pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A project whose layers are the caches of another.
fn project_of_caches(from: &Path, to: &Path) {
    copy(&from.join("built/caches"), &to.join("caches"));
    let text = std::fs::read_to_string(from.join("aegis.yaml")).unwrap();
    let mut out = String::new();
    for line in text.lines() {
        let name = ["global", "domain", "local"]
            .into_iter()
            .find(|name| line.starts_with(&format!("    {name}:")) && line.contains('['));
        match name {
            Some(name) => out += &format!("    {name}: [caches/{name}.1337]\n"),
            None => out += &format!("{line}\n"),
        }
    }
    std::fs::write(to.join("aegis.yaml"), out).unwrap();
}

fn same_from_caches(root: &Path) {
    let documents = compile(root);
    let other = tempfile::tempdir().unwrap();
    project_of_caches(root, other.path());
    let caches = compile(other.path());
    assert_eq!(documents.content_hash, caches.content_hash);
    assert_eq!(documents.counts["entries"], caches.counts["entries"]);
    // And the caches of the caches are the caches.
    let third = tempfile::tempdir().unwrap();
    project_of_caches(other.path(), third.path());
    assert_eq!(compile(third.path()).content_hash, documents.content_hash);
}

fn example(name: &str) {
    let folder = tempfile::tempdir().unwrap();
    copy(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples").join(name), folder.path());
    same_from_caches(folder.path());
}

#[test]
fn aviation_merges_the_same_from_its_caches() {
    example("aviation");
}

#[test]
fn warehouse_merges_the_same_from_its_caches() {
    example("warehouse");
}

#[test]
fn tombstones_and_restated_entries_survive_a_layer_cache() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write(
        "aegis.yaml",
        "aegis: project/v1\npack:\n  name: t\n  oid: \"1.4\"\n  language: en\n  version: 1.4.0\n  layers:\n    global: [g.yaml]\n    domain: [d.yaml]\n    local: [l.yaml]\n",
    );
    let head = |oid: &str| {
        format!("aegis: cache/v1\noid: \"{oid}\"\ntitle: T\nversion: 1.0.0\nlanguage: de\nentries:\n")
    };
    let word = |oid: &str, term: &str| {
        format!(
            "  - {{oid: \"{oid}\", kind: lexicon, title: W, terms: [{{term: {term}, meaning: m, aliases: [\"{term} é\"]}}, {{term: Straße, meaning: {term}}}]}}\n"
        )
    };
    write("g.yaml", &(head("0.1") + &word("0.1.1", "one") + &word("0.1.2", "two") + &word("0.1.3", "three")));
    let removed = "  - {oid: \"0.1.1\", removed: true, version: 2.0.0}\n";
    write("d.yaml", &(head("1.4") + removed + &word("0.1.2", "zwei") + &word("1.4.1", "four")));
    let gone = "  - {oid: \"1.4.1\", removed: true}\n";
    write("l.yaml", &(head("2.1337.1") + gone + &word("0.1.1", "again") + &word("2.1337.1.1", "five")));
    same_from_caches(folder.path());
}

//! The house keeps its own rules: what `ARCHITECTURE.md`, `CONTRIBUTING.md` and the style say of the sources holds.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its files has failed")]

use std::fs;
use std::path::{Path, PathBuf};

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(top().join(path)).unwrap()
}

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_dependency_is_justified() {
    let manifest = read("Cargo.toml");
    let page = read("ARCHITECTURE.md");
    let list = manifest.split("[dependencies]").nth(1).unwrap();
    let list = list.split("\n[").next().unwrap();
    let names: Vec<_> =
        list.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name).collect();
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        assert!(page.contains(&format!("`{name}`")), "ARCHITECTURE.md does not say why `{name}` is there");
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    let mut found = Vec::new();
    sources(&top().join("src"), &mut found);
    assert!(found.len() > 50);
    for path in found {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//! "), "{} has no `//!` head", path.display());
    }
}

/// The arrows of `ARCHITECTURE.md`: what a module may not know.
#[test]
fn arrows_run_one_way() {
    let forbidden: &[(&str, &[&str])] = &[
        ("src/cache", &["crate::pack", "crate::diag", "crate::source", "crate::cli"]),
        ("src/text", &["crate::pack", "crate::cache", "crate::diag"]),
        ("src/json", &["crate::bot", "crate::pack", "crate::project", "crate::store", "crate::command"]),
        (
            "src/bot",
            &["crate::script", "crate::store", "crate::command", "crate::report", "crate::host", "std::fs"],
        ),
        (
            "src/preflight",
            &["crate::store", "crate::command", "crate::report", "crate::host", "crate::suite"],
        ),
        ("src/syntax", &["crate::pack", "crate::project", "crate::source"]),
        ("src/project", &["crate::pack", "crate::source", "crate::suite", "crate::command"]),
        ("src/source", &["crate::pack", "crate::suite", "crate::command", "crate::build"]),
        ("src/pack", &["crate::suite", "crate::command", "crate::store", "crate::build", "crate::report"]),
        (
            "src/runtime",
            &[
                "crate::command",
                "crate::cli",
                "crate::store",
                "crate::project",
                "crate::report",
                "crate::host",
            ],
        ),
        ("src/suite", &["crate::command", "crate::store", "crate::build", "crate::report", "crate::host"]),
        ("src/store", &["crate::command", "crate::report", "crate::suite", "crate::host"]),
        ("src/report", &["crate::command", "crate::cli", "crate::pack", "crate::host"]),
    ];
    for (folder, names) in forbidden {
        let mut found = Vec::new();
        sources(&top().join(folder), &mut found);
        for path in found {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            for name in *names {
                assert!(!code.contains(name), "{} knows {name}", path.display());
            }
        }
    }
}

#[test]
fn the_readme_has_its_two_commands() {
    let readme = read("README.md");
    let first = readme.find("\ncargo run --release --no-default-features --features cli -- ci").unwrap();
    assert!(readme.find("\ncargo test\n").unwrap() > first);
}

#[test]
fn the_readme_names_every_page() {
    let readme = read("README.md");
    for entry in fs::read_dir(top().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let is_page = name == "codes" || name.ends_with(".md");
        assert!(
            !is_page || readme.contains(&format!("](docs/{name}")),
            "README.md does not lead to docs/{name}"
        );
    }
}

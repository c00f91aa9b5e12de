//! The page that a runtime directory carries: what it holds, and how to check and use it. It depends on the pack
//! alone, never on the run.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::project::PackConfig;

use super::metadata::FileRecord;

/// What the page speaks of.
pub struct About<'r> {
    /// The project's pack.
    pub config: &'r PackConfig,
    /// Its version.
    pub version: &'r str,
    /// Its identity.
    pub pack_hash: &'r str,
    /// How much there is.
    pub counts: &'r BTreeMap<String, usize>,
    /// The files that were made.
    pub files: &'r BTreeMap<String, FileRecord>,
}

/// What each file is for.
const FILES: [(&str, &str); 8] = [
    ("runtime.1337", "the merged pack: what an agent opens"),
    ("caches/global.1337", "the global layer alone, with its tombstones"),
    ("caches/domain.1337", "the domain layer alone"),
    ("caches/local.1337", "the local layer alone: may be replaced in the field"),
    (
        "compiled_oid_maps/domain_oid_map.json",
        "every OID with kind, parent, children, aliases, references and digest",
    ),
    ("exports/pack.json", "the merged pack as canonical JSON (RFC 8785), every value with its origin"),
    ("exports/pack.yaml", "the same for people"),
    ("test_suites/domain_tests.yaml", "the generated test suite"),
];

/// The page, in Markdown.
pub fn readme(about: &About<'_>) -> String {
    let config = about.config;
    let mut out = String::new();
    let _ = write!(
        out,
        "# {name}: AEGIS runtime pack\n\n\
         | | |\n| --- | --- |\n| OID | `{oid}` |\n| Version | `{version}` |\n| Language | `{language}` |\n\
         | Identity (`packHash`) | `{hash}` |\n\n\
         ## What it holds\n\n",
        name = config.name.replace(['\n', '\r', '|', '`'], " "),
        oid = config.oid,
        version = about.version,
        language = config.language,
        hash = about.pack_hash,
    );
    let count = |name: &str| about.counts.get(name).copied().unwrap_or(0);
    let kinds = ["lexicons", "rules", "templates", "policies", "aliases"]
        .map(|kind| format!("{} {kind}", count(kind)));
    let _ = write!(
        out,
        "{} entries ({}) with {} terms, from {} sources.\n\n| File | What it is for |\n| --- | --- |\n",
        count("entries"),
        kinds.join(", "),
        count("terms"),
        count("sources")
    );
    for (file, purpose) in FILES.iter().filter(|(file, _)| about.files.contains_key(*file)) {
        let _ = writeln!(out, "| `{file}` | {purpose} |");
    }
    out.push_str(
        "| `metadata.json` | the passport: identity, digests of all files, sources, provenance |\n\
         | `checksums.txt` | for `sha256sum -c checksums.txt` |\n\n\
         ## Check it\n\n```sh\nsha256sum -c checksums.txt   # the bytes\naegis verify .               # the bytes, the \
         identity, the trees inside the .1337 files\n```\n",
    );
    if about.files.contains_key("runtime.1337") {
        out.push_str(
            "\n## Ask it\n\n```sh\naegis inspect .                        # what is in it\n\
             aegis inspect . --term \"some term\"     # what a term means here\n\
             aegis inspect . --scan \"some text\"     # which terms occur in a text\n```\n",
        );
    }
    out
}

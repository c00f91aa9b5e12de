//! The examples on the pages of the codes do what the pages say: the first gives the code and nothing else, the
//! second gives nothing. An example is a block of YAML in which `# packs/…` begins each file.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test says why it fails by failing")]

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use aegis_action::diag::Code;
use aegis_action::host::Host;

#[derive(Clone, Default)]
struct Stream(Arc<Mutex<Vec<u8>>>);

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn document(folder: &Path, path: &str, entries: &str) {
    let oid = match path.split('/').nth(1).unwrap() {
        "global" => "0.1",
        "warehouse" => "1.0",
        _ => "2.1337",
    };
    let head = format!("aegis: cache/v1\noid: \"{oid}\"\ntitle: Example\nversion: 1.0.0\n");
    write(folder, path, &(head + entries));
}

/// A project of three layers, each with a document that states nothing but for the example's.
fn project(folder: &Path, example: &str) {
    let layers = "layers: {global: [packs/global], domain: [packs/warehouse], local: [packs/site-23.yaml]}";
    let pack = "name: warehouse\n  oid: \"1.0\"\n  version: 1.0.0\n  limits: {local: {max_term_chars: 12}}";
    write(folder, "aegis.yaml", &format!("aegis: project/v1\npack:\n  {pack}\n  {layers}\n"));
    for path in ["packs/global/none.yaml", "packs/warehouse/none.yaml", "packs/site-23.yaml"] {
        document(folder, path, "entries: []\n");
    }
    for file in example.split("# packs/").skip(1) {
        let (path, entries) = file.split_once('\n').unwrap();
        document(folder, &format!("packs/{path}"), entries);
    }
}

/// The codes that a build of the example gives.
fn codes(example: &str) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    project(folder.path(), example);
    let out = Stream::default();
    let cwd = folder.path().to_owned();
    let mut host = Host::new(BTreeMap::new(), cwd, Box::new(out.clone()), Box::new(io::sink()));
    aegis_action::run(["aegis", "build", "--format", "json"].map(OsString::from), &mut host);
    let report: serde_json::Value = serde_json::from_slice(&out.0.lock().unwrap()).unwrap();
    let diagnostics = report["diagnostics"].as_array().unwrap();
    diagnostics.iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn examples_do_what_their_pages_say() {
    let mut tried = 0;
    for code in Code::ALL {
        let blocks = code.page().split("```yaml\n").skip(1).map(|rest| rest.split_once("```").unwrap().0);
        let examples: Vec<_> = blocks.filter(|block| block.starts_with("# packs/")).collect();
        let [refused, accepted] = examples[..] else { continue };
        assert_eq!(codes(refused), BTreeSet::from([code.to_string()]), "{code}: what is refused");
        assert_eq!(codes(accepted), BTreeSet::new(), "{code}: the remedy");
        tried += 1;
    }
    assert!(tried >= 18, "only {tried} pages have examples");
}

//! How long builds take, beside peers on the same data in the same run. `cargo bench --bench build` prints a Markdown
//! table; `docs/benchmarks.md` holds the last one. Each command is a whole process, on Linux pinned to two cores, warmed up
//! once and run five times; the figures are median (min … max).
//!
//! The data is made by `data.rs` from the seed that is printed; `cargo bench --bench build -- --data FOLDER` only makes
//! it. Peers that are not installed are named as missing.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run has nothing better to do than to stop")]

mod data;
mod measure;

use std::path::{Path, PathBuf};

use measure::{Sample, has, measure};

const SEED: u64 = 1337;
const RUNS: usize = 5;

fn main() {
    // `cargo test` builds and starts benchmarks too; only `cargo bench` asks for figures.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let aegis = env!("CARGO_BIN_EXE_aegis");
    if let Some(folder) = std::env::args().skip_while(|arg| arg != "--data").nth(1) {
        make(Path::new(&folder));
        return;
    }
    measure::pin(2);
    let top = tempfile::tempdir().unwrap();
    let [(large, bytes), (yaml, yaml_bytes)] = make(top.path());
    println!(
        "Data: seed {SEED}; {:.0} MB of JSON in three layers; {:.1} MB of YAML. Median of {RUNS} (min … max).\n",
        bytes as f64 / 1e6,
        yaml_bytes as f64 / 1e6
    );
    println!("| what | time | peak memory | ratio |\n| --- | --- | --- | --- |");
    json(aegis, &large, bytes);
    documents(aegis, &yaml);
    small(aegis, top.path());
}

/// Makes both projects; returns their folders and bytes.
fn make(top: &Path) -> [(PathBuf, u64); 2] {
    let (large, yaml) = (top.join("large"), top.join("yaml"));
    let bytes = data::write_json(&large, SEED, 100_000, 1_000_000);
    let yaml_bytes = data::write_yaml(&yaml, SEED, 20_000_000);
    [(large, bytes), (yaml, yaml_bytes)]
}

/// Load and merge against jq; the full build.
fn json(aegis: &str, large: &Path, bytes: u64) {
    let merge = measure(RUNS, large, aegis, &["build", "--quiet", "--emit", "1337", "-o", "out"]);
    row("`aegis build --emit 1337`", &merge, &memory(&merge, bytes));
    if has("jq") {
        let script = "map(.entries) | add | group_by(.oid) | map(add)";
        let files = ["-s", script, "packs/global.json", "packs/domain.json", "packs/local.json"];
        let jq = measure(RUNS, large, "jq", &files);
        row("`jq -s 'map(.entries) | add | group_by(.oid) | map(add)'`", &jq, &ratio(&jq, &merge));
    } else {
        println!("| jq | not installed | | |");
    }
    let full = measure(RUNS, large, aegis, &["build", "--quiet", "-o", "full"]);
    row("`aegis build`, everything", &full, &memory(&full, bytes));
}

/// YAML against PyYAML's C loader.
fn documents(aegis: &str, yaml: &Path) {
    let ours = measure(RUNS, yaml, aegis, &["build", "--quiet", "--emit", "1337", "-o", "out"]);
    row("`aegis build --emit 1337` of the YAML", &ours, "");
    let load =
        "import yaml; yaml.load(open('packs/domain/all.yaml', encoding='utf-8'), Loader=yaml.CSafeLoader)";
    let events = "import yaml\nfor _ in yaml.parse(open('packs/domain/all.yaml', encoding='utf-8'), Loader=yaml.CSafeLoader): pass";
    if measure::succeeds("python3", &["-c", "import yaml; yaml.CSafeLoader"]) {
        let peer = measure(RUNS, yaml, "python3", &["-c", load]);
        row("PyYAML, C loader, `yaml.load` alone", &peer, &ratio(&peer, &ours));
        let peer = measure(RUNS, yaml, "python3", &["-c", events]);
        row("PyYAML, C parser, events alone", &peer, &ratio(&peer, &ours));
    } else {
        println!("| PyYAML with its C loader | not installed | | |");
    }
}

/// What a person waits for on a small project.
fn small(aegis: &str, top: &Path) {
    let version = measure(20, top, aegis, &["--version"]);
    row("`aegis --version`", &version, "");
    let project = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/warehouse");
    let store = format!("file://{}", top.join("store").display());
    let args = ["ci", "--quiet", "--project", project, "-o", "ci/aegis-runtime", "--store", &store];
    let ci = measure(20, top, aegis, &args);
    row("`aegis ci` of `examples/warehouse`", &ci, "");
}

fn row(what: &str, sample: &Sample, note: &str) {
    println!("| {what} | {} | {:.0} MB | {note} |", sample.time(), sample.peak_mb);
}

fn ratio(peer: &Sample, ours: &Sample) -> String {
    format!("{:.1} × ours", peer.median() / ours.median())
}

fn memory(sample: &Sample, input: u64) -> String {
    format!("{:.1} × the input", sample.peak_mb * 1e6 / input as f64)
}

//! Runs every task in a process of its own, pinned, and prints the tables.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::make::{self, PEERS};
use crate::peers::NAMES;
use crate::{Any, plot};

const RUNS: usize = 5;

/// Prints everything; arguments are numbers of terms.
pub(crate) fn report(args: &[&str]) -> Any<()> {
    let mut sizes = args.iter().map(|size| size.parse()).collect::<Result<Vec<usize>, _>>()?;
    if sizes.is_empty() {
        sizes = vec![10_000, 100_000, 1_000_000];
    }
    let top = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/bench-cache");
    for &size in &sizes {
        // A process of its own, so that its memory is gone afterwards.
        let dir = top.join(size.to_string());
        let made =
            Command::new(std::env::current_exe()?).args(["make", text(&dir)?, &size.to_string()]).status()?;
        if !made.success() {
            return Err("the data could not be made".into());
        }
    }
    if sizes.contains(&PEERS) {
        promises(&top.join(PEERS.to_string()))?;
    }
    sizes_table(&top, &sizes)
}

fn text(path: &Path) -> Any<&str> {
    path.to_str().ok_or_else(|| "a path that is no text".into())
}

/// The median of the first figure of a task.
fn median(dir: &Path, peer: &str, task: &str) -> Any<f64> {
    let mut found = Vec::new();
    for _ in 0..RUNS {
        found.push(once(dir, peer, task)?);
    }
    found.sort_by(f64::total_cmp);
    Ok(found[found.len() / 2])
}

fn once(dir: &Path, peer: &str, task: &str) -> Any<f64> {
    let own = std::env::current_exe()?;
    let cores = if task.starts_with("verify:2") || task == "write" { "0,1" } else { "1" };
    let output = Command::new("taskset")
        .args(["-c", cores, text(&own)?, "task", text(dir)?, peer, task])
        .stderr(std::process::Stdio::inherit())
        .output()?;
    let line = String::from_utf8(output.stdout)?;
    let figure = line.split_whitespace().next().ok_or_else(|| format!("{peer} {task} failed"))?;
    Ok(figure.parse()?)
}

/// A time as people read it.
pub(crate) fn time(seconds: f64) -> String {
    match seconds {
        s if s >= 1.0 => format!("{s:.2} s"),
        s if s >= 1e-3 => format!("{:.1} ms", s * 1e3),
        s if s >= 1e-6 => format!("{:.1} µs", s * 1e6),
        s => format!("{:.0} ns", s * 1e9),
    }
}

fn verdict(holds: bool) -> &'static str {
    if holds { "holds" } else { "**does not hold**" }
}

/// Every line of what must hold, at a million terms.
fn promises(dir: &Path) -> Any<()> {
    println!(
        "| what, at 1,000,000 terms | ours | peer | ratio | limit | |\n| --- | --- | --- | --- | --- | --- |"
    );
    let row = |what: &str, ours: f64, name: &str, peer: f64, limit: f64| {
        let ratio = ours / peer;
        println!(
            "| {what} | {} | {name} {} | {ratio:.3} | {limit} | {} |",
            time(ours),
            time(peer),
            verdict(ratio <= limit)
        );
    };
    for state in ["warm", "cold"] {
        let task = format!("open:{state}");
        let ours = median(dir, "ours", &task)?;
        row(&format!("open + first look-up, {state}"), ours, "LMDB", median(dir, "lmdb", &task)?, 1.0);
        if state == "warm" {
            row(
                "the same against parsing the export",
                ours,
                "serde_json",
                once(dir, "serde_json", &task)?,
                0.001,
            );
        }
    }
    for kind in ["term-hits", "term-misses", "oid-hits", "oid-misses"] {
        for state in ["touched", "fresh"] {
            let task = format!("ask:{kind}:{state}");
            let [lmdb, cdb] = [median(dir, "lmdb", &task)?, median(dir, "cdb", &task)?];
            let ours: &[&str] = match kind {
                "term-hits" => &["ours", "ours-folded", "ours-text", "ours-all"],
                "term-misses" => &["ours", "ours-folded"],
                _ => &["ours"],
            };
            for name in ours {
                let how = match *name {
                    "ours-folded" => ", folded before",
                    "ours-text" => ", as checked UTF-8",
                    "ours-all" => ", every sense read",
                    _ => "",
                };
                let figure = median(dir, name, &task)?;
                row(&format!("{kind}, {state}{how}"), figure, "LMDB", lmdb, 0.7);
                row(&format!("{kind}, {state}{how}"), figure, "cdb", cdb, 1.0);
            }
        }
    }
    for name in ["text-other", "text-own"] {
        let task = format!("scan:{name}");
        let what = format!("scan of 100 MB, `{name}`");
        row(&what, median(dir, "ours", &task)?, "aho-corasick", median(dir, "aho-corasick", &task)?, 1.0);
    }
    for threads in [1, 2] {
        let task = format!("verify:{threads}");
        let (ours, raw) = (median(dir, "ours", &task)?, median(dir, "sha2", &task)?);
        let (a, b) = (ours / 1e9, raw / 1e9);
        let ratio = ours / raw;
        println!(
            "| verify, {threads} threads | {a:.2} GB/s | sha2 {b:.2} GB/s | {ratio:.3} | ≥ 0.8 | {} |",
            verdict(ratio >= 0.8)
        );
    }
    row("write", median(dir, "ours", "write")?, "LMDB, append", median(dir, "lmdb", "write")?, 1.0);
    let size = |name: &str| std::fs::metadata(dir.join(name)).map(|found| found.len() as f64 / 1e6);
    let (ours, export) = (size("runtime.1337")?, size("pack.json")?);
    let ratio = ours / export;
    println!(
        "| size | {ours:.1} MB | JSON export {export:.1} MB | {ratio:.3} | 0.6 | {} |",
        verdict(ratio <= 0.6)
    );
    let anonymous = median(dir, "ours", "anonymous")?;
    println!(
        "| anonymous memory after open | {:.0} kB | | | < 1 MB | {} |",
        anonymous / 1e3,
        verdict(anonymous < 1e6)
    );
    println!();
    others(dir)
}

/// The peers that no promise speaks of, and all beside each other.
fn others(dir: &Path) -> Any<()> {
    println!(
        "| at 1,000,000 terms | open + first look-up | term, hit | term, miss | OID, hit | OID, miss | file |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    for name in ["ours"].into_iter().chain(NAMES) {
        let mut row = format!("| {name} | {} ", time(median(dir, name, "open:warm")?));
        for kind in ["term-hits", "term-misses", "oid-hits", "oid-misses"] {
            row += &format!("| {} ", time(median(dir, name, &format!("ask:{kind}:touched"))?));
        }
        let files: &[&str] = match name {
            "ours" => &["runtime.1337"],
            "cdb" => &["terms.cdb", "oids.cdb"],
            _ => &[name],
        };
        let bytes = files.iter().map(|file| std::fs::metadata(dir.join(file)).map_or(0, |found| found.len()));
        println!("{row}| {:.0} MB |", bytes.sum::<u64>() as f64 / 1e6);
    }
    println!();
    Ok(())
}

/// Open and look-up over the number of terms.
fn sizes_table(top: &Path, sizes: &[usize]) -> Any<()> {
    println!("| terms | file | open + first look-up | LMDB | term, hit | LMDB | OID, hit | LMDB |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    let tasks = ["open:warm", "ask:term-hits:touched", "ask:oid-hits:touched"];
    let mut lines: Vec<plot::Line> = Vec::new();
    for &size in sizes {
        let dir = top.join(size.to_string());
        let bytes = std::fs::metadata(dir.join("runtime.1337"))?.len();
        let mut row = format!("| {size} | {:.1} MB ", bytes as f64 / 1e6);
        for (task, what) in tasks.into_iter().zip(["open + first look-up", "term", "OID"]) {
            for peer in ["ours", "lmdb"] {
                if peer == "lmdb" && size > make::PEERS {
                    row += "| – ";
                    continue;
                }
                let seconds = median(&dir, peer, task)?;
                row += &format!("| {} ", time(seconds));
                let name = format!("{}, {what}", if peer == "ours" { ".1337" } else { "LMDB" });
                match lines.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, points)) => points.push((size as f64, seconds)),
                    None => lines.push((name, vec![(size as f64, seconds)])),
                }
            }
        }
        println!("{row}|");
    }
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/benchmarks-cache.svg");
    Ok(std::fs::write(file, plot::svg(&lines))?)
}

//! Makes the data, has everything measured, and prints the tables of `docs/benchmarks.md`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::figures::{Figures, Task, text};
use crate::make::PEERS;
use crate::{Any, plot};

const KINDS: [&str; 4] = ["term-hits", "term-misses", "oid-hits", "oid-misses"];
/// The same for people.
const SHOWN: [&str; 4] = ["term, hit", "term, miss", "OID, hit", "OID, miss"];
const NAMES: [&str; 6] = ["ours", "lmdb", "cdb", "sqlite", "redb", "rkyv"];

/// Prints everything; arguments are numbers of terms, and `--within` with seconds after which it stops.
pub(crate) fn report(args: &[&str]) -> Any<()> {
    let (mut sizes, mut until, mut args) = (Vec::new(), None, args.iter());
    while let Some(arg) = args.next() {
        if *arg == "--within" {
            let seconds = args.next().ok_or("--within needs seconds")?.parse()?;
            until = Some(Instant::now() + Duration::from_secs(seconds));
        } else {
            sizes.push(arg.parse::<usize>()?);
        }
    }
    if sizes.is_empty() {
        sizes = vec![10_000, 100_000, PEERS];
    }
    let top = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/bench-cache");
    let mut all = Vec::new();
    for &size in &sizes {
        // A process of its own, so that its memory is gone afterwards.
        let dir = top.join(size.to_string());
        let made =
            Command::new(std::env::current_exe()?).args(["make", text(&dir)?, &size.to_string()]).status()?;
        if !made.success() {
            return Err("the data could not be made".into());
        }
        let mut figures = Figures::open(&dir)?;
        for tasks in tasks(size) {
            if !figures.fill(&tasks, until)? {
                println!("The time is over, and there is more to measure: the same command goes on.");
                return Ok(());
            }
        }
        all.push((size, dir, figures));
    }
    for (size, dir, figures) in &all {
        if *size == PEERS {
            promises(dir, figures)?;
        }
    }
    for (size, dir, figures) in &all {
        if *size <= PEERS {
            beside(*size, dir, figures)?;
        }
    }
    sizes_table(&all)
}

/// What is measured at a size: the tasks of a row are done in turns.
fn tasks(size: usize) -> [Vec<Task>; 3] {
    let add = |tasks: &mut Vec<Task>, peers: &[&'static str], task: &str| {
        tasks.extend(peers.iter().map(|peer| (*peer, task.to_owned())));
    };
    let [mut promised, mut scans, mut others] = [(); 3].map(|()| Vec::new());
    let (few, more) = if size > PEERS { (&NAMES[..1], &NAMES[..0]) } else { NAMES.split_at(3) };
    add(&mut promised, few, "open:warm");
    for kind in KINDS {
        add(&mut promised, few, &format!("ask:{kind}"));
    }
    if size == PEERS {
        for kind in KINDS {
            add(&mut promised, variants(kind), &format!("ask:{kind}"));
        }
        for threads in [1, 2] {
            add(&mut promised, &["ours", "sha2"], &format!("verify:{threads}"));
        }
        add(&mut promised, &["ours", "lmdb", "lmdb-merged"], "write");
        add(&mut promised, &["ours"], "anonymous");
        add(&mut promised, &["serde_json"], "open:warm");
        for name in ["text-other", "text-own"] {
            add(&mut scans, &["ours", "aho-corasick"], &format!("scan:{name}"));
        }
    }
    add(&mut others, few, "open:cold");
    for task in ["open:warm", "open:cold"] {
        add(&mut others, more, task);
    }
    for kind in KINDS {
        add(&mut others, more, &format!("ask:{kind}"));
    }
    [promised, scans, others]
}

/// Other ways to ask ours.
fn variants(kind: &str) -> &'static [&'static str] {
    match kind {
        "term-hits" => &["ours-folded", "ours-text", "ours-all"],
        "term-misses" => &["ours-folded"],
        "oid-hits" => &["ours-text"],
        _ => &[],
    }
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

fn row(what: &str, ours: f64, name: &str, peer: f64, limit: Option<f64>) {
    let ratio = ours / peer;
    let (limit, verdict) =
        limit.map_or_else(|| (String::new(), ""), |limit| (limit.to_string(), verdict(ratio <= limit)));
    let ratio = if ratio < 0.001 { format!("1 : {:.0}", 1.0 / ratio) } else { format!("{ratio:.3}") };
    println!("| {what} | {} | {name} {} | {ratio} | {limit} | {verdict} |", time(ours), time(peer));
}

/// Every line of what must hold, at a million terms.
fn promises(dir: &Path, figures: &Figures) -> Any<()> {
    println!(
        "| what, at 1,000,000 terms | ours | peer | ratio | limit | |\n| --- | --- | --- | --- | --- | --- |"
    );
    let warm = figures.median("ours", "open:warm")?;
    row("open + first look-up, warm", warm, "LMDB", figures.median("lmdb", "open:warm")?, Some(1.0));
    let parsing = figures.median("serde_json", "open:warm")?;
    row("the same against parsing the export", warm, "serde_json", parsing, Some(0.001));
    let [ours, lmdb] = [figures.median("ours", "open:cold")?, figures.median("lmdb", "open:cold")?];
    row("open + first look-up, cold", ours, "LMDB", lmdb, None);
    for (kind, shown) in KINDS.into_iter().zip(SHOWN) {
        for state in ["touched", "fresh"] {
            let task = format!("ask:{kind}:{state}");
            let [lmdb, cdb] = [figures.median("lmdb", &task)?, figures.median("cdb", &task)?];
            for name in ["ours"].iter().chain(variants(kind)) {
                let (how, is_promised) = match *name {
                    "ours-folded" => (", folded before", true),
                    "ours-text" => (", as checked UTF-8", false),
                    "ours-all" => (", every sense read", false),
                    _ => ("", true),
                };
                let what = format!("{shown}, {state}{how}");
                let limit = |limit: f64| is_promised.then_some(limit);
                let figure = figures.median(name, &task)?;
                row(&what, figure, "LMDB", lmdb, limit(0.7));
                row(&what, figure, "cdb", cdb, limit(1.0));
            }
        }
    }
    for (name, words) in [("text-other", "other words than the pack's"), ("text-own", "the pack's own words")]
    {
        let task = format!("scan:{name}");
        let [ours, automaton] = [figures.median("ours", &task)?, figures.median("aho-corasick", &task)?];
        row(&format!("scan of 100 MB, {words}"), ours, "aho-corasick", automaton, Some(1.0));
    }
    for threads in [1, 2] {
        let task = format!("verify:{threads}");
        let [ours, raw] = [figures.median("ours", &task)?, figures.median("sha2", &task)?];
        let (a, b, ratio) = (ours / 1e9, raw / 1e9, ours / raw);
        let plural = if threads == 1 { "" } else { "s" };
        let verdict = verdict(ratio >= 0.8);
        println!(
            "| verify, {threads} thread{plural} | {a:.2} GB/s | sha2 {b:.2} GB/s | {ratio:.3} | ≥ 0.8 | {verdict} |"
        );
    }
    let [ours, lmdb] = [figures.median("ours", "write")?, figures.median("lmdb", "write")?];
    row("write, peer from ordered pairs", ours, "LMDB, append", lmdb, Some(1.0));
    let merged = figures.median("lmdb-merged", "write")?;
    row("write, both from the merged pack", ours, "LMDB, append", merged, None);
    let size = |name: &str| std::fs::metadata(dir.join(name)).map(|found| found.len() as f64 / 1e6);
    let (ours, export) = (size("runtime.1337")?, size("pack.json")?);
    let ratio = ours / export;
    let holds = verdict(ratio <= 0.6);
    println!("| size | {ours:.1} MB | JSON export {export:.1} MB | {ratio:.3} | 0.6 | {holds} |");
    let anonymous = figures.median("ours", "anonymous")?;
    let holds = verdict(anonymous < 1e6);
    println!("| anonymous memory after open | {:.0} kB | | | < 1 MB | {holds} |\n", anonymous / 1e3);
    Ok(())
}

/// All peers beside each other.
fn beside(size: usize, dir: &Path, figures: &Figures) -> Any<()> {
    println!(
        "| at {size} terms | open + first look-up | cold | term, hit | term, miss | OID, hit | OID, miss | file |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    for name in NAMES {
        let shown = if name == "ours" { "`.1337`" } else { name };
        let mut row = format!("| {shown} ");
        for task in ["open:warm", "open:cold"] {
            row += &format!("| {} ", time(figures.median(name, task)?));
        }
        for kind in KINDS {
            row += &format!("| {} ", time(figures.median(name, &format!("ask:{kind}:touched"))?));
        }
        let files: &[&str] = match name {
            "ours" => &["runtime.1337"],
            "cdb" => &["terms.cdb", "oids.cdb"],
            _ => &[name],
        };
        let bytes = files.iter().map(|file| std::fs::metadata(dir.join(file)).map_or(0, |found| found.len()));
        println!("{row}| {:.1} MB |", bytes.sum::<u64>() as f64 / 1e6);
    }
    println!();
    Ok(())
}

/// Open and look-up over the number of terms.
fn sizes_table(all: &[(usize, PathBuf, Figures)]) -> Any<()> {
    println!("| terms | file | open + first look-up | LMDB | term, hit | LMDB | OID, hit | LMDB |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    let tasks = ["open:warm", "ask:term-hits:touched", "ask:oid-hits:touched"];
    let mut lines: Vec<plot::Line> = Vec::new();
    for (size, dir, figures) in all {
        let bytes = std::fs::metadata(dir.join("runtime.1337"))?.len();
        let mut row = format!("| {size} | {:.1} MB ", bytes as f64 / 1e6);
        for (task, what) in tasks.into_iter().zip(["open + first look-up", "term", "OID"]) {
            for peer in ["ours", "lmdb"] {
                if peer == "lmdb" && *size > PEERS {
                    row += "| – ";
                    continue;
                }
                let seconds = figures.median(peer, task)?;
                row += &format!("| {} ", time(seconds));
                let name = format!("{}, {what}", if peer == "ours" { ".1337" } else { "LMDB" });
                match lines.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, points)) => points.push((*size as f64, seconds)),
                    None => lines.push((name, vec![(*size as f64, seconds)])),
                }
            }
        }
        println!("{row}|");
    }
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/benchmarks-cache.svg");
    Ok(std::fs::write(file, plot::svg(&lines))?)
}

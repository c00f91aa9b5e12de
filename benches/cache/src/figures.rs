//! What was measured, kept beside the data, so that a run that was cut off goes on where it stopped.
//!
//! Every task runs in a process of its own, pinned. All are done once, then all a second time, and so on: what a machine does
//! beside it meets all peers alike.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::Any;

/// How often each is measured; the median counts.
const RUNS: usize = 5;

/// A task of a peer.
pub(crate) type Task = (&'static str, String);

/// The figures of a folder of data.
pub(crate) struct Figures {
    dir: PathBuf,
    known: BTreeMap<Known, Vec<f64>>,
}

type Known = (String, String);

fn key(peer: &str, task: &str) -> Known {
    (peer.to_owned(), task.to_owned())
}

impl Figures {
    pub(crate) fn open(dir: &Path) -> Any<Self> {
        let file = dir.join("figures");
        let text = if file.exists() { fs::read_to_string(file)? } else { String::new() };
        let mut known: BTreeMap<Known, Vec<f64>> = BTreeMap::new();
        for line in text.lines() {
            let mut parts = line.split(' ');
            let (peer, task) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
            known.entry(key(peer, task)).or_default().push(parts.next().unwrap_or("").parse()?);
        }
        Ok(Self { dir: dir.to_owned(), known })
    }

    /// Measures what is missing, until a moment. Whether nothing is missing any more.
    pub(crate) fn fill(&mut self, tasks: &[Task], until: Option<Instant>) -> Any<bool> {
        for round in 1..=RUNS {
            for (peer, task) in tasks {
                let names = names(task);
                if self.known.get(&key(peer, &names[0])).map_or(0, Vec::len) >= runs(peer).min(round) {
                    continue;
                }
                if until.is_some_and(|until| Instant::now() > until) {
                    return Ok(false);
                }
                let mut file = OpenOptions::new().create(true).append(true).open(self.dir.join("figures"))?;
                for (name, figure) in names.iter().zip(once(&self.dir, peer, task)?) {
                    writeln!(file, "{peer} {name} {figure}")?;
                    self.known.entry(key(peer, name)).or_default().push(figure);
                }
            }
        }
        Ok(true)
    }

    /// The median.
    pub(crate) fn median(&self, peer: &str, task: &str) -> Any<f64> {
        let mut found = self.known.get(&key(peer, task)).ok_or("it was not measured")?.clone();
        found.sort_by(f64::total_cmp);
        Ok(found[found.len() / 2])
    }
}

/// Parsing the export takes seconds and is a thousand times slower: once is enough.
fn runs(peer: &str) -> usize {
    if peer == "serde_json" { 1 } else { RUNS }
}

/// What the figures of a task are called: who asks tells what it took at first, and then again.
fn names(task: &str) -> Vec<String> {
    match task.starts_with("ask:") {
        true => ["fresh", "touched"].map(|state| format!("{task}:{state}")).to_vec(),
        false => vec![task.to_owned()],
    }
}

fn once(dir: &Path, peer: &str, task: &str) -> Any<Vec<f64>> {
    let own = std::env::current_exe()?;
    let cores = if task.starts_with("verify:2") || task == "write" { "0,1" } else { "1" };
    let output = Command::new("taskset")
        .args(["-c", cores, text(&own)?, "task", text(dir)?, peer, task])
        .stderr(std::process::Stdio::inherit())
        .output()?;
    let line = String::from_utf8(output.stdout)?;
    let figures = line.split_whitespace().map(str::parse).collect::<Result<Vec<f64>, _>>()?;
    if figures.is_empty() { Err(format!("{peer} {task} failed").into()) } else { Ok(figures) }
}

pub(crate) fn text(path: &Path) -> Any<&str> {
    path.to_str().ok_or_else(|| "a path that is no text".into())
}

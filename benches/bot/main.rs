//! How fast bots are judged, beside peers in the same run. `cargo bench --bench bot` prints a Markdown table; one file a
//! topic, and `-- TOPIC…` runs those alone. Peers are installed from npm into a temporary folder; where that fails, they
//! are named as missing.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run has nothing better to do than to stop")]

mod filter;
mod json;
mod preflight;
mod sandbox;
mod scripts;

use std::time::{Duration, Instant};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    // The benchmark starts itself for what has to be a process of its own.
    if let [_, what, folder] = &args[..]
        && what == "judge-all"
    {
        return filter::judge_all(folder.as_ref());
    }
    // `cargo test` builds and starts benchmarks too; only `cargo bench` asks for figures.
    if !args.iter().any(|arg| arg == "--bench") {
        return;
    }
    let topics: [(&str, fn()); 4] = [
        ("json", json::rows),
        ("filter", filter::rows),
        ("preflight", preflight::rows),
        ("sandbox", sandbox::rows),
    ];
    let wanted = |topic: &str| args.iter().any(|arg| arg == topic);
    let all = !topics.iter().any(|(topic, _)| wanted(topic));
    println!("| what | time | |\n| --- | --- | --- |");
    for (topic, rows) in topics {
        if all || wanted(topic) {
            rows();
        }
    }
}

/// Runs once to warm up, then `runs` times; the times in order.
fn times(runs: usize, mut run: impl FnMut()) -> Vec<Duration> {
    let mut times = Vec::new();
    for number in 0..=runs {
        let start = Instant::now();
        run();
        if number > 0 {
            times.push(start.elapsed());
        }
    }
    times.sort();
    times
}

/// Median and spread, for people.
fn shown(times: &[Duration]) -> String {
    let (first, last) = (times.first().unwrap(), times.last().unwrap());
    format!("{:.2?} ({first:.2?} … {last:.2?})", median(times))
}

fn median(times: &[Duration]) -> Duration {
    times[times.len() / 2]
}

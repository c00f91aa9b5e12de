//! How fast `.1337` files are, beside peers on the same data in the same run. `just bench-cache` prints the tables of
//! `docs/benchmarks.md`; arguments are numbers of terms (without one: 10 000, 100 000 and 1 000 000). With `--within` and
//! seconds it stops after that time, and goes on where it stopped when it is called again.
//!
//! Everything that is timed runs in a process of its own, pinned to a core, five times; the figure is the median. The data
//! comes from the generator of `benches/build`, by seed. Peers are given the folded keys, and for each key the same
//! bytes that ours answers with: all texts and numbers of all its senses.

mod cdb;
mod figures;
mod make;
mod peers;
mod plot;
mod questions;
mod report;
mod scan;
mod tasks;

/// The generator of `benches/build`.
#[path = "../../build/data.rs"]
#[expect(dead_code, reason = "the other benchmark uses the rest")]
pub(crate) mod data;

use std::path::Path;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub(crate) type Any<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Any<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).filter(|arg| *arg != "--bench").collect();
    match args[..] {
        ["make", dir, terms] => make::make(Path::new(dir), terms.parse()?),
        ["task", dir, peer, task] => tasks::run(Path::new(dir), peer, task),
        _ => report::report(&args),
    }
}

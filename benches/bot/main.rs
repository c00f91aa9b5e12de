//! Benchmarks of what bots need.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run has nothing better to do than to stop")]

mod sandbox;

fn main() {
    // `cargo test` builds and starts benchmarks too; only `cargo bench` asks for figures.
    if std::env::args().any(|arg| arg == "--bench") {
        sandbox::print();
    }
}

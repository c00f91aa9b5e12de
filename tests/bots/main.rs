//! Bots from end to end: the interpreter of specs, generated scripts in the sandbox, and the suites that judge them.
#![cfg(feature = "cli")]
#![expect(clippy::print_stdout, reason = "the tables are what people read")]
#![expect(clippy::unwrap_used, reason = "a test says why it fails by failing")]

mod agree;
mod arbitrary;
mod equivalent;
mod golden;
mod mutants;
mod mutate;

//! The program as a user meets it: the built binary, run hermetically, in temporary folders.

#![cfg(feature = "cli")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says on its output what it could not try"
)]

mod bots;
mod cases;
mod channels;
mod determinism;
mod differences;
mod hostile;
mod junit;
mod kills;
mod outputs;
mod parts;
mod readme;
mod refused;
mod run;
mod runner;
mod sarif;

//! The run time: packs swapped under readers, layers merged anew, what survives a restart, and who is refused.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says why it fails by failing")]

mod channel;
mod command;
mod directory;
mod example;
mod layers;
mod processes;
mod scene;
mod swaps;

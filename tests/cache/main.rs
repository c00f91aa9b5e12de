//! `.1337` files: what changes a single bit is found, and what is written is what comes back.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says why it fails by failing")]
#![allow(clippy::print_stdout, reason = "what is not run is said")]

mod claims;
mod damage;
mod golden;
mod layers;
mod model;
mod python;
mod questions;
mod round_trip;
mod seal;
mod versions;
mod writing;

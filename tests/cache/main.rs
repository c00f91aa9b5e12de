//! `.1337` files: what changes a single bit is found, and what is written is what comes back.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test says why it fails by failing")]

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

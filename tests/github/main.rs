//! Releases and comments against a server that keeps to GitHub's own description, with the built program as real
//! processes: alone, killed at every step, and many at once.

#![cfg(feature = "github")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod bots;
mod bots_tags;
mod comment;
mod description;
mod events;
mod races;
mod release;
mod server;
mod shown;
mod site;
mod state;

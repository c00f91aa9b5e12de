//! The read gateway, as clients see it: the real program on a port of its own, asked over real connections.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod channels;
mod client;
mod console;
mod described;
#[path = "../runtime/example.rs"]
mod example;
mod guards;
mod life;
mod limits;
mod listings;
mod packs;
mod refusals;
mod revisions;
mod revoked;
mod scene;

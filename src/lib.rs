//! AEGIS: builds, tests, judges and publishes runtime packs for AI agents.
//!
//! The library without default features is the reader of `.1337` packs and the run time around it alone; the feature
//! `cli` (default) adds everything that builds them and the `aegis` program.

mod blocks;
#[cfg(feature = "cli")]
pub mod bot;
#[cfg(feature = "cli")]
pub mod build;
pub mod cache;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod command;
pub mod diag;
mod digest;
pub mod exit;
#[cfg(feature = "cli")]
mod files;
#[cfg(feature = "github")]
pub mod forge;
#[cfg(feature = "cli")]
pub mod host;
#[cfg(feature = "cli")]
pub mod json;
pub mod layer;
pub mod oid;
pub mod pack;
mod parallel;
#[cfg(feature = "cli")]
pub mod preflight;
#[cfg(feature = "cli")]
pub mod project;
#[cfg(feature = "cli")]
pub mod release;
#[cfg(feature = "cli")]
pub mod report;
#[cfg(unix)]
pub mod runtime;
#[cfg(feature = "cli")]
pub mod schema;
#[cfg(feature = "cli")]
pub mod script;
#[cfg(feature = "cli")]
pub mod semver;
#[cfg(feature = "serve")]
pub mod serve;
pub mod source;
#[cfg(feature = "cli")]
pub mod store;
#[cfg(feature = "cli")]
pub mod suite;
#[cfg(feature = "cli")]
pub mod syntax;
pub mod text;
mod time;

#[cfg(feature = "cli")]
mod run;
#[cfg(feature = "cli")]
pub use run::{main, run};

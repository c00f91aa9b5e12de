//! Where layers come from: the files behind the sources that a project names, and their bytes.

mod cache;
#[cfg(feature = "cli")]
mod files;
#[cfg(feature = "https")]
pub mod https;
#[cfg(feature = "cli")]
mod read;
#[cfg(feature = "cli")]
pub mod remote;

pub use cache::cache_diagnostic;
#[cfg(feature = "cli")]
pub use files::{SourceFile, find};
#[cfg(feature = "cli")]
pub use read::{Content, SourceText, hash, read};

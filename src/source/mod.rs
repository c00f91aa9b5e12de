//! Where layers come from: the files behind the sources that a project names, and their bytes.

mod cache;
mod files;
mod read;

pub use cache::cache_diagnostic;
pub use files::{SourceFile, find};
pub use read::{Content, SourceText, read};

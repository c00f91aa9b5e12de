//! Where layers come from: the files behind the sources that a project names, and their bytes.

mod files;
mod read;

pub use files::{SourceFile, find};
pub use read::{Content, SourceText, read};

//! Releases: what belongs to one, decided without the outside (`plan`, `oids`, `bots`, `changelog`, `archive`, `statement`), and
//! made step by step so that it can be repeated after a kill, and raced (`apply`).
//!
//! The order is that of what can be taken back: a draft with its files, which nobody sees; the store's version document,
//! which is the one place where two releases of the same version meet; the tags; the publication, after which GitHub may
//! freeze all of it; the tags that move.

mod archive;
pub mod bots;
pub mod bundle;
pub mod changelog;
pub mod oids;
pub mod plan;
pub mod sign;
pub mod statement;

#[cfg(feature = "github")]
pub mod apply;

pub use archive::archive;

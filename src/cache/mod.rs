//! `.1337`, the binary form of a pack: laid out to be mapped and asked, not parsed. `docs/format-1337.md` describes
//! it byte by byte.
//!
//! This is the part of the library that stays without default features. It knows bytes, not documents.

mod error;
mod index;
mod integrity;
pub mod layout;
mod map;
mod reader;
mod records;
mod table;
#[cfg(feature = "cli")]
pub mod writer;

pub use error::{Error, Section};
pub use reader::{Hits, Pack, Sense, Senses};
pub use records::{Body, Entry, Escalation, Example, Origin, Slot, Term, Value};

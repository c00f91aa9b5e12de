//! `.1337`, the binary form of a pack: laid out to be mapped and asked, not parsed. `docs/format-1337.md` describes
//! it byte by byte.
//!
//! It knows bytes, not documents.

mod entry;
mod error;
mod hash;
mod index;
mod integrity;
pub mod layout;
mod lookup;
mod map;
mod quick;
mod reader;
mod table;
mod term;
mod values;
mod wire;
mod words;
pub mod writer;

pub use entry::{Entry, Origin};
pub use error::{Error, Section};
pub use lookup::{Hits, Sense, Senses};
pub use reader::Pack;
pub use term::{Term, Terms};
pub use values::{Body, Escalation, Example, Slot, Value};

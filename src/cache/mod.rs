//! `.1337`, the binary form of a pack: laid out to be mapped and asked, not parsed. `docs/format-1337.md` describes
//! it byte by byte.
//!
//! It knows bytes, not documents.

mod error;
mod index;
mod integrity;
pub mod layout;
mod lookup;
mod map;
mod reader;
mod records;
mod table;
mod values;
pub mod writer;

pub use error::{Error, Section};
pub use lookup::{Hits, Sense, Senses};
pub use reader::Pack;
pub use records::{Entry, Origin, Term};
pub use values::{Body, Escalation, Example, Slot, Value};

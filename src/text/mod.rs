//! How texts are compared: term keys, word boundaries, and finding terms in running text.
//!
//! Pure, and part of the reader: what is a match must be the same when a pack is built and when it is asked.

mod eight;
mod key;
#[cfg(target_arch = "x86_64")]
mod masked;
mod scan;
mod segments;
mod shape;
mod short;
mod sixteen;
mod suggest;

pub(crate) use eight::rest;
pub use eight::{SIMPLE, simple_key, utf8};
pub use key::{fold, term_key, write_key};
pub use scan::{First, Hit, TermSet, Words, scan, scan_text};
pub use shape::{Shape, first_word, shape};
pub use short::with_key;
pub(crate) use sixteen::{STEP, Sixteen};
pub use suggest::suggest;

//! How texts are compared: term keys, word boundaries, and finding terms in running text.
//!
//! Pure, and part of the reader: what is a match must be the same when a pack is built and when it is asked.

mod key;
mod scan;
mod segments;
mod short;
mod suggest;

pub use key::{fold, term_key, write_key};
pub use scan::{First, Hit, Shape, TermSet, Words, first_word, scan, scan_text, shape};
pub use short::with_key;
pub use suggest::suggest;

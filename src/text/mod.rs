//! How texts are compared: term keys, word boundaries, and finding terms in running text.
//!
//! Pure, and part of the reader: what is a match must be the same when a pack is built and when it is asked.

mod key;
mod scan;
mod suggest;

pub use key::{fold, term_key};
pub use scan::{Hit, TermSet, Words, first_word, scan};
pub use suggest::suggest;

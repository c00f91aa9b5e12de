//! Bots: the spec (BotSpec v1), its rules, the template generator, revisions, and what happens in a conversation. Pure:
//! runs no script (that is `script::sandbox`), reads no file, knows no command.

pub mod fill;
pub mod generate;
mod graph;
pub mod host;
pub mod interpret;
pub mod judge;
pub mod keyword;
mod load;
pub mod mock;
pub mod pattern;
pub mod revision;
pub mod rules;
pub mod spec;
pub mod talk;
pub mod value;
pub mod view;

pub use load::{Checked, has_form, load};

//! Bots: the spec (BotSpec v1), its rules, the template generator, revisions, and what happens in a conversation. Pure:
//! runs no script (that is `script::sandbox`), reads no file, knows no command.

mod graph;
pub mod host;
mod load;
pub mod regex;
pub mod rules;
pub mod spec;
pub mod talk;
pub mod view;

pub use load::{Checked, has_form, load};

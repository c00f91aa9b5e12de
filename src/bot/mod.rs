//! Bots: the spec (BotSpec v1), its rules, the template generator, revisions, and what happens in a conversation. Pure:
//! runs no script (that is `script::sandbox`), reads no file, knows no command.

pub mod fill;
pub mod generate;
pub mod interpret;
pub mod judge;
pub mod keyword;
pub mod mock;
pub mod pattern;
pub mod spec;
pub mod talk;
pub mod value;

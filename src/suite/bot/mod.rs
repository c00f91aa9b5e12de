//! Suites of conversations with a bot: cases, their generation from the spec, and running them against `bot.js`. Expectations
//! of generated cases come from the interpreter of specs, never from a script.

pub mod actual;
pub mod case;
pub mod generate;
pub mod run;
pub mod write;

pub use case::{BotSuite, Conversation, Exchange};

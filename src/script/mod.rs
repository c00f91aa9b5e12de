//! Scripts: what a `bot.js` may do, and what it does. Judges and runs scripts; knows no command and no store.

pub mod sandbox;

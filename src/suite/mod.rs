//! Suites: cases over a compiled pack, generated from the sources or written by people; running them, and what
//! happened as events. Knows no terminal, no JUnit, no GitHub: those read the events.

pub mod bot;
pub mod case;
pub mod generate;
pub mod run;
pub mod shard;

pub use case::{Case, Suite};
pub use run::{CaseResult, Event, Outcome, Runner};

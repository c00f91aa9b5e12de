//! One file per command: wiring only.

use crate::cli::{self, Global};
use crate::diag::Diagnostics;
use crate::host::Host;
use crate::report::Report;

/// What every command gets: the surroundings and the global options.
pub struct Context<'h> {
    /// The surroundings.
    pub host: &'h mut Host,
    /// The global options.
    pub global: Global,
}

/// Runs a command.
///
/// # Errors
/// What stopped it before it could make a report.
pub fn run(command: &cli::Command, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let _ = context;
    Ok(Report::new(command.name()))
}

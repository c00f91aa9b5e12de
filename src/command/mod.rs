//! One file per command: wiring only.

mod build;
mod git;
mod progress;
mod summary;
mod version;

use crate::cli::{self, Global};
use crate::diag::Diagnostics;
use crate::host::Host;
use crate::project::Project;
use crate::report::Report;

/// What every command gets: the surroundings and the global options.
pub struct Context<'h> {
    /// The surroundings.
    pub host: &'h mut Host,
    /// The global options.
    pub global: Global,
}

impl Context<'_> {
    /// The project that the user named, or the one around the working folder.
    fn project(&self) -> Result<Project, Diagnostics> {
        let workspace = self.host.var("GITHUB_WORKSPACE");
        Project::load(self.global.project.as_deref(), self.host.cwd(), workspace)
    }

    /// Shows that something goes on, on a terminal.
    fn progress(&self, message: &'static str) -> progress::Progress {
        let visible = self.host.stderr_is_terminal && !self.global.quiet;
        progress::Progress::new(visible, message)
    }
}

/// Runs a command.
///
/// # Errors
/// What stopped it before it could make a report.
pub fn run(command: &cli::Command, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    if let Some(jobs) = context.global.jobs {
        // Only the first call in a process can set it, and there is one call in a process.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(usize::from(jobs)).build_global();
    }
    match command {
        cli::Command::Build(args) => build::run(args, context),
        other => Ok(Report::new(other.name())),
    }
}

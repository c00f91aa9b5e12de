//! `aegis completions`: a shell's completion script.

use clap::CommandFactory;

use crate::cli;
use crate::report::Report;

pub(super) fn run(args: &cli::Completions) -> Report {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut cli::Cli::command(), "aegis", &mut script);
    let mut report = Report::new("completions");
    report.data = String::from_utf8_lossy(&script).into_owned();
    report
}

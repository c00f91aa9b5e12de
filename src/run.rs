//! One run of the program: arguments and surroundings in, exit code out.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use crate::cli::Cli;
use crate::command::{self, Context};
use crate::exit::Exit;
use crate::host::Host;

/// The whole program.
pub fn main() -> ExitCode {
    let mut host = Host::of_process();
    run(std::env::args_os(), &mut host).into()
}

/// Runs with these arguments (the program's name first) in these surroundings.
pub fn run(args: impl IntoIterator<Item = OsString>, host: &mut Host) -> Exit {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let text = error.render();
            if error.use_stderr() {
                host.err(&text.to_string());
                return Exit::Usage;
            }
            let _ = host.out(&text.to_string());
            return Exit::Success;
        }
    };
    let mut context = Context { host, global: cli.global.clone() };
    match command::run(&cli.command, &mut context) {
        Ok(report) => {
            for d in &report.diagnostics { context.host.err(&format!("{d}\n")); }
            let _ = context.host.out(&report.story);
            report.exit()
        }
        Err(diagnostics) => {
            for d in &diagnostics { context.host.err(&format!("{d}\n")); }
            diagnostics.exit()
        }
    }
}

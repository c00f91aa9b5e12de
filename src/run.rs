//! One run of the program: arguments and surroundings in, exit code out.

mod crash;
mod limits;
mod usage;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Color, Command, Format};
use crate::command::{self, Context};
use crate::diag::{Code, Diagnostic};
use crate::exit::Exit;
use crate::host::Host;
use crate::report::{Options, Rendered, Report, render, text};
use crate::script::sandbox;

/// The whole program.
pub fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|first| first == sandbox::ARGUMENT) {
        return sandbox::work();
    }
    crash::install_hook();
    limits::outlive_file_size_limit();
    let mut host = Host::of_process();
    run(std::env::args_os(), &mut host).into()
}

/// Runs with these arguments (the program's name first) in these surroundings.
pub fn run(args: impl IntoIterator<Item = OsString>, host: &mut Host) -> Exit {
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return usage::answer(&error, &args, host),
    };
    let format = cli.global.format.unwrap_or_else(|| default_format(host, cli.command.judges()));
    let options = options(cli.global.color, cli.global.quiet, host);
    let worked = crash::catch(|| {
        let mut context = Context { host: &mut *host, global: cli.global.clone() };
        let mut report = match command::run(&cli.command, &mut context) {
            Ok(report) => report,
            Err(diagnostics) => Report { diagnostics, ..Report::new(cli.command.name()) },
        };
        report.diagnostics.show_below(context.workspace().top());
        report.diagnostics.sort();
        if report.closing.is_empty() {
            report.closing = closing(&cli.command);
        }
        (render(&report, format, options), report.exit())
    });
    match worked {
        Ok((rendered, exit)) => write(host, &rendered, exit, options),
        Err(crash) => {
            let report = Report { diagnostics: crash.diagnostic.into(), ..Report::new(cli.command.name()) };
            let exit = write(host, &render(&report, format, options), report.exit(), options);
            host.err(&crash.trace);
            exit
        }
    }
}

/// What errors of a command come to, where that is always the same.
const fn closing(command: &Command) -> &'static str {
    match command {
        // A runtime directory is swapped whole, or not at all.
        Command::Build(_) => "nothing was written",
        _ => "",
    }
}

/// Writes what was rendered. What cannot be written to standard output is the outside's failure, and is said on
/// standard error.
fn write(host: &mut Host, rendered: &Rendered, exit: Exit, options: Options) -> Exit {
    // Diagnostics first: who reads both on one terminal has the result at the end.
    host.err(&rendered.stderr);
    match host.out(&rendered.stdout) {
        Ok(()) => exit,
        Err(error) => {
            let one =
                Diagnostic::error(Code::OutputFailed, format!("cannot write to standard output: {error}"))
                    .help("make room where the output goes and run the command again");
            host.err(&text::diagnostic(&one, options.style));
            exit.max(one.exit())
        }
    }
}

/// The format where the arguments name none.
fn default_format(host: &Host, judges: bool) -> Format {
    if judges && host.is_runner() { Format::Github } else { Format::Text }
}

fn options(color: Color, quiet: bool, host: &Host) -> Options {
    let width = host.stderr_columns.or_else(|| host.var("COLUMNS").and_then(|text| text.parse().ok()));
    Options {
        quiet,
        pretty: host.stdout_is_terminal,
        terminal: host.stdout_is_terminal,
        runner: host.is_runner(),
        style: text::Style {
            color: has_color(color, host),
            width: width.map_or(text::Style::WIDTH, usize::from),
        },
    }
}

/// Whether diagnostics, which go to standard error, are coloured. <https://no-color.org>, <https://bixense.com/clicolors>
fn has_color(color: Color, host: &Host) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if host.var("NO_COLOR").is_some() => false,
        Color::Auto if host.var("CLICOLOR_FORCE").is_some_and(|force| force != "0") => true,
        Color::Auto => {
            host.stderr_is_terminal && host.var("TERM") != Some("dumb") && host.var("CLICOLOR") != Some("0")
        }
    }
}

#[cfg(test)]
mod tests;

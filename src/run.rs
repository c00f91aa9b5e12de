//! One run of the program: arguments and surroundings in, exit code out.

mod crash;
mod limits;
mod runner;
mod usage;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Color, Command, FailOn, Format, action};
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
    let inputs = match inputs(args.into_iter().collect(), host) {
        Ok(inputs) => inputs,
        Err(one) => return refuse(*one, host),
    };
    let cli = match Cli::try_parse_from(&inputs.args) {
        Ok(cli) => cli,
        Err(error) => return usage::answer(&error, &inputs.args, host),
    };
    let format = cli.global.format.unwrap_or_else(|| default_format(host, cli.command.judges()));
    let options = options(cli.global.color, cli.global.quiet, host);
    let worked = crash::catch(|| {
        let mut context = Context {
            registries: command::registries(&cli.command),
            host: &mut *host,
            global: cli.global.clone(),
            meter: Default::default(),
        };
        let mut report = match command::run(&cli.command, &mut context) {
            Ok(report) => report,
            Err(diagnostics) => Report { diagnostics, ..Report::new(cli.command.name()) },
        };
        runner::needless(&inputs.needless, &mut report);
        report.diagnostics.show_below(context.workspace().top());
        report.diagnostics.sort();
        report.strict = cli.global.fail_on == FailOn::Warning;
        if report.closing.is_empty() {
            report.closing = closing(&cli.command);
        }
        runner::write(&mut report, &cli.command, &cli.global, context.host);
        // What follows a stream of documents is for people, on standard error.
        let format = if report.streamed { Format::Text } else { format };
        (render(&report, format, options), report.exit())
    });
    let (mut rendered, exit, trace) = match worked {
        Ok((rendered, exit)) => (rendered, exit, String::new()),
        Err(crash) => {
            let mut report =
                Report { diagnostics: crash.diagnostic.into(), ..Report::new(cli.command.name()) };
            // Whoever waits for the outputs hears of it too, unless they are what crashed.
            let _ = crash::catch(|| runner::write(&mut report, &cli.command, &cli.global, host));
            (render(&report, format, options), report.exit(), crash.trace)
        }
    };
    let secrets = runner::secrets(host);
    rendered.stdout = secrets.scrub(&rendered.stdout).into_owned();
    rendered.stderr = secrets.scrub(&rendered.stderr).into_owned();
    if host.is_runner() && format == Format::Github {
        rendered.stdout.insert_str(0, &secrets.masks());
    }
    let exit = write(host, &rendered, exit, options);
    host.err(&secrets.scrub(&trace));
    exit
}

/// The arguments with what the Action's inputs say, in the folder that they name.
fn inputs(given: Vec<OsString>, host: &mut Host) -> Result<action::Arguments, Box<Diagnostic>> {
    if !host.is_runner() {
        return Ok(action::Arguments { args: given, ..action::Arguments::default() });
    }
    let inputs = action::arguments(given, &|name| host.var(name)).map_err(|why| {
        let help = "write the input as you would write words for a shell";
        Box::new(
            Diagnostic::error(Code::UsageInvalid, format!("the input `args` is no list of words: {why}"))
                .help(help),
        )
    })?;
    if let Some(folder) = &inputs.folder {
        host.enter(folder.as_ref());
        if !host.cwd().is_dir() {
            let message =
                format!("the input `working-directory` names `{folder}`, and there is no such folder");
            let help = "name a folder of the checkout, relative to its top";
            return Err(Box::new(Diagnostic::error(Code::UsageInvalid, message).help(help)));
        }
    }
    Ok(inputs)
}

/// What cannot even become arguments.
fn refuse(one: Diagnostic, host: &mut Host) -> Exit {
    let mut report = Report { diagnostics: one.into(), ..Report::new("aegis") };
    runner::tell(&mut report, host, true, true);
    let options = options(Color::Auto, false, host);
    write(host, &render(&report, default_format(host, true), options), report.exit(), options)
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
        guard: host.is_runner().then(|| host.random()),
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

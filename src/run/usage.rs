//! What clap has to say: help and versions, and arguments that it does not accept.

use std::ffi::OsString;
use std::sync::LazyLock;

use clap::error::{Error, ErrorKind};
use clap::{CommandFactory as _, Subcommand, ValueEnum};

use crate::cli::{Color, Command, Format};
use crate::diag::{Code, Diagnostic, Severity};
use crate::exit::Exit;
use crate::host::Host;
use crate::report::{Options, Rendered, Report, escape, render, text};

/// The names of the commands, as clap knows them: a report's name outlives the arguments.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    crate::cli::Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
});

/// Writes help or a version on standard output; anything else is told as a usage error.
pub(super) fn answer(error: &Error, args: &[OsString], host: &mut Host) -> Exit {
    let said = said(args);
    let color = said.color.unwrap_or(Color::Auto);
    let mut options = super::options(color, false, host);
    if !error.use_stderr() {
        // Help is ours alone: nothing of the arguments is in it.
        options.style.color =
            super::has_color(color, host) && (host.stdout_is_terminal || color == Color::Always);
        let text = error.render();
        let stdout = if options.style.color { text.ansi().to_string() } else { text.to_string() };
        return super::write(host, &Rendered { stdout, stderr: String::new() }, Exit::Success, options);
    }
    let format = said.format.unwrap_or_else(|| super::default_format(host, true));
    let mut report =
        Report { diagnostics: diagnostic(error, said.command).into(), ..Report::new(said.command) };
    super::runner::tell(&mut report, host, true, true);
    let mut rendered = render(&report, format, options);
    if format != Format::Json {
        rendered.stderr = in_words(error, options);
    }
    super::write(host, &rendered, report.exit(), options)
}

/// What the arguments say, as far as it can be told of arguments that are wrong.
struct Said {
    command: &'static str,
    format: Option<Format>,
    color: Option<Color>,
}

fn said(args: &[OsString]) -> Said {
    let texts =
        || args.iter().skip(1).map(|arg| arg.to_str().unwrap_or_default()).take_while(|arg| *arg != "--");
    let named = texts().find(|arg| Command::has_subcommand(arg));
    Said {
        command: NAMES.iter().find(|name| Some(name.as_str()) == named).map_or("aegis", String::as_str),
        format: value(texts(), "--format"),
        color: value(texts(), "--color"),
    }
}

/// The value of the last `--name VALUE` or `--name=VALUE`.
fn value<'a, T: ValueEnum>(mut texts: impl Iterator<Item = &'a str>, name: &str) -> Option<T> {
    let mut found = None;
    while let Some(text) = texts.next() {
        let value = if text == name {
            texts.next()
        } else {
            text.strip_prefix(name).and_then(|rest| rest.strip_prefix('='))
        };
        found = value.and_then(|value| T::from_str(value, false).ok()).or(found);
    }
    found
}

/// Clap's words as one diagnostic: its first paragraph is the message, its tips are the help.
fn diagnostic(error: &Error, command: &str) -> Diagnostic {
    let manual =
        if command == "aegis" { "aegis --help".to_owned() } else { format!("aegis {command} --help") };
    use ErrorKind::{DisplayHelpOnMissingArgumentOrSubcommand, MissingSubcommand};
    if matches!(error.kind(), DisplayHelpOnMissingArgumentOrSubcommand | MissingSubcommand) {
        return Diagnostic::error(Code::UsageInvalid, "no command is given")
            .help(format!("`{manual}` lists what there is"));
    }
    let text = error.to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let first: Vec<_> = text.lines().take_while(|line| !line.trim().is_empty()).map(str::trim).collect();
    let tips: Vec<_> = text.lines().filter_map(|line| line.trim().strip_prefix("tip: ")).collect();
    let help = if tips.is_empty() { String::new() } else { format!("{}; ", tips.join("; ")) };
    Diagnostic::error(Code::UsageInvalid, first.join(" "))
        .help(format!("{help}`{manual}` lists what there is"))
}

/// Clap's own text, with our code at its head.
fn in_words(error: &Error, options: Options) -> String {
    let text = error.to_string();
    let text = escape::visible(&text);
    let text = match text.strip_prefix("error:") {
        Some(rest) => {
            format!("{}:{rest}", text::head(Severity::Error, Code::UsageInvalid.as_str(), options.style))
        }
        None => text.into_owned(),
    };
    if options.runner { escape::disarm(&text).into_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_that_are_wrong_still_say_something() {
        let of = |args: &[&str]| said(&args.iter().map(OsString::from).collect::<Vec<_>>());
        let wrong = of(&["aegis", "--format", "json", "build", "--color=never", "--nope", "--format=text"]);
        assert_eq!(
            (wrong.command, wrong.format, wrong.color),
            ("build", Some(Format::Text), Some(Color::Never))
        );
        let nothing = of(&["aegis", "nope", "--format", "jsn", "--", "build", "--format=json"]);
        assert_eq!((nothing.command, nothing.format, nothing.color), ("aegis", None, None));
    }
}

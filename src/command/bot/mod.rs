//! `aegis bot`: what is done with one bot, by its files.

mod build;
mod chat;
mod generate;
pub(super) mod made;
pub(super) mod picture;
mod record;
mod talk;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Context;
use crate::bot::load;
use crate::bot::spec::Spec;
use crate::cli::{self, BotCommand};
use crate::diag::{Code, Diagnostic, Diagnostics, LineMap, Place, io};
use crate::files::{self, Failed};
use crate::report::Report;
use crate::script::sandbox::{self, Bot, Job, Limits, Run, Sandbox, Script};

/// The largest spec and script that are read at all, in bytes: what is larger is refused without a look.
const LARGEST: u64 = 64 << 20;

pub(super) fn run(args: &cli::Bot, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    match &args.command {
        BotCommand::Generate(args) => generate::run(args, context),
        BotCommand::Build(args) => build::run(args, context),
        BotCommand::Run(args) => talk::run(args, context),
    }
}

/// The bytes of a file that a user named.
pub(in crate::command) fn read(path: &Path, shown: &Arc<str>) -> Result<Vec<u8>, Diagnostics> {
    files::read(path, LARGEST).map_err(|failed| match failed {
        Failed::Io(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let error = Diagnostic::error(Code::SourceNotFound, format!("there is no file `{shown}`"));
            error.help("correct the path").into()
        }
        Failed::Io(error) => io(Code::SourceUnreadable, "read", path, &error).into(),
        Failed::TooLarge(size) => {
            let message = format!("the file has {size} bytes; at most {LARGEST} are read");
            let error = Diagnostic::error(Code::LimitExceeded, message).at(Place::file(Arc::clone(shown)));
            error.help("neither a spec nor a script may be that large").into()
        }
    })
}

/// A spec that passed all rules, and what is worth saying about it.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn spec(path: &Path, context: &Context<'_>) -> Result<(Spec, Diagnostics), Diagnostics> {
    let path = context.host.cwd().join(path);
    let shown: Arc<str> = context.workspace().show(&path).into();
    let (spec, _, notes) = load(read(&path, &shown)?, &shown).sound()?;
    Ok((spec, notes))
}

/// What the sandbox complains about, at its place in a script.
pub(in crate::command) fn failed(failure: &sandbox::Failure, shown: &Arc<str>, source: &str) -> Diagnostic {
    let mut place = Place::file(Arc::clone(shown));
    if let Some(spot) = failure.place {
        let lines = LineMap::new(source);
        let at = lines.offset(spot.line as usize, spot.column as usize);
        place = lines.place(Arc::clone(shown), at..at, String::new());
    }
    Diagnostic::error(failure.code, failure.message.clone()).at(place)
}

/// A script, ready to run.
///
/// # Errors
/// It is none.
pub(in crate::command) fn compile(source: &str, shown: &Arc<str>) -> Result<Script, Diagnostics> {
    Script::compile(source).map_err(|failure| {
        failed(&failure, shown, source)
            .help("correct the script; `aegis bot generate` compiles a spec into one")
            .into()
    })
}

/// A script's text.
///
/// # Errors
/// It is no UTF-8.
pub(in crate::command) fn source(bytes: Vec<u8>, shown: &Arc<str>) -> Result<String, Diagnostics> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let message = format!("the script is no UTF-8 text from byte {at} on");
        let error = Diagnostic::error(Code::BotSyntax, message).at(Place::file(Arc::clone(shown)));
        error.help("save the file as UTF-8").into()
    })
}

/// Where a script has its conversations: one of a person's in a process that can be killed, one that was compiled from a spec
/// in this one.
pub(in crate::command) enum Engine {
    /// In this process.
    Here(Box<Script>, Bot),
    /// In a worker.
    Apart(Sandbox, Job),
}

impl Engine {
    /// The engine for a script; `program` is this one, which works as a worker too.
    pub(in crate::command) fn new(
        script: Script,
        source: &str,
        is_written: bool,
        bot: Bot,
        program: PathBuf,
    ) -> Self {
        if is_written {
            Self::Apart(Sandbox::new(program), Job::new(source, bot, Limits::default()))
        } else {
            Self::Here(Box::new(script), bot)
        }
    }

    /// Has a conversation.
    pub(in crate::command) fn converse(&self, asked: &sandbox::Conversation) -> Run {
        match self {
            Self::Here(script, bot) => sandbox::converse(script, bot, asked, Limits::default()),
            Self::Apart(sandbox, job) => sandbox.run(job, asked),
        }
    }
}

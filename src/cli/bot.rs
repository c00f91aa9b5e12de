//! `aegis bot`: what a user may say about one bot.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `aegis bot`.
#[derive(Debug, Args)]
pub struct Bot {
    /// What to do.
    #[command(subcommand)]
    pub command: BotCommand,
}

/// What can be done with a bot.
#[derive(Debug, Subcommand)]
pub enum BotCommand {
    /// Compile a spec into a script, deterministically
    Generate(BotGenerate),
    /// Build a revision, in a folder of its bot and its hash
    Build(BotBuild),
    /// Have one conversation with the bot in the sandbox
    Run(BotRun),
}

impl BotCommand {
    /// The command's name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Generate(_) => "bot generate",
            Self::Build(_) => "bot build",
            Self::Run(_) => "bot run",
        }
    }
}

/// `aegis bot generate`.
#[derive(Debug, Args)]
pub struct BotGenerate {
    /// The bot's spec
    #[arg(long, value_name = "FILE")]
    pub spec: PathBuf,
    /// Where to write the script; `-` is standard output [default: -]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `aegis bot build`.
#[derive(Debug, Args)]
pub struct BotBuild {
    /// The spec
    #[arg(long, value_name = "FILE")]
    pub spec: PathBuf,
    /// The script [default: generated from the spec]
    #[arg(long, value_name = "FILE")]
    pub script: Option<PathBuf>,
    /// How the script was made (build.json)
    #[arg(long, value_name = "FILE")]
    pub build: Option<PathBuf>,
    /// Where to write it
    #[arg(long, short, value_name = "DIR")]
    pub output: PathBuf,
}

/// `aegis bot run`.
#[derive(Debug, Args)]
pub struct BotRun {
    /// The bot's spec
    #[arg(long, value_name = "FILE")]
    pub spec: PathBuf,
    /// Its script [default: compiled from the spec]
    #[arg(long, value_name = "FILE")]
    pub script: Option<PathBuf>,
    /// What is said to the bot, a turn each
    #[arg(long, value_name = "TEXT", num_args = 1.., required = true)]
    pub send: Vec<String>,
    /// The chat's locale [default: the bot's default locale]
    #[arg(long, value_name = "LOCALE")]
    pub locale: Option<String>,
    /// What answers the bot's requests: a list of mocks as suites have them
    #[arg(long, value_name = "FILE")]
    pub mock: Option<PathBuf>,
    /// Add the conversation to this suite, with what came of it as what is expected
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// The id of the recorded case [default: made of what is said]
    #[arg(long, value_name = "ID", requires = "record")]
    pub id: Option<String>,
}

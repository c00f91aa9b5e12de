//! What a user may say on the command line, and nothing else: no defaults that need the system, no decisions.

pub mod action;
mod bot;
mod delivery;
mod look;
mod make;
#[cfg(feature = "serve")]
mod serve;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use crate::report::Format;
pub use bot::{Bot, BotBuild, BotCommand, BotGenerate, BotRun};
pub use delivery::{Copy, Deploy, Gc, List, Publish, Release, Revoke, Rollback, Target};
pub use look::{Diff, Explain, Inspect, Verify, Watch};
pub use make::{Build, Ci, Emit, Only, Pull, Test, TestRun, When};
#[cfg(feature = "serve")]
pub use serve::{AccessLog, Serve};

/// Builds, tests, judges and publishes AEGIS runtime packs.
#[derive(Debug, Parser)]
#[command(name = "aegis", version, about, propagate_version = true, disable_help_subcommand = true)]
#[command(after_help = "Exit codes: 0 passed · 1 the input is at fault · 2 usage or configuration · \
3 the outside failed · 4 conflict · 101 a bug of ours")]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Project file, or a folder that holds one [default: aegis.yaml here or above]
    #[arg(long, global = true, value_name = "FILE|DIR", help_heading = "Global options")]
    pub project: Option<PathBuf>,
    /// How results are written [default: github in a runner for commands that judge, else text]
    #[arg(long, global = true, value_enum, help_heading = "Global options")]
    pub format: Option<Format>,
    /// Say only what is wrong
    #[arg(long, short, global = true, conflicts_with = "verbose", help_heading = "Global options")]
    pub quiet: bool,
    /// Say more
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub verbose: bool,
    /// Colour
    #[arg(long, global = true, value_enum, default_value = "auto", help_heading = "Global options")]
    pub color: Color,
    /// How many threads may work [default: as many as there are processors]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), help_heading = "Global options")]
    pub jobs: Option<u16>,
    /// Do not use the network
    #[arg(long, global = true, help_heading = "Global options")]
    pub offline: bool,
    /// Where a server of S3's protocol listens, for stores on `s3://` [default: the SDK's own configuration]
    #[arg(long, global = true, value_name = "URL", help_heading = "Global options")]
    pub s3_endpoint: Option<String>,
    /// Who logs in at the registry of the command's own store, with the password in AEGIS_REGISTRY_PASSWORD; sources, in that registry too, go by `docker login` [default: the logins in DOCKER_CONFIG]
    #[arg(long, global = true, value_name = "NAME", help_heading = "Global options")]
    pub registry_user: Option<String>,
    /// What fails the run
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "error",
        value_name = "LEVEL",
        help_heading = "Global options"
    )]
    pub fail_on: FailOn,
    /// Write SARIF to a file too, whatever the format
    #[arg(long, global = true, value_name = "FILE", help_heading = "Global options")]
    pub sarif: Option<PathBuf>,
    /// In a runner: write a job summary
    #[arg(long, global = true, action = clap::ArgAction::Set, default_value_t = true, value_name = "true|false", help_heading = "Global options")]
    pub summary: bool,
}

/// What fails a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors.
    Error,
    /// Warnings too.
    Warning,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build, test and publish, as the event allows
    Ci(Ci),
    /// Fetch the sources that are URLs, verify them, and write aegis.lock
    Pull(Pull),
    /// Merge, validate and export the runtime pack
    Build(Build),
    /// Run the suites against the built pack
    Test(Test),
    /// Where an OID's or a term's value came from; what an error code means
    Explain(Explain),
    /// Semantic changes between two packs, and the bump
    Diff(Diff),
    /// Look into a .1337 file or a runtime directory
    Inspect(Inspect),
    /// Check the integrity of a file, a directory or a store URL
    Verify(Verify),
    /// Follow a runtime directory or a channel, one JSON line an event
    Watch(Watch),
    /// Write cache documents in one form
    Fmt(Fmt),
    /// Judge a bot's revision
    Preflight(Preflight),
    /// Write a JSON document in its canonical form (RFC 8785)
    Canonicalize(Canonicalize),
    /// Work on a bot: compile its script, build its revision, talk to it
    Bot(Bot),
    /// Publish runtime directories and revisions of bots to a store
    Publish(Publish),
    /// List what a store holds
    List(List),
    /// Make a revision current in a channel
    Deploy(Deploy),
    /// Go back to what was current in a channel before
    Rollback(Rollback),
    /// Withdraw a revision for ever
    Revoke(Revoke),
    /// Tag what was built, and make a GitHub release of it
    Release(Release),
    /// Copy revisions from one store into another, verified like what was just built
    Copy(Copy),
    /// Find what no channel, no version and no age keeps in a store; remove it with --delete
    Gc(Gc),
    /// Serve a store's revisions and channels, or a pack, over HTTP
    #[cfg(feature = "serve")]
    Serve(Serve),
    /// Print a matrix of packs, bots and shards
    Plan(Plan),
    /// Work with reports
    Report(Reports),
    /// Write a working aegis.yaml, example sources and a workflow
    Init(Init),
    /// Print the JSON Schema of a document
    Schema(Schema),
    /// Print a shell's completion script
    Completions(Completions),
}

impl Command {
    /// The command's name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Ci(_) => "ci",
            Self::Pull(_) => "pull",
            Self::Build(_) => "build",
            Self::Test(_) => "test",
            Self::Explain(_) => "explain",
            Self::Diff(_) => "diff",
            Self::Inspect(_) => "inspect",
            Self::Verify(_) => "verify",
            Self::Watch(_) => "watch",
            Self::Fmt(_) => "fmt",
            Self::Canonicalize(_) => "canonicalize",
            Self::Bot(bot) => bot.command.name(),
            Self::Preflight(_) => "preflight",
            Self::Publish(_) => "publish",
            Self::List(_) => "list",
            Self::Deploy(_) => "deploy",
            Self::Rollback(_) => "rollback",
            Self::Revoke(_) => "revoke",
            Self::Copy(_) => "copy",
            Self::Gc(_) => "gc",
            #[cfg(feature = "serve")]
            Self::Serve(_) => "serve",
            Self::Init(_) => "init",
            Self::Release(_) => "release",
            Self::Plan(_) => "plan",
            Self::Report(_) => "report",
            Self::Schema(_) => "schema",
            Self::Completions(_) => "completions",
        }
    }

    /// Whether its format defaults to `github` in a runner.
    pub const fn judges(&self) -> bool {
        matches!(
            self,
            Self::Ci(_)
                | Self::Build(_)
                | Self::Test(_)
                | Self::Publish(_)
                | Self::Preflight(_)
                | Self::Verify(_)
                | Self::Release(_)
        )
    }
}

/// `aegis fmt`.
#[derive(Debug, Args)]
pub struct Fmt {
    /// Files and folders [default: the project's sources and suites]
    pub paths: Vec<PathBuf>,
    /// Change nothing; fail if something would change
    #[arg(long)]
    pub check: bool,
}

/// `aegis preflight`.
#[derive(Debug, Args)]
pub struct Preflight {
    /// The folder of a revision, or a store's URL
    #[arg(value_name = "PATH|URL")]
    pub target: String,
    /// In a store: only the revisions of this bot
    #[arg(long, value_name = "ID")]
    pub bot: Option<String>,
    /// Where to write JUnit
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
}

/// `aegis canonicalize`.
#[derive(Debug, Args)]
pub struct Canonicalize {
    /// The document [default: standard input]
    pub file: Option<PathBuf>,
}

/// `aegis plan`.
#[derive(Debug, Args)]
pub struct Plan {
    /// Project files, or folders that hold some [default: the project]
    #[arg(value_name = "FILE|DIR")]
    pub paths: Vec<PathBuf>,
    /// In how many parts the suites of a pack run
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub shards: u16,
}

/// `aegis report`.
#[derive(Debug, Args)]
pub struct Reports {
    /// What to do.
    #[command(subcommand)]
    pub command: ReportCommand,
}

/// What can be done with reports.
#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// Join the reports of a run's parts into those of one run
    Merge(Merge),
}

/// `aegis report merge`.
#[derive(Debug, Args)]
pub struct Merge {
    /// JUnit files and JSON reports, of all parts
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Where to write the joined JUnit
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Where to write the joined JSON report
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

/// `aegis init`.
#[derive(Debug, Args)]
pub struct Init {
    /// The folder [default: this one]
    pub path: Option<PathBuf>,
    /// The pack's name [default: the folder's]
    #[arg(long)]
    pub name: Option<String>,
    /// The pack's OID
    #[arg(long, default_value = "1.1")]
    pub oid: String,
}

/// `aegis schema`.
#[derive(Debug, Args)]
pub struct Schema {
    /// Which document
    #[arg(value_enum)]
    pub document: Document,
}

/// The documents that have a JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Document {
    /// `aegis.yaml`.
    Project,
    /// A cache document.
    Cache,
    /// A suite.
    Suite,
    /// What `--format json` prints.
    Report,
    /// A bot's `spec.json`.
    Botspec,
    /// A revision's `rev.json`.
    Rev,
    /// How a bot's script was made: `build.json`.
    Build,
}

/// `aegis completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// Which shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

//! What a user may say on the command line, and nothing else: no defaults that need the system, no decisions.

pub mod action;
mod bot;
mod delivery;
#[cfg(feature = "serve")]
mod serve;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use crate::report::Format;
pub use bot::{Bot, BotBuild, BotCommand, BotGenerate, BotRun};
pub use delivery::{Copy, Deploy, Gc, List, Publish, Release, Revoke, Rollback, Target};
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
    /// Who logs in at registries, with the password in AEGIS_REGISTRY_PASSWORD [default: the logins in DOCKER_CONFIG]
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
    /// Publish a runtime directory to a store
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

/// `aegis ci`.
#[derive(Debug, Args)]
pub struct Ci {
    /// Options of the build.
    #[command(flatten)]
    pub build: Build,
    /// Options of the tests.
    #[command(flatten)]
    pub run: TestRun,
    /// Where to publish, instead of the project's store
    #[arg(long, value_name = "URL")]
    pub store: Option<String>,
    /// Whether to publish what was built
    #[arg(long, value_enum, default_value = "auto")]
    pub publish: When,
    /// Whether to release it
    #[arg(long, value_enum, default_value = "auto")]
    pub release: When,
    /// Deploy what was published to this channel
    #[arg(long, value_name = "NAME")]
    pub channel: Option<String>,
    /// Whether to comment on the pull request
    #[arg(long, action = clap::ArgAction::Set, default_value_t = false, value_name = "true|false")]
    pub comment: bool,
    /// Where to write the HTML report [default: report.html beside the runtime directory]
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

/// Whether something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// As the event allows.
    Auto,
    /// Always.
    True,
    /// Never.
    False,
}

/// `aegis pull`.
#[derive(Debug, Args)]
pub struct Pull {
    /// Fail if aegis.lock would have to change
    #[arg(long, conflicts_with = "update")]
    pub locked: bool,
    /// Take what the URLs stand for now
    #[arg(long)]
    pub update: bool,
}

/// `aegis build`.
#[derive(Debug, Args)]
pub struct Build {
    /// The runtime directory to write [default: aegis-runtime; for ci, beside aegis.yaml]
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// What to make [default: all]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "KIND")]
    pub emit: Vec<Emit>,
    /// Fail if aegis.lock would have to change
    #[arg(long)]
    pub locked: bool,
}

/// What a build makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Emit {
    /// `runtime.1337` and `caches/*.1337`.
    #[value(name = "1337")]
    Cache,
    /// `exports/pack.json`.
    Json,
    /// `exports/pack.yaml`.
    Yaml,
    /// `compiled_oid_maps/domain_oid_map.json`.
    OidMap,
    /// `test_suites/domain_tests.yaml`.
    Suites,
}

/// `aegis test`.
#[derive(Debug, Args)]
pub struct Test {
    /// The runtime directory to test [default: aegis-runtime]
    #[arg(long, value_name = "DIR")]
    pub pack: Option<PathBuf>,
    /// Options of the run.
    #[command(flatten)]
    pub run: TestRun,
}

/// Options of a run of suites.
#[derive(Debug, Args)]
pub struct TestRun {
    /// A suite to run instead of the generated one and the project's; may be repeated
    #[arg(long = "suite", value_name = "FILE")]
    pub suites: Vec<PathBuf>,
    /// Where to write JUnit [ci: junit.xml beside the runtime directory]
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Run only the cases whose id holds this text; may be repeated
    #[arg(long, value_name = "TEXT")]
    pub filter: Vec<String>,
    /// Run only part I of N; each case is in exactly one part
    #[arg(long, value_name = "I/N")]
    pub shard: Option<String>,
    /// Write what the changed cases of people's suites now give, for review
    #[arg(long)]
    pub accept: bool,
}

/// `aegis explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// An OID, a term, or a code such as REF_NOT_FOUND
    #[arg(value_name = "OID|TERM|CODE")]
    pub what: String,
}

/// `aegis diff`. Differences are what it is for: they fail nothing.
#[derive(Debug, Args)]
pub struct Diff {
    /// The pack before: a runtime directory, a .1337 file, a project's folder, or a store's URL (`URL#VERSION`, `URL#HASH`)
    #[arg(value_name = "OLD")]
    pub old: String,
    /// The pack after, likewise
    #[arg(value_name = "NEW")]
    pub new: String,
    /// In a store: the pack of this OID
    #[arg(long, value_name = "OID")]
    pub pack: Option<String>,
    /// Say what agents will say, before and after, as sentences
    #[arg(long)]
    pub speak: bool,
}

/// `aegis inspect`.
#[derive(Debug, Args)]
pub struct Inspect {
    /// A .1337 file or a runtime directory
    pub path: PathBuf,
    /// The entry of an OID
    #[arg(long, value_name = "OID", group = "question")]
    pub oid: Option<String>,
    /// The senses of a term or an alias
    #[arg(long, value_name = "TEXT", group = "question")]
    pub term: Option<String>,
    /// The children of an OID
    #[arg(long, value_name = "OID", group = "question")]
    pub tree: Option<String>,
    /// The terms that occur in a text
    #[arg(long, value_name = "TEXT", group = "question")]
    pub scan: Option<String>,
}

/// `aegis verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// A .1337 file, a runtime directory, a bot's revision, a store's URL, or with a key the signed statements of a release
    #[arg(value_name = "PATH|URL")]
    pub target: String,
    /// The public key (PEM) that has to have signed the statements
    #[arg(long, value_name = "FILE", conflicts_with_all = ["pack", "bot"])]
    pub key: Option<PathBuf>,
    /// In a store: only the packs of this OID
    #[arg(long, value_name = "OID", conflicts_with = "bot")]
    pub pack: Option<String>,
    /// In a store: only the revisions of this bot
    #[arg(long, value_name = "ID")]
    pub bot: Option<String>,
    /// Build the pack again from the sources that its metadata names, and compare
    #[arg(long, conflicts_with = "bot")]
    pub rebuild: bool,
}

/// `aegis watch`.
#[derive(Debug, Args)]
pub struct Watch {
    /// A runtime directory, or a store's URL
    #[arg(value_name = "DIR|URL")]
    pub target: String,
    /// In a store: the pack's OID
    #[arg(long, value_name = "OID")]
    pub pack: Option<String>,
    /// In a store: the channel
    #[arg(long, value_name = "NAME", default_value = "stable")]
    pub channel: String,
    /// Where good packs are kept, and what is known to be bad [default: a folder of .aegis/runtime here]
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// How many good packs are kept
    #[arg(long, value_name = "N", default_value = "5", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub keep: u16,
    /// Take packs across a major step too
    #[arg(long)]
    pub allow_major: bool,
    /// How often to look, in milliseconds, whatever the file system tells
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u32).range(10..=3_600_000))]
    pub poll: Option<u32>,
    /// Look once, say what came of it, and end; fails if anything was refused, or nothing is served
    #[arg(long)]
    pub once: bool,
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

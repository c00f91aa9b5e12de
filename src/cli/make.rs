//! Commands that make something of sources and test it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

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
    /// Leave the rest of the project out: only its pack (`pack`), or only one bot (`bot:ID`); what `aegis plan` names for each job
    #[arg(long, value_name = "WHAT")]
    pub only: Option<Only>,
    /// Write what the changed cases of people's suites now give, for review
    #[arg(long)]
    pub accept: bool,
}

impl TestRun {
    /// Whether only a part of the tests is run.
    pub const fn is_part(&self) -> bool {
        self.shard.is_some() || !self.filter.is_empty() || !self.suites.is_empty() || self.only.is_some()
    }
}

/// A part of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Only {
    /// The pack.
    Pack,
    /// The bot of this id.
    Bot(String),
}

impl std::str::FromStr for Only {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "pack" => Ok(Self::Pack),
            Some(("bot", id)) if !id.is_empty() => Ok(Self::Bot(id.to_owned())),
            _ => Err("write `pack` or `bot:ID`".to_owned()),
        }
    }
}

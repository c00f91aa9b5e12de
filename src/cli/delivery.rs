//! What is done with stores: `aegis publish`, `release`, `copy`, `gc`, `list`, `deploy`, `rollback`, `revoke`.

use std::path::PathBuf;

use clap::Args;

/// `aegis publish`.
#[derive(Debug, Args)]
pub struct Publish {
    /// Runtime directories and folders of bots' revisions [default: what the project built]
    pub paths: Vec<PathBuf>,
    /// Where to, instead of the project's store
    #[arg(long, value_name = "URL")]
    pub store: Option<String>,
    /// Accept a store that does not honour conditional writes
    #[arg(long)]
    pub unsafe_store: bool,
}

/// `aegis release`.
#[derive(Debug, Args)]
pub struct Release {
    /// The runtime directory [default: aegis-runtime beside aegis.yaml]
    #[arg(long, value_name = "DIR")]
    pub pack: Option<PathBuf>,
    /// The tests' JUnit [default: junit.xml beside the runtime directory]
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Where releases are kept, instead of the project's store
    #[arg(long, value_name = "URL")]
    pub store: Option<String>,
    /// Only say what would be done
    #[arg(long)]
    pub dry_run: bool,
}

/// `aegis copy`.
#[derive(Debug, Args)]
pub struct Copy {
    /// The store to read, a URL or a folder
    #[arg(value_name = "SRC")]
    pub from: String,
    /// The store to write
    #[arg(value_name = "DST")]
    pub to: String,
    /// Only the packs of this OID
    #[arg(long, value_name = "OID", conflicts_with = "bot")]
    pub pack: Option<String>,
    /// Only the revisions of this bot
    #[arg(long, value_name = "ID")]
    pub bot: Option<String>,
    /// Only this revision: its hash, or how that begins, in seven digits or more
    #[arg(long, value_name = "HASH")]
    pub rev: Option<String>,
    /// Accept a store that does not honour conditional writes
    #[arg(long)]
    pub unsafe_store: bool,
}

/// `aegis gc`.
#[derive(Debug, Args)]
pub struct Gc {
    /// A store's URL
    #[arg(value_name = "URL")]
    pub store: String,
    /// Only the packs of this OID
    #[arg(long, value_name = "OID", conflicts_with = "bot")]
    pub pack: Option<String>,
    /// Only the revisions of this bot
    #[arg(long, value_name = "ID")]
    pub bot: Option<String>,
    /// Only files without a manifest, left by a publish that did not finish
    #[arg(long)]
    pub unfinished: bool,
    /// Keep what is younger, in days [default: 90; with --unfinished, 1]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub older_than: Option<u32>,
    /// Change nothing: the default
    #[arg(long, conflicts_with = "delete")]
    pub dry_run: bool,
    /// Remove what was found
    #[arg(long)]
    pub delete: bool,
}

/// `aegis list`.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("subject").required(true).args(["pack", "bot"])))]
pub struct List {
    /// A store's URL
    #[arg(value_name = "URL")]
    pub store: String,
    /// The pack's OID
    #[arg(long, value_name = "OID")]
    pub pack: Option<String>,
    /// The bot's id
    #[arg(long, value_name = "ID")]
    pub bot: Option<String>,
    /// What was deployed to this channel, instead of what there is
    #[arg(long, value_name = "NAME")]
    pub channel: Option<String>,
    /// How many to print
    #[arg(long, value_name = "N", default_value = "50", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub page_size: u16,
    /// Where the last page ended
    #[arg(long, value_name = "TOKEN")]
    pub page_token: Option<String>,
}

/// What in a store is meant.
#[derive(Debug, Clone, Args)]
pub struct Target {
    /// A store's URL
    #[arg(value_name = "URL")]
    pub store: String,
    /// The pack's OID [default: found in the store]
    #[arg(long, value_name = "OID", conflicts_with = "bot")]
    pub pack: Option<String>,
    /// The bot's id [default: found in the store]
    #[arg(long, value_name = "ID")]
    pub bot: Option<String>,
}

/// `aegis deploy`.
#[derive(Debug, Args)]
pub struct Deploy {
    /// What in which store.
    #[command(flatten)]
    pub target: Target,
    /// The channel
    #[arg(long, value_name = "NAME")]
    pub channel: String,
    /// The revision: a bot's revHash, a pack's packHash, or how that begins, in seven digits or more
    #[arg(long, value_name = "HASH")]
    pub rev: String,
    /// Why, for the channel's history
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Accept a store that does not honour conditional writes
    #[arg(long)]
    pub unsafe_store: bool,
}

/// `aegis rollback`.
#[derive(Debug, Args)]
pub struct Rollback {
    /// What in which store.
    #[command(flatten)]
    pub target: Target,
    /// The channel
    #[arg(long, value_name = "NAME")]
    pub channel: String,
    /// The revision to go back to, by its hash or how that begins [default: the one that was current before]
    #[arg(long, value_name = "HASH")]
    pub rev: Option<String>,
    /// Why, for the channel's history
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Accept a store that does not honour conditional writes
    #[arg(long)]
    pub unsafe_store: bool,
}

/// `aegis revoke`.
#[derive(Debug, Args)]
pub struct Revoke {
    /// What in which store.
    #[command(flatten)]
    pub target: Target,
    /// The revision: a bot's revHash, a pack's packHash, or how that begins, in seven digits or more
    #[arg(long, value_name = "HASH")]
    pub rev: String,
    /// Why: everybody who asks for the revision is told
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Accept a store that does not honour conditional writes
    #[arg(long)]
    pub unsafe_store: bool,
}

//! What is done with what a store holds: `aegis list`, `deploy`, `rollback`, `revoke`.

use clap::Args;

/// `aegis list`.
#[derive(Debug, Args)]
pub struct List {
    /// A store's URL
    #[arg(value_name = "URL")]
    pub store: String,
    /// The pack's OID
    #[arg(long, value_name = "OID", conflicts_with = "bot", required_unless_present = "bot")]
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
    /// The revision: a bot's revHash, a pack's packHash
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
    /// The revision to go back to [default: the one that was current before]
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
    /// The revision: a bot's revHash, a pack's packHash
    #[arg(long, value_name = "HASH")]
    pub rev: String,
    /// Why: everybody who asks for the revision is told
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Accept a store that does not honour conditional writes
    #[arg(long)]
    pub unsafe_store: bool,
}

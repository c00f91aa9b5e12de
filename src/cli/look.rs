//! Commands that look at what is there.

use std::path::PathBuf;

use clap::Args;

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
    /// In a store: the bot of this id
    #[arg(long, value_name = "ID", conflicts_with = "pack")]
    pub bot: Option<String>,
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

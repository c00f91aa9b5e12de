//! `aegis serve`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `aegis serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// The store whose revisions and channels are served
    #[arg(long, value_name = "URL", required_unless_present = "pack")]
    pub store: Option<String>,
    /// A runtime directory whose pack answers questions; it is followed, and swapped when it changes
    #[arg(long, value_name = "PATH")]
    pub pack: Option<PathBuf>,
    /// Where to listen; port 0 is any free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// A file with the bearer token that requests have to carry [default: AEGIS_SERVE_TOKEN, else none]
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// An origin whose scripts may read answers, or `*`; may be repeated
    #[arg(long, value_name = "ORIGIN")]
    pub cors: Vec<String>,
    /// How answers are written down, on standard output
    #[arg(long, value_enum, default_value = "text")]
    pub access_log: AccessLog,
    /// How much memory contents may take, in MiB
    #[arg(long, value_name = "MIB", default_value = "128", value_parser = clap::value_parser!(u32).range(16..=1_048_576))]
    pub memory: u32,
    /// How many connections may be open
    #[arg(long, value_name = "N", default_value = "16384", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_connections: u32,
    /// How many seconds a request's head may take, and a connection be idle
    #[arg(long, value_name = "S", default_value = "30", value_parser = clap::value_parser!(u16).range(1..=3600))]
    pub head_timeout: u16,
    /// How many seconds a client may take nothing of its answer
    #[arg(long, value_name = "S", default_value = "30", value_parser = clap::value_parser!(u16).range(1..=3600))]
    pub slow_timeout: u16,
    /// How many seconds answers under way have when the process is asked to stop
    #[arg(long, value_name = "S", default_value = "10", value_parser = clap::value_parser!(u16).range(0..=3600))]
    pub grace: u16,
    /// How many seconds after a revocation its revision may still be served
    #[arg(long, value_name = "S", default_value = "5", value_parser = clap::value_parser!(u16).range(1..=3600))]
    pub revocation: u16,
    /// Where good packs are kept, and what is known to be bad [default: a folder of .aegis/runtime here]
    #[arg(long, value_name = "DIR", requires = "pack")]
    pub state: Option<PathBuf>,
}

/// How answers are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AccessLog {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
    /// Not at all.
    Off,
}

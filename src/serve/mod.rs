//! The read gateway: revisions, channels and listings of a store over HTTP, with the validators and cache headers that let
//! everybody keep them; and the pack API over a mapped `.1337`.
//!
//! Reads through the trait [`Store`] alone, and writes nothing. What it serves was checked against the manifest that names
//! it. Memory for contents is a budget that is never exceeded, whoever reads slowly.
//!
//! | module | what it does |
//! | --- | --- |
//! | `path`, `conditions`, `range`, `encoding` | what a request asks for, by RFC 9110; pure |
//! | `asset` | something that is served, and the answer to a request for it |
//! | `revision`, `standing`, `stream` | finished revisions, whether they were revoked, files too large to keep |
//! | `listing` | what there is, as JSON |
//! | `packs` | the pack API |
//! | `console` | the page for people |
//! | `shelf`, `budget`, `fresh` | what is kept in memory, how much, for how long |
//! | `guard` | who may ask: token, origins |
//! | `answer`, `routes` | from a request to its answer |
//! | `listen`, `socket` | connections, their limits, and their end |
//! | `metrics`, `log`, `problem` | what is counted, written down, and said when something is wrong |

mod answer;
mod asset;
mod budget;
mod conditions;
mod encoding;
mod fresh;
mod guard;
mod listen;
mod listing;
mod log;
mod metrics;
mod own;
mod path;
mod problem;
mod range;
mod revision;
mod routes;
mod shelf;
mod socket;
mod standing;
mod stream;

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use crate::diag::Outcome;
use crate::store::{Digest, Store};

pub use guard::{Guard, Token};
pub use listen::{Limits, listen};
pub use log::{Line, Lines, Log, LogForm};

use asset::Asset;
use budget::Budget;
use fresh::Fresh;
use metrics::Metrics;
use problem::Problem;
use revision::{Owner, Revision};
use shelf::Shelf;

/// For how long listings, channels and the absence of things are believed.
const BRIEFLY: Duration = Duration::from_secs(2);
/// How many revisions are known at once.
const REVISIONS: usize = 4096;
/// How many listings and channels are known at once.
const DOCUMENTS: usize = 512;
/// How many different things can be read at a time.
const STRIPES: usize = 64;

/// How a gateway works.
#[derive(Debug)]
pub struct Settings {
    /// How many bytes contents may take in memory.
    pub memory: usize,
    /// Who may ask.
    pub guard: Guard,
    /// How long after a revocation its revision may still be served.
    pub revocation: Duration,
    /// Where the access log goes.
    pub log: Option<Log>,
    /// How a time is written.
    pub stamp: fn(SystemTime) -> String,
}

/// What answers requests.
pub struct Gateway {
    store: Option<Arc<dyn Store>>,
    settings: Settings,
    shelf: Shelf,
    metrics: Metrics,
    revisions: Fresh<Option<Arc<Revision>>>,
    documents: Fresh<Arc<Asset>>,
    ready: Fresh<Option<String>>,
    reading: [tokio::sync::Mutex<()>; STRIPES],
    started: Instant,
}

impl Gateway {
    /// A gateway over a store.
    pub fn new(store: Option<Box<dyn Store>>, settings: Settings) -> Self {
        Self {
            store: store.map(Arc::from),
            shelf: Shelf::new(Budget::new(settings.memory)),
            metrics: Metrics::default(),
            revisions: Fresh::new(BRIEFLY, REVISIONS, Option::is_some),
            documents: Fresh::new(BRIEFLY, DOCUMENTS, |_| false),
            ready: Fresh::new(BRIEFLY, 1, |_| false),
            reading: std::array::from_fn(|_| tokio::sync::Mutex::default()),
            started: Instant::now(),
            settings,
        }
    }

    /// How many requests were answered so far.
    pub fn requests(&self) -> u64 {
        self.metrics.requests()
    }

    /// The store.
    ///
    /// # Errors
    /// There is none: only a pack is served.
    fn store(&self) -> Result<&Arc<dyn Store>, Problem> {
        self.store.as_ref().ok_or_else(|| Problem::not_found("this gateway serves a pack, and no store"))
    }

    /// A finished revision, unless it was revoked.
    async fn revision(&self, owner: &Owner, hash: Digest) -> Result<Arc<Revision>, Problem> {
        let revision = self.any_revision(owner, hash).await?;
        match revision.standing.revoked(&**self.store()?, self.settings.revocation).await? {
            Some(revocation) => Err(revocation.problem()),
            None => Ok(revision),
        }
    }

    /// A finished revision, revoked or not.
    async fn any_revision(&self, owner: &Owner, hash: Digest) -> Result<Arc<Revision>, Problem> {
        let store = self.store()?;
        let name = owner.revision(hash)?.path().to_owned();
        let ask =
            || async { Ok(Revision::load(&**store, owner.clone(), hash, &self.shelf).await?.map(Arc::new)) };
        let known = self.revisions.get(&name, ask).await?;
        known.ok_or_else(|| Problem::no_revision(format!("the store has no finished revision `{name}`")))
    }

    /// A file of a revision, as it is served under a path.
    async fn file(&self, owner: &Owner, hash: Digest, name: &str, path: &str) -> Result<Arc<Asset>, Problem> {
        let revision = self.revision(owner, hash).await?;
        if let Some(asset) = self.shelf.get(path) {
            return Ok(asset);
        }
        // One reads, the others wait for what it read.
        let stripe = path.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        let _reading = self.reading[stripe % STRIPES].lock().await;
        if let Some(asset) = self.shelf.get(path) {
            return Ok(asset);
        }
        self.metrics.misses.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let cache_control = self.settings.guard.immutable();
        let asset = Arc::new(revision.asset(self.store()?, name, cache_control, &self.shelf).await?);
        self.shelf.put(path, Arc::clone(&asset));
        Ok(asset)
    }

    /// Why requests cannot be answered, if so.
    async fn trouble(&self) -> Option<String> {
        let ask = || async {
            let Some(store) = &self.store else { return Ok(None) };
            let folder = crate::store::Folder::root();
            let look = store.list(&folder, None, 1);
            Ok(match tokio::time::timeout(Duration::from_secs(5), look).await {
                Ok(Ok(_)) => None,
                Ok(Err(error)) => Some(error.to_string()),
                Err(_) => Some("the store does not answer in time".to_owned()),
            })
        };
        self.ready.get("", ask).await.unwrap_or_else(|problem| Some(problem.message))
    }
}

/// What a store's work gives, or that it takes too long.
async fn in_time<T>(work: impl Future<Output = Outcome<T>>) -> Result<T, Problem> {
    match tokio::time::timeout(revision::PATIENCE, work).await {
        Ok(result) => Ok(result?),
        Err(_) => Err(Problem::unavailable("the store does not answer in time")),
    }
}

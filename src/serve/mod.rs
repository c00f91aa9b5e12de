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
//! | `overview`, `channels`, `listing` | what there is, and as JSON |
//! | `judge` | what preflight says of a revision |
//! | `packs` | the pack API |
//! | `console` | the page for people |
//! | `shelf`, `budget`, `fresh` | what is kept in memory, how much, for how long |
//! | `guard` | who may ask: token, origins |
//! | `answer`, `routes` | from a request to its answer |
//! | `listen`, `socket` | connections, their limits, and their end |
//! | `openapi`, `own` | what the gateway says of itself |
//! | `metrics`, `log`, `problem` | what is counted, written down, and said when something is wrong |

mod answer;
mod asset;
mod budget;
mod channels;
mod conditions;
mod console;
mod encoding;
mod fresh;
mod guard;
mod judge;
mod listen;
mod listing;
mod log;
mod metrics;
mod openapi;
mod overview;
mod own;
mod packs;
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

use tokio::sync::Semaphore;

use crate::diag::Outcome;
use crate::preflight::{Files, Judgement};
use crate::runtime::Runtime;
use crate::store::{Digest, Store};

pub use guard::{Guard, Token};
pub use listen::{Limits, listen};
pub use log::{Line, Lines, Log, LogForm};

use asset::Asset;
use budget::Budget;
use fresh::Fresh;
use metrics::Metrics;
use overview::Overview;
use problem::Problem;
use revision::Revision;

use crate::store::subject::Subject;
use shelf::Shelf;

/// For how long listings, channels and the absence of things are believed.
const BRIEFLY: Duration = Duration::from_secs(2);
/// For how long a look over the whole store is believed.
const OVERVIEW: Duration = Duration::from_secs(5);
/// What is larger is not kept, if it may change: files alone may fill the memory.
const LARGE: u64 = 64 << 10;
/// For how many bytes of memory one listing is kept, which takes at most [`LARGE`].
const A_DOCUMENT: usize = 256 << 10;
/// For how many bytes of memory one revision is known, which takes a tenth of it as a rule.
const A_REVISION: usize = 64 << 10;
/// How many judgements are known at once.
const JUDGED: usize = 256;
/// How many different things can be read at a time.
const STRIPES: usize = 64;

/// Judges a revision.
pub type Judge = Box<dyn Fn(&Files) -> Vec<Judgement> + Send + Sync>;

/// How a gateway works.
pub struct Settings {
    /// How many bytes contents may take in memory.
    pub memory: usize,
    /// Who may ask.
    pub guard: Guard,
    /// How long after a revocation its revision may still be served.
    pub revocation: Duration,
    /// Where the access log goes.
    pub log: Option<Log>,
    /// What judges a revision, for the console.
    pub judge: Judge,
    /// How a time is written.
    pub stamp: fn(SystemTime) -> String,
}

/// What answers requests.
pub struct Gateway {
    store: Option<Arc<dyn Store>>,
    pack: Option<Runtime>,
    settings: Settings,
    shelf: Shelf,
    metrics: Metrics,
    revisions: Fresh<Option<Arc<Revision>>>,
    documents: Fresh<Arc<Asset>>,
    overview: Fresh<Arc<Overview>>,
    judged: Fresh<Arc<Vec<Judgement>>>,
    judging: Semaphore,
    waiting: Semaphore,
    ready: Fresh<Option<String>>,
    reading: [tokio::sync::Mutex<()>; STRIPES],
    started: Instant,
}

impl Gateway {
    /// A gateway over a store, a pack, or both.
    pub fn new(store: Option<Box<dyn Store>>, pack: Option<Runtime>, settings: Settings) -> Self {
        Self {
            store: store.map(Arc::from),
            pack,
            shelf: Shelf::new(Budget::new(settings.memory)),
            metrics: Metrics::default(),
            revisions: Fresh::new(BRIEFLY, settings.memory / A_REVISION, Option::is_some)
                .keeping(|known| known.as_ref().is_none_or(|revision| revision.size() <= LARGE)),
            documents: Fresh::new(BRIEFLY, settings.memory / A_DOCUMENT, |_| false)
                .keeping(|asset| asset.size() <= LARGE),
            overview: Fresh::new(OVERVIEW, 1, |_| false),
            judged: Fresh::new(BRIEFLY, JUDGED, |_| true),
            judging: Semaphore::new(1),
            waiting: Semaphore::new(judge::WAITING),
            ready: Fresh::new(BRIEFLY, 1, |_| false),
            reading: std::array::from_fn(|_| tokio::sync::Mutex::default()),
            started: Instant::now(),
            settings,
        }
    }

    /// Counts something that happened to the pack that is followed.
    pub fn note(&self, kind: &'static str) {
        self.metrics.note(kind);
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
    async fn revision(&self, owner: &Subject, hash: Digest) -> Result<Arc<Revision>, Problem> {
        let revision = self.any_revision(owner, hash).await?;
        match revision.standing.revoked(&**self.store()?, self.settings.revocation).await? {
            Some(revocation) => Err(standing::problem(revocation)),
            None => Ok(revision),
        }
    }

    /// A finished revision, revoked or not.
    async fn any_revision(&self, owner: &Subject, hash: Digest) -> Result<Arc<Revision>, Problem> {
        let store = self.store()?;
        let name = owner.revision(hash)?.path().to_owned();
        let ask =
            || async { Ok(Revision::load(&**store, owner.clone(), hash, &self.shelf).await?.map(Arc::new)) };
        let known = self.revisions.get(&name, ask).await?;
        known.ok_or_else(|| Problem::no_revision(format!("the store has no finished revision `{name}`")))
    }

    /// A file of a revision, as it is served under a path.
    async fn file(
        &self,
        owner: &Subject,
        hash: Digest,
        name: &str,
        path: &str,
    ) -> Result<Arc<Asset>, Problem> {
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
        if let Some(pack) = &self.pack
            && pack.pack().is_none()
        {
            return Some("there is no pack to serve yet".to_owned());
        }
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

//! The run time around a pack: it follows a runtime directory or a store's channel, and swaps packs under its readers.
//!
//! [`Pack::open`](crate::cache::Pack::open) maps a file that must not change. [`Runtime`] makes that promise true: it
//! copies what it takes into a store of its own, verifies every byte, checks that it continues what was served, and
//! only then swaps it in. Readers that hold the old pack finish on it. What is bad is refused, reported and remembered,
//! and the old pack stays; what was good is kept, so that a restart or a roll-back finds it.
//!
//! ```
//! # mod example { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/runtime/example.rs")); }
//! # use aegis_action::runtime::Runtime;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let top = std::env::temp_dir().join(format!("aegis-doc-{}", std::process::id()));
//! # let (directory, own) = (top.join("aegis-runtime"), top.join("own"));
//! # example::directory(&directory, "1.2.0")?;
//! let runtime = Runtime::open(&directory, &own)?;
//! let pack = runtime.pack().ok_or("no pack")?; // hold it for one request, then take it anew
//! if let Some(senses) = pack.lookup("Forkie")? {
//!     for sense in senses.iter() {
//!         println!("{}", sense?.meaning()?); // Forklift operator
//!     }
//! }
//! # let _ = std::fs::remove_dir_all(&top); // its watcher may be writing
//! # Ok(())
//! # }
//! ```
//!
//! | module | what it does |
//! | --- | --- |
//! | `source`, `folder`, `channel` | where packs come from |
//! | `keep`, `draft` | the own store on disk |
//! | `judge`, `remerge` | whether something may be served; layers merged anew |
//! | `update`, `fault` | one update after the other, and why one is refused |
//! | `watch` | when to look |
//! | `served`, `event` | what readers hold, and what they are told |

mod channel;
mod draft;
mod event;
mod fault;
mod folder;
mod judge;
mod keep;
mod kept;
mod remerge;
mod served;
mod source;
mod update;
mod watch;

/// The page for authors of agents: its examples compile.
#[cfg(doctest)]
#[doc = include_str!("../../docs/runtime.md")]
struct Page;

use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use arc_swap::ArcSwapOption;

use crate::diag::{Code, Diagnostic, Outcome};
use crate::oid::Oid;

pub use channel::{Channel, Objects, StoreFolder};
pub use event::{Event, FORM as EVENT_FORM, Kind};
pub use folder::Folder;
pub use served::{Release, Served};
pub use source::{Copies, FILES, Look, Source, Trouble};

use judge::Policy;
use keep::Keep;
use update::{Clock, Next, Updater};
use watch::{Turn, Watch};

/// How many good packs are kept if nobody says otherwise.
pub const KEEP: usize = 5;
/// For how long a pack that cannot be taken may be half-written, if nobody says otherwise.
pub const SETTLE: Duration = Duration::from_millis(500);

/// How a [`Runtime`] works. Made by [`Runtime::options`].
pub struct Options {
    store: PathBuf,
    keep: usize,
    settle: Duration,
    poll: Option<Duration>,
    policy: Policy,
    follow: bool,
    may_be_empty: bool,
    events: Option<Sender<Event>>,
    clock: Clock,
}

impl Options {
    /// How many good packs are kept on disk, the one that is served included; at least 1. The default is [`KEEP`].
    #[must_use]
    pub fn keep(mut self, packs: usize) -> Self {
        self.keep = packs;
        self
    }

    /// Takes a pack across a major step too: what the agent relies on may be gone in it.
    #[must_use]
    pub fn allow_major(mut self, allow: bool) -> Self {
        self.policy.allow_major = allow;
        self
    }

    /// The OID that packs must have. Without it the first pack decides.
    #[must_use]
    pub fn oid(mut self, oid: Oid) -> Self {
        self.policy.oid = Some(oid);
        self
    }

    /// How often to look, whatever the file system tells. Without it: every five seconds where changes are noticed
    /// by themselves, several times a second where they are not.
    #[must_use]
    pub fn poll(mut self, every: Duration) -> Self {
        self.poll = Some(every);
        self
    }

    /// For how long files that cannot be taken may be half-written, before they are bad. The default is [`SETTLE`].
    #[must_use]
    pub fn settle(mut self, settle: Duration) -> Self {
        self.settle = settle;
        self
    }

    /// Whether a thread follows the source; the default. Without it, [`Runtime::check`] looks.
    #[must_use]
    pub fn follow(mut self, follow: bool) -> Self {
        self.follow = follow;
        self
    }

    /// Opens also while there is no pack to serve yet; [`Runtime::pack`] is `None` until one comes.
    #[must_use]
    pub fn may_be_empty(mut self, may: bool) -> Self {
        self.may_be_empty = may;
        self
    }

    /// Where events go, from the first on. Whoever takes them away may stop at any time.
    #[must_use]
    pub fn events(mut self, sender: Sender<Event>) -> Self {
        self.events = Some(sender);
        self
    }

    /// Where the time of events comes from; the default is the system's clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Follows a runtime directory.
    ///
    /// # Errors
    /// As [`Options::open_source`].
    pub fn open(self, directory: impl AsRef<Path>) -> Outcome<Runtime> {
        self.open_source(Box::new(Folder::new(directory.as_ref())))
    }

    /// Follows a pack's channel in a store.
    ///
    /// # Errors
    /// As [`Options::open_source`].
    pub fn open_channel(self, store: impl Objects + 'static, oid: Oid, channel: &str) -> Outcome<Runtime> {
        let source = Channel::new(store, oid.clone(), channel);
        self.oid(oid).open_source(Box::new(source))
    }

    /// Follows any source: serves the last good pack of an earlier run, then what the source has.
    ///
    /// # Errors
    /// There is nothing to serve (and that was not allowed): the diagnostic says why. Or the own store cannot be read.
    pub fn open_source(self, source: Box<dyn Source>) -> Outcome<Runtime> {
        let keep = Keep::new(self.store, self.keep);
        let mut updater = Updater::new(keep, source, self.policy, self.settle, self.clock);
        let resumed = updater.resume()?;
        let shared = Arc::new(Shared {
            served: ArcSwapOption::empty(),
            updater: Mutex::new(updater),
            events: Mutex::new(self.events),
        });
        let mut told = shared.tell(resumed);
        // What is fresh or half-written is waited for where nobody will look again, or nothing is served yet; but not
        // for ever, if it changes all the time.
        let until = Instant::now() + 2 * self.settle + SETTLE;
        loop {
            let (events, next) = shared.check();
            told.extend(events);
            match next {
                Next::Soon(wait)
                    if Instant::now() < until && (!self.follow || shared.served.load().is_none()) =>
                {
                    std::thread::sleep(wait);
                }
                _ => break,
            }
        }
        if !self.may_be_empty && shared.served.load().is_none() {
            return Err(nothing_to_serve(told));
        }
        let watch = if self.follow { Some(shared.watch(self.poll)?) } else { None };
        Ok(Runtime { shared, _watch: watch })
    }
}

/// Why there is no pack at all: the last thing that was told.
fn nothing_to_serve(told: Vec<Event>) -> Box<Diagnostic> {
    let Some(last) = told.into_iter().next_back() else {
        let message = "there is no pack to serve yet";
        let help = "build or deploy one, or open the run time so that it may be empty at first";
        return Box::new(Diagnostic::error(Code::NotFound, message).help(help));
    };
    last.diagnostics.into_iter().next().map_or_else(
        || {
            let message = format!("there is no pack to serve: {}", last.reason);
            let help = "build it with `aegis build`, or deploy one";
            Box::new(Diagnostic::error(Code::SourceNotFound, message).help(help))
        },
        Box::new,
    )
}

/// Serves the newest good pack of a runtime directory or a channel. It may be shared between threads.
///
/// Dropped, it ends its thread; packs that are held stay usable.
pub struct Runtime {
    shared: Arc<Shared>,
    _watch: Option<Watch>,
}

struct Shared {
    served: ArcSwapOption<Served>,
    updater: Mutex<Updater>,
    events: Mutex<Option<Sender<Event>>>,
}

impl Runtime {
    /// How to follow something. `store` is a folder for the run time alone: copies of good packs, and what is known to
    /// be bad. Several processes may share it.
    pub fn options(store: impl Into<PathBuf>) -> Options {
        let store = store.into();
        Options {
            store: std::path::absolute(&store).unwrap_or(store),
            keep: KEEP,
            settle: SETTLE,
            poll: None,
            policy: Policy { oid: None, allow_major: false },
            follow: true,
            may_be_empty: false,
            events: None,
            clock: Arc::new(SystemTime::now),
        }
    }

    /// Follows a runtime directory with the default options.
    ///
    /// # Errors
    /// As [`Options::open_source`].
    pub fn open(directory: impl AsRef<Path>, store: impl Into<PathBuf>) -> Outcome<Self> {
        Self::options(store).open(directory)
    }

    /// The pack that is served now; `None` before the first one, and after the last good one was revoked.
    ///
    /// It costs a few nanoseconds and never waits. Take it once for each request, so that the request sees one pack.
    pub fn pack(&self) -> Option<Arc<Served>> {
        self.shared.served.load_full()
    }

    /// Looks now, and takes what there is. Whoever follows with a thread need not call it.
    pub fn check(&self) -> Vec<Event> {
        self.shared.check().0
    }

    /// Serves the good pack that was served `steps` good packs before. The one that is left is not taken again before
    /// the source has another update.
    ///
    /// ```
    /// # mod example { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/runtime/example.rs")); }
    /// # use aegis_action::runtime::{Kind, Runtime};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let top = std::env::temp_dir().join(format!("aegis-rollback-{}", std::process::id()));
    /// # let (directory, own) = (top.join("aegis-runtime"), top.join("own"));
    /// # example::directory(&directory, "1.2.0")?;
    /// let runtime = Runtime::options(&own).follow(false).open(&directory)?;
    /// # example::directory(&directory, "1.3.0")?;
    /// # while runtime.check().is_empty() {}
    /// let events = runtime.rollback(1)?;
    /// assert_eq!(events[0].kind, Kind::RolledBack);
    /// assert!(runtime.rollback(1).is_err(), "nothing is kept before it");
    /// # std::fs::remove_dir_all(&top)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// So many are not kept, the copy is damaged or was revoked, or the own store cannot be written. Then nothing
    /// changed.
    pub fn rollback(&self, steps: usize) -> Outcome<Vec<Event>> {
        let events = {
            let mut updater = self.shared.updater();
            let events = updater.rollback(steps)?;
            self.shared.serve(&updater);
            events
        };
        Ok(self.shared.tell(events))
    }

    /// The good packs that are kept, oldest first; the last is the one that a restart would serve.
    ///
    /// # Errors
    /// The own store cannot be read.
    pub fn history(&self) -> Outcome<Vec<Release>> {
        self.shared.updater().history()
    }
}

impl Shared {
    fn updater(&self) -> std::sync::MutexGuard<'_, Updater> {
        self.updater.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets readers see what the updater serves. Called while it is locked, so that swaps come in its order.
    fn serve(&self, updater: &Updater) {
        self.served.store(updater.current().cloned());
    }

    fn check(&self) -> (Vec<Event>, Next) {
        let (events, next) = {
            let mut updater = self.updater();
            let result = updater.check();
            self.serve(&updater);
            result
        };
        (self.tell(events), next)
    }

    fn tell(&self, events: Vec<Event>) -> Vec<Event> {
        let sender = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = &*sender {
            // Whoever listened may have gone.
            events.iter().for_each(|event| {
                let _ = sender.send(event.clone());
            });
        }
        events
    }

    fn watch(self: &Arc<Self>, poll: Option<Duration>) -> Outcome<Watch> {
        let shared = Arc::clone(self);
        let turn = move || {
            let (_, next) = shared.check();
            let after = match next {
                Next::Wait => None,
                Next::Soon(wait) | Next::After(wait) => Some(wait),
            };
            let updater = shared.updater();
            let source = updater.source();
            Turn { after, watched: source.watched(), interval: source.interval() }
        };
        Watch::start(poll, turn).map_err(|error| {
            let message = format!("cannot start the thread that follows the packs: {error}");
            let help = "raise the process's limit on threads, or open without following and call `check`";
            Box::new(Diagnostic::error(Code::Internal, message).help(help))
        })
    }
}

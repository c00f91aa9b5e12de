//! Noticing that something changed: events of the file system where they come, polling where they do not. A thread
//! that calls and waits; it judges nothing.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};

/// How often is looked although events come: they may be lost when too many come at once.
const SELDOM: Duration = Duration::from_secs(5);

enum Message {
    Changed,
    Stop,
}

/// What one turn of the thread leaves for the next.
pub(super) struct Turn {
    /// When to look again, if it is known.
    pub(super) after: Option<Duration>,
    /// The paths to watch.
    pub(super) watched: Vec<PathBuf>,
    /// How often to look where no events come.
    pub(super) interval: Duration,
}

/// A thread that looks again and again. Dropped, it ends, and is waited for.
pub(super) struct Watch {
    sender: Sender<Message>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Begins. `poll` is how often to look whatever events say, if the user said so.
    ///
    /// # Errors
    /// The system cannot start another thread.
    pub(super) fn start(
        poll: Option<Duration>,
        mut turn: impl FnMut() -> Turn + Send + 'static,
    ) -> std::io::Result<Self> {
        let (sender, receiver) = channel();
        let mut eyes = Eyes::new(sender.clone());
        let run = move || loop {
            let Turn { after, watched, interval } = turn();
            if eyes.follow(watched) {
                // What changed before the watch began would not be told.
                continue;
            }
            let regular = poll.unwrap_or(if eyes.trusted { SELDOM } else { interval });
            if !wait(&receiver, after.unwrap_or(regular).min(regular)) {
                return;
            }
        };
        let thread = std::thread::Builder::new().name("aegis-runtime".into()).spawn(run)?;
        Ok(Self { sender, thread: Some(thread) })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.sender.send(Message::Stop);
        if let Some(thread) =
            self.thread.take().filter(|thread| thread.thread().id() != std::thread::current().id())
        {
            let _ = thread.join();
        }
    }
}

/// Waits for a change or the time; whether to go on. Changes come in swarms: the rest of one is taken with it.
fn wait(receiver: &Receiver<Message>, most: Duration) -> bool {
    let until = Instant::now() + most;
    let mut changed = false;
    loop {
        let left =
            if changed { Duration::from_millis(1) } else { until.saturating_duration_since(Instant::now()) };
        match receiver.recv_timeout(left) {
            Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
            Ok(Message::Changed) if !changed => changed = true,
            // An endless swarm must not keep us from looking.
            Ok(Message::Changed) if Instant::now() < until => {}
            Ok(Message::Changed) | Err(RecvTimeoutError::Timeout) => return true,
        }
    }
}

/// The watches on the paths of a source.
struct Eyes {
    watcher: Option<RecommendedWatcher>,
    /// What is watched, by path and by what stood there: a folder that was swapped is another one.
    watched: Vec<(PathBuf, Option<u64>)>,
    focus: std::sync::Arc<std::sync::Mutex<Vec<PathBuf>>>,
    trusted: bool,
}

impl Eyes {
    fn new(sender: Sender<Message>) -> Self {
        let focus = std::sync::Arc::new(std::sync::Mutex::new(Vec::<PathBuf>::new()));
        let seen = std::sync::Arc::clone(&focus);
        let handler = move |event: notify::Result<notify::Event>| {
            let matters = match &event {
                Ok(event) => {
                    let focus = seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    changes(event.kind) && concerns(&event.paths, &focus)
                }
                // Lost events, for one: look.
                Err(_) => true,
            };
            if matters {
                let _ = sender.send(Message::Changed);
            }
        };
        let watcher = notify::recommended_watcher(handler).ok();
        Self { watcher, watched: Vec::new(), focus, trusted: false }
    }

    /// Watches these paths; whether that began anew for any of them.
    fn follow(&mut self, paths: Vec<PathBuf>) -> bool {
        let Some(watcher) = &mut self.watcher else { return false };
        let now: Vec<_> =
            paths.into_iter().map(|path| (identity(&path), path)).map(|(id, p)| (p, id)).collect();
        if now == self.watched {
            return false;
        }
        *self.focus.lock().unwrap_or_else(std::sync::PoisonError::into_inner) =
            now.iter().map(|(path, _)| path.clone()).collect();
        for (path, _) in &self.watched {
            // A folder that is gone took its watch with it.
            let _ = watcher.unwatch(path);
        }
        let mut trusted = !now.is_empty();
        for (path, _) in &now {
            // Some may be missing: the one around it tells when it comes.
            trusted &= !path.exists() || watcher.watch(path, RecursiveMode::NonRecursive).is_ok();
            trusted &= !path.exists() || tells(path);
        }
        trusted &= now.iter().any(|(_, identity)| identity.is_some());
        (self.watched, self.trusted) = (now, trusted);
        true
    }
}

/// Whether an event can be a change. Reading is none: our own would wake us.
fn changes(kind: EventKind) -> bool {
    !matches!(kind, EventKind::Access(access) if access != AccessKind::Close(AccessMode::Write))
}

/// Whether one of the paths is a watched one or stands in one that is not merely around it.
fn concerns(paths: &[PathBuf], focus: &[PathBuf]) -> bool {
    // The first of a runtime directory's three is the folder around it, where much else may go on.
    let around = focus.first().filter(|first| focus.get(1).is_some_and(|next| next.parent() == Some(first)));
    paths.is_empty()
        || paths.iter().any(|path| {
            focus.iter().filter(|one| Some(*one) != around).any(|one| path.starts_with(one))
                || around.is_some_and(|around| path == around)
        })
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt as _;
    path.metadata().ok().map(|metadata| metadata.ino())
}

/// Whether the file system of a path tells of changes that other machines, or what lies below it, make.
#[cfg(target_os = "linux")]
fn tells(path: &Path) -> bool {
    // NFS, SMB (three of them), FUSE, 9P, Ceph, AFS, virtual folders of virtual machines: see statfs(2).
    const REMOTE: [u32; 9] = [
        0x6969,
        0x517B,
        0xFE53_4D42,
        0xFF53_4D42,
        0x6573_5546,
        0x0102_1997,
        0x00C3_6400,
        0x5346_414F,
        0x786F_4256,
    ];
    let Ok(file) = File::open(path) else { return false };
    rustix::fs::fstatfs(&file).is_ok_and(|found| !REMOTE.contains(&(found.f_type as u32)))
}

#[cfg(not(target_os = "linux"))]
fn tells(path: &Path) -> bool {
    File::open(path).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_in_the_directory_concerns_it() {
        let focus = ["/srv", "/srv/run", "/srv/run/caches"].map(PathBuf::from);
        let concerned = |path: &str| concerns(&[PathBuf::from(path)], &focus);
        assert!(
            concerned("/srv/run") && concerned("/srv/run/metadata.json") && concerned("/srv/run/caches/x")
        );
        assert!(!concerned("/srv/running") && !concerned("/srv/.run.building-1"));
        let channel = ["/srv/packs/1.0/channels/stable", "/srv/packs/1.0/abc"].map(PathBuf::from);
        assert!(concerns(&["/srv/packs/1.0/channels/stable/1.json".into()], &channel));
    }

    #[test]
    fn turns_come_by_themselves_and_end_with_the_watch() {
        let (sender, receiver) = channel();
        let turn = move || {
            let _ = sender.send(());
            Turn { after: Some(Duration::from_millis(5)), watched: Vec::new(), interval: SELDOM }
        };
        let watch = Watch::start(None, turn).unwrap();
        for _ in 0..3 {
            receiver.recv_timeout(Duration::from_secs(10)).unwrap();
        }
        drop(watch);
        while receiver.recv_timeout(Duration::from_millis(1)).is_ok() {}
        assert!(matches!(receiver.recv_timeout(Duration::ZERO), Err(RecvTimeoutError::Disconnected)));
    }
}

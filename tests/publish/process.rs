//! The publisher as a process of its own: this test binary, run again.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use aegis_action::diag::{Code, Outcome};
use aegis_action::store::publish::{Done, Published};
use aegis_action::store::{Store, open};

use crate::kills::Doomed;
use crate::{fixture, publish_now};

/// What a publisher is told, by environment variables.
pub(crate) struct Job<'j> {
    pub(crate) directory: &'j Path,
    pub(crate) store: &'j Path,
    /// Treat readme and checksums as parts of the identity.
    pub(crate) contested: bool,
    /// Kill itself around this operation on the store, counted from 1: see [`Doomed`].
    pub(crate) kill: Option<u32>,
    /// Wait for this file before publishing.
    pub(crate) gate: Option<&'j Path>,
}

/// A publisher that runs.
pub(crate) struct Publisher {
    pub(crate) child: Child,
    result: PathBuf,
}

impl Publisher {
    /// Starts one. `scratch` is a folder for what it reports.
    pub(crate) fn start(job: &Job<'_>, scratch: &Path) -> Self {
        static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let result = scratch.join(format!("result-{number}"));
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["process::publisher_process", "--exact", "--nocapture", "--test-threads=1"])
            .env("PUBLISH_DIRECTORY", job.directory)
            .env("PUBLISH_STORE", job.store)
            .env("PUBLISH_RESULT", &result)
            .env("PUBLISH_CONTESTED", if job.contested { "1" } else { "" })
            .env("PUBLISH_KILL", job.kill.map_or_else(String::new, |k| k.to_string()))
            .env("PUBLISH_GATE", job.gate.unwrap_or(Path::new("")))
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        Self { child: command.spawn().unwrap(), result }
    }

    /// Waits until it stands before its gate.
    pub(crate) fn wait_until_ready(&self) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !self.result.with_extension("ready").exists() {
            assert!(Instant::now() < deadline, "the publisher does not start");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// What it reported; `None` if it was killed.
    pub(crate) fn finish(mut self) -> Option<Report> {
        let status = self.child.wait().unwrap();
        if status.signal() == Some(9) {
            return None;
        }
        assert!(status.success(), "{status}");
        let report = std::fs::read_to_string(&self.result).unwrap();
        Some(Report(report.split(' ').map(str::to_owned).collect()))
    }
}

/// What a publisher reported: how it ended, objects and bytes; or the code of what stopped it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Report(Vec<String>);

impl Report {
    /// How a publisher writes it.
    fn text(outcome: &Outcome<Published>) -> String {
        match outcome {
            Ok(published) => format!("{:?} {} {}", published.done, published.objects, published.bytes),
            Err(diagnostic) => diagnostic.code.to_string(),
        }
    }

    pub(crate) fn wrote_the_manifest(&self) -> bool {
        [format!("{:?}", Done::Created), format!("{:?}", Done::Finished)].contains(&self.0[0])
    }

    pub(crate) fn was_there(&self) -> bool {
        self.0[0] == format!("{:?}", Done::AlreadyThere)
    }

    pub(crate) fn is(&self, code: Code) -> bool {
        self.0[0] == code.as_str()
    }
}

/// Not a test of its own: the body of a publisher process. Without a job it has nothing to do.
#[test]
fn publisher_process() {
    let var = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let Some(directory) = var("PUBLISH_DIRECTORY") else { return };
    let directory = Path::new(&directory);
    let result = PathBuf::from(var("PUBLISH_RESULT").unwrap());
    let store: Arc<dyn Store> = open(&var("PUBLISH_STORE").unwrap(), Path::new("/")).unwrap().into();
    let store: Arc<dyn Store> = match var("PUBLISH_KILL") {
        Some(k) => Arc::new(Doomed::new(store, k.parse().unwrap())),
        None => store,
    };
    let contested = var("PUBLISH_CONTESTED").is_some();
    let revision = if contested { crate::races::contested(directory) } else { fixture::revision(directory) };
    if let Some(gate) = var("PUBLISH_GATE") {
        std::fs::write(result.with_extension("ready"), "").unwrap();
        while !Path::new(&gate).exists() {
            std::thread::sleep(Duration::from_micros(200));
        }
    }
    let report = Report::text(&publish_now(&*store, &revision));
    std::fs::write(&result, report).unwrap();
}

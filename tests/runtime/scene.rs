//! A place for one test: a runtime directory, an own store, and what is asked of packs.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use aegis_action::cache::Pack;
use aegis_action::runtime::{Event, Kind, Options, Runtime};

use crate::example::Site;

/// A folder of a test.
pub(crate) struct Scene {
    top: tempfile::TempDir,
}

impl Scene {
    /// An empty place.
    pub(crate) fn new() -> Self {
        Self { top: tempfile::tempdir().unwrap() }
    }

    /// A place with a runtime directory of the small pack.
    pub(crate) fn with(version: &str) -> Self {
        let scene = Self::new();
        Site::new(version).build(&scene.directory()).unwrap();
        scene
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.top.path().join(path)
    }

    pub(crate) fn directory(&self) -> PathBuf {
        self.at("aegis-runtime")
    }

    pub(crate) fn own(&self) -> PathBuf {
        self.at("own")
    }

    /// Options without a thread, that condemn soon.
    pub(crate) fn options(&self) -> Options {
        Runtime::options(self.own()).follow(false).settle(Duration::from_millis(30))
    }

    pub(crate) fn open(&self) -> Runtime {
        self.options().open(self.directory()).unwrap()
    }

    /// Replaces one file of the directory, in one step.
    pub(crate) fn replace(&self, file: &str, bytes: impl AsRef<[u8]>) {
        let (part, path) = (self.at("part"), self.directory().join(file));
        fs::write(&part, bytes).unwrap();
        fs::rename(part, path).unwrap();
    }

    /// The bytes of a layer's cache, as a build of this pack makes it.
    pub(crate) fn cache_of(&self, site: &Site, layer: &str) -> Vec<u8> {
        let elsewhere = tempfile::tempdir_in(self.top.path()).unwrap();
        let target = elsewhere.path().join("built");
        site.build(&target).unwrap();
        fs::read(target.join(format!("caches/{layer}.1337"))).unwrap()
    }
}

/// Looks until something happens.
pub(crate) fn until_event(runtime: &Runtime) -> Vec<Event> {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let events = runtime.check();
        if !events.is_empty() {
            return events;
        }
        assert!(Instant::now() < deadline, "nothing happens");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The kinds of what happened.
pub(crate) fn kinds(events: &[Event]) -> Vec<Kind> {
    events.iter().map(|event| event.kind).collect()
}

/// The codes of what was wrong.
pub(crate) fn codes(events: &[Event]) -> Vec<&'static str> {
    events.iter().flat_map(|event| &event.diagnostics).map(|one| one.code.as_str()).collect()
}

/// What a pack says a term means.
pub(crate) fn meaning(pack: &Pack, term: &str) -> String {
    let senses = pack.lookup(term).unwrap().unwrap();
    senses.iter().next().unwrap().unwrap().meaning().unwrap().to_owned()
}

/// The version of what is served.
pub(crate) fn version(runtime: &Runtime) -> String {
    runtime.pack().unwrap().release().version.to_string()
}

/// The bytes of the file that is served.
pub(crate) fn served_bytes(scene: &Scene, runtime: &Runtime) -> Vec<u8> {
    let id = runtime.pack().unwrap().release().id.clone();
    let folder = scene.own().join("packs").join(id);
    let merged = folder.join("merged.1337");
    fs::read(if merged.exists() { merged } else { folder.join("runtime.1337") }).unwrap()
}

/// Copies a folder with all in it.
pub(crate) fn copy_all(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let to = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(to).unwrap();
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

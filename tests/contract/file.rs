//! The folder: its bench for the contract, and what only a folder can get wrong.

use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aegis_action::store::{Store, StoreErrorKind, block_on, open};

use crate::{Bench, create, key, read};

/// A store in a folder that does not exist yet.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn root(&self) -> PathBuf {
        self.0.path().join("deep/store")
    }
}

impl Bench for Folder {
    fn open(&self) -> Arc<dyn Store> {
        open("file://deep/store", self.0.path()).unwrap().into()
    }
}

fn scratch(folder: &Folder) -> Vec<String> {
    let entries = std::fs::read_dir(folder.root().join(".aegis/tmp")).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn age(path: &Path, seconds: u64) {
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(seconds)).unwrap();
}

#[test]
fn objects_are_plain_files_and_nothing_is_left_over() {
    let folder = Folder::new();
    block_on(create(&*folder.open(), "a/b.txt", b"content")).unwrap().unwrap();
    let file = std::fs::metadata(folder.root().join("a/b.txt")).unwrap();
    let umask = {
        let path = folder.0.path().join("umask");
        std::fs::write(&path, "").unwrap();
        0o666 & !std::fs::metadata(path).unwrap().permissions().mode()
    };
    assert_eq!(file.permissions().mode() & 0o777, 0o644 & !umask);
    assert_eq!(file.nlink(), 1);
    assert_eq!(std::fs::read(folder.root().join("a/b.txt")).unwrap(), b"content");
    assert_eq!(scratch(&folder), [""; 0]);
}

#[test]
fn the_first_write_sweeps_what_is_older_than_an_hour() {
    let folder = Folder::new();
    block_on(create(&*folder.open(), "a", b"")).unwrap().unwrap();
    let tmp = folder.root().join(".aegis/tmp");
    for (name, seconds) in [("old", 3700), ("young", 3500)] {
        std::fs::write(tmp.join(name), name).unwrap();
        age(&tmp.join(name), seconds);
    }
    std::fs::create_dir(tmp.join("folder")).unwrap();
    let store = folder.open();
    block_on(create(&*store, "b", b"")).unwrap().unwrap();
    let mut left = scratch(&folder);
    left.sort();
    assert_eq!(left, ["folder", "young"]);
    std::fs::write(tmp.join("old"), "").unwrap();
    age(&tmp.join("old"), 3700);
    block_on(create(&*store, "c", b"")).unwrap().unwrap();
    assert!(tmp.join("old").exists(), "only the first write of a client sweeps");
}

#[test]
fn no_link_is_followed_below_the_root() {
    let folder = Folder::new();
    let store = folder.open();
    block_on(create(&*store, "a/b", b"inside")).unwrap().unwrap();
    let outside = folder.0.path().join("outside");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("secret"), "secret").unwrap();
    let root = folder.root();
    symlink(&outside, root.join("out")).unwrap();
    symlink(outside.join("secret"), root.join("a/secret")).unwrap();
    symlink(outside.join("not-there"), root.join("a/dangling")).unwrap();
    symlink(root.join("a"), root.join("within")).unwrap();
    for name in ["out/secret", "a/secret", "a/dangling", "within/b"] {
        let errors = [
            block_on(read(&*store, name, None)).unwrap().unwrap_err(),
            block_on(store.head(&key(name))).unwrap().unwrap_err(),
            block_on(create(&*store, name, b"new")).unwrap().unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.kind, StoreErrorKind::Denied, "{name}: {error}");
            assert!(error.to_string().contains("symbolic link"), "{error}");
        }
    }
    assert_eq!(block_on(create(&*store, "out/new", b"")).unwrap().unwrap_err().kind, StoreErrorKind::Denied);
    assert_eq!(block_on(store.delete(&key("out/secret"))).unwrap().unwrap_err().kind, StoreErrorKind::Denied);
    assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 1, "nothing was made outside");
    let listed = block_on(store.list(&aegis_action::store::Folder::root(), None, 100)).unwrap().unwrap();
    assert_eq!(listed.objects.iter().map(|listed| listed.key.as_str()).collect::<Vec<_>>(), ["a/b"]);
}

#[test]
fn the_root_itself_may_be_a_link() {
    let folder = Folder::new();
    let real = folder.0.path().join("real");
    std::fs::create_dir(&real).unwrap();
    symlink(&real, folder.0.path().join("deep")).unwrap();
    block_on(create(&*folder.open(), "a", b"1")).unwrap().unwrap();
    assert_eq!(std::fs::read(real.join("store/a")).unwrap(), b"1");
}

#[test]
fn what_is_no_file_is_no_object() {
    let folder = Folder::new();
    let store = folder.open();
    block_on(create(&*store, "a/b", b"")).unwrap().unwrap();
    let pipe = folder.root().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert!(block_on(read(&*store, "pipe", None)).unwrap().unwrap_err().is_not_found());
    let error = block_on(create(&*store, "a", b"")).unwrap().unwrap_err();
    let said = |why: &str| format!("cannot write {}", why.replace("STORE", store.url()));
    assert_eq!(error.to_string(), said("`a` in the store STORE: a folder stands in its place"));
    let error = block_on(create(&*store, "a/b/c", b"")).unwrap().unwrap_err();
    assert_eq!(error.to_string(), said("`a/b/c` in the store STORE: a file stands where a folder should"));
    assert_eq!(scratch(&folder), [""; 0]);
}

#[test]
fn a_root_that_is_a_file_is_an_error_and_not_an_empty_store() {
    let folder = Folder::new();
    std::fs::create_dir(folder.0.path().join("deep")).unwrap();
    std::fs::write(folder.root(), "").unwrap();
    let store = folder.open();
    assert!(!block_on(store.head(&key("a"))).unwrap().unwrap_err().is_not_found());
    assert!(block_on(store.list(&aegis_action::store::Folder::root(), None, 1)).unwrap().is_err());
    assert!(block_on(create(&*store, "a", b"")).unwrap().is_err());
}

/// A file system that was taken away under a process that goes on: what it held is not lost, and nothing is written where it was.
#[test]
fn a_root_that_is_gone_is_an_error_and_not_an_empty_store() {
    let folder = Folder::new();
    let store = folder.open();
    assert!(block_on(read(&*store, "a", None)).unwrap().unwrap_err().is_not_found());
    block_on(create(&*store, "a", b"1")).unwrap().unwrap();
    let away = folder.0.path().join("away");
    std::fs::rename(folder.root(), &away).unwrap();
    let errors = [
        block_on(read(&*store, "a", None)).unwrap().unwrap_err(),
        block_on(store.list(&aegis_action::store::Folder::root(), None, 1)).unwrap().unwrap_err(),
        block_on(create(&*store, "b", b"2")).unwrap().unwrap_err(),
    ];
    for error in errors {
        assert!(
            error.kind == StoreErrorKind::Unavailable && error.to_string().contains("is gone"),
            "{error}"
        );
    }
    std::fs::rename(&away, folder.root()).unwrap();
    assert_eq!(block_on(read(&*store, "a", None)).unwrap().unwrap(), b"1");
}

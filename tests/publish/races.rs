//! Thirty-two processes publish at once.

use std::path::Path;

use aegis_action::diag::Code;
use aegis_action::store::manifest::{Manifest, is_hashed};
use aegis_action::store::publish::{Revision, Role};
use aegis_action::store::{Folder, Key, Payload, block_on, layout, open, read_small};

use crate::fixture::{self, PACK, Pack};
use crate::process::{Job, Publisher, Report};
use crate::{assert_clean, assert_nothing_or_whole};

const PUBLISHERS: usize = 32;

/// The revision of a runtime directory, as if readme and checksums were parts of the identity that its hash does not cover. So two contents can
/// meet under one identity, each of which verifies.
pub(crate) fn contested(directory: &Path) -> Revision {
    let metadata = std::fs::read(directory.join("metadata.json")).unwrap();
    let manifest = Manifest::parse(&metadata).unwrap();
    let files = manifest.files.iter().map(|(name, entry)| {
        let hashed = is_hashed(name);
        let role = if hashed { Role::Hashed } else { Role::Unhashed };
        (name.clone(), Payload::file(directory.join(name), entry.size, entry.sha256), role)
    });
    let folder = layout::pack(&manifest.oid, manifest.pack_hash).unwrap();
    Revision::new(folder, files, (layout::MANIFEST, metadata), &["packHash", "files"]).unwrap()
}

/// Races publishers of these directories, in turn, while a reader reads; the reports in the same order.
fn race(directories: &[std::path::PathBuf], contested: bool, scratch: &Path) -> Vec<Report> {
    let (store, gate) = (scratch.join("store"), scratch.join("gate"));
    let publishers: Vec<_> = (0..PUBLISHERS)
        .map(|i| {
            let directory = &directories[i % directories.len()];
            let job = Job { directory, store: &store, contested, kill: None, gate: Some(&gate) };
            Publisher::start(&job, scratch)
        })
        .collect();
    publishers.iter().for_each(Publisher::wait_until_ready);
    std::fs::write(&gate, "").unwrap();
    let opened = open(store.to_str().unwrap(), scratch).unwrap();
    let mut publishers = publishers;
    while publishers.iter_mut().any(|publisher| publisher.child.try_wait().unwrap().is_none()) {
        assert_nothing_or_whole(&*opened);
    }
    publishers.into_iter().map(|publisher| publisher.finish().unwrap()).collect()
}

#[test]
fn with_equal_content_all_succeed_and_one_writes_the_manifest() {
    let scratch = tempfile::tempdir().unwrap();
    // The same pack, built by different runs with different readmes.
    let directories: Vec<_> = ["1", "2", "3", "4"]
        .map(|run| {
            let readme = if run == "1" { "readme" } else { run };
            fixture::write(&scratch.path().join(run), Pack { run, readme, ..PACK })
        })
        .to_vec();
    let reports = race(&directories, false, scratch.path());
    let writers = reports.iter().filter(|report| report.wrote_the_manifest()).count();
    let others = reports.iter().filter(|report| report.was_there()).count();
    assert_eq!((writers, others), (1, PUBLISHERS - 1), "{reports:?}");
    let store = open(scratch.path().join("store").to_str().unwrap(), scratch.path()).unwrap();
    assert_eq!(assert_clean(&*store).files, 7);
    // Readme, checksums and manifest may come from three runs, and agree all the same.
    let folder = scratch.path().join("store").join(fixture::revision(&directories[0]).folder().path());
    let sums = std::process::Command::new("sha256sum")
        .args(["-c", "--strict", "checksums.txt"])
        .current_dir(folder)
        .output();
    let sums = sums.unwrap();
    assert!(sums.status.success(), "{}", String::from_utf8_lossy(&sums.stdout));
}

#[test]
fn with_different_content_one_wins_and_the_others_get_the_conflict() {
    let scratch = tempfile::tempdir().unwrap();
    let directories =
        ["one", "two"].map(|readme| fixture::write(&scratch.path().join(readme), Pack { readme, ..PACK }));
    let reports = race(&directories, true, scratch.path());
    let winner = reports.iter().position(Report::wrote_the_manifest).expect("one wins") % 2;
    for (i, report) in reports.iter().enumerate() {
        match i % 2 == winner {
            true => assert!(report.wrote_the_manifest() || report.was_there(), "{reports:?}"),
            false => assert!(report.is(Code::ImmutableConflict), "{reports:?}"),
        }
    }
    assert_eq!(reports.iter().filter(|report| report.wrote_the_manifest()).count(), 1, "{reports:?}");
    let store = open(scratch.path().join("store").to_str().unwrap(), scratch.path()).unwrap();
    assert_clean(&*store);
    let revision = contested(&directories[winner]);
    for name in ["README.md", "checksums.txt", "metadata.json"] {
        let key: Key = Folder::new(revision.folder().path()).unwrap().key(name).unwrap();
        let stored = block_on(read_small(&*store, &key, 1 << 20)).unwrap().unwrap();
        assert!(stored == std::fs::read(directories[winner].join(name)).unwrap(), "{name} is the winner's");
    }
}

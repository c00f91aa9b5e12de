//! A disk that is full, a little later each time, and then has room again.

use std::path::Path;
use std::process::Command;

use aegis_action::store::publish::Done;

use crate::fixture::{self, PACK};
use crate::scene::Scene;
use crate::{assert_clean, assert_nothing_or_whole, publish_now};

/// A file system of its own in memory.
struct Disk<'p>(&'p Path);

impl<'p> Disk<'p> {
    /// `None` where mounting is not permitted.
    fn mount(path: &'p Path, size: usize) -> Option<Self> {
        let options = format!("size={size}k");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(path).output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Self(path))
    }

    fn grow(&self, size: usize) {
        let options = format!("remount,size={size}k");
        assert!(Command::new("mount").args(["-o", &options]).arg(self.0).status().unwrap().success());
    }
}

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

#[test]
fn a_full_disk_leaves_nothing_half_and_room_is_all_that_it_takes() {
    let scene = Scene::new();
    let pack = fixture::revision(&scene.pack("pack", PACK));
    let path = scene.scratch.path().join("store");
    std::fs::create_dir(&path).unwrap();
    let (mut full, mut roomy) = (0, 0);
    for size in (4..480).step_by(12) {
        let Some(disk) = Disk::mount(&path, size) else {
            println!("not tried: a full file system (mounting is not permitted)");
            return;
        };
        match publish_now(&*scene.store, &pack) {
            Ok(_) => roomy += 1,
            Err(error) => {
                full += 1;
                let help = error.help.clone().unwrap_or_default();
                assert!(
                    help.contains("free some space") || help.contains("room"),
                    "{size} KiB: {error}: {help}"
                );
                assert_nothing_or_whole(&*scene.store);
            }
        }
        disk.grow(4096);
        let done = publish_now(&*scene.store, &pack).unwrap().done;
        assert!(matches!(done, Done::Created | Done::Finished | Done::AlreadyThere));
        assert_clean(&*scene.store);
    }
    println!("{full} publishes met a full disk, {roomy} had room; each was completed by the next");
    assert!(full > 10 && roomy > 0, "{full} and {roomy}");
}

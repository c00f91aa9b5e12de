//! How much memory one large object takes on its way: a process of its own sends it, and says how much it had at most.

use std::io::Write as _;
use std::process::Command;

use aegis_action::store::{Digest, Payload, block_on};
use sha2::{Digest as _, Sha256};

use crate::{Bench, attributes, key};

/// The size of the object, in bytes.
const SIZE: usize = 192 << 20;
/// The most memory that may be taken, in KiB.
const MOST: u64 = 120 << 10;
/// Which kind of store the process is to use.
const KIND: &str = "AEGIS_TEST_MEMORY";

/// Starts this program again to send a large object.
pub(crate) fn is_bounded(kind: &str, env: &[(&str, &str)]) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["memory::of_one_large_object", "--exact", "--ignored", "--nocapture"])
        .env(KIND, kind)
        .envs(env.iter().copied())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("the most memory was"), "{said}");
}

#[test]
#[ignore = "is run by others, as a process of its own"]
fn of_one_large_object() {
    let bench: Box<dyn Bench> = match std::env::var(KIND).as_deref() {
        #[cfg(feature = "s3")]
        Ok("s3") => Box::new(crate::s3::Bucket::real()),
        #[cfg(feature = "gcs")]
        Ok("gcs") => Box::new(crate::gcs::Bucket::real()),
        #[cfg(feature = "azure")]
        Ok("azure") => Box::new(crate::azure::Container::real()),
        #[cfg(feature = "oci")]
        Ok("oci") => Box::new(crate::oci::Repository::real()),
        other => panic!("{KIND} is {other:?}"),
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large");
    let (mut file, mut hasher) = (std::fs::File::create(&path).unwrap(), Sha256::new());
    for number in 0..SIZE >> 20 {
        let chunk = vec![number as u8; 1 << 20];
        file.write_all(&chunk).unwrap();
        hasher.update(&chunk);
    }
    drop(file);
    let sha256 = Digest::from(hasher);
    let payload = Payload::file(path, SIZE as u64, sha256);
    let store = bench.open();
    block_on(store.create(&key("large"), &payload, &attributes())).unwrap().unwrap();
    let back = block_on(aegis_action::store::digest_of(&*store, &key("large"))).unwrap().unwrap();
    assert_eq!(back, (sha256, SIZE as u64));
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let most: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
    println!("the most memory was {} MiB", most >> 10);
    assert!(most <= MOST, "{most} KiB");
}

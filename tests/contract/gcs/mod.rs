//! Buckets of Google Cloud Storage: a strict server in this process for `cargo test`, and the emulator that `tests/servers/run`
//! starts, which knows no conditions.

mod server;
mod wire;

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use aegis_action::store::{Folder, Settings, Store, StoreErrorKind, block_on, open_with};

use crate::commands::{self, At};
use crate::{Bench, Nobody, create, key, read};

/// A store of its own: a prefix that no other case has.
pub(crate) struct Bucket {
    endpoint: String,
    prefix: String,
}

impl Bucket {
    fn new(endpoint: String) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        Self { endpoint, prefix: format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)) }
    }

    /// The strict server in this process.
    pub(crate) fn in_process() -> Self {
        static SERVER: OnceLock<String> = OnceLock::new();
        Self::new(SERVER.get_or_init(server::serve).clone())
    }

    /// The emulator that the tests were told of.
    pub(crate) fn real() -> Self {
        Self::new(std::env::var("AEGIS_TEST_GCS").unwrap())
    }

    fn at(&self, bucket: &str) -> Arc<dyn Store> {
        let settings = Settings { endpoint: Some(self.endpoint.clone()), ..Settings::default() };
        open_with(&format!("gs://{bucket}/{}", self.prefix), Path::new("/"), &settings).unwrap().into()
    }
}

impl Bench for Bucket {
    fn open(&self) -> Arc<dyn Store> {
        self.at("contract")
    }
}

#[test]
fn the_commands_work() {
    let bucket = Bucket::in_process();
    let env = vec![("STORAGE_EMULATOR_HOST", bucket.endpoint.clone())];
    commands::both(&bucket, &At { url: format!("gs://contract/{}", bucket.prefix), env });
}

#[test]
fn memory_is_bounded() {
    crate::memory::is_bounded("gcs", &[("AEGIS_TEST_GCS", &Bucket::in_process().endpoint)]);
}

fn large() -> Vec<u8> {
    (0..20_000_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

#[test]
fn a_large_object_goes_in_pieces_and_a_second_one_is_refused() {
    let bucket = Bucket::in_process();
    let (content, store) = (large(), bucket.open());
    block_on(create(&*store, "large", &content)).unwrap().unwrap();
    assert!(block_on(read(&*store, "large", None)).unwrap().unwrap() == content);
    let error = block_on(create(&*bucket.open(), "large", &content[1..])).unwrap().unwrap_err();
    assert!(error.is_exists(), "{error}");
    assert_eq!(block_on(store.head(&key("large"))).unwrap().unwrap().size, 20_000_000);
}

/// Of those who begin while there is nothing yet, one wins at the end.
#[test]
fn large_objects_race_to_the_last_piece() {
    let bucket = Bucket::in_process();
    block_on(crate::cases::one_of_large_creators_wins(&bucket, 9 << 20)).unwrap();
}

#[test]
fn a_server_that_stumbles_is_asked_again_and_goes_on_where_it_was() {
    let store = Bucket::in_process().at("stumbling");
    let content = large();
    block_on(create(&*store, "small", b"small")).unwrap().unwrap();
    block_on(create(&*store, "large", &content)).unwrap().unwrap();
    assert_eq!(block_on(read(&*store, "small", None)).unwrap().unwrap(), b"small");
    assert!(block_on(read(&*store, "large", None)).unwrap().unwrap() == content);
    let listed = block_on(store.list(&Folder::root(), None, 10)).unwrap().unwrap();
    assert_eq!(listed.objects.len(), 2);
}

#[test]
fn a_missing_bucket_is_named() {
    let store = Bucket::in_process().at("not-there-at-all");
    let written = block_on(create(&*store, "a", b"1")).unwrap().unwrap_err();
    let listed = block_on(store.list(&Folder::root(), None, 1)).unwrap().unwrap_err();
    for error in [written, listed] {
        assert!(error.to_string().contains("there is no bucket `not-there-at-all`"), "{error}");
    }
}

#[test]
fn a_server_that_is_not_there_is_worth_a_retry() {
    let nobody = Nobody::new();
    let bucket = Bucket::new(format!("http://{}", nobody.address()));
    let error = block_on(read(&*bucket.open(), "a", None)).unwrap().unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Unavailable, "{error}");
}

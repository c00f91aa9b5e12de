//! Buckets: a server in this process for `cargo test`, and the real ones that `tests/servers/run` starts.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use aegis_action::store::{Settings, Store, StoreErrorKind, block_on, open_with};

use crate::commands::{self, At};
use crate::{Bench, Nobody, create, key, read, served};

const BUCKET: &str = "contract";

/// A store of its own: a prefix that no other case has.
pub(crate) struct Bucket {
    endpoint: String,
    prefix: String,
}

impl Bucket {
    fn new(endpoint: String) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        served::credentials();
        let prefix = format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        Self { endpoint, prefix }
    }

    /// The server in this process.
    pub(crate) fn in_process() -> Self {
        static SERVER: OnceLock<String> = OnceLock::new();
        Self::new(SERVER.get_or_init(serve).clone())
    }

    /// The real server that the tests were told of.
    pub(crate) fn real() -> Self {
        Self::new(std::env::var("AEGIS_TEST_S3").unwrap())
    }

    fn settings(&self) -> Settings {
        Settings { endpoint: Some(self.endpoint.clone()), ..Settings::default() }
    }

    fn at(&self, bucket: &str) -> Arc<dyn Store> {
        let url = format!("s3://{bucket}/{}", self.prefix);
        open_with(&url, Path::new("/"), &self.settings()).unwrap().into()
    }
}

impl Bench for Bucket {
    fn open(&self) -> Arc<dyn Store> {
        self.at(BUCKET)
    }
}

/// Starts the server, for as long as the process lives.
fn serve() -> String {
    let root = tempfile::tempdir().unwrap().keep();
    std::fs::create_dir(root.join(BUCKET)).unwrap();
    format!("http://{}", crate::in_process::start(root))
}

#[test]
#[ignore = "needs a real server: `just test-servers`"]
fn s3_memory_is_bounded() {
    crate::memory::is_bounded("s3", &[]);
}

#[test]
#[ignore = "needs a real server: `just test-servers`"]
fn s3_the_commands_work() {
    let bucket = Bucket::real();
    let env = vec![
        ("AWS_ACCESS_KEY_ID", "test-test-test".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test-test-test".to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_ENDPOINT_URL_S3", bucket.endpoint.clone()),
    ];
    commands::both(&bucket, &At { url: format!("s3://{BUCKET}/{}", bucket.prefix), env });
}

/// A missing bucket is named. The server in this process makes a bucket of what is written, so this is for real ones.
#[test]
#[ignore = "needs a real server: `just test-servers`"]
fn a_missing_bucket_is_named() {
    let store = Bucket::real().at("not-there-at-all");
    let written = block_on(create(&*store, "a", b"1")).unwrap().unwrap_err();
    let listed = block_on(store.list(&aegis_action::store::Folder::root(), None, 1)).unwrap().unwrap_err();
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

/// What is not said anywhere cannot be mended by running the command again.
#[test]
fn a_region_that_is_missing_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_aegis"));
    command.args(["list", "s3://agents/x", "--pack", "1.0"]).current_dir(folder.path()).env_clear();
    for (name, value) in [
        ("HOME", folder.path().to_str().unwrap()),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ] {
        command.env(name, value);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(
        said.contains("no region is set: set AWS_REGION") && !said.contains("run the command again:"),
        "{said}"
    );
}

#[test]
fn a_large_object_goes_in_parts_and_a_second_one_is_refused() {
    let bucket = Bucket::in_process();
    let content: Vec<u8> = (0..20_000_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let store = bucket.open();
    block_on(create(&*store, "large", &content)).unwrap().unwrap();
    assert!(block_on(read(&*store, "large", None)).unwrap().unwrap() == content);
    let error = block_on(create(&*bucket.open(), "large", &content[1..])).unwrap().unwrap_err();
    assert!(error.is_exists(), "{error}");
    assert_eq!(block_on(store.head(&key("large"))).unwrap().unwrap().size, 20_000_000);
}

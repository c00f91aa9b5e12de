//! Containers of Azure Blob Storage: azurite, which `tests/servers/run` starts.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aegis_action::store::{Folder, Login, Secret, Settings, Store, StoreErrorKind, block_on, open_with};

use crate::commands::{self, At};
use crate::{Bench, Nobody, create, read};

/// The account of the emulator, and its key, which are the same everywhere and no secret:
/// <https://learn.microsoft.com/azure/storage/common/storage-connect-azurite>
const ACCOUNT: &str = "devstoreaccount1";
const KEY: &str = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// A store of its own: a prefix that no other case has.
pub(crate) struct Container {
    endpoint: String,
    prefix: String,
}

impl Container {
    fn new(server: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let prefix = format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        Self { endpoint: format!("{server}/{ACCOUNT}"), prefix }
    }

    /// The server that the tests were told of.
    pub(crate) fn real() -> Self {
        Self::new(&std::env::var("AEGIS_TEST_AZURE").unwrap())
    }

    fn at(&self, container: &str, key: &str) -> Arc<dyn Store> {
        let login = Login { user: Some(ACCOUNT.to_owned()), secret: Secret::new(key) };
        let endpoint = Some(self.endpoint.clone());
        let settings = Settings { endpoint, login: Some(login), ..Settings::default() };
        open_with(&format!("az://{container}/{}", self.prefix), Path::new("/"), &settings).unwrap().into()
    }
}

impl Bench for Container {
    fn open(&self) -> Arc<dyn Store> {
        self.at("contract", KEY)
    }
}

#[test]
#[ignore = "needs a real server: `just test-servers`"]
fn azure_memory_is_bounded() {
    crate::memory::is_bounded("azure", &[]);
}

#[test]
#[ignore = "needs a real server: `just test-servers`"]
fn azure_the_commands_work() {
    let container = Container::real();
    let env = vec![
        ("AZURE_STORAGE_ENDPOINT", container.endpoint.clone()),
        ("AZURE_STORAGE_ACCOUNT", ACCOUNT.to_owned()),
        ("AZURE_STORAGE_KEY", KEY.to_owned()),
    ];
    commands::both(&container, &At { url: format!("az://contract/{}", container.prefix), env });
}

#[test]
#[ignore = "needs a real server: `just test-servers`"]
fn azure_large_objects_go_in_blocks_and_race_to_the_last_request() {
    let container = Container::real();
    block_on(crate::cases::one_of_large_creators_wins(&container, 20_000_000)).unwrap();
}

#[test]
#[ignore = "needs a real server: `just test-servers`"]
fn azure_a_missing_container_is_named_and_a_wrong_key_is_no_secret() {
    let container = Container::real();
    let store = container.at("not-there-at-all", KEY);
    let written = block_on(create(&*store, "a", b"1")).unwrap().unwrap_err();
    let listed = block_on(store.list(&Folder::root(), None, 1)).unwrap().unwrap_err();
    for error in [written, listed] {
        assert!(error.to_string().contains("there is no container `not-there-at-all`"), "{error}");
    }
    let wrong = KEY.replace('E', "F");
    let store = container.at("contract", &wrong);
    let error = block_on(create(&*store, "a", b"1")).unwrap().unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Unauthenticated, "{error}");
    assert!(!format!("{error} {store:?}").contains(&wrong[..20]), "{error}");
}

#[test]
fn azure_a_server_that_is_not_there_is_worth_a_retry() {
    let nobody = Nobody::new();
    let container = Container::new(&format!("http://{}", nobody.address()));
    let error = block_on(read(&*container.open(), "a", None)).unwrap().unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Unavailable, "{error}");
}

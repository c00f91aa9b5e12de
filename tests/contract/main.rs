//! The contract of a store. Every back end passes every case; a back end that cannot is no store.
//!
//! To add a back end, write a [`Bench`] for it and one more `contract!` below. To add a case, write it in `cases.rs`
//! and name it in the macro: a case that is not named is dead code, which the compiler reports.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[cfg(feature = "azure")]
mod azure;
mod cases;
mod commands;
mod file;
#[cfg(feature = "gcs")]
mod gcs;
#[cfg(feature = "s3")]
mod in_process;
mod memory;
#[cfg(feature = "oci")]
mod oci;
mod pack;
#[cfg(feature = "s3")]
mod s3;
#[cfg(feature = "s3")]
mod served;

use std::sync::Arc;

use aegis_action::store::{Attributes, Digest, Key, Payload, Store, StoreError, layout};

/// An empty store for one case.
trait Bench: Send + Sync {
    /// Another client of the same store.
    fn open(&self) -> Arc<dyn Store>;

    /// Another client of it, with all that it is for: a store may keep some keys only.
    fn whole(&self) -> Arc<dyn Store> {
        self.open()
    }
}

/// An address at which nobody listens as long as this is kept: a socket has it, so that no other test gets it.
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure", feature = "oci"))]
struct Nobody(tokio::net::TcpSocket);

#[cfg(any(feature = "s3", feature = "gcs", feature = "azure", feature = "oci"))]
impl Nobody {
    fn new() -> Self {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind((std::net::Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        Self(socket)
    }

    fn address(&self) -> String {
        self.0.local_addr().unwrap().to_string()
    }
}

macro_rules! contract {
    ($(#[$attribute:meta])* most $back_end:ident, $bench:expr) => {
        contract!(+ [$(#[$attribute])*] $back_end, $bench,);
    };
    ($(#[$attribute:meta])* $back_end:ident, $bench:expr) => {
        contract!(+ [$(#[$attribute])*] $back_end, $bench,
            a_folder_is_no_object
            long_names_are_keys
            one_of_many_creators_wins
        );
    };
    (+ $attributes:tt $back_end:ident, $bench:expr, $($more:ident)*) => {
        contract!(@ $attributes $back_end, $bench,
            what_is_created_is_read_back
            an_empty_object_is_an_object
            a_second_create_is_refused
            what_is_missing_is_not_found
            ranges_are_cut_to_what_there_is
            lists_come_in_byte_order_page_by_page
            odd_keys_are_keys
            a_large_object_streams
            many_creators_make_one_new_folder
            a_source_that_changed_leaves_nothing
            a_create_that_is_given_up_leaves_nothing
            deleted_keys_are_free
            the_probe_is_honoured
            a_pack_lives_in_it
            $($more)*
        );
    };
    (@ $attributes:tt $back_end:ident, $bench:expr, $($case:ident)*) => {
        mod $back_end {
            $(contract!(% $attributes $case, $bench);)*
        }
    };
    (% [$($attribute:tt)*] $case:ident, $bench:expr) => {
        #[test]
        $($attribute)*
        fn $case() {
            let bench = $bench;
            aegis_action::store::block_on(crate::cases::$case(&bench)).unwrap();
        }
    };
}

contract!(file_store, crate::file::Folder::new());

// The server in this process keeps objects as files with longer names beside them, and checks before it writes: a folder
// answers like a broken object, a long name does not fit, and of 100 races 59 have two winners (measured). Those
// three cases are for real servers.
#[cfg(feature = "s3")]
contract!(most s3_in_process, crate::s3::Bucket::in_process());

#[cfg(feature = "gcs")]
contract!(gcs_in_process, crate::gcs::Bucket::in_process());

mod real {
    #[cfg(feature = "s3")]
    contract!(
        #[ignore = "needs a real server: `just test-servers`"]
        s3_real,
        crate::s3::Bucket::real()
    );
    #[cfg(feature = "azure")]
    contract!(
        #[ignore = "needs a real server: `just test-servers`"]
        azure_real,
        crate::azure::Container::real()
    );
    #[cfg(feature = "gcs")]
    contract!(
        #[ignore = "needs a real server: `just test-servers`"]
        gcs_real,
        crate::gcs::Bucket::real()
    );
    #[cfg(feature = "oci")]
    contract!(
        #[ignore = "needs a real server: `just test-servers`"]
        oci_real,
        crate::oci::Repository::real()
    );
}

fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

fn attributes() -> Attributes {
    layout::immutable("x.json", Digest::of(b"x"))
}

async fn create(store: &dyn Store, name: &str, content: &[u8]) -> Result<(), StoreError> {
    store.create(&key(name), &Payload::bytes(content), &attributes()).await
}

async fn read(
    store: &dyn Store,
    name: &str,
    range: Option<std::ops::Range<u64>>,
) -> Result<Vec<u8>, StoreError> {
    let mut object = store.get(&key(name), range).await?;
    let mut all = Vec::new();
    while let Some(chunk) = object.body.next().await? {
        assert!(!chunk.is_empty(), "no chunk is empty");
        all.extend(chunk);
    }
    Ok(all)
}

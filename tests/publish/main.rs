//! Publishing, for real: processes that race each other and are killed with SIGKILL at every point.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bots;
mod copying;
mod disk;
mod fixture;
mod garbage;
mod kills;
mod many;
mod process;
mod races;
mod reading;
mod rules;
mod scene;

use aegis_action::diag::{Outcome, Severity};
use aegis_action::store::publish::{Done, Published, Revision, publish};
use aegis_action::store::verify::{Scope, Verified, verify};
use aegis_action::store::{Store, block_on};

fn publish_now(store: &dyn Store, revision: &Revision) -> Outcome<Published> {
    block_on(publish(store, revision, false)).unwrap()
}

fn verify_now(store: &dyn Store) -> Verified {
    block_on(verify(store, &Scope::All)).unwrap().unwrap()
}

/// The store holds one whole revision and nothing else.
fn assert_clean(store: &dyn Store) -> Verified {
    let verified = verify_now(store);
    assert!(verified.diagnostics.is_empty(), "{:#?}", verified.diagnostics);
    assert_eq!((verified.revisions, verified.unfinished), (1, 0));
    verified
}

/// Readers find no revision or a whole one.
fn assert_nothing_or_whole(store: &dyn Store) -> Verified {
    let verified = verify_now(store);
    let nothing = verified.revisions + verified.unfinished == 0;
    for diagnostic in &verified.diagnostics {
        assert!(diagnostic.severity != Severity::Error || nothing, "{diagnostic}");
    }
    assert!(verified.revisions <= 1);
    verified
}

fn wrote_the_manifest(done: Done) -> bool {
    matches!(done, Done::Created | Done::Finished)
}

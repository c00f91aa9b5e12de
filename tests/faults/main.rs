//! Every request of a publish and of a verification meets every fault, one at a time: whatever happens, nothing is
//! half published, nothing false is said, and the next publish completes.

#![cfg(all(feature = "s3", feature = "https", feature = "serve"))]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fault;
#[path = "../publish/fixture.rs"]
mod fixture;
#[path = "../contract/in_process.rs"]
mod in_process;
mod proxy;
#[path = "../contract/served.rs"]
mod served;
mod server;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use aegis_action::diag::{Outcome, Severity};
use aegis_action::store::publish::{Done, Published, publish};
use aegis_action::store::verify::{Scope, Verified, verify};
use aegis_action::store::{Store, block_on};

use fault::Fault;
use fixture::PACK;
use proxy::{Plan, Proxy};

/// More than any fault may cost, and far less than for ever.
const PATIENCE: Duration = Duration::from_secs(300);

fn publish_now(store: &dyn Store, pack: &Path) -> Outcome<Published> {
    block_on(publish(store, &fixture::revision(pack), false)).unwrap()
}

fn verify_now(store: &dyn Store) -> Outcome<Verified> {
    block_on(verify(store, &Scope::All)).unwrap()
}

/// Does jobs on many threads: nearly all of their time is spent waiting.
fn all<J: Sync>(jobs: &[J], work: impl Fn(usize, &J) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| {
                while let number = next.fetch_add(1, Ordering::Relaxed)
                    && let Some(job) = jobs.get(number)
                {
                    let begin = Instant::now();
                    work(number, job);
                    assert!(begin.elapsed() < PATIENCE, "it took {:?}", begin.elapsed());
                }
            });
        }
    });
}

/// How many requests something makes where nothing goes wrong.
fn requests(prefix: &str, work: impl FnOnce(&dyn Store)) -> usize {
    let proxy = Proxy::start(server::address(), None);
    work(&*server::at(proxy.address, prefix));
    proxy.requests()
}

/// The store holds one whole revision and nothing else, or nothing that counts.
fn judge(store: &dyn Store, whole: bool, about: &str) {
    let verified = verify_now(store).map_err(|error| format!("{about}: {error}")).unwrap();
    let nothing = verified.revisions + verified.unfinished == 0;
    for diagnostic in &verified.diagnostics {
        let is_error = diagnostic.severity == Severity::Error;
        assert!(!whole && (!is_error || nothing), "{about}: {diagnostic}");
    }
    if whole {
        assert_eq!((verified.revisions, verified.unfinished), (1, 0), "{about}");
    }
}

#[test]
fn a_publish_survives_every_fault_at_every_request() {
    let scratch = tempfile::tempdir().unwrap();
    let pack = fixture::write(&scratch.path().join("pack"), PACK);
    let count = requests("clean", |store| assert_eq!(publish_now(store, &pack).unwrap().done, Done::Created));
    assert!(count > 10, "a publish of seven files has more than {count} requests");
    let single = Fault::ALL
        .into_iter()
        .flat_map(|fault| (0..count).map(move |from| Plan { fault, from, lasts: false }));
    let lasting = Fault::LASTING
        .into_iter()
        .flat_map(|fault| (0..count).map(move |from| Plan { fault, from, lasts: true }));
    // Those that take the longest first.
    let plans: Vec<_> = lasting.chain(single).collect();
    let (met, completed, failed) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    all(&plans, |number, plan| {
        let (prefix, about) = (format!("publish-{number}"), format!("{plan:?}"));
        let direct = server::at(server::address(), &prefix);
        let proxy = Proxy::start(server::address(), Some(*plan));
        let outcome = publish_now(&*server::at(proxy.address, &prefix), &pack);
        met.fetch_add(proxy.met(), Ordering::Relaxed);
        assert!(proxy.met() > 0 || plan.from + 2 >= count, "{about}: it was never met");
        let counter = if outcome.is_ok() { &completed } else { &failed };
        counter.fetch_add(1, Ordering::Relaxed);
        judge(&*direct, outcome.is_ok(), &about);
        match &outcome {
            Ok(_) => assert!(
                !plan.lasts || proxy.met() == 0,
                "{about}: nothing answers, and it says that all is well"
            ),
            Err(error) => {
                assert!(plan.lasts || !plan.fault.passes(), "{about}: once is no reason to give up: {error}");
                assert!(error.help.is_some(), "{about}: {error} does not say what to do");
            }
        }
        let again = publish_now(&*direct, &pack).map_err(|error| format!("{about}, again: {error}")).unwrap();
        assert_eq!(
            again.done == Done::AlreadyThere,
            outcome.is_ok() || again.done == Done::AlreadyThere,
            "{about}"
        );
        judge(&*direct, true, &about);
    });
    let [met, completed, failed] = [met, completed, failed].map(AtomicUsize::into_inner);
    println!(
        "{} publishes of {count} requests met {met} faults: {completed} completed all the same, {failed} said what \
         was wrong, none left anything half, and each was completed by the next",
        plans.len()
    );
}

#[test]
fn a_verification_never_calls_damage_sound() {
    let scratch = tempfile::tempdir().unwrap();
    let pack = fixture::write(&scratch.path().join("pack"), PACK);
    let direct = server::at(server::address(), "damaged");
    publish_now(&*direct, &pack).unwrap();
    let key = format!("{}/caches/global.1337", fixture::revision(&pack).folder().path());
    let stored = server::path("damaged", &key);
    let mut bytes = std::fs::read(&stored).unwrap();
    bytes[777] ^= 4;
    std::fs::write(&stored, bytes).unwrap();
    let is_told = |found: &Outcome<Verified>| match found {
        Ok(verified) => verified.diagnostics.iter().any(|found| found.severity == Severity::Error),
        Err(_) => true,
    };
    assert!(is_told(&verify_now(&*direct)));
    let count = requests("damaged", |store| drop(verify_now(store)));
    let plans: Vec<_> = Fault::ALL
        .into_iter()
        .flat_map(|fault| (0..count).map(move |from| Plan { fault, from, lasts: false }))
        .collect();
    all(&plans, |_, plan| {
        let proxy = Proxy::start(server::address(), Some(*plan));
        let found = verify_now(&*server::at(proxy.address, "damaged"));
        assert!(is_told(&found), "{plan:?}: {found:?}");
    });
    println!("{} verifications of {count} requests, each with a fault, told the damage", plans.len());
}

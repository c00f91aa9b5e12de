//! Publishing many revisions to one store: what is there is listed once instead of asked for one by one, and thirty-two
//! are under way at a time.

use std::collections::{BTreeMap, HashSet};
use std::ops::Bound::{Included, Unbounded};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::diag::{Code, Diagnostics, Outcome};
use crate::store::tasks::many;
use crate::store::{Digest, Folder, Key, MAX_PAGE, Store, layout, probe};

use super::{Done, Published, Revision, Run, publish};

/// What a listing says of a revision.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    /// Whether any of its files is there.
    anything: bool,
    manifest: bool,
    revoked: bool,
}

/// Publishes revisions, each as [`publish`] does. `told` hears of each as it ends, by its place. The answers have the
/// revisions' order; `None` for those that were not tried, because the store failed before.
///
/// Of revisions that are all there it costs a listing, which has a request for a thousand keys, and a `HEAD` each; where
/// the store keeps no SHA-256, also a `GET` each of the manifest.
pub async fn publish_all(
    store: &dyn Store,
    revisions: &[Revision],
    unsafe_store: bool,
    told: &(dyn Fn(usize, &Outcome<Published>) + Sync),
) -> Outcome<Vec<Option<Outcome<Published>>>> {
    let seen = if revisions.len() < FEW { None } else { survey(store, revisions).await? };
    let mut diagnostics = Diagnostics::new();
    if seen.as_ref().is_some_and(|seen| seen.iter().any(|seen| !seen.manifest && !seen.revoked)) {
        diagnostics.extend(probe::check(store, unsafe_store).await?);
    }
    let is_over = AtomicBool::new(false);
    let one = async |number: usize, revision: &Revision| {
        if is_over.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let outcome = match seen.as_ref().map(|seen| seen[number]) {
            Some(seen) => known(store, revision, seen, unsafe_store).await,
            None => publish(store, revision, unsafe_store).await,
        };
        if outcome.as_ref().is_err_and(|error| matches!(error.code, Code::StoreFailed | Code::StoreUnsafe)) {
            is_over.store(true, Ordering::Relaxed);
        }
        told(number, &outcome);
        Ok::<_, std::convert::Infallible>(Some(outcome))
    };
    let tasks = revisions.iter().enumerate().map(|(number, revision)| one(number, revision)).collect();
    let Ok(mut outcomes) = many(tasks).await;
    if let Some(Some(Ok(first))) = outcomes.iter_mut().find(|outcome| matches!(outcome, Some(Ok(_)))) {
        first.diagnostics.extend(diagnostics);
    }
    Ok(outcomes)
}

/// So few are asked for one by one: a listing of what they have in common may be longer.
const FEW: usize = 8;

/// Publishes a revision of which is known what is there.
async fn known(store: &dyn Store, revision: &Revision, seen: Seen, unsafe_store: bool) -> Outcome<Published> {
    let run = Run::new(store, revision);
    if seen.revoked {
        run.refuse_revoked().await?;
    }
    if seen.manifest {
        let there = store.head(&revision.manifest_key).await?;
        if there.sha256 == Some(Digest::of(&revision.manifest)) || run.is_published().await? {
            return Ok(run.published(Done::AlreadyThere, Diagnostics::new()));
        }
    }
    if seen.anything || seen.manifest || seen.revoked {
        return publish(store, revision, unsafe_store).await;
    }
    run.send(false, Diagnostics::new()).await
}

/// What is there of each revision. `None` if there is so much else in the folder that they have in common that it is
/// cheaper to ask for each.
async fn survey(store: &dyn Store, revisions: &[Revision]) -> Outcome<Option<Vec<Seen>>> {
    let mut seen: BTreeMap<&str, Seen> =
        revisions.iter().map(|revision| (revision.folder.path(), Seen::default())).collect();
    let manifests: HashSet<&Key> = revisions.iter().map(|revision| &revision.manifest_key).collect();
    let folder = common(revisions);
    let objects: usize = revisions.iter().map(|revision| revision.files.len() + 1).sum();
    let mut pages = 2 + (objects + revisions.len()).div_ceil(MAX_PAGE);
    let mut from = None;
    loop {
        if pages == 0 {
            return Ok(None);
        }
        pages -= 1;
        let page = store.list(&folder, from.as_deref(), MAX_PAGE).await?;
        for listed in page.objects {
            let key = listed.key.as_str();
            // The folder whose path comes last before the key: folders of revisions do not lie in each other.
            let Some((path, seen)) = seen.range_mut::<str, _>((Unbounded, Included(key))).next_back() else {
                continue;
            };
            let Some(name) = key.strip_prefix(*path).and_then(|rest| rest.strip_prefix('/')) else {
                continue;
            };
            if name == layout::REVOKED {
                seen.revoked = true;
            } else if manifests.contains(&listed.key) {
                seen.manifest = true;
            } else {
                seen.anything = true;
            }
        }
        match page.next {
            Some(next) => from = Some(next),
            None => return Ok(Some(revisions.iter().map(|one| seen[one.folder.path()]).collect())),
        }
    }
}

/// The folder that all revisions have in common.
fn common(revisions: &[Revision]) -> Folder {
    let mut paths = revisions.iter().map(|revision| revision.folder.path());
    let first: Vec<&str> = paths.next().unwrap_or_default().split('/').collect();
    let shared = paths.fold(first.len(), |shared, path| {
        path.split('/').zip(&first[..shared]).take_while(|(a, b)| a == *b).count()
    });
    // The path of a folder that stands in a store is one, or none at all.
    Folder::new(&first[..shared].join("/")).unwrap_or_else(|_| Folder::root())
}

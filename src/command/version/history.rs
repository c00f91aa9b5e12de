//! How large the releases before this one are, for the report's picture. That it cannot be found out is no reason for anything.

use semver::Version;

use crate::command::Context;
use crate::pack::metadata::{FILE_NAME, Metadata};
use crate::project::Project;
use crate::report::Report;
use crate::semver::UNRELEASED;
use crate::store::manifest::MAX_MANIFEST;
use crate::store::{Store, block_on, layout, read_small, versions};

/// How many releases are shown.
const MOST: usize = 12;

/// Tells the pages the sizes of the last releases, if the version was resolved by them: their store has been read, then.
pub(in crate::command) fn tell(
    project: &Project,
    metadata: &Metadata,
    store: Option<&str>,
    context: &Context<'_>,
    report: &mut Report,
) {
    let is_same = report.outputs.get("bump").and_then(serde_json::Value::as_str) == Some("none");
    let is_known = report.page.difference.is_some() || (is_same && metadata.version != UNRELEASED);
    if !is_known {
        return;
    }
    let (url, base) = match store {
        Some(url) => (url, context.host.cwd()),
        None => (project.pack_store(), &*project.root),
    };
    let Ok(store) = context.store(url, base, Some(project)) else { return };
    let Ok(Ok(found)) = block_on(sizes(&*store, metadata)) else { return };
    let current = found.iter().any(|(version, _)| version.to_string() == metadata.version);
    report.page.releases = found.into_iter().map(|(version, size)| (version.to_string(), size)).collect();
    if !current && !report.page.releases.is_empty() {
        let size = report.page.files.iter().map(|(_, size)| size).sum();
        report.page.releases.push((metadata.version.clone(), size));
    }
}

async fn sizes(store: &dyn Store, metadata: &Metadata) -> crate::diag::Outcome<Vec<(Version, u64)>> {
    let mut sizes = Vec::new();
    for document in versions::newest(store, &metadata.oid, MOST).await? {
        let Ok(key) = layout::pack(&metadata.oid, document.pack_hash)?.key(FILE_NAME) else { continue };
        let bytes = read_small(store, &key, MAX_MANIFEST).await?;
        if let Ok(released) = serde_json::from_slice::<Metadata>(&bytes) {
            let passport = bytes.len() as u64;
            sizes.push((
                document.version,
                released.files.values().map(|file| file.size).sum::<u64>() + passport,
            ));
        }
    }
    Ok(sizes)
}

//! What a person reads at the end of a run.

use std::path::Path;

use crate::pack::metadata::Metadata;
use crate::project::Project;

pub(super) use crate::report::page::bytes;

use super::Context;

/// The story of a build.
pub(super) fn built(project: &Project, metadata: &Metadata, target: &Path, _: &Context<'_>) -> String {
    let count = |name: &str| metadata.counts.get(name).copied().unwrap_or(0);
    let layers =
        ["global", "domain", "local"].map(|l| format!("{} {l}", count(&format!("{l}Entries")))).join(", ");
    let size: u64 = metadata.files.values().map(|file| file.size).sum();
    format!(
        "{} {} ({})\n  entries   {} ({layers})\n  terms     {}\n  identity  {}\n  written   {} ({} files, {})\n",
        metadata.name,
        metadata.version,
        metadata.oid,
        count("entries"),
        count("terms"),
        &metadata.pack_hash[..16],
        project.workspace.show(target),
        metadata.files.len() + 1,
        bytes(size),
    )
}

//! What a person reads at the end of a run.

use std::path::Path;

use crate::pack::metadata::Metadata;
use crate::project::Project;

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

/// A size for people: binary units, three digits.
pub(super) fn bytes(size: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if size < 1024 {
        return format!("{size} B");
    }
    let mut value = size as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    let digits = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
    format!("{value:.digits$} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    #[test]
    fn sizes_have_three_digits() {
        let shown = [0, 1023, 1024, 1536, 150_000, 5_000_000_000].map(super::bytes);
        assert_eq!(shown, ["0 B", "1023 B", "1.00 KiB", "1.50 KiB", "146 KiB", "4.66 GiB"]);
    }
}

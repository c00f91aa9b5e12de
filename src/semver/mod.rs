//! Versions: the semantic difference of two packs, how much it weighs, and the next version. Pure.

pub mod approved;
mod body;
pub mod bot;
pub mod difference;
mod lists;
pub mod next;
mod registers;
pub mod rules;
pub mod speak;

pub use approved::Approved;
pub use difference::{Change, Side, difference};
pub use next::next;
pub use rules::{Level, Levels, Rule};

/// The version of a pack that was never released: built, tested and published by hash alone.
pub const UNRELEASED: &str = "0.0.0-dev";

/// The version of a first release.
pub const FIRST: semver::Version = semver::Version::new(0, 1, 0);

/// The version of a tag's full name (`refs/tags/<prefix>v<semver>`), if the tag is that of a release.
pub fn tagged(reference: &str, prefix: &str) -> Option<semver::Version> {
    reference.strip_prefix("refs/tags/")?.strip_prefix(prefix)?.strip_prefix('v')?.parse().ok()
}

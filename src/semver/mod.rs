//! Versions: the semantic difference of two packs, how much it weighs, and the next version. Pure.

/// The version of a pack that was never released: built, tested and published by hash alone.
pub const UNRELEASED: &str = "0.0.0-dev";

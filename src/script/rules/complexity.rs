//! `complexity`: values whose ways cannot be followed in reasonable time.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "complexity",
    why: "what the filter cannot follow it refuses",
    help: "split the script: fewer functions that take each other as arguments, fewer merged objects",
    refused: "",
    instead: "",
    names: &[],
};

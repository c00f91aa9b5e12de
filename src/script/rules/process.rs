//! `process`: the process that runs the script.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "process",
    why: "the process is none of the script's business",
    help: "what the script may know of its surroundings is in `ctx`",
    refused: "process.exit(1);",
    instead: "return;",
    names: &["process", "Deno", "Bun", "Buffer", "nw", "__non_webpack_require__"],
};

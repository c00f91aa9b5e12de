//! `global-object`: the global object and its aliases.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "global-object",
    why: "through the global object every name of the host is in reach",
    help: "name what is needed, and declare it in the script",
    refused: "globalThis.counter = 1;",
    instead: "const counter = 1;
await ctx.sendMessage(String(counter));",
    names: &["globalThis", "global", "window", "self", "frames", "top", "parent", "root", "GLOBAL", "document"],
};

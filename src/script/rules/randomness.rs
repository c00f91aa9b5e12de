//! `randomness`: randomness.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "randomness",
    why: "what a script does must follow from its update alone, so that it can be tested and repeated",
    help: "derive the choice from `ctx.now` or from the state",
    refused: "const pick = Math.random();",
    instead: "const pick = ctx.now % 3;
await ctx.sendMessage(String(pick));",
    names: &["crypto", "Crypto"],
};

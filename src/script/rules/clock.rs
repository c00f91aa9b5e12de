//! `clock`: the clock.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "clock",
    why: "what a script does must follow from its update alone, so that it can be tested and repeated",
    help: "take the time from `ctx.now`: `new Date(ctx.now)`",
    refused: "const today = new Date();",
    instead: "const today = new Date(ctx.now);
await ctx.sendMessage(today.toISOString());",
    names: &["Date", "performance", "Temporal"],
};

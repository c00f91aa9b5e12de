//! `node-kind`: syntax that is no part of the language that scripts may use.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "node-kind",
    why: "only the kinds of syntax that the filter knows may be used",
    help: "write it in plain ECMAScript",
    refused: "const file = 1;
{ using lock = null; }",
    instead: "const file = 1;
await ctx.sendMessage(String(file));",
    names: &[],
};

//! `undeclared-assignment`: assignment to names that nobody declared.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "undeclared-assignment",
    why: "it would create a global name, which outlives the update",
    help: "declare the name with `let` or `const`",
    refused: "total = 1;",
    instead: "let total = 0;
total = 1;
await ctx.sendMessage(String(total));",
    names: &[],
};

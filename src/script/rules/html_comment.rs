//! `html-comment`: comments as in HTML.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "html-comment",
    why: "`<!--` and `-->` are comments to some engines and operators to others",
    help: "write `//`, or spaces between the operators",
    refused: "let n = 3;
<!-- n = 4;",
    instead: "let n = 3;
// n = 4;
await ctx.sendMessage(String(n));",
    names: &[],
};

//! `intrinsic-member`: static members that ECMA-262 does not have.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "intrinsic-member",
    why: "only the static members of ECMA-262 may be used",
    help: "see the list in `docs/script-rules.md`",
    refused: "Error.captureStackTrace({});",
    instead: r#"const error = new Error("no answer");
await ctx.sendMessage(error.message);"#,
    names: &[],
};

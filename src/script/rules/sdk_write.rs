//! `sdk-write`: writes to the SDK.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "sdk-write",
    why: "the SDK belongs to the host",
    help: "keep what you need in a constant, or in the state",
    refused: r#"ctx.user = "Ann";"#,
    instead: r#"const user = "Ann";
await ctx.sendMessage(user);"#,
    names: &[],
};

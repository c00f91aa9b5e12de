//! `with`: `with`.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "with",
    why: "inside it no name can be resolved by reading",
    help: "take the members out with destructuring",
    refused: r#"const order = { name: "Pizza" };
with (order) { await ctx.sendMessage("Hello"); }"#,
    instead: r#"const { sendMessage } = ctx;
await sendMessage("Hello");"#,
    names: &[],
};

//! `reflect-proxy`: `Reflect` and `Proxy`, whole.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "reflect-proxy",
    why: "they call, construct and intercept without saying so",
    help: "use the operators of the language: a member, `in`, `delete`, a call",
    refused: "const keys = Reflect.ownKeys(ctx.update);",
    instead: r#"const keys = Object.keys(ctx.update);
await ctx.sendMessage(keys.join(", "));"#,
    names: &["Reflect", "Proxy"],
};

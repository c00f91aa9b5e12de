//! `this`: `this` where no class gives it a meaning.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "this",
    why: "outside a class body `this` may be the global object",
    help: "name the object, or write a class",
    refused: "const name = this.name;",
    instead: r#"const settings = { name: "Pizza" };
await ctx.sendMessage(settings.name);"#,
    names: &[],
};

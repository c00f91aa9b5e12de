//! `object-reflection`: the prototype and descriptor functions of `Object`.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "object-reflection",
    why: "they change or reveal what objects are made of",
    help: "write the members down: an object literal, or a class with getters",
    refused: r#"Object.defineProperty({}, "name", { value: 1 });"#,
    instead: "const order = { get name() { return 1; } };
await ctx.sendMessage(String(order.name));",
    names: &[],
};

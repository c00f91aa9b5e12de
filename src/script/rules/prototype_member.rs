//! `prototype-member`: members that lead to constructors, prototypes and callers.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "prototype-member",
    why: "from there every value leads to code that compiles text",
    help: "choose another name; a class's own `constructor` method is fine",
    refused: "const make = ctx.message.text.constructor;",
    instead: "const make = (text) => String(text);
await ctx.sendMessage(make(ctx.message.text));",
    names: &[],
};

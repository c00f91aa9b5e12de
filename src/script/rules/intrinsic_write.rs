//! `intrinsic-write`: writes to what belongs to the engine.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "intrinsic-write",
    why: "changing an intrinsic changes every script that runs beside this one",
    help: "write a function of your own instead",
    refused: "Array.isArray = () => true;",
    instead: "const isList = (value) => Array.isArray(value);
await ctx.sendMessage(String(isList([])));",
    names: &[],
};

//! `unknown-write`: writes beyond one unknown key, and to promises.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "unknown-write",
    why: "a value read by a key that is not constant may be a prototype of the engine, and what promises hold beside their results nobody follows",
    help: "write through one unknown key: take the inner object out of a `Map`, or build it anew and assign it whole; put nothing on promises",
    refused: "const state = await ctx.getState();
state[ctx.locale][ctx.message.text] = 1;",
    instead: "const state = await ctx.getState();
const inner = { ...state[ctx.locale] };
inner[ctx.message.text] = 1;
state[ctx.locale] = inner;
await ctx.setState(state);",
    names: &[],
};

//! `unknown-call`: calls of values that an unknown key chose.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "unknown-call",
    why: "a value read by a key that is not constant may be any function of the engine",
    help: "choose with `switch`, or keep the functions in a `Map` and call what `get` returns",
    refused: r#"const handlers = { start: () => "Hello" };
await ctx.sendMessage(handlers[ctx.message.text]());"#,
    instead: r#"const handlers = new Map([["start", () => "Hello"]]);
const handler = handlers.get(ctx.message.text);
if (handler) await ctx.sendMessage(handler());"#,
    names: &[],
};

//! `eval`: text run as code.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "eval",
    why: "text must never become code",
    help: "say in code what should be done: a `switch` chooses, `JSON.parse` reads data",
    refused: "eval(ctx.message.text);",
    instead: "const data = JSON.parse(ctx.message.text);
await ctx.sendMessage(String(data.name));",
    names: &["eval"],
};

//! `console`: logging.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "console",
    why: "there is no console, and what users write must not get into logs",
    help: "drop it; `telemetry` in the spec says what is recorded",
    refused: "console.log(ctx.message.text);",
    instead: r#"await ctx.sendMessage("Noted.");"#,
    names: &["console", "print", "alert", "confirm", "prompt"],
};

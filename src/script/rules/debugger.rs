//! `debugger`: `debugger`.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "debugger",
    why: "it stops the host that runs the script",
    help: "drop it",
    refused: "debugger;",
    instead: r#"await ctx.sendMessage("Hello");"#,
    names: &[],
};

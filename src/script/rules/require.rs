//! `require`: CommonJS beyond `module.exports`.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "require",
    why: "a bot is one script, and nothing is loaded beside it",
    help: "put what the script needs into the script itself",
    refused: r#"const fs = require("fs");"#,
    instead: r#"const pad = (n) => String(n).padStart(2, "0");
await ctx.sendMessage(pad(7));"#,
    names: &["require", "__dirname", "__filename"],
};

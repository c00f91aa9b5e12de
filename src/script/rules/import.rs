//! `import`: modules of any kind.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "import",
    why: "a bot is one classic script, and nothing is loaded beside it",
    help: "put what the script needs into the script itself",
    refused: r#"const fs = await import("fs");"#,
    instead: r#"const pad = (n) => String(n).padStart(2, "0");
await ctx.sendMessage(pad(7));"#,
    names: &[],
};

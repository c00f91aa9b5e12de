//! `webassembly`: compiled code.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "webassembly",
    why: "code that nobody can read cannot be judged",
    help: "write it in the script itself",
    refused: "const wasm = new WebAssembly.Module(ctx.message.text);",
    instead: r#"const checksum = (text) => [...text].reduce((sum, c) => sum + c.charCodeAt(0), 0);
await ctx.sendMessage(String(checksum("abc")));"#,
    names: &["WebAssembly"],
};

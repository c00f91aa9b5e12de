//! `function-constructor`: the constructor that compiles text.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "function-constructor",
    why: "`Function` compiles text into code",
    help: "write the function itself",
    refused: r#"const f = new Function("return 1");"#,
    instead: "const f = () => 1;
await ctx.sendMessage(String(f()));",
    names: &["Function", "AsyncFunction", "GeneratorFunction", "AsyncGeneratorFunction"],
};

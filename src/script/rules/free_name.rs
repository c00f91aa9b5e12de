//! `free-name`: every other global name.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "free-name",
    why: "only the listed intrinsics, `module.exports` and what the script declares itself may be named",
    help: "declare it, or use what `docs/script-rules.md` lists",
    refused: r#"const answer = await fetch("https://api.example.com/");"#,
    instead: r#"const answer = await ctx.http({ method: "GET", url: "https://api.example.com/" });
if (answer.ok) await ctx.sendMessage(answer.text);"#,
    names: &["fetch", "XMLHttpRequest", "WebSocket", "EventSource", "Intl", "Symbol", "WeakMap", "WeakSet", "WeakRef", "FinalizationRegistry", "Iterator", "ArrayBuffer", "DataView", "Uint8Array", "URL", "URLSearchParams", "TextEncoder", "TextDecoder", "structuredClone", "atob", "btoa", "escape", "unescape", "navigator", "location", "localStorage", "sessionStorage", "indexedDB", "arguments", "ShadowRealm"],
};

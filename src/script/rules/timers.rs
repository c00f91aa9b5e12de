//! `timers`: timers.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "timers",
    why: "the host alone decides when a script runs",
    help: "let the host repeat a request: `retries` and `backoffMs` of `ctx.http`",
    refused: r#"setTimeout(() => ctx.sendMessage("Hello"), 1000);"#,
    instead: r#"await ctx.sendMessage("Hello");"#,
    names: &["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate", "queueMicrotask", "requestAnimationFrame", "cancelAnimationFrame", "requestIdleCallback", "scheduler"],
};

//! `workers`: other threads, and memory shared with them.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "workers",
    why: "a script is one thread, which the host can stop",
    help: "do the work in the handler; it has 10 seconds",
    refused: r#"const worker = new Worker("job.js");"#,
    instead: "const total = [1, 2, 3].reduce((sum, n) => sum + n, 0);
await ctx.sendMessage(String(total));",
    names: &["Worker", "SharedWorker", "ServiceWorker", "SharedArrayBuffer", "Atomics", "MessageChannel", "MessagePort", "BroadcastChannel", "importScripts", "postMessage"],
};

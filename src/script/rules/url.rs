//! `url`: requests to hosts that the spec does not allow.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "url",
    why: "requests go by `https` to the hosts of `security.outboundAllowList` alone",
    help: "use an allowed host, or add it to the spec",
    refused: r#"await ctx.http({ method: "GET", url: "https://evil.example/" });"#,
    instead: r#"await ctx.http({ method: "GET", url: "https://api.example.com/orders" });"#,
    names: &[],
};

//! `sdk-member`: members that the SDK does not have.

use super::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    id: "sdk-member",
    why: "`ctx` has exactly the members that its documentation lists",
    help: "use `botId`, `chat.id`, `locale`, `now`, `message.text`, `update`, `sendMessage`, `getState`, `setState`, `http` or `goto`",
    refused: r#"await ctx.reply("Hello");"#,
    instead: r#"await ctx.sendMessage("Hello");"#,
    names: &[],
};

//! The rules of `astRulesVersion` 1: one rule, one file, one registry. A rule's id is its file's name (with `_` for
//! `-`), its anchor in `docs/script-rules.md`, and the first line of the scripts that show it. Pure data, but for
//! `shape`, which judges the outermost statements.

use crate::diag::Code;

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// The stable id.
    pub id: &'static str,
    /// Why it exists: follows what was found and a colon.
    pub why: &'static str,
    /// What to do instead, one sentence.
    pub help: &'static str,
    /// A script that it refuses: whole, or the body of a handler.
    pub refused: &'static str,
    /// What to write instead, in the same form.
    pub instead: &'static str,
    /// The global names that it refuses.
    pub names: &'static [&'static str],
}

impl Rule {
    /// The code that a finding of it has.
    pub fn code(&self) -> Code {
        if matches!(self.id, "syntax" | "nesting") { Code::BotSyntax } else { Code::SecurityViolation }
    }

    /// An example as a whole script.
    pub fn script(example: &str) -> String {
        if example.contains("module.exports") || example.starts_with("#!") {
            return format!("{example}\n");
        }
        let body: String = example.lines().map(|line| format!("  {line}\n")).collect();
        format!("module.exports.handleUpdate = async function (ctx) {{\n{body}}};\n")
    }
}

macro_rules! rules {
    ($($name:ident)*) => {
        $(pub mod $name;)*

        /// All rules, in the order of the page.
        pub const ALL: &[&Rule] = &[$(&$name::RULE),*];
    };
}

rules! {
    syntax nesting shape import require eval function_constructor global_object this process console timers workers
    webassembly reflect_proxy clock randomness free_name with debugger undeclared_assignment html_comment node_kind
    prototype_member object_reflection intrinsic_member intrinsic_write sdk_member sdk_write unknown_call
    unknown_write url complexity
}

/// The rule that speaks for a global name that is not allowed.
pub(super) fn for_name(name: &str) -> &'static Rule {
    ALL.iter().copied().find(|rule| rule.names.contains(&name)).unwrap_or(&free_name::RULE)
}

#[cfg(test)]
mod tests;

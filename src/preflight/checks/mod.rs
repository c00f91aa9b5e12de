//! The registry of checks: id, file, section of `docs/preflight.md`, in the order in which they are listed.

mod bot_ast;
mod bot_cold_start;
mod bot_conversations;
mod bot_reproducible;
mod bot_size;
mod bot_syntax;
mod bot_update;
mod files;
mod rev_hashes;
mod rev_rev_hash;
mod rev_schema;
mod rev_security;
mod rev_sizes;
mod spec_canonical;
mod spec_cycles;
mod spec_limits;
mod spec_locales;
mod spec_refs;
mod spec_schema;
mod spec_security;

use crate::bot::revision::SPEC;
use crate::diag::Code;

use super::{Said, Subject};

/// A check.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Its id; the name of its file has `_` for `.`, and no capitals.
    pub id: &'static str,
    /// Whether it runs nothing of the script.
    pub is_static: bool,
    /// Its judgement.
    pub(super) judge: fn(&Subject<'_>) -> Said,
}

macro_rules! checks {
    ($($id:literal $module:ident $is_static:literal;)*) => {
        /// All checks.
        pub const ALL: &[Check] =
            &[$(Check { id: $id, is_static: $is_static, judge: $module::judge },)*];
    };
}

checks! {
    "spec.schema" spec_schema true;
    "spec.refs" spec_refs true;
    "spec.locales" spec_locales true;
    "spec.limits" spec_limits true;
    "spec.security" spec_security true;
    "spec.cycles" spec_cycles true;
    "spec.canonical" spec_canonical true;
    "rev.schema" rev_schema true;
    "rev.hashes" rev_hashes true;
    "rev.sizes" rev_sizes true;
    "rev.revHash" rev_rev_hash true;
    "rev.security" rev_security true;
    "bot.syntax" bot_syntax true;
    "bot.ast" bot_ast true;
    "bot.size" bot_size true;
    "bot.coldStart" bot_cold_start false;
    "bot.update" bot_update false;
    "bot.conversations" bot_conversations false;
    "bot.reproducible" bot_reproducible true;
    "files" files true;
}

/// What the checks of a spec found under these codes.
fn of_spec(subject: &Subject<'_>, codes: &[Code]) -> Said {
    let Some(checked) = subject.spec() else { return Said::skip(subject.files.spec.why(SPEC)) };
    let no_json = checked.diagnostics.iter().any(|one| one.code == Code::JsonInvalid);
    if no_json && !codes.contains(&Code::JsonInvalid) {
        return Said::skip("spec.json is no JSON");
    }
    Said::of(checked.diagnostics.iter().filter(|one| codes.contains(&one.code)).cloned().collect())
}

//! What a spec must hold beyond its schema: one rule, one file, one registry. Every rule is a pure function of the view of a
//! spec; `docs/botspec.md` explains each under its id, and `tests/botspec/<id>/` has cases of each.

mod ask_fields;
mod attempts;
mod cycles;
mod duplicate_ids;
mod hosts;
mod locale_keys;
mod patterns;
mod references;
mod sizes;
mod substitutions;
mod timeouts;
mod timezone;
mod unreachable;

use crate::diag::{Code, Severity};

use super::view::{At, View};

/// A rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its id, the name of its file, of its cases and of its section in the docs.
    pub id: &'static str,
    /// The codes that it gives.
    pub codes: &'static [Code],
    /// Its check.
    pub check: for<'t, 'a> fn(&View<'t, 'a>, &mut Findings<'t, 'a>),
}

macro_rules! rules {
    ($($id:literal $module:ident: $($code:ident),+;)*) => {
        /// All rules.
        pub const ALL: &[Rule] =
            &[$(Rule { id: $id, codes: &[$(Code::$code),+], check: $module::check },)*];
    };
}

rules! {
    "references" references: SpecRefNotFound;
    "substitutions" substitutions: SpecRefNotFound;
    "duplicate-ids" duplicate_ids: SpecDuplicateId;
    "locale-keys" locale_keys: SpecRefNotFound, LocaleMissingKey;
    "timezone" timezone: SpecInvalidSchema;
    "ask-fields" ask_fields: SpecInvalidSchema;
    "patterns" patterns: SpecInvalidSchema;
    "cycles" cycles: SpecCycle;
    "unreachable" unreachable: SpecUnreachable;
    "hosts" hosts: SecurityViolation;
    "sizes" sizes: LimitExceeded;
    "timeouts" timeouts: LimitExceeded;
    "attempts" attempts: LimitExceeded;
}

/// Something that a rule found.
#[derive(Debug)]
pub struct Finding<'t, 'a> {
    /// Its code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// Where.
    pub node: At<'t, 'a>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Another place that matters, and what it shows.
    pub related: Option<(At<'t, 'a>, &'static str)>,
}

/// What the rules found.
#[derive(Debug, Default)]
pub struct Findings<'t, 'a>(pub Vec<Finding<'t, 'a>>);

impl<'t, 'a> Findings<'t, 'a> {
    fn push(
        &mut self,
        (code, severity): (Code, Severity),
        node: At<'t, 'a>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> &mut Finding<'t, 'a> {
        let (message, help) = (message.into(), help.into());
        self.0.push(Finding { code, severity, node, message, help, related: None });
        let last = self.0.len() - 1;
        &mut self.0[last]
    }

    /// An error.
    pub fn error(
        &mut self,
        code: Code,
        node: At<'t, 'a>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> &mut Finding<'t, 'a> {
        self.push((code, Severity::Error), node, message, help)
    }

    /// A warning.
    pub fn warning(
        &mut self,
        code: Code,
        node: At<'t, 'a>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> &mut Finding<'t, 'a> {
        self.push((code, Severity::Warning), node, message, help)
    }
}

/// Everything that the rules find.
pub fn check<'t, 'a>(view: &View<'t, 'a>) -> Findings<'t, 'a> {
    let mut findings = Findings::default();
    for rule in ALL {
        (rule.check)(view, &mut findings);
    }
    findings
}

/// A name in a message, cut to what can be read.
fn short(name: &str) -> String {
    match name.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &name[..at]),
        None => name.to_owned(),
    }
}

/// What was probably meant by a name that nothing has.
fn meant(name: &str, names: &[&str], otherwise: &str) -> String {
    match crate::syntax::suggest(name, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => otherwise.to_owned(),
    }
}

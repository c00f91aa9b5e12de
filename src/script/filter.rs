//! The filter's two ends: a script and a policy in, a verdict out; findings turned into diagnostics. Pure.

use std::ops::Range;
use std::sync::Arc;

use oxc_span::Span;

use super::{Policy, depth, flow, parse, rules};
use crate::diag::{Code, Diagnostic, LineMap};

/// What every command that shows a verdict says with it.
pub const NOTICE: &str = "this is a filter, not a sandbox: the isolate at run time stays necessary";

/// One thing that a script may not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// `BOT_SYNTAX` or `SECURITY_VIOLATION`.
    pub code: Code,
    /// The rule's id, which is also its anchor in `docs/script-rules.md`.
    pub rule: &'static str,
    /// The bytes at fault.
    pub range: Range<usize>,
    /// What is wrong and why, one sentence without a final full stop.
    pub message: String,
    /// What to do instead.
    pub help: String,
}

impl Finding {
    /// A finding of a rule: what was found, then the rule's reason.
    pub(super) fn of(rule: &'static rules::Rule, span: Span, found: &str) -> Self {
        Self {
            code: rule.code(),
            rule: rule.id,
            range: span.start as usize..span.end as usize,
            message: format!("{found}: {}", rule.why),
            help: rule.help.to_owned(),
        }
    }
}

/// What the filter has to say of a script.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Everything that is wrong, in the order of the source.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// Whether nothing was found.
    pub fn accepted(&self) -> bool {
        self.findings.is_empty()
    }

    /// The findings as diagnostics of `file`, whose text is `source`.
    pub fn diagnostics(&self, file: &Arc<str>, source: &str) -> Vec<Diagnostic> {
        let lines = LineMap::new(source);
        let one = |finding: &Finding| {
            let place = lines.place(Arc::clone(file), finding.range.clone(), String::new());
            let message = format!("{} (rule `{}`)", finding.message, finding.rule);
            Diagnostic::error(finding.code, message).at(place).help(finding.help.clone())
        };
        self.findings.iter().map(one).collect()
    }
}

/// Judges a script: does it keep to the language, the intrinsics and the SDK that `docs/script-rules.md` lists?
///
/// The same source and policy always give the same verdict. A script that does not parse gets its syntax errors
/// alone.
pub fn judge(source: &str, policy: &Policy) -> Verdict {
    let scan = match depth::scan(source) {
        Ok(scan) => scan,
        Err(finding) => return Verdict { findings: vec![finding] },
    };
    let judged = scan.with_stack(|| parse::with_program(source, |parsed| flow::analyse(parsed, policy)));
    let mut findings = judged.unwrap_or_else(|errors| errors);
    if !findings.iter().any(|finding| finding.code == Code::BotSyntax) {
        findings.extend(scan.comments);
    }
    findings.sort_by(|a, b| (a.range.start, a.range.end, a.rule).cmp(&(b.range.start, b.range.end, b.rule)));
    findings.dedup_by(|a, b| a.range == b.range && a.rule == b.rule);
    Verdict { findings }
}

//! `spec.cycles`: no steps lead round and round without a question.

use crate::diag::Code;
use crate::preflight::{Said, Subject};

use super::of_spec;

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    of_spec(subject, &[Code::SpecCycle])
}

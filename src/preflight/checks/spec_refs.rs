//! `spec.refs`: everything that the spec names is there, once, and can be reached.

use crate::diag::Code;
use crate::preflight::{Said, Subject};

use super::of_spec;

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    of_spec(subject, &[Code::SpecRefNotFound, Code::SpecDuplicateId, Code::SpecUnreachable])
}

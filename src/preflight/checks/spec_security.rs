//! `spec.security`: API calls go where the spec allows.

use crate::diag::Code;
use crate::preflight::{Said, Subject};

use super::of_spec;

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    of_spec(subject, &[Code::SecurityViolation])
}

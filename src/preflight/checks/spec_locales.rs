//! `spec.locales`: the texts that are used are there in every locale.

use crate::diag::Code;
use crate::preflight::{Said, Subject};

use super::of_spec;

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    of_spec(subject, &[Code::LocaleMissingKey])
}

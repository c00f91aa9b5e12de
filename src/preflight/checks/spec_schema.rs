//! `spec.schema`: the spec has the form of BotSpec v1.

use crate::diag::Code;
use crate::preflight::{Said, Subject};

use super::of_spec;

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    of_spec(subject, &[Code::SpecInvalidSchema, Code::JsonInvalid])
}

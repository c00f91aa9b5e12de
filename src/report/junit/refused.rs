//! What could not even be built, as a case that failed: a file without it would look as if all had passed. Pure.

use std::time::Duration;

use crate::diag::{Diagnostics, Place, Severity};

use super::{Case, CaseResult, Suite};

impl Suite {
    /// A suite with the one case that `what` is built (`bot`, `pack`), and what stood in the way.
    pub fn refused(kind: &str, what: &str, wrong: &Diagnostics) -> Self {
        let errors = || wrong.iter().filter(|one| one.severity == Severity::Error);
        let place = errors().find_map(|one| one.place.as_ref());
        let case = Case {
            name: "build".to_owned(),
            classname: format!("aegis.{kind}.{what}"),
            time: Duration::ZERO,
            file: place.map(|place| place.file.to_string()),
            line: place.and_then(Place::at_line),
            result: CaseResult::Failed {
                message: errors().next().map(|one| one.message.clone()).unwrap_or_default(),
                diff: errors().map(|one| format!("{one}\n")).collect(),
            },
            output: String::new(),
        };
        Self { name: format!("{kind} {what}"), file: None, cases: vec![case] }
    }
}

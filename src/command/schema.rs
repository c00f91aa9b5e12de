//! `aegis schema`: print the JSON Schema of a document.

use crate::cli;
use crate::report::{Report, json};
use crate::schema;

pub(super) fn run(args: &cli::Schema) -> Report {
    let mut report = Report::new("schema");
    let schema = schema::of(args.document);
    report.data = json::write(&schema, true);
    report.answer = Some(schema);
    report
}

//! `aegis canonicalize`: a JSON document in its canonical form, exactly those bytes.

use std::sync::Arc;

use serde_json::json;

use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::json;
use crate::report::Report;
use crate::store::Digest;
use crate::syntax::MAX_TEXT;

use super::{Context, read_named};

pub(super) fn run(args: &cli::Canonicalize, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let mut report = Report::new("canonicalize");
    let (bytes, shown) = match &args.file {
        Some(path) => {
            let shown: Arc<str> = context.workspace().show(&context.host.cwd().join(path)).into();
            (read_named(path, context, MAX_TEXT)?, shown)
        }
        None => {
            let shown: Arc<str> = "(standard input)".into();
            let bytes = context.host.read_stdin(MAX_TEXT).map_err(|error| {
                Diagnostic::error(Code::SourceUnreadable, format!("cannot read standard input: {error}"))
                    .help("pipe a JSON document in, or name a file")
            })?;
            (bytes, shown)
        }
    };
    let canonical = json::canonicalize(bytes, &shown)?;
    report.figure("bytes", canonical.len());
    report.figure("sha256", Digest::of(canonical.as_bytes()).to_string());
    report.answer = Some(json!({"aegis": "answer/v1", "result": {
        "canonical": canonical, "bytes": canonical.len(), "sha256": Digest::of(canonical.as_bytes()).to_string(),
    }}));
    report.data = canonical;
    report.exact = true;
    Ok(report)
}

//! `aegis canonicalize`: a JSON document in its canonical form, exactly those bytes.

use std::sync::Arc;

use serde_json::json;

use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics, Place, io};
use crate::files::{self, Failed};
use crate::json;
use crate::report::Report;
use crate::store::Digest;
use crate::syntax::MAX_TEXT;

use super::Context;

pub(super) fn run(args: &cli::Canonicalize, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let mut report = Report::new("canonicalize");
    let (bytes, shown) = match &args.file {
        Some(path) => {
            let path = context.host.cwd().join(path);
            let shown: Arc<str> = context.workspace().show(&path).into();
            let failed = |failed| match failed {
                Failed::Io(error) => io(Code::SourceUnreadable, "read", &path, &error),
                Failed::TooLarge(size) => too_large(size, &shown),
            };
            (files::read(&path, MAX_TEXT).map_err(failed)?, shown)
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
    Ok(report)
}

fn too_large(size: u64, shown: &Arc<str>) -> Box<Diagnostic> {
    let message = format!("{shown} has {size} bytes, and {MAX_TEXT} can be read");
    Box::new(Diagnostic::error(Code::LimitExceeded, message).at(Place::file(Arc::clone(shown))).help("split it"))
}

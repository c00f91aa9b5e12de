//! `aegis bot generate`: the script of a spec.

use std::path::Path;

use crate::bot::generate::{MODEL, template};
use crate::cli;
use crate::diag::Diagnostics;
use crate::report::Report;

use super::super::{Context, write_file};

pub(super) fn run(args: &cli::BotGenerate, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let mut report = Report::new("bot generate");
    report.closing = "nothing was written";
    let (spec, notes) = match super::spec(&args.spec, context) {
        Ok(loaded) => loaded,
        Err(diagnostics) => {
            report.diagnostics = diagnostics;
            return Ok(report);
        }
    };
    report.diagnostics = notes;
    let script = template(&spec);
    report.output("model", MODEL);
    report.figure("bytes", script.len());
    match args.output.as_deref().filter(|path| *path != Path::new("-")) {
        None => report.data = script,
        Some(path) => {
            let path = context.host.cwd().join(path);
            write_file(&path, script.as_bytes())?;
            let shown = context.workspace().show(&path);
            report.story = format!("  generated {shown} ({} bytes, {MODEL})\n", script.len());
            report.output("script", shown);
        }
    }
    Ok(report)
}

//! `aegis init`: a project that passes `aegis ci` at once.

use std::path::Path;

use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics, Place};
use crate::oid::Oid;
use crate::pack::model::Layer;
use crate::report::Report;

use super::Context;

/// Every file with its content; `NAME`, `TITLE` and `OID` stand for the pack's.
const FILES: [(&str, &str); 7] = [
    ("aegis.yaml", include_str!("aegis.yaml")),
    ("packs/global/shared.yaml", include_str!("global.yaml")),
    ("packs/domain/terms.yaml", include_str!("domain.yaml")),
    ("packs/local.yaml", include_str!("local.yaml")),
    ("suites/own.yaml", include_str!("suite.yaml")),
    (".github/workflows/aegis.yml", include_str!("workflow.yml")),
    (".gitignore", "/aegis-runtime/\n/.aegis/\n/junit.xml\n/report.html\n"),
];

pub(super) fn run(args: &cli::Init, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let mut report = Report::new("init");
    let folder = args
        .path
        .as_ref()
        .map_or_else(|| context.host.cwd().to_path_buf(), |path| context.host.cwd().join(path));
    let oid: Oid = args.oid.parse().map_err(|error| {
        Diagnostic::error(Code::UsageInvalid, format!("`{}` is no OID: {error}", args.oid))
            .help("write one such as 1.7")
    })?;
    if !Layer::Domain.owns(&oid) {
        let message = format!("`{oid}` is no domain's: those lie in {}", Layer::Domain.range());
        return Err(Diagnostic::error(Code::UsageInvalid, message).help("write one such as 1.7").into());
    }
    let name = args.name.clone().unwrap_or_else(|| folder_name(&folder));
    let kept = keep(&folder)?;
    for (file, content) in FILES {
        if kept.contains(&file) {
            continue;
        }
        let content = content.replace("NAME", &yaml_text(&name)).replace("OID", &oid.to_string());
        super::write_file(&folder.join(file), content.as_bytes())?;
        report.story.push_str(&format!("  wrote     {file}\n"));
    }
    for file in kept {
        report.story.push_str(&format!("  kept      {file}\n"));
    }
    report.story.push_str("\nTry it: aegis ci\n");
    Ok(report)
}

/// Files that are there already: `.gitignore` may be, any other is not overwritten.
fn keep(folder: &Path) -> Result<Vec<&'static str>, Diagnostics> {
    let mut kept = Vec::new();
    for (file, _) in FILES.into_iter().filter(|(file, _)| folder.join(file).exists()) {
        if file == ".gitignore" {
            kept.push(file);
            continue;
        }
        let message = format!("`{file}` is there already, so nothing was written");
        let place = Place::file(folder.join(file).display().to_string().into());
        let help = "choose an empty folder, or remove the file";
        return Err(Diagnostic::error(Code::OutputRefused, message).at(place).help(help).into());
    }
    Ok(kept)
}

fn folder_name(folder: &Path) -> String {
    let name =
        folder.canonicalize().ok().and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
    name.or_else(|| folder.file_name().map(|name| name.to_string_lossy().into_owned()))
        .unwrap_or_else(|| "pack".into())
}

/// A JSON string is a YAML one.
fn yaml_text(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

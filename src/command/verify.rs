//! `aegis verify`: check the integrity of a file, a directory or a store.

use std::path::Path;

use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics, Place};
use crate::pack::verify;
use crate::project::Workspace;
use crate::report::Report;

use super::Context;
use super::summary::bytes;

pub(super) fn run(args: &cli::Verify, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let mut report = Report::new("verify");
    if let Some(key) = &args.key {
        return super::attested::verify(args, key, context, report);
    }
    if args.target.contains("://") {
        return super::publish::verify_store(args, context, report);
    }
    let path = context.host.cwd().join(&args.target);
    let workspace = Workspace::new(context.host.cwd(), context.host.var("GITHUB_WORKSPACE"));
    let shown = |path: &Path| workspace.show(path);
    let progress = context.progress("verifying");
    if path.is_dir() && !path.join("metadata.json").exists() && super::publish::is_store(&path) {
        drop(progress);
        return super::publish::verify_store(args, context, report);
    }
    if path.is_dir() && super::revisions::is_revision(&path) {
        drop(progress);
        super::bots::verify(&args.target, None, context, &mut report)?;
        return Ok(report);
    }
    if args.bot.is_some() {
        drop(progress);
        return super::publish::verify_store(args, context, report);
    }
    if path.is_dir() {
        let verified = verify::directory(&path, &shown)?;
        let failed = verified.diagnostics.has_errors();
        report.diagnostics.extend(verified.diagnostics);
        let metadata = verified.metadata;
        report.figure("packHash", &metadata.pack_hash);
        report.figure("files", metadata.files.len());
        if !failed {
            let size: u64 = metadata.files.values().map(|file| file.size).sum();
            report.story = format!(
                "{} {} ({}) is what was built\n  identity  {}\n  checked   {} files, {}\n",
                metadata.name,
                metadata.version,
                metadata.oid,
                metadata.pack_hash,
                metadata.files.len(),
                bytes(size)
            );
            if args.rebuild {
                drop(progress);
                let line = super::rebuild::Rebuild::new(context)?.compare(&metadata)?;
                report.story += &format!("  {line}");
            }
        }
        return Ok(report);
    }
    if !path.exists() {
        let message = format!("there is no `{}`", args.target);
        let help = "name a .1337 file, a runtime directory, or a store's URL";
        let place = Place::file(args.target.as_str().into());
        return Err(Diagnostic::error(Code::SourceNotFound, message).at(place).help(help).into());
    }
    let pack = verify::file(&path, &shown(&path))?;
    let root = crate::pack::canonical::hex(pack.root());
    report.story =
        format!("{} is sound\n  root      {root}\n  checked   {}\n", args.target, bytes(pack.size() as u64));
    report.figure("root", root);
    Ok(report)
}

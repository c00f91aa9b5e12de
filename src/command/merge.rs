//! `aegis report merge`: join the reports of a run's parts.

use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics, Place, io};
use crate::files::{self, Failed};
use crate::report::merge::Parts;
use crate::report::{Report, json, junit};

use super::Context;

/// The largest report that is read, in bytes.
const MOST: u64 = 512 << 20;

pub(super) fn run(args: &cli::Merge, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let mut report = Report::new("report");
    let (mut parts, mut wrong) = (Parts::default(), Diagnostics::new());
    for file in &args.files {
        let (path, shown) = (context.host.cwd().join(file), file.display().to_string());
        let invalid = |why: String| {
            let help = "name what `aegis test --junit FILE` and `aegis test --format json` wrote";
            let message = format!("`{shown}` {why}");
            Diagnostic::error(Code::ReportInvalid, message).at(Place::file(shown.as_str().into())).help(help)
        };
        match files::read(&path, MOST) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => wrong.extend(parts.read(&shown, &text).err().map(invalid)),
                Err(_) => wrong.push(invalid("is no text".to_owned())),
            },
            Err(Failed::TooLarge(size)) => {
                wrong.push(invalid(format!("has {size} bytes; a report may have {MOST}")));
            }
            Err(Failed::Io(error)) => wrong.push(*io(Code::SourceUnreadable, "read", &path, &error)),
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    parts.tell(&mut report);
    if let Some(file) = &args.junit {
        if !parts.has_junit() {
            let message = "there is no JUnit to join: every file is a JSON report";
            let help = "name the JUnit files of the parts too, or leave `--junit` out";
            return Err(Diagnostic::error(Code::UsageInvalid, message).help(help).into());
        }
        let xml = junit::write(&parts.joined(), context.host.now())?;
        super::write_file(&context.host.cwd().join(file), xml.as_bytes())?;
        report.output("junit", file.display().to_string());
        report.story.push_str(&format!("  junit     {}\n", file.display()));
    }
    if let Some(file) = &args.json {
        report.diagnostics.sort();
        let text = json::write(&json::Document::of(&report), false);
        super::write_file(&context.host.cwd().join(file), text.as_bytes())?;
        report.story.push_str(&format!("  json      {}\n", file.display()));
    }
    Ok(report)
}

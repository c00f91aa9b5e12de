//! `aegis fmt`: write cache documents, suites and specs in one form.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use walkdir::WalkDir;

use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics, LineMap, Place};
use crate::pack::model::Layer;
use crate::project::{Project, Workspace, normalize};
use crate::report::Report;
use crate::source::{self, Content, SourceFile};
use crate::syntax::format::{Refusal, format};
use crate::syntax::{Format, Text};

use super::{Context, test, write_file};

pub(super) fn run(args: &cli::Fmt, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let mut report = Report::new("fmt");
    let files = if args.paths.is_empty() {
        of_project(&context.project()?, &mut report)?
    } else {
        named(&args.paths, context)?
    };
    let verdicts: Vec<_> = files.into_par_iter().with_max_len(1).map(judge).collect();
    let mut changed = Vec::new();
    let mut seen = 0_usize;
    for (path, shown, verdict) in verdicts {
        seen += usize::from(!matches!(verdict, Verdict::Foreign));
        match verdict {
            Verdict::Same | Verdict::Foreign => {}
            Verdict::Told(diagnostics) => report.diagnostics.extend(diagnostics),
            Verdict::Changed(text, unformatted) => {
                if args.check {
                    report.diagnostics.push(*unformatted);
                } else if let Err(error) = write_file(&path, text.as_bytes()) {
                    report.diagnostics.push(*error);
                    continue;
                }
                changed.push(shown);
            }
        }
    }
    if !args.check {
        report.story = story(&changed, seen);
    }
    report.figure("files", seen);
    report.figure("changed", changed);
    Ok(report)
}

fn story(changed: &[String], seen: usize) -> String {
    let mut story: String = changed.iter().map(|file| format!("  formatted {file}\n")).collect();
    let files = if seen == 1 { "file" } else { "files" };
    story.push_str(&format!("{} of {seen} {files} changed\n", changed.len()));
    story
}

/// A file to format.
struct Target {
    file: SourceFile,
    format: Format,
    /// Found in a folder, not named: only documents of ours are touched.
    is_found: bool,
}

impl Target {
    fn new(path: PathBuf, is_found: bool, workspace: &Workspace) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let format = Format::of(name)?;
        // Its layer means nothing here: what is read is not merged.
        let (layer, shown) = (Layer::Global, workspace.show(&path).into());
        let file = SourceFile { layer, name: name.into(), shown, path, format: Some(format), bytes: None };
        Some(Self { file, format, is_found })
    }
}

/// The sources, the suites and the specs of a project, each once.
fn of_project(project: &Project, report: &mut Report) -> Result<Vec<Target>, Diagnostics> {
    let (sources, problems) = source::find(project);
    report.diagnostics.extend(problems);
    let suites = test::written_suites(project, report)?;
    let specs = project.bots.iter().map(|bot| project.root.join(&bot.spec));
    // What was fetched is somebody else's.
    let own = sources.into_iter().filter(|file| file.bytes.is_none());
    let paths = own.map(|file| file.path).chain(suites).chain(specs);
    Ok(once(paths.filter_map(|path| Target::new(path, false, &project.workspace))))
}

/// What the user named: files whatever they hold, and the documents in folders.
fn named(paths: &[PathBuf], context: &Context<'_>) -> Result<Vec<Target>, Diagnostics> {
    let workspace = Workspace::new(context.host.cwd(), context.host.var("GITHUB_WORKSPACE"));
    let mut diagnostics = Diagnostics::new();
    let mut targets = Vec::new();
    for written in paths {
        let path = normalize(&context.host.cwd().join(written));
        let shown = written.display();
        let at = |diagnostic: Diagnostic| diagnostic.at(Place::file(shown.to_string().into()));
        if path.is_dir() {
            targets.extend(walk(&path).filter_map(|path| Target::new(path, true, &workspace)));
        } else if !path.exists() {
            let message = format!("there is no file or folder `{shown}`");
            diagnostics.push(at(Diagnostic::error(Code::SourceNotFound, message).help("correct the path")));
        } else if let Some(target) = Target::new(path, false, &workspace) {
            targets.push(target);
        } else {
            let message =
                format!("`{shown}` cannot be formatted: its name ends in none of .yaml, .yml, .json");
            diagnostics.push(at(Diagnostic::error(Code::UsageInvalid, message).help("name another file")));
        }
    }
    if diagnostics.is_empty() { Ok(once(targets.into_iter())) } else { Err(diagnostics) }
}

/// The files in a folder but for hidden ones, and for those of runtime directories: checksums cover them.
fn walk(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let wanted = |entry: &walkdir::DirEntry| {
        let is_hidden = entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".");
        let is_runtime = entry.file_type().is_dir()
            && ["metadata.json", "checksums.txt"].iter().all(|name| entry.path().join(name).is_file());
        !is_hidden && !is_runtime
    };
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(wanted);
    entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
}

/// Each file once, by where it really is: to replace a link would make two files of one.
fn once(targets: impl Iterator<Item = Target>) -> Vec<Target> {
    let mut seen = HashSet::new();
    let real = |mut target: Target| {
        target.file.path = target.file.path.canonicalize().unwrap_or(target.file.path);
        target
    };
    targets.map(real).filter(|target| seen.insert(target.file.path.clone())).collect()
}

/// What becomes of a file.
enum Verdict {
    /// It has the form.
    Same,
    /// It is no document of ours.
    Foreign,
    /// The text that it should have, and what `--check` says.
    Changed(String, Box<Diagnostic>),
    /// It is left alone, and why.
    Told(Diagnostics),
}

fn judge(target: Target) -> (PathBuf, String, Verdict) {
    let Target { file, format: form, is_found } = target;
    let (path, shown) = (file.path.clone(), file.shown.to_string());
    let (mut sources, problems) = source::read(vec![file], u64::MAX);
    let Some(source) = sources.pop() else { return (path, shown, Verdict::Told(problems)) };
    let Content::Text(text, _) = &source.content else { return (path, shown, Verdict::Told(problems)) };
    if is_found && !is_ours(text, form) {
        return (path, shown, Verdict::Foreign);
    }
    let verdict = match format(text, form) {
        // A byte order mark is no part of the text, but of the file.
        Ok(formatted) if formatted == text.as_str() && source.size == formatted.len() as u64 => Verdict::Same,
        Ok(formatted) => {
            let unformatted = unformatted(text.as_str(), &formatted, &shown);
            Verdict::Changed(formatted, Box::new(unformatted))
        }
        Err(Refusal::Syntax(errors)) => {
            let lines = LineMap::new(text.as_str());
            let mut diagnostics = Diagnostics::new();
            for error in errors {
                let place = lines.place(shown.as_str().into(), error.range, String::new());
                diagnostics
                    .push(Diagnostic::error(Code::PackSyntax, error.message).at(place).help(error.help));
            }
            Verdict::Told(diagnostics)
        }
        Err(Refusal::Unable(why)) => {
            let message = format!("`{shown}` is left as it is: {why}");
            let help =
                "write it more plainly: without odd indentation, and with comments on lines of their own";
            let place = Place::file(shown.as_str().into());
            Verdict::Told(Diagnostic::warning(Code::NotFormatted, message).at(place).help(help).into())
        }
    };
    (path, shown, verdict)
}

/// Whether a document is a project, a cache document, a suite or a bot's spec. What cannot be read is if it seems so.
fn is_ours(text: &Text, form: Format) -> bool {
    match text.parse(form) {
        Ok(Some(tree)) => match tree.root().get("aegis") {
            Some(form) => matches!(form.raw(), "project/v1" | "cache/v1" | "suite/v1"),
            None => tree.root().get("meta").is_some_and(|meta| meta.get("botId").is_some()),
        },
        Ok(None) => false,
        Err(_) => ["aegis:", "\"aegis\""].iter().any(|key| text.as_str().contains(key)),
    }
}

/// What `--check` says: the first line that is not as it should be.
fn unformatted(before: &str, after: &str, shown: &str) -> Diagnostic {
    let mut start = 0;
    let mut expected = after.split_inclusive('\n');
    let mut wanted = None;
    for line in before.split_inclusive('\n') {
        wanted = expected.next();
        if wanted != Some(line) {
            break;
        }
        (start, wanted) = (start + line.len(), None);
    }
    let wanted = wanted.or_else(|| expected.next()).map(str::trim_end);
    let line = before[start..].lines().next().unwrap_or_default();
    let indent = line.len() - line.trim_start().len();
    let place = LineMap::new(before).place(shown.into(), start + indent..start + line.len(), String::new());
    let help = match wanted {
        Some(wanted) if wanted.trim() != line.trim() && wanted.len() <= 200 => {
            format!("run `aegis fmt`, which writes here: {}", wanted.trim_start())
        }
        _ => "run `aegis fmt`".to_owned(),
    };
    let message = "the file is not in the form that `aegis fmt` writes, from this line on";
    Diagnostic::error(Code::NotFormatted, message).at(place).help(help)
}

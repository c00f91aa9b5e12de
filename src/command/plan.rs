//! `aegis plan`: a matrix of packs, bots and shards, for GitHub to run side by side.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::project::{FILE_NAME, Project, relative};
use crate::report::Report;

use super::Context;

/// GitHub runs no more jobs of one matrix.
/// <https://docs.github.com/actions/reference/limits>
const MOST_JOBS: usize = 256;

pub(super) fn run(args: &cli::Plan, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let mut report = Report::new("plan");
    let mut jobs = Vec::new();
    for project in projects(args, context)? {
        // Where the jobs start, this run started: that is what they can name the project from.
        let file = relative(&project.file, context.host.cwd());
        jobs.extend(of_project(&project, &file, args.shards));
    }
    if jobs.len() > MOST_JOBS {
        let message = format!("{} jobs are more than GitHub runs of one matrix: {MOST_JOBS}", jobs.len());
        let help = "ask for fewer `--shards`, or plan some of the projects at a time";
        return Err(Diagnostic::error(Code::LimitExceeded, message).help(help).into());
    }
    let matrix = json!({ "include": jobs });
    report.data = format!("{matrix}\n");
    report.figure("jobs", jobs.len());
    report.output("matrix", matrix);
    Ok(report)
}

/// One job a shard of the pack, and one a bot. Every job has every key: an expression that reads one is never wrong.
fn of_project(project: &Project, file: &str, shards: u16) -> Vec<Value> {
    let job = |kind: &str, what: &str, shard: Option<String>| {
        let shown = shard.as_ref().map(|shard| format!(" ({shard})")).unwrap_or_default();
        let (pack, bot) = if kind == "pack" { (what, "") } else { ("", what) };
        // Of a project with both, each job leaves the other jobs' work out.
        let only = if kind == "pack" { "pack".to_owned() } else { format!("bot:{what}") };
        json!({
            "name": format!("{what}{shown}"), "kind": kind, "only": only, "project": file, "pack": pack, "bot": bot,
            "shard": shard.unwrap_or_default(),
        })
    };
    let mut jobs = Vec::new();
    if let Some(pack) = &project.pack {
        match shards {
            0 | 1 => jobs.push(job("pack", &pack.name, None)),
            of => jobs.extend((1..=of).map(|index| job("pack", &pack.name, Some(format!("{index}/{of}"))))),
        }
    }
    jobs.extend(project.bot_ids().map(|bot| job("bot", bot, None)));
    jobs
}

/// The projects that were named, or the one around the working folder; of a folder without one, all below it.
fn projects(args: &cli::Plan, context: &Context<'_>) -> Result<Vec<Project>, Diagnostics> {
    if args.paths.is_empty() {
        return Ok(vec![context.project()?]);
    }
    let (mut files, mut wrong) = (Vec::new(), Diagnostics::new());
    for path in &args.paths {
        let full = context.host.cwd().join(path);
        let found = if full.is_dir() { below(&full) } else { vec![full] };
        if found.is_empty() {
            let message = format!("there is no {FILE_NAME} in `{}` or below", path.display());
            let help = "name a project's file, or a folder above projects";
            wrong.push(Diagnostic::error(Code::ConfigInvalid, message).help(help));
        }
        files.extend(found);
    }
    files.sort();
    files.dedup();
    let mut projects = Vec::new();
    for file in files {
        match Project::load(Some(&file), context.host.cwd(), context.host.var("GITHUB_WORKSPACE")) {
            Ok(project) => projects.push(project),
            Err(diagnostics) => wrong.extend(diagnostics),
        }
    }
    if wrong.is_empty() { Ok(projects) } else { Err(wrong) }
}

/// Project files in a folder and below it, but for hidden folders.
fn below(folder: &Path) -> Vec<PathBuf> {
    let is_hidden =
        |entry: &walkdir::DirEntry| entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.');
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter();
    let found = walk.filter_entry(|entry| !is_hidden(entry)).filter_map(Result::ok);
    found
        .filter(|entry| entry.file_name() == FILE_NAME && entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect()
}

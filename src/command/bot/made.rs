//! A revision from files that people wrote: read, checked, made, and written whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::bot::generate;
use crate::bot::load;
use crate::bot::revision::{Build, Passport, REV, Revision, SCRIPT};
use crate::diag::{Code, Diagnostic, Diagnostics, Outcome, Place, io};
use crate::pack::swap::{set_mode, swap};
use crate::preflight::{self, Files, Status, files};
use crate::project::Workspace;

use super::super::{Context, commit, read_named};
use crate::time::rfc3339;

/// The files that a revision is made from.
#[derive(Debug, Clone)]
pub(in crate::command) struct Sources {
    /// The spec.
    pub(in crate::command) spec: PathBuf,
    /// The script; generated, if there is none.
    pub(in crate::command) script: Option<PathBuf>,
    /// How the script was made.
    pub(in crate::command) build: Option<PathBuf>,
}

/// A revision, and what there is to say about it.
#[derive(Debug)]
pub(in crate::command) struct Made {
    /// The revision.
    pub(in crate::command) revision: Revision,
    /// Warnings and notes.
    pub(in crate::command) diagnostics: Diagnostics,
}

/// Makes a revision that passes the static checks.
///
/// # Errors
/// Everything that is wrong with what it is made from.
pub(in crate::command) fn make(
    sources: &Sources,
    workspace: &Workspace,
    context: &Context<'_>,
) -> Result<Made, Diagnostics> {
    let mut wrong = Diagnostics::new();
    let shown = |path: &Path| -> Arc<str> { workspace.show(path).into() };
    let mut read = |path: &Path| match read_named(path, context, files::MOST) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            wrong.push(*error);
            None
        }
    };
    let spec = read(&sources.spec);
    let script = sources.script.as_ref().map(|path| read(path));
    let build = sources.build.as_ref().map(|path| (path, read(path)));
    let build = match build {
        None => Some(Build::default()),
        Some((_, None)) => None,
        Some((path, Some(bytes))) => match Build::read(bytes, &shown(path)) {
            Ok(build) => Some(build),
            Err(told) => {
                wrong.extend(told);
                None
            }
        },
    };
    let spec = spec.and_then(|bytes| match load(bytes, &shown(&sources.spec)).sound() {
        Ok(sound) => Some(sound),
        Err(told) => {
            wrong.extend(told);
            None
        }
    });
    // A script can be judged by itself only with the spec's allow-list; without a sound spec it waits for the next run.
    let (Some((spec, canonical, mut diagnostics)), Some(build), false) =
        (spec, build, matches!(script, Some(None)))
    else {
        return Err(wrong);
    };
    if script.is_none() && sources.build.is_some() && build.model != generate::MODEL {
        let message = format!(
            "there is no script, so it was generated: the model is `{}`, not `{}`",
            generate::MODEL,
            build.model
        );
        let place = Place::file(sources.build.as_deref().map_or_else(|| "build.json".into(), shown));
        let help = "name the script, if there is one; or take `model` for what it is";
        diagnostics.push(Diagnostic::note(Code::ConfigInvalid, message).at(place).help(help));
    }
    let built_at = rfc3339(built_at(workspace, context));
    let revision = Revision::make(&spec, canonical, script.flatten(), build, &built_at);
    let told = static_checks(&revision, sources.script.as_deref().map(shown));
    diagnostics.extend(told);
    if diagnostics.has_errors() { Err(diagnostics) } else { Ok(Made { revision, diagnostics }) }
}

/// What the static checks find in a revision that was just made from a sound spec.
fn static_checks(revision: &Revision, script: Option<Arc<str>>) -> Vec<Diagnostic> {
    let mut files = Files::of(revision, String::new());
    if let Some(shown) = script {
        files.call(SCRIPT, shown);
    }
    let judgements = preflight::judge(&files, None);
    let telling = judgements.into_iter().filter(|one| {
        // The spec was judged as its author wrote it, with the places of that file.
        !one.check.starts_with("spec.") && matches!(one.status, Status::Fail | Status::Warning)
    });
    telling.flat_map(|one| one.diagnostics).collect()
}

/// When something is said to be built that says nothing itself: `SOURCE_DATE_EPOCH`, the commit's time, the clock.
fn built_at(workspace: &Workspace, context: &Context<'_>) -> SystemTime {
    let clock = context.host.now();
    if context.host.var("SOURCE_DATE_EPOCH").is_some() {
        return clock;
    }
    let commit = commit::time(workspace.top());
    commit
        .and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)))
        .unwrap_or(clock)
}

/// What became of a revision's folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::command) enum Written {
    /// It is new.
    New,
    /// It held another build of this identity.
    Replaced,
    /// It held the same bytes.
    Same,
}

/// Writes a revision to `<dir>/<botId>/<revHash>/`, whole or not at all.
///
/// # Errors
/// It cannot be written, or something else stands there.
pub(in crate::command) fn write(revision: &Revision, dir: &Path) -> Outcome<(PathBuf, Written)> {
    let parent = dir.join(&revision.bot_id);
    let target = parent.join(&revision.passport.rev_hash);
    let failed = |error: std::io::Error| io(Code::OutputFailed, "write", &target, &error);
    let there = existing(revision, &target)?;
    if there == Written::Same {
        return Ok((target, there));
    }
    fs::create_dir_all(&parent).map_err(failed)?;
    let staging = tempfile::Builder::new().prefix(".revision-").tempdir_in(&parent).map_err(failed)?;
    for (name, bytes) in revision.files() {
        fs::write(staging.path().join(name), bytes).map_err(failed)?;
    }
    set_mode(staging.path()).map_err(failed)?;
    swap(staging.path(), &target).map_err(failed)?;
    // What stands there now is the old one, if there was one.
    if staging.path().exists() {
        let _ = staging.close();
    }
    Ok((target, there))
}

/// What stands where a revision is to be written: nothing, the same, or another build of the same identity.
fn existing(revision: &Revision, target: &Path) -> Outcome<Written> {
    let Ok(found) = target.symlink_metadata() else { return Ok(Written::New) };
    let shown = target.display().to_string();
    let refused = |why: &str| {
        let message = format!("`{shown}` {why}, so it is not replaced");
        let help = "choose another place with `-o`, or remove it yourself";
        Box::new(
            Diagnostic::error(Code::OutputRefused, message).at(Place::file(shown.as_str().into())).help(help),
        )
    };
    if !found.is_dir() {
        return Err(refused("is no folder"));
    }
    let files = preflight::folder::read(target, &shown)?;
    let is_empty = files.all().iter().all(|(_, content)| **content == preflight::Content::Missing);
    if !files.strays.is_empty() || target.join(files::REVOKED).symlink_metadata().is_ok() && !is_empty {
        return Err(refused("holds more than a revision"));
    }
    let same = revision.files().iter().all(|(name, bytes)| files.get(name).bytes() == Some(bytes));
    let passport = files.get(REV).bytes().and_then(|bytes| serde_json::from_slice::<Passport>(bytes).ok());
    match passport {
        _ if same => Ok(Written::Same),
        Some(_) => Ok(Written::Replaced),
        None if is_empty => Ok(Written::Replaced),
        None => Err(refused("is a folder that holds no revision")),
    }
}

//! From what a project names (files and folders) to the files of each layer, in byte order of their relative paths.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::WalkDir;

use crate::diag::{Code, Diagnostic, Diagnostics, Outcome, Place, io};
use crate::layer::Layer;
use crate::project::{Located, Project, Workspace};
use crate::syntax::Format;

use super::remote;

/// A file of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The layer that names it.
    pub layer: Layer,
    /// Relative to the folder of `aegis.yaml`, with `/`: what origins call it.
    pub name: Arc<str>,
    /// As diagnostics show it.
    pub shown: Arc<str>,
    /// Where it is.
    pub path: PathBuf,
    /// How it is written; `None` for `.1337`.
    pub format: Option<Format>,
    /// Its bytes, if they are no file of the project: those of a URL, or of a member of an archive.
    pub bytes: Option<Arc<[u8]>>,
}

/// Finds the files of all layers. Problems are collected; the files that were found are returned with them.
pub fn find(project: &Project) -> (Vec<SourceFile>, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let mut files = Vec::new();
    for layer in Layer::ALL {
        let (mut paths, mut fetched) = (Vec::new(), Vec::new());
        for source in project.layer(layer) {
            if remote::is_url(&source.value) {
                match remote::files(project, layer, source) {
                    Ok(found) => fetched.extend(found),
                    Err(diagnostic) => diagnostics.push(*diagnostic),
                }
                continue;
            }
            match expand(project, source) {
                Ok(found) => paths.extend(found),
                Err(diagnostic) => diagnostics.push(*diagnostic),
            }
        }
        // Of several names of one file the first in order counts, in whatever order the file system lists them.
        let mut found: Vec<_> = paths.into_iter().map(|path| source_file(project, layer, path)).collect();
        found.append(&mut fetched);
        found.sort_by(|a, b| (a.name.as_bytes(), &a.path).cmp(&(b.name.as_bytes(), &b.path)));
        let mut seen = HashSet::new();
        found.retain(|file| seen.insert(file.path.canonicalize().unwrap_or_else(|_| file.path.clone())));
        files.extend(found);
    }
    files.sort_by(|a, b| (a.layer, a.name.as_bytes()).cmp(&(b.layer, b.name.as_bytes())));
    (files, diagnostics)
}

fn source_file(project: &Project, layer: Layer, path: PathBuf) -> SourceFile {
    let name: Arc<str> = crate::project::relative(&path, &project.root).into();
    let shown: Arc<str> = project.workspace.show(&path).into();
    let format = Format::of(&name);
    SourceFile { layer, name, shown, path, format, bytes: None }
}

fn is_source(path: &Path) -> bool {
    let extension = path.extension().and_then(|e| e.to_str());
    matches!(extension, Some("yaml" | "yml" | "json" | "1337"))
}

fn expand(project: &Project, source: &Located<String>) -> Outcome<Vec<PathBuf>> {
    let written = source.value.as_str();
    let at = |code, message: String, help: &str| {
        Box::new(Diagnostic::error(code, message).at(source.place.clone()).help(help))
    };
    let path = crate::project::normalize(&project.root.join(written));
    if !path.exists() && path.symlink_metadata().is_ok() {
        return Err(at(
            Code::SourceLoop,
            format!("`{written}` is a link that leads nowhere"),
            "mend the link",
        ));
    }
    if !path.exists() {
        return Err(at(
            Code::SourceNotFound,
            format!("there is no file or folder `{written}`"),
            "correct the path: it is relative to the folder of aegis.yaml",
        ));
    }
    inside(&project.workspace, &path, &source.place)?;
    if path.is_dir() {
        return walk(project, &path, &source.place);
    }
    if !is_source(&path) {
        return Err(at(
            Code::ConfigInvalid,
            format!("`{written}` is no source: its name ends in none of .yaml, .yml, .json, .1337"),
            "rename it, or name another file",
        ));
    }
    Ok(vec![path])
}

fn inside(workspace: &Workspace, path: &Path, place: &Place) -> Outcome<()> {
    if workspace.holds(path) {
        return Ok(());
    }
    let message = format!("`{}` lies outside the project's repository", workspace.show(path));
    let help = "copy the source into the repository: what is built must not depend on the machine around it";
    Err(Box::new(Diagnostic::error(Code::SourceOutside, message).at(place.clone()).help(help)))
}

/// The sources in a folder, hidden files and folders left out.
fn walk(project: &Project, folder: &Path, place: &Place) -> Outcome<Vec<PathBuf>> {
    let visible = |entry: &walkdir::DirEntry| {
        entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".")
    };
    let mut found = Vec::new();
    for entry in WalkDir::new(folder).follow_links(true).into_iter().filter_entry(visible) {
        let entry = entry.map_err(|error| walk_error(project, &error, folder, place))?;
        if entry.path_is_symlink() {
            inside(&project.workspace, entry.path(), place)?;
        }
        if !entry.file_type().is_dir() && is_source(entry.path()) {
            found.push(entry.into_path());
        }
    }
    Ok(found)
}

fn walk_error(project: &Project, error: &walkdir::Error, folder: &Path, place: &Place) -> Box<Diagnostic> {
    let path = error.path().unwrap_or(folder);
    let shown = project.workspace.show(path);
    let is_link = path.symlink_metadata().is_ok_and(|m| m.file_type().is_symlink());
    if error.loop_ancestor().is_some() || (is_link && error.io_error().is_some()) {
        let message = format!("`{shown}` is a link that leads in a circle or nowhere");
        return Box::new(
            Diagnostic::error(Code::SourceLoop, message).at(place.clone()).help("remove the link"),
        );
    }
    match error.io_error() {
        Some(error) => io(Code::SourceUnreadable, "read", path, error),
        None => Box::new(Diagnostic::error(Code::SourceUnreadable, error.to_string()).at(place.clone())),
    }
}

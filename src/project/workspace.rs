//! How paths are shown, and how far they may reach: the workspace around a project.

use std::path::{Component, Path, PathBuf};

/// The folder that paths in reports are relative to, and that sources may not leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    top: PathBuf,
}

impl Workspace {
    /// `GITHUB_WORKSPACE` if the project lies in it, else git's top, else the project's own folder.
    pub fn new(root: &Path, github_workspace: Option<&str>) -> Self {
        let root = normalize(root);
        let given = github_workspace.map(|top| normalize(Path::new(top))).filter(|top| root.starts_with(top));
        let git = || root.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_path_buf);
        Self { top: given.or_else(git).unwrap_or(root) }
    }

    /// The same for a project that need not be sound, or there: `given` by the user, in `cwd`, or above.
    pub fn around(given: Option<&Path>, cwd: &Path, github_workspace: Option<&str>) -> Self {
        let root = match given.map(|given| cwd.join(given)) {
            Some(folder) if folder.is_dir() => folder,
            Some(file) => file.parent().unwrap_or(cwd).to_path_buf(),
            None => {
                cwd.ancestors().find(|at| at.join(super::FILE_NAME).is_file()).unwrap_or(cwd).to_path_buf()
            }
        };
        Self::new(&root, github_workspace)
    }

    /// The folder itself.
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// Whether a path, its links followed, lies inside.
    pub fn holds(&self, path: &Path) -> bool {
        match (path.canonicalize(), self.top.canonicalize()) {
            (Ok(path), Ok(top)) => path.starts_with(top),
            _ => normalize(path).starts_with(&self.top),
        }
    }

    /// A path as reports show it: relative, with `/`.
    pub fn show(&self, path: &Path) -> String {
        let path = normalize(path);
        slashes(path.strip_prefix(&self.top).unwrap_or(&path))
    }
}

/// A path relative to a folder, with `/`; `..` where it has to climb.
pub fn relative(path: &Path, folder: &Path) -> String {
    let (path, folder) = (normalize(path), normalize(folder));
    let common = path.components().zip(folder.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(common).map(|_| Component::ParentDir);
    slashes(&up.chain(path.components().skip(common)).collect::<PathBuf>())
}

/// A path without `.` and `..`, by its text alone.
pub fn normalize(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

fn slashes(path: &Path) -> String {
    let parts: Vec<_> =
        path.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    match parts.first().map(String::as_str) {
        None => ".".to_owned(),
        Some("/") => format!("/{}", parts[1..].join("/")),
        Some(_) => parts.join("/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_relative_with_slashes() {
        let workspace = Workspace { top: "/a/b".into() };
        assert_eq!(workspace.show(Path::new("/a/b/c/./d.yaml")), "c/d.yaml");
        assert_eq!(workspace.show(Path::new("/a/b")), ".");
        assert_eq!(workspace.show(Path::new("/x/y")), "/x/y");
        assert_eq!(relative(Path::new("/a/g/x.yaml"), Path::new("/a/b/c")), "../../g/x.yaml");
        assert_eq!(relative(Path::new("/a/b/x.yaml"), Path::new("/a/b")), "x.yaml");
        assert_eq!(normalize(Path::new("/a/../b/./c/..")), Path::new("/b"));
    }
}

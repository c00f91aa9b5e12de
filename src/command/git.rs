//! What the checkout says of its commit, read from `.git` itself: no git has to be installed, and a foreign owner of
//! the folder is no obstacle.

use std::fs;
use std::path::{Path, PathBuf};

/// Where the objects of the repository stand whose work tree is `top`.
pub(super) fn objects(top: &Path) -> Option<PathBuf> {
    let dot_git = top.join(".git");
    let folder = match fs::read_to_string(&dot_git) {
        Ok(text) => top.join(text.strip_prefix("gitdir:")?.trim()),
        Err(_) => dot_git,
    };
    let common = match fs::read_to_string(folder.join("commondir")) {
        Ok(text) => folder.join(text.trim()),
        Err(_) => folder,
    };
    Some(common.join("objects"))
}

/// The commit that is checked out in `top`, if it is a git work tree.
pub(super) fn head(top: &Path) -> Option<String> {
    let dot_git = top.join(".git");
    let folder = match fs::read_to_string(&dot_git) {
        // A linked work tree has a file that names its folder.
        Ok(text) => top.join(text.strip_prefix("gitdir:")?.trim()),
        Err(_) => dot_git,
    };
    let head = fs::read_to_string(folder.join("HEAD")).ok()?;
    let Some(name) = head.strip_prefix("ref:").map(str::trim) else { return commit(&head) };
    let common = match fs::read_to_string(folder.join("commondir")) {
        Ok(text) => folder.join(text.trim()),
        Err(_) => folder.clone(),
    };
    let loose = |folder: &PathBuf| fs::read_to_string(folder.join(name)).ok().and_then(|text| commit(&text));
    loose(&folder).or_else(|| loose(&common)).or_else(|| packed(&common, name))
}

fn packed(common: &Path, name: &str) -> Option<String> {
    let refs = fs::read_to_string(common.join("packed-refs")).ok()?;
    refs.lines().find_map(|line| line.strip_suffix(name)?.strip_suffix(' ').and_then(commit))
}

fn commit(text: &str) -> Option<String> {
    let text = text.trim();
    let is_hash = matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit());
    is_hash.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loose_packed_and_detached_heads_are_read() {
        let top = tempfile::tempdir().unwrap();
        let git = top.path().join(".git");
        let (one, two) = ("1".repeat(40), "2".repeat(40));
        assert_eq!(head(top.path()), None);
        fs::create_dir_all(git.join("refs/heads")).unwrap();
        fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
        fs::write(git.join("packed-refs"), format!("# pack-refs\n{two} refs/heads/main\n")).unwrap();
        assert_eq!(head(top.path()), Some(two.clone()));
        fs::write(git.join("refs/heads/main"), format!("{one}\n")).unwrap();
        assert_eq!(head(top.path()), Some(one));
        fs::write(git.join("HEAD"), &two).unwrap();
        assert_eq!(head(top.path()), Some(two));
    }
}

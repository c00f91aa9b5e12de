//! A `.tar.gz` that has the same bytes for the same files, whoever makes it and when: names in order, one time, one
//! owner, one mode.

use std::io::Write as _;

use flate2::{Compression, GzBuilder};

/// The size of a block of the format (POSIX ustar).
const BLOCK: usize = 512;
/// What the field of a name takes, and that of the folders before it.
const NAME: usize = 100;
const FOLDERS: usize = 155;

/// The archive of these files, by path, below the folder `root`.
///
/// # Errors
/// A path is too long for the format, or a file too large, as a sentence.
pub fn archive<'f>(
    root: &str,
    files: impl IntoIterator<Item = (&'f str, &'f [u8])>,
) -> Result<Vec<u8>, String> {
    let mut files: Vec<_> = files.into_iter().collect();
    files.sort_unstable_by_key(|(path, _)| *path);
    let mut out = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::best());
    let failed = |error: std::io::Error| error.to_string();
    for (path, bytes) in files {
        let path = format!("{root}/{path}");
        out.write_all(&header(&path, bytes.len())?).map_err(failed)?;
        out.write_all(bytes).map_err(failed)?;
        let rest = bytes.len().next_multiple_of(BLOCK) - bytes.len();
        out.write_all(&[0; BLOCK][..rest]).map_err(failed)?;
    }
    out.write_all(&[0; 2 * BLOCK]).map_err(failed)?;
    out.finish().map_err(failed)
}

/// Whether a path, with its root, fits into the format.
///
/// # Errors
/// It does not, as a sentence.
pub(super) fn fits(path: &str) -> Result<(), String> {
    split(path).map(|_| ()).ok_or_else(|| format!("`{path}` is too long for an archive"))
}

fn header(path: &str, size: usize) -> Result<[u8; BLOCK], String> {
    let (folders, name) = split(path).ok_or_else(|| format!("`{path}` is too long for an archive"))?;
    if size >= 1 << 33 {
        return Err(format!("`{path}` has {size} bytes, too many for an archive"));
    }
    let mut header = [0; BLOCK];
    let mut field = |at: usize, text: &[u8]| header[at..at + text.len()].copy_from_slice(text);
    field(0, name.as_bytes());
    field(100, b"0000644\0");
    field(108, b"0000000\0");
    field(116, b"0000000\0");
    field(124, format!("{size:011o}\0").as_bytes());
    field(136, b"00000000000\0");
    field(148, b"        ");
    field(156, b"0");
    field(257, b"ustar\x0000");
    field(345, folders.as_bytes());
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    Ok(header)
}

/// A path as folders and a name that fit into their fields.
fn split(path: &str) -> Option<(&str, &str)> {
    if path.len() <= NAME {
        return Some(("", path));
    }
    let slashes = path.match_indices('/').map(|(at, _)| (&path[..at], &path[at + 1..]));
    slashes
        .into_iter()
        .find(|(folders, name)| folders.len() <= FOLDERS && name.len() <= NAME && !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn tar_reads_it_and_it_is_always_the_same() {
        let long = format!("{}/b.txt", "a".repeat(120));
        let large = vec![7; 1000];
        let files = [("z.json", &b"{}"[..]), (long.as_str(), &large[..]), ("empty", &b""[..])];
        let first = archive("pack-1.0.0", files).unwrap();
        let again = archive("pack-1.0.0", files.into_iter().rev()).unwrap();
        assert_eq!(first, again);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.tar.gz");
        std::fs::write(&file, first).unwrap();
        let run = |args: &[&str]| {
            let out = Command::new("tar")
                .args(args)
                .arg("-f")
                .arg(&file)
                .current_dir(folder.path())
                .output()
                .unwrap();
            assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
            String::from_utf8(out.stdout).unwrap()
        };
        let listed = run(&["-tvz", "--utc", "--full-time"]);
        let lines: Vec<_> = listed.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(
            lines
                .iter()
                .all(|line| line.starts_with("-rw-r--r-- 0/0") && line.contains("1970-01-01 00:00:00")),
            "{listed}"
        );
        run(&["-xz"]);
        assert_eq!(std::fs::read(folder.path().join("pack-1.0.0").join(long)).unwrap(), large);
        assert_eq!(std::fs::read(folder.path().join("pack-1.0.0/empty")).unwrap(), b"");
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let long = "x".repeat(101);
        assert!(archive("p", [(long.as_str(), &b""[..])]).is_err());
        assert!(fits(&format!("p/{long}")).is_err() && fits(&format!("p/{}", &long[1..])).is_ok());
    }
}

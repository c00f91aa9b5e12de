//! The time of the commit that is checked out, read from `.git` itself: loose objects, and packs where it stands whole.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::read::ZlibDecoder;

use super::git;

/// The most of a commit that is read: its head is what counts.
const MOST: u64 = 1 << 20;
/// The largest index of a pack that is looked through.
const MOST_INDEX: u64 = 256 << 20;

/// The committer's time of the commit that is checked out in `top`, in seconds since 1970, if it can be read.
pub(super) fn time(top: &Path) -> Option<u64> {
    let commit = git::head(top)?;
    let objects = git::objects(top)?;
    let text = loose(&objects, &commit).or_else(|| packed(&objects, &commit))?;
    seconds(&text)
}

fn seconds(commit: &str) -> Option<u64> {
    let line = commit
        .lines()
        .take_while(|line| !line.is_empty())
        .find_map(|line| line.strip_prefix("committer "))?;
    // `Name <address> 1767225600 +0100`
    line.rsplit(' ').nth(1)?.parse().ok()
}

fn inflate(reader: impl std::io::Read) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    ZlibDecoder::new(reader).take(MOST).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn loose(objects: &Path, commit: &str) -> Option<String> {
    let bytes = inflate(File::open(objects.join(commit.get(..2)?).join(commit.get(2..)?)).ok()?)?;
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once('\0')?;
    head.starts_with("commit ").then(|| body.to_owned())
}

fn packed(objects: &Path, commit: &str) -> Option<String> {
    let id: Vec<u8> = (0..commit.len() / 2)
        .map(|at| u8::from_str_radix(commit.get(at * 2..at * 2 + 2)?, 16).ok())
        .collect::<Option<_>>()?;
    let entries = fs::read_dir(objects.join("pack")).ok()?.flatten().map(|entry| entry.path());
    let mut indexes: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|e| e == "idx")).collect();
    indexes.sort();
    indexes.iter().find_map(|index| {
        let offset = offset(&crate::files::read(index, MOST_INDEX).ok()?, &id)?;
        object(&index.with_extension("pack"), offset)
    })
}

/// Where an object stands in a pack, by the pack's index (version 2).
fn offset(index: &[u8], id: &[u8]) -> Option<u64> {
    let number = |at: usize| Some(u32::from_be_bytes(index.get(at..at + 4)?.try_into().ok()?) as usize);
    if index.get(..8)? != [0xFF, b't', b'O', b'c', 0, 0, 0, 2] {
        return None;
    }
    let fan = |byte: usize| number(8 + byte * 4);
    let first = usize::from(*id.first()?);
    let (low, high, count) = (if first == 0 { 0 } else { fan(first - 1)? }, fan(first)?, fan(255)?);
    let names = 8 + 256 * 4;
    let name = |at: usize| index.get(names + at * id.len()..names + (at + 1) * id.len());
    let at = (low..high).find(|at| name(*at) == Some(id))?;
    let offsets = names + count * (id.len() + 4);
    let small = number(offsets + at * 4)?;
    if small >> 31 == 0 {
        return Some(small as u64);
    }
    let large = offsets + count * 4 + (small & 0x7FFF_FFFF) * 8;
    Some(u64::from_be_bytes(index.get(large..large + 8)?.try_into().ok()?))
}

/// An object of a pack, if it is a commit that stands there whole, not as a difference.
fn object(pack: &Path, offset: u64) -> Option<String> {
    const COMMIT: u8 = 1;
    let mut file = File::open(pack).ok()?;
    file.seek(SeekFrom::Start(offset)).ok()?;
    let mut byte = [0];
    file.read_exact(&mut byte).ok()?;
    if (byte[0] >> 4) & 7 != COMMIT {
        return None;
    }
    while byte[0] & 0x80 != 0 {
        file.read_exact(&mut byte).ok()?;
    }
    Some(String::from_utf8_lossy(&inflate(file)?).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committers_time_is_read() {
        let commit =
            "tree x\nauthor A <a@b> 1 +0000\ncommitter B C <b@c> 1767225600 +0100\n\ncommitter no 5 x\n";
        assert_eq!(seconds(commit), Some(1_767_225_600));
        assert_eq!(seconds("tree x\n\ncommitter A 1 2\n"), None);
    }

    #[test]
    fn this_checkout_has_a_time_as_git_says() {
        let top = Path::new(env!("CARGO_MANIFEST_DIR"));
        let git =
            std::process::Command::new("git").args(["log", "-1", "--format=%ct"]).current_dir(top).output();
        let Ok(git) = git.map(|git| String::from_utf8_lossy(&git.stdout).trim().to_owned()) else { return };
        if let (Ok(expected), Some(found)) = (git.parse::<u64>(), time(top)) {
            assert_eq!(found, expected);
        }
    }
}

//! Open files, two at a time.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::{Hasher, LENGTH, update};

/// What a file came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hashed {
    /// Its SHA-256.
    pub(crate) sha256: [u8; LENGTH],
    /// Its size in bytes.
    pub(crate) size: u64,
}

/// So much at a time that it is still in the cache when it is hashed.
const PIECE: usize = 1 << 17;

/// Hashes files from their beginnings, two at a time and the largest first; the answers have the files' order.
///
/// # Errors
/// One of them cannot be read: its number, and why.
pub(crate) fn files(files: &mut [File]) -> Result<Vec<Hashed>, (usize, io::Error)> {
    let mut queue = Vec::with_capacity(files.len());
    for (number, file) in files.iter_mut().enumerate() {
        let size = file.seek(SeekFrom::End(0)).and_then(|size| file.rewind().map(|()| size));
        queue.push((number, size.map_err(|error| (number, error))?));
    }
    queue.sort_by_key(|(number, size)| (std::cmp::Reverse(*size), *number));
    let mut queue: VecDeque<usize> = queue.into_iter().map(|(number, _)| number).collect();
    let mut hashed = vec![Hashed { sha256: [0; LENGTH], size: 0 }; files.len()];
    let mut hashers = [Hasher::default(), Hasher::default()];
    let mut lanes = [Lane::new(&mut queue), Lane::new(&mut queue)];
    while lanes.iter().any(|lane| lane.file.is_some()) {
        for (lane, hasher) in lanes.iter_mut().zip(&mut hashers) {
            while let Some(number) = lane.file.filter(|_| lane.rest.is_empty()) {
                if lane.fill(&mut files[number]).map_err(|error| (number, error))? {
                    break;
                }
                let size = hasher.length();
                hashed[number] = Hashed { sha256: std::mem::take(hasher).finish(), size };
                lane.file = queue.pop_front();
            }
        }
        let [one, two] = &lanes;
        // Together as far as both have something; alone where the other has nothing more.
        let both = match one.rest.len().min(two.rest.len()) {
            0 => one.rest.len().max(two.rest.len()),
            both => both,
        };
        let piece = |lane: &Lane| lane.rest.start..lane.rest.end.min(lane.rest.start + both);
        update(&mut hashers, [&one.bytes[piece(one)], &two.bytes[piece(two)]]);
        lanes.iter_mut().for_each(|lane| lane.rest.start = lane.rest.end.min(lane.rest.start + both));
    }
    Ok(hashed)
}

/// A file that is being hashed, and what was read of it.
struct Lane {
    file: Option<usize>,
    bytes: Vec<u8>,
    rest: std::ops::Range<usize>,
}

impl Lane {
    fn new(queue: &mut VecDeque<usize>) -> Self {
        Self { file: queue.pop_front(), bytes: vec![0; PIECE], rest: 0..0 }
    }

    /// Reads on. False at the end of the file.
    fn fill(&mut self, file: &mut File) -> io::Result<bool> {
        loop {
            match file.read(&mut self.bytes) {
                Ok(read) => {
                    self.rest = 0..read;
                    return Ok(read > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest as _, Sha256};
    use std::io::Write as _;

    #[test]
    fn each_file_gets_its_own_digest_whatever_the_others_are() {
        let sizes = [0, 1, 63, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 17, 64, 5];
        for count in 0..=sizes.len() {
            let (mut opened, mut expected) = (Vec::new(), Vec::new());
            for (number, size) in sizes[..count].iter().enumerate() {
                let bytes: Vec<u8> = (0..*size).map(|i| (i * 31 + number) as u8).collect();
                let mut file = tempfile::tempfile().unwrap();
                file.write_all(&bytes).unwrap();
                opened.push(file);
                expected.push(Hashed { sha256: Sha256::digest(&bytes).into(), size: *size as u64 });
            }
            assert_eq!(files(&mut opened).unwrap(), expected);
        }
    }
}

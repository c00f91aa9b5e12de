//! Makes the hashes of a `.1337` file right again after its bytes were changed. Shared with the fuzz targets.

use aegis_action::cache::layout::{HASH, HEADER, ROW, header, levels};
use sha2::{Digest, Sha256};

pub(crate) fn number(file: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(file[at..at + 4].try_into().unwrap())
}

pub(crate) fn long(file: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(file[at..at + 8].try_into().unwrap())
}

/// Writes hash lists, length and root anew, from the header's chunk size and end of data. False if the header is
/// beyond help.
pub(crate) fn seal(file: &mut Vec<u8>) -> bool {
    if file.len() < HEADER {
        return false;
    }
    let start = HEADER as u64 + u64::from(number(file, header::SECTIONS)) * ROW as u64;
    let end = long(file, header::DATA_END).min(file.len() as u64);
    let chunk_log2 = number(file, header::CHUNK);
    if start > end || !(10..=24).contains(&chunk_log2) {
        return false;
    }
    let chunk = 1_usize << chunk_log2;
    file.truncate(end as usize);
    file[header::DATA_END..header::DATA_END + 8].copy_from_slice(&end.to_le_bytes());
    let mut data = start as usize..end as usize;
    for _ in levels(end - start, chunk as u64) {
        let hashes: Vec<u8> =
            file[data].chunks(chunk).flat_map(|chunk| <[u8; HASH]>::from(Sha256::digest(chunk))).collect();
        data = file.len()..file.len() + hashes.len();
        file.extend(hashes);
    }
    let length = file.len() as u64;
    file[header::LENGTH..header::LENGTH + 8].copy_from_slice(&length.to_le_bytes());
    let mut root = Sha256::new();
    root.update(&file[..header::ROOT]);
    root.update(&file[header::ROOT + HASH..start as usize]);
    root.update(&file[data]);
    let root: [u8; HASH] = root.finalize().into();
    file[header::ROOT..header::ROOT + HASH].copy_from_slice(&root);
    true
}

//! Makes the hashes of a `.1337` file right again after its bytes were changed. Shared with the fuzz targets.

use aegis_action::cache::layout::{ALIGNMENT, HASH, HEADER, ROW, header, levels};
use sha2::{Digest, Sha256};

pub(crate) fn number(file: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(file[at..at + 4].try_into().unwrap())
}

pub(crate) fn long(file: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(file[at..at + 8].try_into().unwrap())
}

/// Where the sections begin, by the header.
pub(crate) fn start(file: &[u8]) -> u64 {
    (HEADER as u64 + u64::from(number(file, header::SECTIONS)) * ROW as u64)
        .next_multiple_of(ALIGNMENT as u64)
}

/// Writes hash lists, length and root anew, from the header's chunk size and end of data and the rows' offsets. False if
/// the header is beyond help.
pub(crate) fn seal(file: &mut Vec<u8>) -> bool {
    if file.len() < HEADER {
        return false;
    }
    let start = start(file);
    let end = long(file, header::DATA_END).min(file.len() as u64);
    let chunk_log2 = number(file, header::CHUNK);
    if start > end || !(10..=24).contains(&chunk_log2) {
        return false;
    }
    file.truncate(end as usize);
    let mut spans = Vec::new();
    let mut until = end;
    for row in (0..number(file, header::SECTIONS) as usize).rev() {
        let offset = long(file, HEADER + row * ROW + 8).clamp(start, until);
        spans.push(offset as usize..until as usize);
        until = offset;
    }
    let hash = |chunk: &[u8]| <[u8; HASH]>::from(Sha256::digest(chunk));
    let chunk = 1_usize << chunk_log2;
    let mut list: Vec<u8> = spans
        .into_iter()
        .rev()
        .flat_map(|span| file[span].chunks(chunk).flat_map(hash).collect::<Vec<_>>())
        .collect();
    let chunks = (list.len() / HASH) as u64;
    for _ in 1..levels(chunks, chunk_log2).len() {
        file.extend(&list);
        list = list.chunks(chunk).flat_map(hash).collect();
    }
    file.extend(&list);
    let length = file.len() as u64;
    for (at, value) in [(header::DATA_END, end), (header::LENGTH, length), (header::CHUNKS, chunks)] {
        file[at..at + 8].copy_from_slice(&value.to_le_bytes());
    }
    file[header::TOP..header::TOP + HASH].copy_from_slice(&hash(&list));
    let mut root = Sha256::new();
    root.update(&file[..header::ROOT]);
    root.update(&file[header::ROOT + HASH..start as usize]);
    let root: [u8; HASH] = root.finalize().into();
    file[header::ROOT..header::ROOT + HASH].copy_from_slice(&root);
    true
}

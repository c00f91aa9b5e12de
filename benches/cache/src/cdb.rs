//! cdb (D. J. Bernstein, https://cr.yp.to/cdb/cdb.txt), mapped and without copies: as fast as the format can be read. The
//! crates of that name copy every value.

use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use crate::Any;

fn hash(key: &[u8]) -> u32 {
    key.iter().fold(5381, |hash: u32, byte| hash.wrapping_mul(33) ^ u32::from(*byte))
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Writes a file from pairs.
pub(crate) fn write<'p>(path: &Path, pairs: impl Iterator<Item = (&'p [u8], &'p [u8])>) -> Any<()> {
    let mut out = BufWriter::with_capacity(1 << 20, std::fs::File::create(path)?);
    out.write_all(&[0; 2048])?;
    let mut tables: Vec<Vec<(u32, u32)>> = vec![Vec::new(); 256];
    let mut at = 2048_u32;
    for (key, value) in pairs {
        out.write_all(&(key.len() as u32).to_le_bytes())?;
        out.write_all(&(value.len() as u32).to_le_bytes())?;
        out.write_all(key)?;
        out.write_all(value)?;
        let hash = hash(key);
        tables[(hash & 255) as usize].push((hash, at));
        at = at.checked_add(8 + key.len() as u32 + value.len() as u32).ok_or("cdb ends at 4 GiB")?;
    }
    let mut head = Vec::with_capacity(2048);
    for table in tables {
        let slots = table.len() * 2;
        head.extend_from_slice(&at.to_le_bytes());
        head.extend_from_slice(&(slots as u32).to_le_bytes());
        let mut filled = vec![(0, 0); slots];
        for (hash, position) in table {
            let mut slot = (hash >> 8) as usize % slots;
            while filled[slot].1 != 0 {
                slot = (slot + 1) % slots;
            }
            filled[slot] = (hash, position);
        }
        for (hash, position) in filled {
            out.write_all(&hash.to_le_bytes())?;
            out.write_all(&position.to_le_bytes())?;
        }
        at = at.checked_add(slots as u32 * 8).ok_or("cdb ends at 4 GiB")?;
    }
    out.seek(SeekFrom::Start(0))?;
    out.write_all(&head)?;
    Ok(out.flush()?)
}

/// The value of a key.
pub(crate) fn get<'f>(file: &'f [u8], key: &[u8]) -> Option<&'f [u8]> {
    let hash = hash(key);
    let head = (hash & 255) as usize * 8;
    let (table, slots) = (word(file, head) as usize, word(file, head + 4) as usize);
    if slots == 0 {
        return None;
    }
    let mut slot = (hash >> 8) as usize % slots;
    for _ in 0..slots {
        let (found, at) = (word(file, table + slot * 8), word(file, table + slot * 8 + 4) as usize);
        if at == 0 {
            return None;
        }
        if found == hash && word(file, at) as usize == key.len() && &file[at + 8..at + 8 + key.len()] == key {
            let start = at + 8 + key.len();
            return Some(&file[start..start + word(file, at + 4) as usize]);
        }
        slot = if slot + 1 == slots { 0 } else { slot + 1 };
    }
    None
}

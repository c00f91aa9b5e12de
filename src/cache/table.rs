//! The section table: read once when a file is opened, and judged before anything is asked.

use std::ops::Range;

use super::error::{Error, Section};
use super::layout::{self, section};
use super::reader::{u32_at, u64_at};

/// A section that this reader knows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) name: [u8; 4],
    pub(super) offset: u64,
    pub(super) length: u64,
    pub(super) items: u64,
}

/// The rows of a table whose bytes are known to be what was written. Every section of version 1 is there once, lies in
/// the file's data, and has as many items as its length says.
pub(super) fn rows(table: &[u8], data: Range<u64>) -> Result<Vec<Row>, Error> {
    let mut rows: Vec<Row> = Vec::with_capacity(section::ALL.len());
    for row in table.chunks_exact(layout::ROW) {
        let name = [row[0], row[1], row[2], row[3]];
        let flags = u32_at(row, 4);
        let row = Row { name, offset: u64_at(row, 8), length: u64_at(row, 16), items: u64_at(row, 24) };
        if !section::ALL.contains(&name) {
            if flags & layout::CRITICAL != 0 {
                return Err(Error::UnknownSection(Section(name)));
            }
            continue;
        }
        if rows.iter().any(|other| other.name == name) {
            return Err(malformed(name, "it is stated twice"));
        }
        check(&row, &data)?;
        rows.push(row);
    }
    match section::ALL.into_iter().find(|name| rows.iter().all(|row| row.name != *name)) {
        Some(missing) => Err(malformed(missing, "there is no such section")),
        None => Ok(rows),
    }
}

fn check(row: &Row, data: &Range<u64>) -> Result<(), Error> {
    let end = row.offset.checked_add(row.length);
    if row.offset < data.start || end.is_none_or(|end| end > data.end) {
        return Err(malformed(row.name, "it lies outside the file's data"));
    }
    // A count that the bytes do not bear out would let a loop over it run for hours.
    if row.items > u64::from(u32::MAX)
        || row.items.checked_mul(section::item_size(row.name)) != Some(row.length)
    {
        return Err(malformed(row.name, "its length is not that of its items"));
    }
    let is_table = matches!(row.name, section::KEYS | section::FIRSTS);
    if is_table && row.items != 0 && !row.items.is_power_of_two() {
        return Err(malformed(row.name, "its size is no power of two"));
    }
    Ok(())
}

fn malformed(name: [u8; 4], what: &'static str) -> Error {
    Error::Malformed { section: Section(name), offset: 0, what }
}

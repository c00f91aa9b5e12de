//! Some entries, encoded. What they are looked up by is noted beside them.

use crate::cache::hash::hash;
use crate::cache::layout::UNIT;
use crate::oid::Oid;

use super::Record;

/// The fields of an entry before its body.
#[derive(Debug, Clone, Copy)]
pub struct EntryFields<'e> {
    /// 0 lexicon … 4 alias, 5 tombstone.
    pub kind: u8,
    /// See [`crate::cache::layout::flag`].
    pub flags: u8,
    /// The layers that lost, one bit each.
    pub overrode: u8,
    /// Its place among all entries.
    pub index: u32,
    /// The OID.
    pub oid: &'e Oid,
    /// How many entries stand below it.
    pub below: u32,
    /// The number of its origin.
    pub origin: u32,
    /// Its line.
    pub line: u32,
}

/// Encoded entries.
#[derive(Default)]
pub struct Entries {
    record: Record,
    pub(super) positions: Vec<u32>,
    /// The hashes of their OIDs, with their positions.
    pub(super) oids: Vec<(u64, u32)>,
    pub(super) too_large: bool,
}

impl Entries {
    /// Adds an entry; the closure writes title, language, lists and body. They come in OID order.
    pub fn entry(&mut self, fields: &EntryFields<'_>, body: impl FnOnce(&mut Record)) {
        let position = u32::try_from(self.bytes().len() / UNIT);
        self.too_large |= position.is_err();
        let position = position.unwrap_or(0);
        self.positions.push(position);
        let key = fields.oid.key();
        self.oids.push((hash(key), position));
        let record = &mut self.record;
        record.begin();
        record.raw(&[fields.kind, fields.flags, fields.overrode]);
        for number in [fields.index, fields.below, fields.origin, fields.line] {
            record.raw(&number.to_le_bytes());
        }
        record.count(key.len());
        record.raw(key);
        body(record);
        self.too_large |= !record.finish();
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.record.bytes()
    }
}

//! Records, one behind the other: numbers of variable length, texts, lists.

use crate::cache::layout::UNIT;
use crate::oid::Oid;

use super::Shared;

/// The bytes of the records so far, with one under construction behind them.
#[derive(Default)]
pub struct Record {
    bytes: Vec<u8>,
    /// Where the record under construction begins. Its length gets one byte, and more when they are needed.
    start: usize,
}

/// The most units that a record can have: a length of four bytes.
const MAX_UNITS: usize = (1 << 28) - 1;

impl Record {
    /// Begins a record.
    pub(super) fn begin(&mut self) {
        self.start = self.bytes.len();
        self.bytes.push(0);
    }

    /// The records that are finished.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Begins anew, in the same memory.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Adds a byte.
    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// Adds a number.
    #[inline]
    pub fn long(&mut self, mut value: u64) {
        while value > 0x7F {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// Adds a number.
    #[inline]
    pub fn number(&mut self, value: u32) {
        self.long(u64::from(value));
    }

    /// Adds the length of something.
    #[inline]
    pub fn count(&mut self, count: usize) {
        self.long(count as u64);
    }

    /// Adds an integer with a sign.
    pub fn signed(&mut self, value: i64) {
        self.long((value << 1 ^ value >> 63) as u64);
    }

    /// Adds bytes as they are.
    #[inline]
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Adds a text that stands here.
    pub fn string(&mut self, text: &str) {
        self.long((text.len() as u64) << 1);
        self.raw(text.as_bytes());
    }

    /// Adds a text that others may share: one that was noted stands elsewhere, unless it is shorter than its place.
    pub fn shared(&mut self, shared: &Shared<'_>, text: &str) {
        match shared.position(text) {
            Some(position) if text.len() > 3 => self.long(u64::from(position) << 1 | 1),
            _ => self.string(text),
        }
    }

    /// Adds a list of texts that stand here.
    pub fn texts(&mut self, texts: &[&str]) {
        self.count(texts.len());
        texts.iter().for_each(|text| self.string(text));
    }

    /// Adds an OID.
    pub fn oid(&mut self, oid: &Oid) {
        let key = oid.key();
        self.count(key.len());
        self.raw(key);
    }

    /// Adds a list of OIDs.
    pub fn oids(&mut self, oids: &[Oid]) {
        self.count(oids.len());
        oids.iter().for_each(|oid| self.oid(oid));
    }

    /// Ends the record with its length and its padding. False if it is too long.
    pub(super) fn finish(&mut self) -> bool {
        let length = self.bytes.len() - self.start - 1;
        let units = |head: usize| (head + length).div_ceil(UNIT);
        let head = (1..=4).find(|&head| units(head) < 1 << (7 * head)).unwrap_or(4);
        let units = units(head);
        if head > 1 {
            let first = self.start + 1;
            self.bytes.resize(first + head - 1 + length, 0);
            self.bytes.copy_within(first..first + length, first + head - 1);
        }
        let mut rest = units;
        for byte in &mut self.bytes[self.start..self.start + head - 1] {
            *byte = rest as u8 | 0x80;
            rest >>= 7;
        }
        self.bytes[self.start + head - 1] = rest as u8 & 0x7F;
        self.bytes.resize(self.start + units * UNIT, 0);
        units <= MAX_UNITS
    }
}

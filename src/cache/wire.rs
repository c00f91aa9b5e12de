//! Reading a record: numbers of variable length, texts, lists. Every step is within the record, or an error.

use crate::oid::Oid;
use crate::text::utf8;

use super::error::Error;
use super::layout::{Part, UNIT};
use super::reader::Pack;

/// A walk over the bytes of a record.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'p> {
    pub(super) pack: &'p Pack,
    pub(super) part: Part,
    /// Its position.
    pub(super) start: u32,
    pub(super) bytes: &'p [u8],
    pub(super) at: u32,
    /// How many bytes of shared text it has read: a list may name one long text again and again.
    pub(super) shared: u64,
}

impl std::fmt::Debug for Cursor<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {} + {}", self.part, self.start, self.at)
    }
}

/// A number of 7 bits a byte, the lowest first, from the beginning of some bytes; and how long it is.
#[inline]
pub(super) fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let (mut value, mut shift) = (0_u64, 0);
    for (at, &byte) in bytes.iter().enumerate() {
        if shift == 63 && byte > 1 {
            return None;
        }
        value |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Some((value, at + 1));
        }
        shift += 7;
        if shift > 63 {
            return None;
        }
    }
    None
}

/// The number at a place of some bytes, and the place behind it. Passed by value, as all that a look-up reads: what goes
/// through memory is waited for.
#[inline(always)]
pub(super) fn number(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    match bytes.get(at) {
        // Most are short.
        Some(&byte @ 0..0x80) => Some((u64::from(byte), at + 1)),
        _ => longer(bytes, at),
    }
}

#[inline(never)]
fn longer(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let (value, length) = varint(bytes.get(at..)?)?;
    Some((value, at + length))
}

/// The bytes of the record at a position of a section, and where its fields begin.
#[inline(always)]
pub(super) fn record(pack: &Pack, part: Part, position: u32) -> Result<(&[u8], usize), Error> {
    let start = u64::from(position) * UNIT as u64;
    // Its length is believed as soon as all that it speaks of, and with it the length itself, is what was written.
    let Some(head) = pack.unchecked(part, start) else { return Err(no_record(pack, part, start)) };
    let Some((units, at)) = number(head, 0) else { return Err(no_record(pack, part, start)) };
    let Ok(bytes) = pack.read(part, start, units * UNIT as u64) else {
        return Err(no_record(pack, part, start));
    };
    if at > bytes.len() {
        return Err(no_record(pack, part, start));
    }
    Ok((bytes, at))
}

/// Why there is none.
#[cold]
fn no_record(pack: &Pack, part: Part, start: u64) -> Error {
    let found = pack.read(part, start, UNIT as u64).and_then(|head| {
        let Some((units, at)) = varint(head) else {
            return Err(pack.malformed(part, start, "a record's length is too long"));
        };
        let bytes = pack.read(part, start, units * UNIT as u64)?;
        Ok((bytes.len(), at))
    });
    found.err().unwrap_or_else(|| pack.malformed(part, start, "a record is empty"))
}

impl<'p> Cursor<'p> {
    /// A place in a record.
    #[inline(always)]
    pub(super) fn new(pack: &'p Pack, (part, start): (Part, u32), bytes: &'p [u8], at: usize) -> Self {
        Self { pack, part, start, bytes, at: at as u32, shared: 0 }
    }

    /// The record at a position of a section.
    pub(super) fn record(pack: &'p Pack, part: Part, position: u32) -> Result<Self, Error> {
        let (bytes, at) = record(pack, part, position)?;
        Ok(Self::new(pack, (part, position), bytes, at))
    }

    #[cold]
    pub(super) fn malformed(&self, what: &'static str) -> Error {
        self.pack.malformed(self.part, u64::from(self.start) * UNIT as u64 + u64::from(self.at), what)
    }

    #[inline]
    pub(super) fn byte(&mut self) -> Result<u8, Error> {
        let byte = *self.bytes.get(self.at as usize).ok_or_else(|| self.malformed("a record is cut off"))?;
        self.at += 1;
        Ok(byte)
    }

    #[inline]
    pub(super) fn long(&mut self) -> Result<u64, Error> {
        let found = number(self.bytes, self.at as usize);
        let (value, at) = found.ok_or_else(|| self.malformed("a number is cut off or too long"))?;
        self.at = at as u32;
        Ok(value)
    }

    #[inline]
    pub(super) fn number(&mut self) -> Result<u32, Error> {
        let value = self.long()?;
        u32::try_from(value).map_err(|_| self.malformed("a number has more than 32 bits"))
    }

    /// An integer with a sign: 0, -1, 1, -2 … are 0, 1, 2, 3 ….
    pub(super) fn signed(&mut self) -> Result<i64, Error> {
        let value = self.long()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    #[inline]
    pub(super) fn take(&mut self, length: u64) -> Result<&'p [u8], Error> {
        let rest = self.bytes.get(self.at as usize..).unwrap_or_default();
        let bytes = usize::try_from(length).ok().and_then(|length| rest.get(..length));
        let bytes = bytes.ok_or_else(|| self.malformed("a text is longer than its record"))?;
        // A record has at most a gibibyte.
        self.at += bytes.len() as u32;
        Ok(bytes)
    }

    /// A number of bytes that is known.
    #[inline]
    pub(super) fn fixed<const N: usize>(&mut self) -> Result<&'p [u8; N], Error> {
        let bytes = self.bytes.get(self.at as usize..).and_then(|rest| rest.first_chunk());
        let bytes = bytes.ok_or_else(|| self.malformed("a record is cut off"))?;
        self.at += N as u32;
        Ok(bytes)
    }

    pub(super) fn text(&self, bytes: &'p [u8]) -> Result<&'p str, Error> {
        utf8(bytes).ok_or_else(|| self.malformed("it is no UTF-8"))
    }

    /// The bytes of a text: here, or in the section of shared ones.
    #[inline(always)]
    pub(super) fn string_bytes(self) -> Result<&'p [u8], Error> {
        if let Some((head, at)) = number(self.bytes, self.at as usize)
            && head & 1 == 0
            && let Some(bytes) = self.bytes.get(at..)
            && let Some(bytes) = bytes.get(..(head >> 1) as usize)
        {
            return Ok(bytes);
        }
        self.string_elsewhere()
    }

    #[inline(never)]
    fn string_elsewhere(mut self) -> Result<&'p [u8], Error> {
        self.string().map(str::as_bytes)
    }

    /// A text: here, or in the section of shared ones.
    pub(super) fn string(&mut self) -> Result<&'p str, Error> {
        let head = self.long()?;
        if head & 1 == 0 {
            let bytes = self.take(head >> 1)?;
            return self.text(bytes);
        }
        let position = u32::try_from(head >> 1).map_err(|_| self.malformed("a text stands nowhere"))?;
        let text = self.pack.shared(position)?;
        self.shared += text.len() as u64;
        if self.shared > (64 << 20) + 16 * self.pack.size() as u64 {
            return Err(self.malformed("a body says more than the file has room for"));
        }
        Ok(text)
    }

    pub(super) fn oid(&mut self) -> Result<Oid, Error> {
        let length = self.long()?;
        let key = self.take(length)?;
        Oid::from_key(key).ok_or_else(|| self.malformed("it is no OID"))
    }

    /// A count, then that many items. One that the record cannot hold is malformed, not a huge allocation.
    pub(super) fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let count = self.number()?;
        let mut items = Vec::with_capacity(count.min(256) as usize);
        for _ in 0..count {
            items.push(item(self)?);
        }
        Ok(items)
    }
}

/// Little-endian numbers at a place that is known to exist.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

//! Opening a `.1337` file and asking it. Every read is bounds-checked and its chunk verified at first touch.

use std::cmp::Ordering;
use std::ops::Range;
use std::path::Path;

use crate::oid::Oid;

use super::error::{Error, Section};
use super::integrity::Tree;
use super::layout::{self, header, section};
use super::map::Bytes;
use super::records::{Entry, Term};
use super::table::{Row, rows};

/// A pack or a layer's cache, opened.
///
/// It may be shared between threads. Nothing is parsed or copied: entries and terms are handles into the file.
///
/// ```
/// # mod example { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/runtime/example.rs")); }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = std::env::temp_dir().join(format!("aegis-pack-{}", std::process::id()));
/// # example::directory(&directory, "1.2.0")?;
/// use aegis_action::cache::Pack;
///
/// let pack = Pack::open(&directory.join("runtime.1337"))?;
/// // By OID: an entry, and what lies below one.
/// let entry = pack.find(&"1.0.2".parse()?)?.ok_or("no such entry")?;
/// assert_eq!(entry.title()?, Some("Radio slang"));
/// assert_eq!(pack.range(&"1.0".parse()?)?.len(), 2);
/// // By term or alias, whatever its case.
/// let senses = pack.lookup("FORKY")?.ok_or("no such term")?;
/// let sense = senses.iter().next().ok_or("no sense")??;
/// assert_eq!((sense.term()?, sense.meaning()?), ("Forkie", "Forklift operator"));
/// // All terms of a text, with their places in it.
/// let hits = pack.scan("Copy, forkie inbound.")?;
/// let places: Vec<_> = hits.iter().map(|hit| hit.range.clone()).collect();
/// assert_eq!(places, [0..4, 6..12]);
/// # std::fs::remove_dir_all(&directory)?;
/// # Ok(())
/// # }
/// ```
pub struct Pack {
    bytes: Bytes,
    tree: Tree,
    rows: Vec<Row>,
    kind: u32,
    version: u16,
    oldest_reader: u16,
}

impl std::fmt::Debug for Pack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pack").field("bytes", &self.bytes.len()).field("entries", &self.len()).finish()
    }
}

impl Pack {
    /// Maps a file and checks its header and root; chunks are checked when they are first touched.
    ///
    /// The file must not change in place while it is open: replace it, as `aegis build` does. What was checked is not
    /// checked again, and a file that is cut off under its map stops the process (SIGBUS). Where that cannot be
    /// promised, `Runtime` maps a copy of its own.
    ///
    /// # Errors
    /// It cannot be read, is no `.1337` file, is too new, or its header is not what was written.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::new(Bytes::map(path)?)
    }

    /// Opens bytes in memory.
    ///
    /// # Errors
    /// As [`Pack::open`].
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, Error> {
        Self::new(Bytes::Owned(bytes.into()))
    }

    fn new(bytes: Bytes) -> Result<Self, Error> {
        if bytes.get(..8) != Some(&layout::MAGIC[..]) {
            return Err(Error::NotACache);
        }
        let malformed =
            |offset: usize, what| Error::Malformed { section: Section::HEADER, offset: offset as u64, what };
        if bytes.len() < layout::HEADER {
            return Err(malformed(0, "it is cut off"));
        }
        let version = u16_at(&bytes, header::VERSION);
        let oldest_reader = u16_at(&bytes, header::OLDEST_READER);
        if oldest_reader > layout::VERSION {
            return Err(Error::TooNew { version, oldest_reader });
        }
        let (expected, found) = (u64_at(&bytes, header::LENGTH), bytes.len() as u64);
        if expected != found {
            return Err(Error::Length { expected, found });
        }
        let count = u32_at(&bytes, header::SECTIONS) as usize;
        let start = layout::HEADER + count * layout::ROW;
        if count > layout::MAX_SECTIONS || start > bytes.len() {
            return Err(malformed(header::SECTIONS, "the section table does not fit"));
        }
        let data_end = u64_at(&bytes, header::DATA_END);
        let tree = Tree::open(&bytes, start as u64, data_end, u32_at(&bytes, header::CHUNK))?;
        // From here on the header and the table are what was written.
        let rows = rows(&bytes[layout::HEADER..start], start as u64..data_end)?;
        let kind = u32_at(&bytes, header::KIND);
        Ok(Self { bytes, tree, rows, kind, version, oldest_reader })
    }

    /// 0 for a merged pack, 1 for a global, 2 for a domain, 3 for a local cache.
    pub fn kind(&self) -> u32 {
        self.kind
    }

    /// The file's format version, and the oldest reader that can open it.
    pub fn format(&self) -> (u16, u16) {
        (self.version, self.oldest_reader)
    }

    /// The SHA-256 that covers the whole file.
    pub fn root(&self) -> &[u8] {
        &self.bytes[header::ROOT..header::ROOT + layout::HASH]
    }

    /// The size of the file in bytes.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Names, offsets, lengths and item counts of the sections.
    pub fn sections(&self) -> impl Iterator<Item = (Section, u64, u64, u64)> + '_ {
        self.rows.iter().map(|row| (Section(row.name), row.offset, row.length, row.items))
    }

    /// Checks every byte, with that many threads.
    ///
    /// # Errors
    /// The first chunk found that is not what was written.
    pub fn verify(&self, threads: usize) -> Result<(), Error> {
        self.tree.check_all(&self.bytes, threads).map_err(|range| self.hash_error(range))
    }

    fn hash_error(&self, range: Range<u64>) -> Error {
        let data_end = u64_at(&self.bytes, header::DATA_END);
        let inside = |row: &&Row| row.offset < range.end && range.start < row.offset + row.length;
        let name = |row: Option<&Row>| match row {
            _ if range.start >= data_end => Section::TREE,
            Some(row) => Section(row.name),
            None => Section::HEADER,
        };
        let section = name(self.rows.iter().find(inside));
        let last = name(self.rows.iter().rfind(inside));
        Error::Hash { section, last, offset: range.start, length: range.end - range.start }
    }

    pub(super) fn row(&self, name: [u8; 4]) -> Result<Row, Error> {
        let malformed =
            || Error::Malformed { section: Section(name), offset: 0, what: "there is no such section" };
        self.rows.iter().find(|row| row.name == name).copied().ok_or_else(malformed)
    }

    /// Bytes of a section, checked.
    pub(super) fn read(&self, name: [u8; 4], offset: u64, length: u64) -> Result<&[u8], Error> {
        let row = self.row(name)?;
        let malformed =
            Error::Malformed { section: Section(name), offset, what: "a reference leads out of it" };
        let end = offset.checked_add(length).filter(|&end| end <= row.length).ok_or(malformed)?;
        let range = row.offset + offset..row.offset + end;
        self.tree.check(&self.bytes, range.clone()).map_err(|range| self.hash_error(range))?;
        Ok(&self.bytes[range.start as usize..range.end as usize])
    }

    /// A record or word of a section whose items have a fixed size.
    pub(super) fn item<const N: usize>(&self, name: [u8; 4], index: u64) -> Result<[u8; N], Error> {
        let offset = index.saturating_mul(N as u64);
        let bytes = self.read(name, offset, N as u64)?;
        bytes.try_into().map_err(|_| self.malformed(name, offset, "an item is cut off"))
    }

    /// A word of the bodies.
    pub(super) fn word(&self, index: u64) -> Result<u32, Error> {
        Ok(u32::from_le_bytes(self.item(section::WORDS, index)?))
    }

    /// A string.
    pub(super) fn string(&self, offset: u32, length: u32) -> Result<&str, Error> {
        let bytes = self.read(section::STRINGS, u64::from(offset), u64::from(length))?;
        std::str::from_utf8(bytes)
            .map_err(|_| self.malformed(section::STRINGS, u64::from(offset), "it is no UTF-8"))
    }

    pub(super) fn malformed(&self, name: [u8; 4], offset: u64, what: &'static str) -> Error {
        Error::Malformed { section: Section(name), offset, what }
    }

    /// The description: canonical JSON with `name`, `oid`, `version`, `language`, `documents` and more.
    ///
    /// # Errors
    /// Its bytes are not what was written.
    pub fn meta(&self) -> Result<&[u8], Error> {
        self.read(section::META, 0, self.row(section::META)?.length)
    }

    /// How many entries and tombstones there are.
    pub fn len(&self) -> u32 {
        self.row(section::ENTRIES).map_or(0, |row| row.items as u32)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many terms there are.
    pub fn terms(&self) -> u32 {
        self.row(section::TERMS).map_or(0, |row| row.items as u32)
    }

    /// The entry at a position, in OID order.
    ///
    /// # Errors
    /// There is none, or its bytes are not what was written.
    pub fn entry(&self, index: u32) -> Result<Entry<'_>, Error> {
        Entry::new(self, index)
    }

    /// The term at a position; terms of a lexicon stand together.
    ///
    /// # Errors
    /// There is none, or its bytes are not what was written.
    pub fn term(&self, index: u32) -> Result<Term<'_>, Error> {
        Term::new(self, index)
    }

    /// All entries, in OID order.
    pub fn entries(&self) -> impl Iterator<Item = Result<Entry<'_>, Error>> {
        (0..self.len()).map(|index| self.entry(index))
    }

    /// The entry with an OID.
    ///
    /// # Errors
    /// Bytes on the way are not what was written.
    pub fn find(&self, oid: &Oid) -> Result<Option<Entry<'_>>, Error> {
        let key = oid.sort_key();
        let at = self.lower_bound(&key)?;
        if at == self.len() {
            return Ok(None);
        }
        let entry = self.entry(at)?;
        Ok((entry.oid_key()? == key).then_some(entry))
    }

    /// The first entry whose key is not less.
    fn lower_bound(&self, key: &[u8]) -> Result<u32, Error> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.entry(middle)?.oid_key()?.cmp(key) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal | Ordering::Greater => high = middle,
            }
        }
        Ok(low)
    }

    /// The positions of the entries at and below an OID.
    ///
    /// # Errors
    /// Bytes on the way are not what was written.
    pub fn range(&self, oid: &Oid) -> Result<Range<u32>, Error> {
        let mut key = oid.sort_key();
        let start = self.lower_bound(&key)?;
        // A following arc begins with its length, at most 8: 9 comes after all of them.
        key.push(9);
        Ok(start..self.lower_bound(&key)?)
    }

    /// The entries whose nearest ancestor in the pack is this OID.
    ///
    /// # Errors
    /// Bytes on the way are not what was written.
    pub fn children(&self, oid: &Oid) -> Result<Vec<Entry<'_>>, Error> {
        let range = self.range(oid)?;
        let mut children = Vec::new();
        let mut at = range.start;
        while at < range.end {
            let entry = self.entry(at)?;
            let found = entry.oid()?;
            if found == *oid {
                at += 1;
                continue;
            }
            at = self.range(&found)?.end.max(at + 1);
            children.push(entry);
        }
        Ok(children)
    }
}

/// Little-endian numbers at a place that is known to exist.
fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

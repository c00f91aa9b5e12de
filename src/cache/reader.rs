//! Opening a `.1337` file and asking it. Every read is bounds-checked and its chunk verified at first touch.

use std::cmp::Ordering;
use std::ops::Range;
use std::path::Path;

use crate::oid::{MAX_SORT_KEY, Oid};
use crate::text::utf8;

use super::entry::Entry;
use super::error::{Error, Section};
use super::hash::hash;
use super::integrity::{Measures, Tree};
use super::layout::{self, PARTS, Part, STRIDE, header};
use super::map::Bytes;
use super::quick::Unknown;
use super::table::{self, Span};
use super::term::{Term, Terms};
use super::wire::{u16_at, u32_at, u64_at};
use super::words::is_same;

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
    known: Box<[Span; PARTS]>,
    all: Box<[Span]>,
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
        Self::new(Bytes::owned(bytes))
    }

    fn new(bytes: Bytes) -> Result<Self, Error> {
        if bytes.piece(0..8) != layout::MAGIC {
            return Err(Error::NotACache);
        }
        let malformed =
            |offset: usize, what| Error::Malformed { section: Section::HEADER, offset: offset as u64, what };
        if bytes.len() < layout::HEADER {
            return Err(malformed(0, "it is cut off"));
        }
        let head = bytes.piece(0..layout::HEADER);
        let version = u16_at(head, header::VERSION);
        let oldest_reader = u16_at(head, header::OLDEST_READER);
        if oldest_reader > layout::VERSION {
            return Err(Error::TooNew { version, oldest_reader });
        }
        let (expected, found) = (u64_at(head, header::LENGTH), bytes.len() as u64);
        if expected != found {
            return Err(Error::Length { expected, found });
        }
        let count = u32_at(head, header::SECTIONS) as usize;
        let table_end = layout::HEADER + count.min(layout::MAX_SECTIONS) * layout::ROW;
        let start = table_end.next_multiple_of(layout::ALIGNMENT);
        if count > layout::MAX_SECTIONS || start > bytes.len() {
            return Err(malformed(header::SECTIONS, "the section table does not fit"));
        }
        let measures = Measures {
            chunk_log2: u32_at(head, header::CHUNK),
            chunks: u64_at(head, header::CHUNKS),
            start: start as u64,
            data_end: u64_at(head, header::DATA_END),
        };
        let mut tree = Tree::open(&bytes, &measures)?;
        // From here on the header and the table are what was written.
        let table = table::read(bytes.piece(layout::HEADER..table_end), &measures)?;
        tree.cover(&table.all);
        let kind = u32_at(head, header::KIND);
        Ok(Self { bytes, tree, known: Box::new(table.known), all: table.all, kind, version, oldest_reader })
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
        self.bytes.piece(header::ROOT..header::ROOT + layout::HASH)
    }

    /// The size of the file in bytes.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Names, offsets, lengths and item counts of the sections.
    pub fn sections(&self) -> impl Iterator<Item = (Section, u64, u64, u64)> + '_ {
        self.all.iter().map(|span| (Section(span.name), span.offset, span.length, span.items))
    }

    /// Checks every byte, with that many threads.
    ///
    /// # Errors
    /// The first chunk that is not what was written.
    pub fn verify(&self, threads: usize) -> Result<(), Error> {
        self.tree.check_all(&self.bytes, &self.all, threads)
    }

    #[inline]
    pub(super) fn items(&self, part: Part) -> u64 {
        self.known[part as usize].items
    }

    /// Bytes of a section, checked.
    #[inline(always)]
    pub(super) fn read(&self, part: Part, offset: u64, length: u64) -> Result<&[u8], Error> {
        let span = &self.known[part as usize];
        let Some(end) = offset.checked_add(length).filter(|&end| end <= span.length) else {
            return Err(self.malformed(part, offset, "a reference leads out of it"));
        };
        self.tree.check(&self.bytes, span, offset..end)?;
        Ok(&self.bytes[(span.offset + offset) as usize..(span.offset + end) as usize])
    }

    /// A bucket of a hash table: it lies in one chunk.
    #[inline(always)]
    pub(super) fn bucket(&self, table: Part, at: u64) -> Result<&[u8; layout::BUCKET], Error> {
        let span = &self.known[table as usize];
        let start = at * layout::BUCKET as u64;
        if at < span.items
            && self.tree.is_good(span, start)
            && let Some(bytes) = self.bytes.get((span.offset + start) as usize..)
            && let Some(bucket) = bytes.first_chunk()
        {
            return Ok(bucket);
        }
        self.new_bucket(table, at)
    }

    /// The same where the chunk was not touched before.
    #[inline(never)]
    fn new_bucket(&self, table: Part, at: u64) -> Result<&[u8; layout::BUCKET], Error> {
        self.item(table, at)
    }

    /// The first unit of a record, of which nobody has made sure yet.
    #[inline(always)]
    pub(super) fn unchecked(&self, part: Part, offset: u64) -> Option<&[u8; layout::UNIT]> {
        let span = &self.known[part as usize];
        if offset.saturating_add(layout::UNIT as u64) > span.length {
            return None;
        }
        self.bytes.get((span.offset + offset) as usize..)?.first_chunk()
    }

    #[inline(always)]
    pub(super) fn all_bytes(&self) -> &[u8] {
        &self.bytes
    }

    #[inline(always)]
    pub(super) fn span(&self, part: Part) -> &Span {
        &self.known[part as usize]
    }

    #[inline(always)]
    pub(super) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// An item of a section whose items have this size.
    #[inline(always)]
    pub(super) fn item<const N: usize>(&self, part: Part, index: u64) -> Result<&[u8; N], Error> {
        let offset = index.saturating_mul(N as u64);
        let bytes = self.read(part, offset, N as u64)?;
        bytes.try_into().map_err(|_| self.malformed(part, offset, "an item is cut off"))
    }

    /// A `u32` of a section of them.
    pub(super) fn word(&self, part: Part, index: u64) -> Result<u32, Error> {
        self.item(part, index).map(|word| u32::from_le_bytes(*word))
    }

    /// A shared string.
    pub(super) fn shared(&self, position: u32) -> Result<&str, Error> {
        let start = u64::from(position) * layout::UNIT as u64;
        let length = self.word(Part::Strings, u64::from(position))?;
        let bytes = self.read(Part::Strings, start + 4, u64::from(length))?;
        utf8(bytes).ok_or_else(|| self.malformed(Part::Strings, start, "it is no UTF-8"))
    }

    #[cold]
    pub(super) fn malformed(&self, part: Part, offset: u64, what: &'static str) -> Error {
        Error::Malformed { section: Section(part.name()), offset, what }
    }

    /// The description: canonical JSON with `name`, `oid`, `version`, `language`, `documents` and more.
    ///
    /// # Errors
    /// Its bytes are not what was written.
    pub fn meta(&self) -> Result<&[u8], Error> {
        self.read(Part::Meta, 0, self.known[Part::Meta as usize].length)
    }

    /// How many entries and tombstones there are.
    pub fn len(&self) -> u32 {
        self.items(Part::Entries) as u32
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many terms there are.
    pub fn terms(&self) -> u32 {
        self.items(Part::Terms) as u32
    }

    /// The entry at a position, in OID order.
    ///
    /// # Errors
    /// There is none, or its bytes are not what was written.
    pub fn entry(&self, index: u32) -> Result<Entry<'_>, Error> {
        let position = self.word(Part::EntryPositions, u64::from(index))?;
        let entry = Entry::at(self, position)?;
        if entry.index() != index {
            return Err(self.malformed(Part::Entries, u64::from(position) * 4, "it has another index"));
        }
        Ok(entry)
    }

    /// The term at a position; terms of a lexicon stand together. For several in a row see [`Pack::terms_in`].
    ///
    /// # Errors
    /// There is none, or its bytes are not what was written.
    pub fn term(&self, index: u32) -> Result<Term<'_>, Error> {
        let none = || self.malformed(Part::Terms, 0, "a reference leads out of it");
        self.terms_in(index..index.saturating_add(1)).next().ok_or_else(none)?
    }

    /// The terms at some positions, in their order.
    pub fn terms_in(&self, range: Range<u32>) -> Terms<'_> {
        Terms::new(self, range)
    }

    /// Where the last term with a position of its own stands that is not behind this one.
    pub(super) fn stride(&self, index: u32) -> Result<u32, Error> {
        if index >= self.terms() {
            return Err(self.malformed(Part::Terms, 0, "a reference leads out of it"));
        }
        self.word(Part::TermPositions, u64::from(index / STRIDE))
    }

    /// All entries, in OID order.
    pub fn entries(&self) -> impl Iterator<Item = Result<Entry<'_>, Error>> {
        (0..self.len()).map(|index| self.entry(index))
    }

    /// The entry with an OID.
    ///
    /// # Errors
    /// Bytes on the way are not what was written.
    #[inline]
    pub fn find(&self, oid: &Oid) -> Result<Option<Entry<'_>>, Error> {
        let (key, hash) = (oid.key(), hash(oid.key()));
        match self.quick_entry(key, hash) {
            Ok(found) => Ok(found),
            Err(Unknown) => self.find_slowly(key, hash),
        }
    }

    /// The general way.
    #[inline(never)]
    fn find_slowly(&self, key: &[u8], hash: u64) -> Result<Option<Entry<'_>>, Error> {
        if self.items(Part::EntryKeys) == 0 {
            return self.bisect(key);
        }
        self.search(Part::EntryKeys, hash, |position, _| {
            let entry = Entry::at(self, position)?;
            Ok(is_same(entry.oid_key(), key).then_some(entry))
        })
    }

    /// The same without a table, as in a layer's cache: it is made to be merged.
    fn bisect(&self, key: &[u8]) -> Result<Option<Entry<'_>>, Error> {
        let at = self.lower_bound(key)?;
        let found = if at == self.len() { None } else { Some(self.entry(at)?) };
        Ok(found.filter(|entry| entry.oid_key() == key))
    }

    /// The first entry whose key is not less.
    fn lower_bound(&self, key: &[u8]) -> Result<u32, Error> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.entry(middle)?.oid_key().cmp(key) {
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
        let key = oid.key();
        if let Some(entry) = self.find(oid)? {
            return Ok(entry.index()..self.end_of(&entry));
        }
        let start = self.lower_bound(key)?;
        // A following arc begins with its length, at most 8: 9 comes after all of them.
        let mut after = [9; MAX_SORT_KEY + 1];
        after[..key.len()].copy_from_slice(key);
        Ok(start..self.lower_bound(&after[..=key.len()])?.max(start))
    }

    /// The position after the last entry below this one.
    fn end_of(&self, entry: &Entry<'_>) -> u32 {
        (entry.index() + 1).saturating_add(entry.below()).min(self.len())
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
            if at == range.start && entry.oid()? == *oid {
                at += 1;
                continue;
            }
            at = self.end_of(&entry);
            children.push(entry);
        }
        Ok(children)
    }
}

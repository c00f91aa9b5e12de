//! Laying out a `.1337` file. Deterministic: the same calls give the same bytes.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::oid::Oid;
use crate::parallel::*;
use crate::text::first_word;

use super::index;
use super::integrity::root;
use super::layout::{self, EMPTY, header, section};

/// A string or an OID's key: offset and length in its section.
pub type Ref = [u32; 2];

/// The file would need an offset that does not fit in 32 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a section would be larger than 4 GiB")]
pub struct TooLarge;

/// Collects the sections of a file.
#[derive(Default)]
pub struct Writer {
    strings: String,
    shared: HashMap<Box<str>, Ref>,
    oids: Vec<u8>,
    origins: Vec<u8>,
    known_origins: HashMap<(Ref, Ref, u8), u32>,
    entries: Vec<u8>,
    terms: Vec<u8>,
    words: Vec<u8>,
    keys: Vec<Key>,
}

/// A key of a term or an alias.
#[derive(Debug, Clone, Copy)]
struct Key {
    hash: u64,
    string: Ref,
    term: u32,
    layer: u8,
}

/// The fields of an entry's record.
#[derive(Debug, Clone, Copy, Default)]
pub struct EntryFields {
    /// The OID's key.
    pub oid: Ref,
    /// 0 lexicon … 4 alias, 5 tombstone.
    pub kind: u8,
    /// See [`layout::flag`].
    pub flags: u8,
    /// The layers that lost, one bit each.
    pub overrode: u8,
    /// The title, if the flag says so.
    pub title: Ref,
    /// The language, if the flag says so.
    pub language: Ref,
    /// The number of its origin.
    pub origin: u32,
    /// Its line.
    pub line: u32,
    /// The first word of its body, or its first term.
    pub body: u32,
    /// How many terms.
    pub count: u32,
    /// The first word of its lists.
    pub lists: u32,
}

/// The fields of a term's record.
#[derive(Debug, Clone, Copy, Default)]
pub struct TermFields {
    /// The term.
    pub term: Ref,
    /// Its meaning.
    pub meaning: Ref,
    /// Its key.
    pub key: Ref,
    /// The first word of its lists, or [`EMPTY`].
    pub lists: u32,
    /// The position of its lexicon.
    pub entry: u32,
    /// The number of its origin.
    pub origin: u32,
    /// Its line.
    pub line: u32,
    /// 0 formal, 1 neutral, 2 informal.
    pub register: u8,
}

impl Writer {
    /// Room for that much text.
    pub fn with_capacity(strings: usize, terms: usize, keys: usize) -> Self {
        Self {
            strings: String::with_capacity(strings),
            terms: Vec::with_capacity(terms * layout::TERM),
            keys: Vec::with_capacity(keys),
            ..Self::default()
        }
    }

    /// Adds a string.
    pub fn string(&mut self, text: &str) -> Ref {
        let at = self.strings.len() as u32;
        self.strings.push_str(text);
        [at, text.len() as u32]
    }

    /// Adds a string that is likely to come again.
    pub fn shared(&mut self, text: &str) -> Ref {
        if let Some(found) = self.shared.get(text) {
            return *found;
        }
        let added = self.string(text);
        self.shared.insert(text.into(), added);
        added
    }

    /// Adds an OID.
    pub fn oid(&mut self, oid: &Oid) -> Ref {
        let key = oid.sort_key();
        let at = self.oids.len() as u32;
        self.oids.extend_from_slice(&key);
        [at, key.len() as u32]
    }

    /// The number of an origin.
    pub fn origin(&mut self, source: &str, version: &str, layer: u8) -> u32 {
        let (source, version) = (self.shared(source), self.shared(version));
        let next = self.known_origins.len() as u32;
        let number = *self.known_origins.entry((source, version, layer)).or_insert(next);
        if number == next {
            for word in [source[0], source[1], version[0], version[1], u32::from(layer)] {
                self.origins.extend_from_slice(&word.to_le_bytes());
            }
        }
        number
    }

    /// Where the next word comes to stand.
    pub fn here(&self) -> u32 {
        (self.words.len() / 4) as u32
    }

    /// Adds a word.
    pub fn word(&mut self, word: u32) {
        self.words.extend_from_slice(&word.to_le_bytes());
    }

    /// Adds two words: the lower half first.
    pub fn long(&mut self, value: u64) {
        self.words.extend_from_slice(&value.to_le_bytes());
    }

    /// Adds a reference.
    pub fn reference(&mut self, reference: Ref) {
        self.word(reference[0]);
        self.word(reference[1]);
    }

    /// How many entries there are so far.
    pub fn next_entry(&self) -> u32 {
        (self.entries.len() / layout::ENTRY) as u32
    }

    /// How many terms there are so far.
    pub fn next_term(&self) -> u32 {
        (self.terms.len() / layout::TERM) as u32
    }

    /// Adds an entry. They come in OID order.
    pub fn entry(&mut self, fields: &EntryFields) {
        let out = &mut self.entries;
        out.extend_from_slice(&fields.oid[0].to_le_bytes());
        out.extend_from_slice(&[fields.oid[1] as u8, fields.kind, fields.flags, fields.overrode]);
        for word in [fields.title[0], fields.title[1], fields.language[0]] {
            out.extend_from_slice(&word.to_le_bytes());
        }
        out.extend_from_slice(&(fields.language[1] as u16).to_le_bytes());
        out.extend_from_slice(&((fields.oid[1] >> 8) as u16).to_le_bytes());
        for word in [fields.origin, fields.line, fields.body, fields.count, fields.lists, 0] {
            out.extend_from_slice(&word.to_le_bytes());
        }
    }

    /// Adds a term. Those of a lexicon come together, in the order of their keys.
    pub fn term(&mut self, fields: &TermFields) {
        let f = fields;
        let words = [
            f.term[0],
            f.term[1],
            f.meaning[0],
            f.meaning[1],
            f.key[0],
            f.key[1],
            f.lists,
            f.entry,
            f.origin,
            f.line,
            u32::from(f.register),
        ];
        for word in words {
            self.terms.extend_from_slice(&word.to_le_bytes());
        }
    }

    /// Lets a key lead to a term; `layer` is that of the term.
    pub fn key(&mut self, key: &str, string: Ref, term: u32, layer: u8) {
        self.keys.push(Key { hash: layout::hash(key.as_bytes()), string, term, layer });
    }

    /// The finished file: `kind` 0 for a merged pack, 1 to 3 for a layer; `meta` its description.
    ///
    /// # Errors
    /// A section is too large for the format.
    pub fn finish(mut self, kind: u32, meta: Vec<u8>) -> Result<Image, TooLarge> {
        let limit = |len: usize| u32::try_from(len).map(|_| ()).map_err(|_| TooLarge);
        limit(self.strings.len())?;
        limit(self.oids.len())?;
        limit(self.words.len() / 4)?;
        let tables = Tables::new(std::mem::take(&mut self.keys), &self.strings);
        limit(tables.postings.len() / 4)?;
        Ok(Image::new(
            kind,
            [
                (section::META, meta),
                (section::STRINGS, self.strings.into_bytes()),
                (section::OIDS, self.oids),
                (section::ORIGINS, self.origins),
                (section::ENTRIES, self.entries),
                (section::TERMS, self.terms),
                (section::WORDS, self.words),
                (section::KEYS, tables.keys),
                (section::POSTINGS, tables.postings),
                (section::FIRSTS, tables.firsts),
            ],
        ))
    }
}

/// A finished file, in pieces: it is never copied into one.
pub struct Image {
    /// Header, section table, sections and their padding, hash lists.
    pieces: Vec<Vec<u8>>,
}

impl Image {
    /// Lays out the sections and hashes them.
    fn new(kind: u32, sections: [([u8; 4], Vec<u8>); 10]) -> Self {
        let start = layout::HEADER + sections.len() * layout::ROW;
        let mut head = vec![0; start];
        let mut pieces = Vec::with_capacity(2 * sections.len() + 4);
        let mut at = start;
        for (number, (name, bytes)) in sections.into_iter().enumerate() {
            let padding = at.next_multiple_of(ALIGNMENT) - at;
            pieces.push(vec![0; padding]);
            at += padding;
            let row = layout::HEADER + number * layout::ROW;
            put(&mut head, row, &name);
            put(&mut head, row + 4, &layout::CRITICAL.to_le_bytes());
            put(&mut head, row + 8, &(at as u64).to_le_bytes());
            put(&mut head, row + 16, &(bytes.len() as u64).to_le_bytes());
            put(&mut head, row + 24, &(bytes.len() as u64 / section::item_size(name)).to_le_bytes());
            at += bytes.len();
            pieces.push(bytes);
        }
        let data_end = at.next_multiple_of(8);
        pieces.push(vec![0; data_end - at]);
        let chunk = 1 << layout::CHUNK_LOG2;
        let levels = layout::levels((data_end - start) as u64, chunk as u64);
        let mut list = hash_chunks(&pieces, data_end - start, chunk);
        let mut lists = Vec::with_capacity(levels.len());
        for _ in 1..levels.len() {
            let above = hash_chunks(std::slice::from_ref(&list), list.len(), chunk);
            lists.push(std::mem::replace(&mut list, above));
        }
        let total = data_end + levels.iter().sum::<u64>() as usize * layout::HASH;
        put(&mut head, 0, &layout::MAGIC);
        put(&mut head, header::VERSION, &layout::VERSION.to_le_bytes());
        put(&mut head, header::OLDEST_READER, &layout::OLDEST_READER.to_le_bytes());
        put(&mut head, header::KIND, &kind.to_le_bytes());
        put(&mut head, header::LENGTH, &(total as u64).to_le_bytes());
        put(&mut head, header::SECTIONS, &(section::ALL.len() as u32).to_le_bytes());
        put(&mut head, header::CHUNK, &layout::CHUNK_LOG2.to_le_bytes());
        put(&mut head, header::DATA_END, &(data_end as u64).to_le_bytes());
        let root = root(&head, &list);
        put(&mut head, header::ROOT, &root);
        pieces.insert(0, head);
        pieces.extend(lists);
        pieces.push(list);
        Self { pieces }
    }

    /// Writes the file.
    ///
    /// # Errors
    /// The writer's.
    pub fn write(&self, out: &mut (impl std::io::Write + ?Sized)) -> std::io::Result<()> {
        self.pieces.iter().try_for_each(|piece| out.write_all(piece))
    }

    /// The file in memory.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.pieces.concat()
    }
}

/// Sections begin at multiples of this.
const ALIGNMENT: usize = 64;

/// The SHA-256 of each chunk of what the pieces are together, one after the other.
fn hash_chunks(pieces: &[Vec<u8>], total: usize, chunk: usize) -> Vec<u8> {
    let mut starts = Vec::with_capacity(pieces.len());
    pieces.iter().fold(0, |at, piece| {
        starts.push(at);
        at + piece.len()
    });
    let hash = |number: usize| -> [u8; layout::HASH] {
        let range = number * chunk..((number + 1) * chunk).min(total);
        let first = starts.partition_point(|&start| start <= range.start) - 1;
        let mut hasher = Sha256::new();
        for (piece, &start) in pieces[first..].iter().zip(&starts[first..]) {
            if start >= range.end {
                break;
            }
            let from = range.start.saturating_sub(start).min(piece.len());
            hasher.update(&piece[from..(range.end - start).min(piece.len())]);
        }
        hasher.finalize().into()
    };
    let hashes: Vec<_> = (0..total.div_ceil(chunk)).into_par_iter().with_min_len(16).map(hash).collect();
    hashes.into_flattened()
}

fn put(file: &mut [u8], at: usize, bytes: &[u8]) {
    file[at..at + bytes.len()].copy_from_slice(bytes);
}

/// The hash tables and the postings.
struct Tables {
    keys: Vec<u8>,
    postings: Vec<u8>,
    firsts: Vec<u8>,
}

impl Tables {
    fn new(mut keys: Vec<Key>, strings: &str) -> Self {
        let text = |reference: Ref| &strings[reference[0] as usize..(reference[0] + reference[1]) as usize];
        // By key, then as senses are ordered: most specific layer first, then by OID, which is the terms' order.
        let rank = |key: &Key| (std::cmp::Reverse(key.layer), key.term);
        keys.par_sort_unstable_by(|a, b| {
            a.hash
                .cmp(&b.hash)
                .then_with(|| {
                    if a.string == b.string {
                        std::cmp::Ordering::Equal
                    } else {
                        text(a.string).cmp(text(b.string))
                    }
                })
                .then_with(|| rank(a).cmp(&rank(b)))
                .then_with(|| a.string.cmp(&b.string))
        });
        let groups: Vec<&[Key]> =
            keys.chunk_by(|a, b| a.hash == b.hash && text(a.string) == text(b.string)).collect();
        let mut postings = Vec::with_capacity(keys.len() * 16);
        let mut slots = Slots::new(groups.len());
        for group in &groups {
            slots.insert(group[0].hash, (postings.len() / 4) as u32);
            let mut terms: Vec<u32> = group.iter().map(|key| key.term).collect();
            terms.dedup();
            for word in [group[0].string[0], group[0].string[1], terms.len() as u32].into_iter().chain(terms)
            {
                postings.extend_from_slice(&word.to_le_bytes());
            }
        }
        let mut firsts: Vec<(u64, u32)> = groups
            .par_iter()
            .with_min_len(1024)
            .filter_map(|group| first_word(text(group[0].string)))
            .map(|(first, count)| (layout::hash(first.as_bytes()), count as u32))
            .collect();
        // Of one first segment the longest; the counts descend, so that the first of a run is it.
        firsts.par_sort_unstable_by_key(|&(hash, count)| (hash, std::cmp::Reverse(count)));
        firsts.dedup_by_key(|(hash, _)| *hash);
        let mut longest = Slots::new(firsts.len());
        for (hash, count) in firsts {
            longest.insert(hash, count);
        }
        Self { keys: slots.0, postings, firsts: longest.0 }
    }
}

/// A hash table that is being filled.
struct Slots(Vec<u8>);

impl Slots {
    fn new(keys: usize) -> Self {
        let slots = if keys == 0 { 0 } else { index::slots(keys) };
        let mut bytes = Vec::with_capacity(slots * 8);
        for _ in 0..slots {
            bytes.extend_from_slice(&[0, 0, 0, 0]);
            bytes.extend_from_slice(&EMPTY.to_le_bytes());
        }
        Self(bytes)
    }

    fn insert(&mut self, hash: u64, value: u32) {
        let slots = (self.0.len() / 8) as u64;
        let (mut at, kept) = index::split(hash, slots);
        loop {
            let slot = &mut self.0[at as usize * 8..at as usize * 8 + 8];
            if slot[4..] == EMPTY.to_le_bytes() {
                slot[..4].copy_from_slice(&kept.to_le_bytes());
                slot[4..].copy_from_slice(&value.to_le_bytes());
                return;
            }
            at = (at + 1) & (slots - 1);
        }
    }
}

//! Some entries with their terms, encoded. What they are looked up by is noted beside them.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

use crate::cache::hash::hash;
use crate::cache::layout::{IS_KEY, MAX_LENGTH, STRIDE, UNIT, form, term_flag};
use crate::oid::{MAX_SORT_KEY, Oid};
use crate::text::{shape, term_key};

use super::Record;

/// What all batches of a file have in common.
#[derive(Default)]
pub struct Plan {
    /// Whether terms are looked up in the file: a layer's cache is only merged.
    pub is_indexed: bool,
    /// A second hash that nobody can foresee: keys that agree in both are one key.
    check: RandomState,
}

impl Plan {
    /// A merged pack is indexed, a layer's cache is not.
    pub fn new(is_indexed: bool) -> Self {
        Self { is_indexed, check: RandomState::new() }
    }
}

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

/// The fields of a term.
#[derive(Debug, Clone, Copy)]
pub struct TermFields<'t> {
    /// As the pack writes it.
    pub term: &'t str,
    /// Its key.
    pub key: &'t str,
    /// What it means.
    pub meaning: &'t str,
    /// Other ways to write it.
    pub aliases: &'t [&'t str],
    /// Sentences in which it stands.
    pub examples: &'t [&'t str],
    /// 0 formal, 1 neutral, 2 informal.
    pub register: u8,
    /// The place of its lexicon among all entries.
    pub entry: u32,
    /// The number of its origin.
    pub origin: u32,
    /// The layer of its origin.
    pub layer: u8,
    /// Its line.
    pub line: u32,
}

/// A key of a term or an alias.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    pub(super) hash: u64,
    pub(super) check: u64,
    /// Where the term stands.
    pub(super) position: u32,
    pub(super) layer: u8,
}

/// The hashes of first segments, with their items of `FLEN`.
pub(super) type Firsts = HashMap<u64, u16, BuildHasherDefault<AsItIs>>;

/// What two keys with the same first segment say of it together.
pub(super) fn join(known: &mut u16, item: u16) {
    *known = (*known & MAX_LENGTH).max(item & MAX_LENGTH) | (*known | item) & IS_KEY;
}

/// For keys that are hashes already.
#[derive(Default)]
pub(super) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash(bytes);
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

/// Encoded entries and terms.
pub struct Batch<'p> {
    plan: &'p Plan,
    record: Record,
    /// The number of the next term among all terms.
    next_term: u32,
    pub(super) count: u32,
    pub(super) entries: Vec<u8>,
    pub(super) entry_positions: Vec<u32>,
    pub(super) oids: Vec<(u64, u32)>,
    pub(super) terms: Vec<u8>,
    pub(super) term_positions: Vec<u32>,
    pub(super) keys: Vec<Key>,
    pub(super) firsts: Firsts,
    /// The hashes of beginnings, some again and again.
    pub(super) seconds: Vec<u64>,
    pub(super) too_large: bool,
}

impl<'p> Batch<'p> {
    /// Begins one whose first term has this number among all.
    pub fn new(plan: &'p Plan, first_term: u32) -> Self {
        Self {
            plan,
            record: Record::default(),
            next_term: first_term,
            count: 0,
            entries: Vec::new(),
            entry_positions: Vec::new(),
            oids: Vec::new(),
            terms: Vec::new(),
            term_positions: Vec::new(),
            keys: Vec::new(),
            firsts: Firsts::default(),
            seconds: Vec::new(),
            too_large: false,
        }
    }

    /// Gives back the room that is left: all batches of a file wait for the last one.
    pub fn trim(&mut self) {
        self.entries.shrink_to_fit();
        self.entry_positions.shrink_to_fit();
        self.oids.shrink_to_fit();
        self.terms.shrink_to_fit();
        self.keys.shrink_to_fit();
    }

    /// The number of the next term among all.
    pub fn next_term(&self) -> u32 {
        self.next_term
    }

    /// Adds an entry; the closure writes title, language, lists and body. They come in OID order.
    pub fn entry(&mut self, fields: &EntryFields<'_>, body: impl FnOnce(&mut Record)) {
        let position = self.position(self.entries.len());
        self.entry_positions.push(position);
        let mut buffer = [0; MAX_SORT_KEY];
        let key = fields.oid.write_sort_key(&mut buffer);
        if self.plan.is_indexed {
            self.oids.push((hash(key), position));
        }
        let record = &mut self.record;
        record.raw(&[fields.kind, fields.flags, fields.overrode]);
        for number in [fields.index, fields.below, fields.origin, fields.line] {
            record.raw(&number.to_le_bytes());
        }
        record.count(key.len());
        record.raw(key);
        body(record);
        self.too_large |= !record.finish(&mut self.entries);
    }

    fn position(&mut self, length: usize) -> u32 {
        let position = u32::try_from(length / UNIT);
        self.too_large |= position.is_err();
        position.unwrap_or(0)
    }

    /// Adds a term. Those of a lexicon come together, in the order of their keys.
    pub fn term(&mut self, fields: &TermFields<'_>) {
        let position = self.position(self.terms.len());
        if self.next_term.is_multiple_of(STRIDE) {
            self.term_positions.push(position);
        }
        self.next_term += 1;
        self.count += 1;
        let written = if self.plan.is_indexed { form::WRITTEN } else { form::FOLD };
        let key_form = form_of(fields.term, fields.key).unwrap_or(written);
        let mut flags = fields.register | key_form << term_flag::FORM_SHIFT;
        flags |= if fields.aliases.is_empty() { 0 } else { term_flag::ALIASES };
        flags |= if fields.examples.is_empty() { 0 } else { term_flag::EXAMPLES };
        let is_written = key_form == form::WRITTEN;
        let record = &mut self.record;
        record.byte(flags);
        record.count(fields.term.len());
        record.count(fields.meaning.len());
        if is_written {
            record.count(fields.key.len());
        }
        record.raw(fields.term.as_bytes());
        if is_written {
            record.raw(fields.key.as_bytes());
        }
        record.raw(fields.meaning.as_bytes());
        record.number(fields.entry);
        record.number(fields.origin);
        record.number(fields.line);
        if self.plan.is_indexed {
            self.key(fields.key, position, fields.layer);
        }
        if !fields.aliases.is_empty() {
            self.aliases(fields, position);
        }
        if !fields.examples.is_empty() {
            self.record.count(fields.examples.len());
            fields.examples.iter().for_each(|text| self.record.count(text.len()));
            fields.examples.iter().for_each(|text| self.record.raw(text.as_bytes()));
        }
        self.too_large |= !self.record.finish(&mut self.terms);
    }

    fn aliases(&mut self, fields: &TermFields<'_>, position: u32) {
        self.record.count(fields.aliases.len());
        if !self.plan.is_indexed {
            let head = |text: &&str| (text.len() as u64) << 2 | u64::from(form::FOLD);
            fields.aliases.iter().for_each(|text| self.record.long(head(text)));
            fields.aliases.iter().for_each(|text| self.record.raw(text.as_bytes()));
            return;
        }
        let mut texts = Vec::new();
        for text in fields.aliases {
            let key = term_key(text);
            self.key(&key, position, fields.layer);
            let form = form_of(text, &key).unwrap_or(form::WRITTEN);
            self.record.long((text.len() as u64) << 2 | u64::from(form));
            texts.extend_from_slice(text.as_bytes());
            if form == form::WRITTEN {
                self.record.count(key.len());
                texts.extend_from_slice(key.as_bytes());
            }
        }
        self.record.raw(&texts);
    }

    /// Lets a key lead to a term.
    fn key(&mut self, key: &str, position: u32, layer: u8) {
        let bytes = key.as_bytes();
        let check = self.plan.check.hash_one(bytes);
        self.keys.push(Key { hash: hash(bytes), check, position, layer });
        if let Some(shape) = shape(key) {
            let count = u16::try_from(shape.count).unwrap_or(MAX_LENGTH).min(MAX_LENGTH);
            let is_key = if count == 1 { IS_KEY } else { 0 };
            join(self.firsts.entry(hash(shape.first.as_bytes())).or_default(), count | is_key);
            // Keys come in their order: most that begin alike stand together.
            let second = shape.second.map(|beginning| hash(beginning.as_bytes()));
            self.seconds.extend(second.filter(|hash| self.seconds.last() != Some(hash)));
        }
    }
}

/// How a text tells its key, unless the key has to be written.
fn form_of(text: &str, key: &str) -> Option<u8> {
    if text.len() != key.len() {
        return None;
    }
    if text == key {
        return Some(form::SAME);
    }
    let is_lower = text.bytes().zip(key.bytes()).all(|(t, k)| t.to_ascii_lowercase() == k);
    is_lower.then_some(form::LOWER)
}

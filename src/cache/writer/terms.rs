//! Some terms, encoded. What they are looked up by is noted beside them.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};
use std::sync::{Mutex, PoisonError};

use foldhash::quality::RandomState;

use crate::cache::hash::hash;
use crate::cache::layout::{IS_KEY, MAX_LENGTH, STRIDE, UNIT, form, term_flag};
use crate::cache::map::fetch;
use crate::text::{shape, term_key};

use super::Record;

/// What all terms of a file have in common.
#[derive(Default)]
pub struct Plan {
    /// Whether terms are looked up in the file: a layer's cache is only merged.
    pub is_indexed: bool,
    /// A second hash that nobody can foresee: keys that agree in both are one key.
    check: RandomState,
    /// What was noted so far, and waits for the next task: no more of it than tasks are done at once, so that it stays near the
    /// cores.
    notes: Mutex<Vec<Notes>>,
}

/// What is noted of keys for the filters. It does not matter which keys are noted where.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) firsts: Firsts,
    /// The hashes of beginnings, some again and again.
    pub(super) seconds: Vec<u64>,
}

impl Plan {
    /// A merged pack is indexed, a layer's cache is not.
    pub fn new(is_indexed: bool) -> Self {
        Self { is_indexed, check: RandomState::default(), notes: Mutex::default() }
    }

    fn take_notes(&self) -> Notes {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn keep_notes(&self, notes: Notes) {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).push(notes);
    }

    /// All that was noted.
    pub(super) fn into_notes(self) -> Vec<Notes> {
        self.notes.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
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
pub(super) fn join_items(known: &mut u16, item: u16) {
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

/// Encoded terms.
pub struct Terms<'p> {
    plan: &'p Plan,
    record: Record,
    /// The number of the next term among all terms.
    next: u32,
    pub(super) positions: Vec<u32>,
    pub(super) keys: Vec<Key>,
    notes: Notes,
    /// First segments that are to be noted: all of them one after the other, so that they wait for memory together.
    firsts: Vec<(u64, u16)>,
    pub(super) too_large: bool,
}

impl<'p> Terms<'p> {
    pub(super) fn new(plan: &'p Plan) -> Self {
        Self {
            plan,
            record: Record::default(),
            next: 0,
            positions: Vec::new(),
            keys: Vec::new(),
            notes: Notes::default(),
            firsts: Vec::new(),
            too_large: false,
        }
    }

    /// Begins anew with a term that has this number among all, in the same memory.
    pub(super) fn restart(&mut self, first: u32) {
        self.notes = self.plan.take_notes();
        self.next = first;
        self.record.clear();
        self.positions.clear();
        self.keys.clear();
    }

    /// Hands on what was noted.
    pub(super) fn end(&mut self) {
        for (hash, item) in self.firsts.drain(..) {
            join_items(self.notes.firsts.entry(hash).or_default(), item);
        }
        self.plan.keep_notes(std::mem::take(&mut self.notes));
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.record.bytes()
    }

    fn position(&mut self) -> u32 {
        let position = u32::try_from(self.record.bytes().len() / UNIT);
        self.too_large |= position.is_err();
        position.unwrap_or(0)
    }

    /// Lets the processor fetch texts of a term that is added soon.
    #[inline]
    pub fn soon(&self, texts: [&str; 2]) {
        texts.iter().for_each(|text| fetch(text.as_bytes(), 0, 1));
    }

    /// Adds a term. Those of a lexicon come together, in the order of their keys.
    pub fn term(&mut self, fields: &TermFields<'_>) {
        let position = self.position();
        if self.next.is_multiple_of(STRIDE) {
            self.positions.push(position);
        }
        self.next += 1;
        let written = if self.plan.is_indexed { form::WRITTEN } else { form::FOLD };
        let key_form = form_of(fields.term, fields.key).unwrap_or(written);
        let mut flags = fields.register | key_form << term_flag::FORM_SHIFT;
        flags |= if fields.aliases.is_empty() { 0 } else { term_flag::ALIASES };
        flags |= if fields.examples.is_empty() { 0 } else { term_flag::EXAMPLES };
        let is_written = key_form == form::WRITTEN;
        let record = &mut self.record;
        record.begin();
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
        self.too_large |= !self.record.finish();
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
            self.firsts.push((hash(shape.first.as_bytes()), count | is_key));
            // Keys come in their order: most that begin alike stand together.
            let second = shape.second.map(|beginning| hash(beginning.as_bytes()));
            let seconds = &mut self.notes.seconds;
            if let Some(second) = second.filter(|hash| seconds.last() != Some(hash)) {
                seconds.push(second);
            }
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

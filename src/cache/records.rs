//! Entries and terms as handles into a file: a field is read when it is asked for.

use std::borrow::Cow;

use crate::oid::Oid;
use crate::text::term_key;

use super::error::Error;
use super::layout::{self, flag, section};
use super::reader::{Pack, u32_at};
use super::values::{Body, Escalation, Example, Slot, Value};

/// An entry, or in a layer's cache a tombstone.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'p> {
    pack: &'p Pack,
    index: u32,
    raw: [u8; layout::ENTRY],
}

/// Where something was stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin<'p> {
    /// 0 global, 1 domain, 2 local.
    pub layer: u8,
    /// The file.
    pub source: &'p str,
    /// The version of the definition.
    pub version: &'p str,
}

/// A list of strings in the bodies.
struct Cursor<'p> {
    pack: &'p Pack,
    at: u64,
    /// How many bytes of text it may still read: a list may name one long string again and again.
    text: u64,
}

impl<'p> Cursor<'p> {
    fn new(pack: &'p Pack, at: u32) -> Self {
        Self { pack, at: u64::from(at), text: (64 << 20) + 16 * pack.size() as u64 }
    }

    fn word(&mut self) -> Result<u32, Error> {
        let word = self.pack.word(self.at)?;
        self.at += 1;
        Ok(word)
    }

    fn string(&mut self) -> Result<&'p str, Error> {
        let (offset, length) = (self.word()?, self.word()?);
        let left = self.text.checked_sub(u64::from(length));
        self.text = left.ok_or_else(|| {
            self.pack.malformed(section::WORDS, self.at * 4, "a body says more than the file has room for")
        })?;
        self.pack.string(offset, length)
    }

    fn oid(&mut self) -> Result<Oid, Error> {
        let (offset, length) = (self.word()?, self.word()?);
        oid(self.pack, offset, length)
    }

    /// A count, then that many items. A count that the section cannot hold is malformed, not a huge allocation.
    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T, Error>) -> Result<Vec<T>, Error> {
        let count = self.word()?;
        let mut items = Vec::with_capacity(count.min(256) as usize);
        for _ in 0..count {
            items.push(item(self)?);
        }
        Ok(items)
    }
}

fn oid_key(pack: &Pack, offset: u32, length: u32) -> Result<&[u8], Error> {
    pack.read(section::OIDS, u64::from(offset), u64::from(length))
}

fn oid(pack: &Pack, offset: u32, length: u32) -> Result<Oid, Error> {
    let key = oid_key(pack, offset, length)?;
    Oid::from_sort_key(key).ok_or_else(|| pack.malformed(section::OIDS, u64::from(offset), "it is no OID"))
}

impl<'p> Entry<'p> {
    pub(super) fn new(pack: &'p Pack, index: u32) -> Result<Self, Error> {
        Ok(Self { pack, index, raw: pack.item(section::ENTRIES, u64::from(index))? })
    }

    fn u32(&self, at: usize) -> u32 {
        u32_at(&self.raw, at)
    }

    fn has(&self, flag: u8) -> bool {
        self.raw[6] & flag != 0
    }

    /// Its position in OID order.
    pub fn index(&self) -> u32 {
        self.index
    }

    pub(super) fn oid_key(&self) -> Result<&'p [u8], Error> {
        oid_key(self.pack, self.u32(0), u32::from(self.raw[4]) | u32::from(self.raw[22]) << 8)
    }

    /// Its OID.
    ///
    /// # Errors
    /// Its bytes are not what was written; so for all that follow.
    pub fn oid(&self) -> Result<Oid, Error> {
        oid(self.pack, self.u32(0), u32::from(self.raw[4]) | u32::from(self.raw[22]) << 8)
    }

    /// 0 lexicon, 1 rule, 2 template, 3 policy, 4 alias, 5 tombstone.
    pub fn kind(&self) -> u8 {
        self.raw[5]
    }

    /// Whether a more specific layer may not state it again.
    pub fn is_final(&self) -> bool {
        self.has(flag::FINAL)
    }

    /// Whether the operator's preference forced it.
    pub fn is_preferred(&self) -> bool {
        self.has(flag::PREFERRED)
    }

    /// The layers that lost, one bit each, 1 for global.
    pub fn overrode(&self) -> u8 {
        self.raw[7]
    }

    /// Its title.
    ///
    /// # Errors
    /// See [`Entry::oid`].
    pub fn title(&self) -> Result<Option<&'p str>, Error> {
        self.has(flag::TITLE).then(|| self.pack.string(self.u32(8), self.u32(12))).transpose()
    }

    /// Its language, where it differs from the pack's (in a layer's cache: where it was stated).
    ///
    /// # Errors
    /// See [`Entry::oid`].
    pub fn language(&self) -> Result<Option<&'p str>, Error> {
        let length = u32::from(u16::from_le_bytes([self.raw[20], self.raw[21]]));
        self.has(flag::LANGUAGE).then(|| self.pack.string(self.u32(16), length)).transpose()
    }

    /// Where it was stated.
    ///
    /// # Errors
    /// See [`Entry::oid`].
    pub fn origin(&self) -> Result<Origin<'p>, Error> {
        origin(self.pack, self.u32(24))
    }

    /// The line in its source.
    pub fn line(&self) -> u32 {
        self.u32(28)
    }

    /// The references, if they were stated.
    ///
    /// # Errors
    /// See [`Entry::oid`].
    pub fn refs(&self) -> Result<Option<Vec<Oid>>, Error> {
        let mut lists = Cursor::new(self.pack, self.u32(40));
        self.has(flag::REFS).then(|| lists.list(Cursor::oid)).transpose()
    }

    /// The tags, if they were stated.
    ///
    /// # Errors
    /// See [`Entry::oid`].
    pub fn tags(&self) -> Result<Option<Vec<&'p str>>, Error> {
        let mut lists = Cursor::new(self.pack, self.u32(40));
        if self.has(flag::REFS) {
            lists.list(Cursor::oid)?;
        }
        self.has(flag::TAGS).then(|| lists.list(Cursor::string)).transpose()
    }

    /// The positions of a lexicon's terms.
    pub fn terms(&self) -> std::ops::Range<u32> {
        if self.kind() == 0 { self.u32(32)..self.u32(32).saturating_add(self.u32(36)) } else { 0..0 }
    }

    /// What it is.
    ///
    /// # Errors
    /// See [`Entry::oid`].
    pub fn body(&self) -> Result<Body<'p>, Error> {
        let mut words = Cursor::new(self.pack, self.u32(32));
        let words = &mut words;
        Ok(match self.kind() {
            0 => Body::Lexicon(self.terms()),
            1 => Body::Rule {
                event: words.string()?,
                priority: words.word()?,
                say: words.string()?,
                acknowledge: words.list(Cursor::string)?,
                escalate: words.list(|words| {
                    let after_s = u64::from(words.word()?) | u64::from(words.word()?) << 32;
                    Ok(Escalation { after_s, to: words.string()?, say: words.string()? })
                })?,
            },
            2 => Body::Template {
                text: words.string()?,
                slots: words.list(|words| {
                    Ok(Slot {
                        name: words.string()?,
                        kind: words.word()?,
                        values: words.list(Cursor::string)?,
                    })
                })?,
                examples: words
                    .list(|words| Ok(Example { text: words.string()?, slots: words.list(value)? }))?,
            },
            3 => Body::Policy { applies_to: words.list(Cursor::oid)?, registers: words.list(Cursor::word)? },
            4 => Body::Alias(words.oid()?),
            layout::TOMBSTONE => Body::Tombstone,
            _ => {
                return Err(self.pack.malformed(
                    section::ENTRIES,
                    u64::from(self.index),
                    "its kind is unknown",
                ));
            }
        })
    }
}

fn value<'p>(words: &mut Cursor<'p>) -> Result<(&'p str, Value<'p>), Error> {
    let name = words.string()?;
    let value = match words.word()? {
        0 => Value::Text(words.string()?),
        _ => Value::Integer((u64::from(words.word()?) | u64::from(words.word()?) << 32) as i64),
    };
    Ok((name, value))
}

fn origin(pack: &Pack, index: u32) -> Result<Origin<'_>, Error> {
    let raw: [u8; layout::ORIGIN] = pack.item(section::ORIGINS, u64::from(index))?;
    Ok(Origin {
        source: pack.string(u32_at(&raw, 0), u32_at(&raw, 4))?,
        version: pack.string(u32_at(&raw, 8), u32_at(&raw, 12))?,
        layer: raw[16],
    })
}

/// A term of a lexicon.
#[derive(Debug, Clone, Copy)]
pub struct Term<'p> {
    pack: &'p Pack,
    raw: [u8; layout::TERM],
}

impl<'p> Term<'p> {
    pub(super) fn new(pack: &'p Pack, index: u32) -> Result<Self, Error> {
        Ok(Self { pack, raw: pack.item(section::TERMS, u64::from(index))? })
    }

    fn string(&self, at: usize) -> Result<&'p str, Error> {
        self.pack.string(u32_at(&self.raw, at), u32_at(&self.raw, at + 4))
    }

    /// As the pack writes it.
    ///
    /// # Errors
    /// Its bytes are not what was written; so for all that follow.
    pub fn term(&self) -> Result<&'p str, Error> {
        self.string(0)
    }

    /// What it means.
    ///
    /// # Errors
    /// See [`Term::term`].
    pub fn meaning(&self) -> Result<&'p str, Error> {
        self.string(8)
    }

    /// Its key: written in a merged pack, folded from the term in a layer's cache.
    ///
    /// # Errors
    /// See [`Term::term`].
    pub fn key(&self) -> Result<Cow<'p, str>, Error> {
        if u32_at(&self.raw, 16) == layout::EMPTY {
            self.term().map(term_key)
        } else {
            self.string(16).map(Cow::Borrowed)
        }
    }

    /// Aliases and examples.
    ///
    /// # Errors
    /// See [`Term::term`].
    pub fn lists(&self) -> Result<[Vec<&'p str>; 2], Error> {
        let at = u32_at(&self.raw, 24);
        if at == layout::EMPTY {
            return Ok([Vec::new(), Vec::new()]);
        }
        let mut words = Cursor::new(self.pack, at);
        Ok([words.list(Cursor::string)?, words.list(Cursor::string)?])
    }

    /// The lexicon.
    ///
    /// # Errors
    /// See [`Term::term`].
    pub fn entry(&self) -> Result<Entry<'p>, Error> {
        self.pack.entry(u32_at(&self.raw, 28))
    }

    /// Where it was stated.
    ///
    /// # Errors
    /// See [`Term::term`].
    pub fn origin(&self) -> Result<Origin<'p>, Error> {
        origin(self.pack, u32_at(&self.raw, 32))
    }

    /// The line in its source.
    pub fn line(&self) -> u32 {
        u32_at(&self.raw, 36)
    }

    /// 0 formal, 1 neutral, 2 informal.
    pub fn register(&self) -> u8 {
        self.raw[40]
    }
}

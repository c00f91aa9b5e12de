//! Terms as handles into a file: the numbers are read when a handle is made, texts when they are asked for.

use std::borrow::Cow;
use std::ops::Range;

use crate::text::term_key;

use super::entry::{Entry, Origin, origin};
use super::error::Error;
use super::layout::{Part, STRIDE, UNIT, form, term_flag};
use super::quick::Candidate;
use super::reader::Pack;
use super::wire::{Cursor, number, record};
use super::words::{is_lower, is_same};

/// A term of a lexicon.
#[derive(Debug, Clone, Copy)]
pub struct Term<'p> {
    /// Behind the meaning.
    rest: Cursor<'p>,
    /// Where the texts begin: term, key, meaning; and how long the first two are. All of it lies within the record.
    texts: u32,
    term: u32,
    key: u32,
    flags: u8,
}

/// What a record begins with.
struct Lengths {
    flags: u8,
    texts: usize,
    term: usize,
    key: usize,
    /// Behind the meaning.
    end: usize,
}

impl Lengths {
    /// The numbers of a record, and that its texts are in it.
    #[inline(always)]
    fn read(bytes: &[u8], at: usize) -> Option<Self> {
        let flags = *bytes.get(at)?;
        let (term, at) = number(bytes, at + 1)?;
        let (meaning, at) = number(bytes, at)?;
        let (key, texts) = if form_of(flags) == form::WRITTEN { number(bytes, at)? } else { (0, at) };
        let end = (texts as u64).checked_add(term)?.checked_add(key)?.checked_add(meaning)?;
        if end > bytes.len() as u64 {
            return None;
        }
        Some(Self { flags, texts, term: term as usize, key: key as usize, end: end as usize })
    }
}

impl<'p> Term<'p> {
    #[inline(always)]
    pub(super) fn at(pack: &'p Pack, position: u32) -> Result<Self, Error> {
        let (bytes, at) = record(pack, Part::Terms, position)?;
        let Some(Lengths { flags, texts, term, key, end }) = Lengths::read(bytes, at) else {
            return Err(Self::no_term(Cursor::new(pack, (Part::Terms, position), bytes, at)));
        };
        let rest = Cursor::new(pack, (Part::Terms, position), bytes, end);
        Ok(Self { rest, texts: texts as u32, term: term as u32, key: key as u32, flags })
    }

    /// The term of a record that a look-up came to, if its own key is this one and is not written beside it, and its
    /// lengths are short; what is not usual is not judged here.
    #[inline(always)]
    pub(super) fn quick(pack: &'p Pack, found: &Candidate<'p>, key: &[u8]) -> Option<Self> {
        // The record's length, flags, the term's length, the meaning's of one byte or two.
        let head = found.head;
        let flags = (head >> 8) as u8;
        let two = head >> 31 & 1;
        let term = head >> 16 & 0x7F;
        let meaning = head >> 24 & 0x7F | ((head >> 32 & 0x7F) * two) << 7;
        let texts = 4 + two;
        let is_usual = head & (0x80 << 16 | (form::WRITTEN as u64) << (8 + term_flag::FORM_SHIFT)) == 0
            && head >> 39 & two == 0
            && texts + term + meaning <= found.bytes.len() as u64;
        let text = found.bytes.get(texts as usize..(texts + term) as usize)?;
        let end = (texts + term + meaning) as usize;
        let rest = Cursor::new(pack, (Part::Terms, found.position), found.bytes, end);
        let is_it = is_usual && is_lower(text, key);
        is_it.then_some(Self { rest, texts: texts as u32, term: term as u32, key: 0, flags })
    }

    /// Why there is none.
    #[cold]
    fn no_term(mut record: Cursor<'p>) -> Error {
        let found = (|| {
            let flags = record.byte()?;
            let mut all = record.long()?.saturating_add(record.long()?);
            if form_of(flags) == form::WRITTEN {
                all = all.saturating_add(record.long()?);
            }
            record.take(all)
        })();
        found.err().unwrap_or_else(|| record.malformed("a term is cut off"))
    }

    pub(super) fn pack(&self) -> &'p Pack {
        self.rest.pack
    }

    #[inline]
    fn bytes(&self, from: u32, to: u32) -> &'p [u8] {
        self.rest.bytes.get(from as usize..to as usize).unwrap_or_default()
    }

    #[inline]
    fn term_bytes(&self) -> &'p [u8] {
        self.bytes(self.texts, self.texts + self.term)
    }

    /// The key, if it is written.
    #[inline]
    fn key_bytes(&self) -> &'p [u8] {
        let start = self.texts + self.term;
        self.bytes(start, start + self.key)
    }

    /// What stands behind the meaning: number of the lexicon, number of the origin, line; and the cursor behind them.
    fn place(&self) -> Result<([u32; 3], Cursor<'p>), Error> {
        let mut rest = self.rest;
        Ok(([rest.number()?, rest.number()?, rest.number()?], rest))
    }

    /// As the pack writes it.
    ///
    /// # Errors
    /// Its bytes are not what was written; so for all that follow.
    pub fn term(&self) -> Result<&'p str, Error> {
        self.rest.text(self.term_bytes())
    }

    /// What it means.
    ///
    /// # Errors
    /// See [`Term::term`].
    #[inline]
    pub fn meaning(&self) -> Result<&'p str, Error> {
        self.rest.text(self.meaning_bytes())
    }

    /// The bytes of what it means, for who passes them on: whether they are UTF-8 is not looked at, which takes about as
    /// long as finding them.
    #[inline]
    pub fn meaning_bytes(&self) -> &'p [u8] {
        self.bytes(self.texts + self.term + self.key, self.rest.at)
    }

    /// Its key. Borrowed where the term is its own key or the key is written.
    ///
    /// # Errors
    /// See [`Term::term`].
    pub fn key(&self) -> Result<Cow<'p, str>, Error> {
        let (term, form) = (self.term()?, form_of(self.flags));
        if form == form::WRITTEN {
            self.rest.text(self.key_bytes()).map(Cow::Borrowed)
        } else {
            Ok(folded(term, form))
        }
    }

    /// Whether a key is that of the term or of an alias.
    #[inline(always)]
    pub(super) fn has_key(&self, key: &[u8]) -> Result<bool, Error> {
        if is_key(self.term_bytes(), form_of(self.flags), self.key_bytes(), key) {
            return Ok(true);
        }
        self.has_alias(key)
    }

    #[inline(never)]
    fn has_alias(self, key: &[u8]) -> Result<bool, Error> {
        let (_, mut rest) = self.place()?;
        let aliases = Aliases::new(&mut rest, self.flags)?;
        for alias in aliases {
            let (text, form, written) = alias?;
            if is_key(text, form, written, key) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Aliases and examples.
    ///
    /// # Errors
    /// See [`Term::term`].
    pub fn lists(&self) -> Result<[Vec<&'p str>; 2], Error> {
        let (_, mut rest) = self.place()?;
        let mut aliases = Aliases::new(&mut rest, self.flags)?;
        let mut texts = Vec::with_capacity(aliases.left.min(256) as usize);
        for alias in aliases.by_ref() {
            texts.push(self.rest.text(alias?.0)?);
        }
        rest.at = aliases.texts.at;
        let mut examples = Vec::new();
        if self.flags & term_flag::EXAMPLES != 0 {
            let lengths = rest.list(Cursor::long)?;
            examples.reserve(lengths.len());
            for length in lengths {
                let bytes = rest.take(length)?;
                examples.push(self.rest.text(bytes)?);
            }
        }
        Ok([texts, examples])
    }

    /// The lexicon.
    ///
    /// # Errors
    /// See [`Term::term`].
    pub fn entry(&self) -> Result<Entry<'p>, Error> {
        self.pack().entry(self.place()?.0[0])
    }

    /// Where it was stated.
    ///
    /// # Errors
    /// See [`Term::term`].
    pub fn origin(&self) -> Result<Origin<'p>, Error> {
        origin(self.pack(), self.place()?.0[1])
    }

    /// The line in its source.
    ///
    /// # Errors
    /// See [`Term::term`].
    pub fn line(&self) -> Result<u32, Error> {
        Ok(self.place()?.0[2])
    }

    /// 0 formal, 1 neutral, 2 informal.
    pub fn register(&self) -> u8 {
        self.flags & 3
    }

    /// Bytes of its record: what it says is no longer, but for nothing.
    pub(crate) fn size(&self) -> u64 {
        self.rest.bytes.len() as u64
    }
}

fn form_of(flags: u8) -> u8 {
    flags >> term_flag::FORM_SHIFT & 3
}

/// The key of a text, where it is not written.
fn folded(text: &str, form: u8) -> Cow<'_, str> {
    match form {
        form::SAME => text.into(),
        form::LOWER => text.to_ascii_lowercase().into(),
        _ => term_key(text),
    }
}

#[inline(always)]
fn is_key(text: &[u8], form: u8, written: &[u8], key: &[u8]) -> bool {
    match form {
        // A key has no `A` to `Z`, so a text that is its own key has none either.
        form::SAME | form::LOWER => is_lower(text, key),
        form::WRITTEN => is_same(written, key),
        _ => is_folded(text, key),
    }
}

#[cold]
fn is_folded(text: &[u8], key: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| term_key(text).as_bytes() == key)
}

/// The aliases of a term: first all lengths, then all texts, each with its key behind it where that is written.
struct Aliases<'p> {
    lengths: Cursor<'p>,
    texts: Cursor<'p>,
    left: u32,
}

impl<'p> Aliases<'p> {
    fn new(rest: &mut Cursor<'p>, flags: u8) -> Result<Self, Error> {
        let mut left = 0;
        if flags & term_flag::ALIASES != 0 {
            left = rest.number()?;
        }
        let mut texts = *rest;
        for _ in 0..left {
            if texts.long()? & 3 == u64::from(form::WRITTEN) {
                texts.long()?;
            }
        }
        Ok(Self { lengths: *rest, texts, left })
    }

    fn step(&mut self) -> Result<(&'p [u8], u8, &'p [u8]), Error> {
        let head = self.lengths.long()?;
        let form = (head & 3) as u8;
        let key = if form == form::WRITTEN { self.lengths.long()? } else { 0 };
        Ok((self.texts.take(head >> 2)?, form, self.texts.take(key)?))
    }
}

impl<'p> Iterator for Aliases<'p> {
    type Item = Result<(&'p [u8], u8, &'p [u8]), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        Some(self.step())
    }
}

/// Terms in a row.
#[derive(Debug)]
pub struct Terms<'p> {
    pack: &'p Pack,
    range: Range<u32>,
    /// Where the next one stands, if that is known.
    next: Option<u32>,
}

impl<'p> Terms<'p> {
    pub(super) fn new(pack: &'p Pack, range: Range<u32>) -> Self {
        Self { pack, range, next: None }
    }

    /// Where a term stands: from the last one that has a position of its own.
    fn seek(&self, index: u32) -> Result<u32, Error> {
        let mut position = self.pack.stride(index)?;
        for _ in 0..index % STRIDE {
            position = after(&Cursor::record(self.pack, Part::Terms, position)?)?;
        }
        Ok(position)
    }
}

/// The position behind a record.
fn after(record: &Cursor<'_>) -> Result<u32, Error> {
    let end = u64::from(record.start) + (record.bytes.len() / UNIT) as u64;
    u32::try_from(end).map_err(|_| record.malformed("a position has more than 32 bits"))
}

impl<'p> Iterator for Terms<'p> {
    type Item = Result<Term<'p>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.range.is_empty() {
            return None;
        }
        let index = self.range.start;
        self.range.start += 1;
        let known = self.next.take().filter(|_| index < self.pack.terms());
        let term = known.map_or_else(|| self.seek(index), Ok).and_then(|at| Term::at(self.pack, at));
        if let Ok(term) = &term {
            self.next = after(&term.rest).ok();
        } else {
            // What is damaged is told once.
            self.range.end = self.range.start;
        }
        Some(term)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.range.len()))
    }
}

//! From words to senses: the two hash tables, and the scan of running text over them.

use crate::text::{Hit, TermSet, Words, scan, term_key};

use super::error::Error;
use super::index;
use super::layout::{self, section};
use super::reader::Pack;
use super::records::Term;

/// One meaning of a key: a term of a lexicon.
pub type Sense<'p> = Term<'p>;

/// The senses of a key, most specific layer first, then by OID.
#[derive(Debug, Clone, Copy)]
pub struct Senses<'p> {
    pack: &'p Pack,
    first: u64,
    count: u32,
}

/// The occurrences of terms in a text.
pub type Hits<'p> = Vec<Hit<Senses<'p>>>;

impl Pack {
    /// The senses of a term or an alias, as people write it.
    ///
    /// # Errors
    /// Bytes on the way are not what was written.
    pub fn lookup(&self, term: &str) -> Result<Option<Senses<'_>>, Error> {
        self.lookup_key(&term_key(term))
    }

    /// The senses of a key that is folded already.
    ///
    /// # Errors
    /// Bytes on the way are not what was written.
    pub fn lookup_key(&self, key: &str) -> Result<Option<Senses<'_>>, Error> {
        self.lookup_hashed(key, layout::hash(key.as_bytes()))
    }

    fn lookup_hashed(&self, key: &str, hash: u64) -> Result<Option<Senses<'_>>, Error> {
        self.probe(section::KEYS, hash, |posting| {
            let posting = u64::from(posting);
            let (offset, length) = (self.posting(posting)?, self.posting(posting + 1)?);
            // The length first: a slot that lies must not cost the reading of all strings.
            if length as usize != key.len() || self.string(offset, length)? != key {
                return Ok(None);
            }
            Ok(Some(Senses { pack: self, first: posting + 3, count: self.posting(posting + 2)? }))
        })
    }

    fn posting(&self, index: u64) -> Result<u32, Error> {
        Ok(u32::from_le_bytes(self.item(section::POSTINGS, index)?))
    }

    /// Walks the slots of a hash table that may hold a key of that hash, until `accept` takes one.
    fn probe<T>(
        &self,
        table: [u8; 4],
        hash: u64,
        mut accept: impl FnMut(u32) -> Result<Option<T>, Error>,
    ) -> Result<Option<T>, Error> {
        let slots = self.row(table)?.items;
        if !slots.is_power_of_two() {
            return if slots == 0 {
                Ok(None)
            } else {
                Err(self.malformed(table, 0, "its size is no power of two"))
            };
        }
        let (mut at, wanted) = index::split(hash, slots);
        for _ in 0..slots {
            let Some((kept, value)) = index::slot(self.item(table, at)?) else { return Ok(None) };
            if kept == wanted
                && let Some(found) = accept(value)?
            {
                return Ok(Some(found));
            }
            at = (at + 1) & (slots - 1);
        }
        Ok(None)
    }

    /// All terms and aliases that occur in a text: leftmost, longest, between word boundaries (UAX #29), with
    /// byte offsets of the original text.
    ///
    /// # Errors
    /// Bytes on the way are not what was written.
    pub fn scan(&self, text: &str) -> Result<Hits<'_>, Error> {
        scan(&Words::new(text), &self)
    }
}

impl<'p> TermSet for &'p Pack {
    type Found = Senses<'p>;
    type Error = Error;

    fn longest(&self, first_word: &str) -> Result<usize, Error> {
        let hash = layout::hash(first_word.as_bytes());
        // Slots keep 32 bits of a hash: another segment's slot may look the same, so the greatest of all counts.
        let mut longest = 0;
        self.probe(section::FIRSTS, hash, |found| {
            longest = longest.max(found as usize);
            Ok(None::<()>)
        })?;
        Ok(longest)
    }

    fn find(&self, key: &str) -> Result<Option<Senses<'p>>, Error> {
        self.lookup_key(key)
    }

    fn find_longest(&self, text: &str, ends: &[usize]) -> Result<Option<(usize, Senses<'p>)>, Error> {
        // One pass over the text gives the hashes of all its beginnings.
        let hashes = layout::hashes(text.as_bytes(), ends);
        for (at, (&end, &hash)) in ends.iter().zip(&hashes).enumerate().rev() {
            if let Some(found) = self.lookup_hashed(&text[..end], hash)? {
                return Ok(Some((at, found)));
            }
        }
        Ok(None)
    }
}

impl<'p> Senses<'p> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// Whether there are none, which does not happen.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The senses.
    pub fn iter(self) -> impl Iterator<Item = Result<Sense<'p>, Error>> {
        let pack = self.pack;
        (0..u64::from(self.count)).map(move |i| pack.term(pack.posting(self.first + i)?))
    }
}

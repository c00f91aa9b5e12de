//! From words to senses: the tables of keys and first segments, and the scan of running text over them.

use crate::text::{First, Hit, SIMPLE, TermSet, scan_text, with_key};

use super::error::Error;
use super::hash::{Beginnings, hash};
use super::index::Slot;
use super::layout::{IS_KEY, MAX_LENGTH, Part, reduce};
use super::quick::{Unknown, simple_hash};
use super::reader::Pack;
use super::term::Term;

/// One meaning of a key: a term of a lexicon.
pub type Sense<'p> = Term<'p>;

/// The senses of a key, most specific layer first, then by OID. At least one.
#[derive(Debug, Clone, Copy)]
pub struct Senses<'p> {
    first: Term<'p>,
    slot: Slot,
}

/// The occurrences of terms in a text.
pub type Hits<'p> = Vec<Hit<Senses<'p>>>;

impl Pack {
    /// The senses of a term or an alias, as people write it. Nothing is allocated for texts of usual length in Latin
    /// letters.
    ///
    /// # Errors
    /// Bytes on the way are not what was written.
    #[inline]
    pub fn lookup(&self, term: &str) -> Result<Option<Senses<'_>>, Error> {
        let mut buffer = [0; SIMPLE];
        match (simple_hash(term.as_bytes(), &mut buffer), buffer.get(..term.len())) {
            (Some(hash), Some(key)) => self.lookup_hashed(key, hash),
            _ => self.lookup_other(term),
        }
    }

    /// The same for a text whose key is not made that easily.
    #[inline(never)]
    fn lookup_other(&self, term: &str) -> Result<Option<Senses<'_>>, Error> {
        with_key(term, |key| self.lookup_hashed(key, hash(key)))
    }

    /// The senses of a key that is folded already. Nothing is allocated.
    ///
    /// # Errors
    /// Bytes on the way are not what was written.
    #[inline]
    pub fn lookup_key(&self, key: &str) -> Result<Option<Senses<'_>>, Error> {
        self.lookup_hashed(key.as_bytes(), hash(key.as_bytes()))
    }

    #[inline(always)]
    fn lookup_hashed(&self, key: &[u8], hash: u64) -> Result<Option<Senses<'_>>, Error> {
        match self.quick_senses(key, hash) {
            Ok(found) => Ok(found),
            Err(Unknown) => self.lookup_slowly(key, hash),
        }
    }

    /// The general way.
    #[inline(never)]
    fn lookup_slowly(&self, key: &[u8], hash: u64) -> Result<Option<Senses<'_>>, Error> {
        self.search(Part::TermKeys, hash, |position, slot| {
            let first = Term::at(self, position)?;
            Ok(first.has_key(key)?.then_some(Senses { first, slot }))
        })
    }

    /// Whether a filter has a hash, or others have set its bits.
    #[inline]
    fn passes(&self, filter: Part, hash: u64) -> Result<bool, Error> {
        let words = self.items(filter);
        if words == 0 {
            return Ok(false);
        }
        let bits = filter_bits(hash);
        Ok(u64::from_le_bytes(*self.item(filter, reduce(hash >> 32, words))?) & bits == bits)
    }

    /// All terms and aliases that occur in a text: leftmost, longest, between word boundaries (UAX #29), with
    /// byte offsets of the original text.
    ///
    /// # Errors
    /// Bytes on the way are not what was written.
    pub fn scan(&self, text: &str) -> Result<Hits<'_>, Error> {
        let mut hits = Vec::new();
        self.scan_with(text, |hit| hits.push(hit))?;
        Ok(hits)
    }

    /// The same, each occurrence given to a closure: nothing is kept.
    ///
    /// # Errors
    /// Bytes on the way are not what was written.
    pub fn scan_with<'p>(&'p self, text: &str, found: impl FnMut(Hit<Senses<'p>>)) -> Result<(), Error> {
        scan_text(text, &self, found)
    }
}

/// For so many beginnings at one place of a text nothing is allocated.
const FEW: usize = 32;

impl<'p> TermSet for &'p Pack {
    type Found = Senses<'p>;
    type Error = Error;

    fn longest(&self, first_word: &str) -> Result<usize, Error> {
        Ok(self.first(first_word)?.longest)
    }

    #[inline]
    fn first(&self, first_word: &str) -> Result<First, Error> {
        let hash = hash(first_word.as_bytes());
        let (none, lengths) = (First { longest: 0, is_key: false }, self.items(Part::Lengths));
        if lengths == 0 || !self.passes(Part::Firsts, hash)? {
            return Ok(none);
        }
        let item = u16::from_le_bytes(*self.item(Part::Lengths, reduce(hash, lengths))?);
        let longest = match item & MAX_LENGTH {
            MAX_LENGTH => usize::MAX,
            longest => usize::from(longest),
        };
        Ok(First { longest, is_key: item & IS_KEY != 0 })
    }

    #[inline]
    fn goes_on(&self, beginning: &str) -> Result<bool, Error> {
        self.passes(Part::Seconds, hash(beginning.as_bytes()))
    }

    fn find(&self, key: &str) -> Result<Option<Senses<'p>>, Error> {
        self.lookup_key(key)
    }

    fn find_longest(&self, text: &str, ends: &[usize]) -> Result<Option<(usize, Senses<'p>)>, Error> {
        if let [end] = *ends {
            return Ok(self.lookup_key(&text[..end])?.map(|found| (0, found)));
        }
        // One pass over the text gives the hashes of all its beginnings.
        let mut beginnings = Beginnings::new(text.as_bytes());
        let (mut few, mut many) = ([0; FEW], Vec::new());
        let hashes = match few.get_mut(..ends.len()) {
            Some(few) => few,
            None => {
                many.resize(ends.len(), 0);
                &mut many[..]
            }
        };
        for (hash, &end) in hashes.iter_mut().zip(ends) {
            *hash = beginnings.until(end);
        }
        for (at, (&end, &hash)) in ends.iter().zip(&*hashes).enumerate().rev() {
            if let Some(found) = self.lookup_hashed(&text.as_bytes()[..end], hash)? {
                return Ok(Some((at, found)));
            }
        }
        Ok(None)
    }
}

/// The three bits of a word of a filter that a hash sets.
pub(super) fn filter_bits(hash: u64) -> u64 {
    1 << (hash & 63) | 1 << (hash >> 6 & 63) | 1 << (hash >> 12 & 63)
}

impl<'p> Senses<'p> {
    #[inline(always)]
    pub(super) fn new(first: Term<'p>, slot: Slot) -> Self {
        Self { first, slot }
    }

    /// Whether there are further ones behind the first.
    pub fn are_several(&self) -> bool {
        self.first.pack().has_posting(self.slot)
    }

    /// How many there are.
    ///
    /// # Errors
    /// Bytes on the way are not what was written.
    pub fn count(&self) -> Result<u64, Error> {
        let pack = self.first.pack();
        let more = pack.posting(self.slot)?.map(|at| pack.word(Part::Postings, u64::from(at)));
        Ok(1 + more.transpose()?.map_or(0, u64::from))
    }

    /// The first: the one that counts where only one can.
    #[inline]
    pub fn first(&self) -> Sense<'p> {
        self.first
    }

    /// The senses.
    pub fn iter(self) -> impl Iterator<Item = Result<Sense<'p>, Error>> {
        let pack = self.first.pack();
        let mut rest = match pack.posting(self.slot) {
            Ok(None) => Ok(0..0),
            Ok(Some(at)) => pack.word(Part::Postings, u64::from(at)).map(|count| {
                let from = u64::from(at) + 1;
                from..from + u64::from(count)
            }),
            Err(error) => Err(error),
        };
        let mut first = Some(self.first);
        std::iter::from_fn(move || {
            if let Some(first) = first.take() {
                return Some(Ok(first));
            }
            let next = match &mut rest {
                Ok(rest) => Ok(rest.next()?),
                Err(_) => std::mem::replace(&mut rest, Ok(0..0)).map(|_| 0),
            };
            let sense =
                next.and_then(|next| pack.word(Part::Postings, next)).and_then(|at| Term::at(pack, at));
            // What is damaged is told once.
            if sense.is_err() {
                rest = Ok(0..0);
            }
            Some(sense)
        })
    }
}

//! Terms of a layer's cache. It has no index of keys, since layers are merged and not asked; people ask all the same,
//! so the keys are collected here for one question.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::cache::{self, Pack, Sense};
use crate::text::{TermSet, first_word, term_key};

/// Every key of a cache with the positions of its terms, in look-up order.
pub(super) struct Keys<'p> {
    pack: &'p Pack,
    terms: HashMap<String, Vec<u32>>,
    longest: HashMap<String, usize>,
}

impl<'p> Keys<'p> {
    pub(super) fn new(pack: &'p Pack) -> Result<Self, cache::Error> {
        let mut keys = Self { pack, terms: HashMap::new(), longest: HashMap::new() };
        for (number, term) in (0..pack.terms()).zip(pack.terms_in(0..pack.terms())) {
            let term = term?;
            let [aliases, _] = term.lists()?;
            let names = aliases.into_iter().map(|alias| term_key(alias).into_owned());
            for key in names.chain([term.key()?.into_owned()]) {
                if let Some((first, count)) = first_word(&key) {
                    let longest = keys.longest.entry(first.into_owned()).or_default();
                    *longest = count.max(*longest);
                }
                let found = keys.terms.entry(key).or_default();
                if !found.contains(&number) {
                    found.push(number);
                }
            }
        }
        for found in keys.terms.values_mut() {
            // Positions are in OID order already; the sort is stable.
            let mut ranked: Vec<(Reverse<u8>, u32)> = Vec::with_capacity(found.len());
            for &number in found.iter() {
                ranked.push((Reverse(pack.term(number)?.origin()?.layer), number));
            }
            ranked.sort();
            *found = ranked.into_iter().map(|(_, number)| number).collect();
        }
        Ok(keys)
    }
}

impl<'p> TermSet for Keys<'p> {
    type Found = Vec<Sense<'p>>;
    type Error = cache::Error;

    fn longest(&self, first_word: &str) -> Result<usize, cache::Error> {
        Ok(self.longest.get(first_word).copied().unwrap_or(0))
    }

    fn find(&self, key: &str) -> Result<Option<Self::Found>, cache::Error> {
        let Some(found) = self.terms.get(key) else { return Ok(None) };
        found.iter().map(|&number| self.pack.term(number)).collect::<Result<_, _>>().map(Some)
    }
}

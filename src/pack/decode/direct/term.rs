//! Terms of a lexicon: the bulk of what there is to read.

use std::borrow::Cow;
use std::ops::Range;

use crate::pack::decode::TextLimits;
use crate::pack::model::{Register, Term};
use crate::syntax::Pull;
use crate::text::write_key;

use super::body::{text, within};
use super::entry::word;

/// Reads lexicons one after the other, in the memory of the former ones.
pub(super) struct TermReader<'a> {
    limits: Option<TextLimits>,
    /// The terms as they stand, and where their keys are in `keys`; nowhere for one that is its own key.
    terms: Vec<(Option<Term<'a>>, Range<usize>)>,
    keys: String,
    /// The first bytes of the keys, the keys, the positions of their terms.
    order: Vec<(u64, &'a str, usize)>,
    /// The aliases and the examples of one term.
    aliases: Vec<&'a str>,
    examples: Vec<&'a str>,
}

impl<'a> TermReader<'a> {
    pub(super) fn new(limits: Option<TextLimits>) -> Self {
        Self {
            limits,
            terms: Vec::new(),
            keys: String::new(),
            order: Vec::new(),
            aliases: Vec::new(),
            examples: Vec::new(),
        }
    }

    /// Reads the list of a lexicon's terms, and gives them in the order of their keys.
    pub(super) fn lexicon(&mut self, pull: &mut Pull<'a>) -> Option<Vec<Term<'a>>> {
        self.terms.clear();
        self.keys.clear();
        let mut more = pull.open(b'[', b']')?;
        while more {
            self.term(pull)?;
            more = pull.more(b']')?;
        }
        self.sorted(pull)
    }

    fn sorted(&mut self, pull: &mut Pull<'a>) -> Option<Vec<Term<'a>>> {
        let keys = if self.keys.is_empty() { "" } else { pull.shelf().put(self.keys.as_str().into()) };
        self.order.clear();
        for (at, (term, key)) in self.terms.iter_mut().enumerate() {
            let term = term.as_mut()?;
            if key.start < key.end {
                term.key = Cow::Borrowed(keys.get(key.clone())?);
            }
            let Cow::Borrowed(key) = term.key else { return None };
            let first = key.as_bytes().first_chunk::<8>().map_or_else(
                || {
                    key.bytes()
                        .enumerate()
                        .fold(0, |first, (i, byte)| first | u64::from(byte) << (56 - 8 * i))
                },
                |first| u64::from_be_bytes(*first),
            );
            self.order.push((first, key, at));
        }
        if !self.order.is_sorted() {
            self.order.sort_unstable();
        }
        if self.order.windows(2).any(|pair| pair[0].1 == pair[1].1) {
            return None;
        }
        let mut sorted = Vec::with_capacity(self.order.len());
        for &(_, _, at) in &self.order {
            sorted.push(self.terms[at].0.take()?);
        }
        Some(sorted)
    }

    fn term(&mut self, pull: &mut Pull<'a>) -> Option<()> {
        let mut more = pull.open(b'{', b'}')?;
        let line = pull.line();
        let max_term = self.limits.map(|limits| limits.max_term_chars);
        let (mut term, mut meaning, mut register) = (None, None, None);
        let [mut has_aliases, mut has_examples] = [false; 2];
        self.aliases.clear();
        self.examples.clear();
        while more {
            let is_new = match pull.key()? {
                "term" => term.replace(within(pull.string()?, max_term)?).is_none(),
                "meaning" => meaning.replace(text(pull, self.limits)?).is_none(),
                "register" => register.replace(word(pull, &Register::WORDS)?).is_none(),
                "aliases" => {
                    list(&mut self.aliases, pull, max_term)?;
                    !std::mem::replace(&mut has_aliases, true)
                }
                "examples" => {
                    let max_text = self.limits.map(|limits| limits.max_text_chars);
                    list(&mut self.examples, pull, max_text)?;
                    !std::mem::replace(&mut has_examples, true)
                }
                _ => false,
            };
            if !is_new {
                return None;
            }
            more = pull.more(b'}')?;
        }
        let term: &'a str = term?;
        let start = self.keys.len();
        let own = write_key(term, &mut self.keys);
        let register = register.unwrap_or(Register::Neutral);
        let index = self.terms.len() as u32;
        let term = Term::new(term, meaning?, Cow::Borrowed(own.unwrap_or("")));
        let term = Term { register, line, index, ..term.with(&self.aliases, &self.examples) };
        self.terms.push((Some(term), start..self.keys.len()));
        Some(())
    }
}

fn list<'a>(texts: &mut Vec<&'a str>, pull: &mut Pull<'a>, max: Option<usize>) -> Option<()> {
    let mut more = pull.open(b'[', b']')?;
    while more {
        texts.push(within(pull.string()?, max)?);
        more = pull.more(b']')?;
    }
    Some(())
}

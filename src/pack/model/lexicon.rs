//! Terms and lexicons: of a large pack nearly all that it holds, so a term is kept small.

use std::borrow::Cow;

use super::{Register, Stated};

/// A term of a lexicon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term<'a> {
    /// As the pack writes it.
    pub term: &'a str,
    /// What it means.
    pub meaning: &'a str,
    /// How it sounds.
    pub register: Register,
    /// Other ways to write it, then sentences in which it stands: one list, because packs have a million terms.
    pub texts: Box<[&'a str]>,
    /// Its key: see [`crate::text::term_key`].
    pub key: Cow<'a, str>,
    /// The line of its first key, from 1.
    pub line: u32,
    /// Its index in its definition, from 0.
    pub index: u32,
    /// How many of `texts` are aliases.
    pub alias_count: u32,
    /// Which of the lexicon's definitions stated it.
    pub stated: u16,
}

impl<'a> Term<'a> {
    /// A neutral term of the lexicon's own definition, without aliases and examples.
    pub fn new(term: &'a str, meaning: &'a str, key: Cow<'a, str>) -> Self {
        let (register, texts) = (Register::Neutral, Box::default());
        Self { term, meaning, register, texts, key, line: 0, index: 0, alias_count: 0, stated: 0 }
    }

    /// The same with other aliases and examples.
    #[must_use]
    pub fn with(mut self, aliases: &[&'a str], examples: &[&'a str]) -> Self {
        self.texts = [aliases, examples].concat().into();
        self.alias_count = aliases.len() as u32;
        self
    }

    fn lists(&self) -> (&[&'a str], &[&'a str]) {
        self.texts.split_at(self.texts.len().min(self.alias_count as usize))
    }

    /// Other ways to write it.
    pub fn aliases(&self) -> &[&'a str] {
        self.lists().0
    }

    /// Sentences in which it stands.
    pub fn examples(&self) -> &[&'a str] {
        self.lists().1
    }
}

/// A lexicon: terms in the order of their keys, and the definitions that they come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lexicon<'a> {
    /// The terms.
    pub terms: Vec<Term<'a>>,
    /// The definitions; the first is the entry's own.
    pub stated: Vec<Stated>,
}

impl<'a> Lexicon<'a> {
    /// The definition that stated one of its terms.
    pub fn stated_of(&self, term: &Term<'_>) -> Option<&Stated> {
        self.stated.get(term.stated as usize)
    }

    /// Puts the terms into the order of their keys.
    pub fn sort(&mut self) {
        self.terms.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    }
}

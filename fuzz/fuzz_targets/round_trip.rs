//! Writer and reader: entries of every kind, cut from the input, are written to a file and read back the same; every
//! key leads to its senses; and a text is scanned by the file as by a set in memory, which has no filters.
#![no_main]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::convert::Infallible;
use std::sync::Arc;

use aegis_action::cache::Pack;
use aegis_action::oid::Oid;
use aegis_action::pack::from_cache::Reader;
use aegis_action::pack::model::{
    Body, Entry, Escalation, Layer, Lexicon, Origin, Policy, Priority, Register, Rule, SlotKind, SlotValue,
    Stated, Statement, Template, TemplateExample, Term,
};
use aegis_action::pack::to_cache::{self, Head};
use aegis_action::text::{TermSet, Words, first_word, scan, term_key};
use libfuzzer_sys::fuzz_target;

/// The input, piece by piece; behind its end everything is empty.
struct Pieces<'i>(std::str::Split<'i, char>);

impl<'i> Pieces<'i> {
    fn text(&mut self) -> &'i str {
        self.0.next().unwrap_or("")
    }

    fn number(&mut self) -> u64 {
        self.text().bytes().fold(0, |number, byte| number.wrapping_mul(31).wrapping_add(u64::from(byte)))
    }

    fn below(&mut self, n: u64) -> usize {
        (self.number() % n) as usize
    }

    fn texts(&mut self) -> Vec<&'i str> {
        (0..self.below(4)).map(|_| self.text()).collect()
    }

    fn oid(&mut self) -> Oid {
        let arcs: Vec<_> = (0..self.below(5)).map(|_| (self.number() >> 1).to_string()).collect();
        format!("2.1337.{}{}{}", self.below(50), if arcs.is_empty() { "" } else { "." }, arcs.join("."))
            .parse()
            .unwrap()
    }

    fn stated(&mut self) -> Stated {
        let version = semver(self.below(3));
        Stated { layer: Layer::ALL[self.below(3)], source: self.below(2) as u32, version, index: 0 }
    }

    fn lexicon(&mut self, own: &Stated) -> Lexicon<'i> {
        let mut terms = BTreeMap::new();
        for _ in 0..self.below(12) {
            let (term, meaning, line) = (self.text(), self.text(), self.number() as u32);
            let key = term_key(term);
            let register = Register::WORDS[self.below(3)].1;
            let (aliases, examples): (Vec<_>, Vec<_>) = (self.texts(), self.texts());
            let stated = self.below(2) as u16;
            let term = Term::new(term, meaning, key.clone()).with(&aliases, &examples);
            let term = Term { register, line, stated, ..term };
            terms.insert(key, term);
        }
        let mut terms: Vec<_> = terms.into_values().collect();
        terms.iter_mut().zip(0..).for_each(|(term, index)| term.index = index);
        Lexicon { terms: terms.into_iter().collect(), stated: vec![own.clone(), self.stated()] }
    }

    fn template(&mut self) -> Template<'i> {
        let kinds = [SlotKind::String, SlotKind::Integer];
        let mut slots = Vec::new();
        for _ in 0..self.below(3) {
            let kind = kinds.get(self.below(3)).cloned().unwrap_or_else(|| SlotKind::Enum(self.texts()));
            slots.push((self.text(), kind));
        }
        let mut examples = Vec::new();
        for _ in 0..self.below(3) {
            let value = match self.below(2) {
                0 => SlotValue::Text(self.text()),
                _ => SlotValue::Integer(self.number() as i64),
            };
            examples.push(TemplateExample { slots: vec![(self.text(), value)], text: self.text() });
        }
        Template { text: self.text(), slots, examples }
    }

    fn body(&mut self, own: &Stated) -> Body<'i> {
        match self.below(8) {
            0 => Body::Template(self.template()),
            1 => Body::Alias(self.oid()),
            2 => Body::Policy(Policy {
                applies_to: (0..self.below(3)).map(|_| self.oid()).collect(),
                registers: vec![Register::WORDS[self.below(3)].1],
            }),
            3 => Body::Rule(Rule {
                event: self.text(),
                priority: Priority::WORDS[self.below(3)].1,
                say: self.text(),
                acknowledge: self.texts(),
                escalate: vec![Escalation { after_s: self.number(), to: self.text(), say: self.text() }],
            }),
            _ => Body::Lexicon(self.lexicon(own)),
        }
    }

    fn entry(&mut self) -> Entry<'i> {
        let (oid, own, bits) = (self.oid(), self.stated(), self.below(64));
        let overrode = Layer::ALL.into_iter().rev().filter(|layer| bits & (1 << *layer as u8) != 0).collect();
        let has = |bit: usize| bits & bit != 0;
        Entry {
            oid,
            title: has(8).then(|| self.text()),
            version: own.version.clone(),
            refs: has(16).then(|| vec![self.oid()]),
            refs_from: None,
            tags: has(32).then(|| self.texts()),
            language: has(8).then(|| self.text()),
            is_final: has(16),
            origin: Origin {
                layer: own.layer,
                source: own.source,
                line: self.number() as u32,
                index: 0,
                overrode,
                preferred: has(32),
            },
            body: self.body(&own),
        }
    }
}

fn semver(number: usize) -> semver::Version {
    semver::Version::new(1, number as u64, 0)
}

/// An entry with names for numbers, which a file gives anew.
fn told(entry: &Entry<'_>, names: &[Arc<str>]) -> String {
    let name = |source: u32| &*names[source as usize];
    let mut entry = entry.clone();
    let mut terms = Vec::new();
    if let Body::Lexicon(lexicon) = &mut entry.body {
        let stated = std::mem::take(&mut lexicon.stated);
        for term in std::mem::take(&mut lexicon.terms) {
            let s = &stated[usize::from(term.stated)];
            terms.push(format!(
                "{:?} {:?} {} {:?}",
                Term { stated: 0, ..term },
                s.layer,
                name(s.source),
                s.version
            ));
        }
    }
    let source = name(std::mem::take(&mut entry.origin.source));
    format!("{entry:?} {source} {terms:?}")
}

#[derive(Default)]
struct Set {
    keys: HashSet<String>,
    longest: HashMap<String, usize>,
}

impl TermSet for Set {
    type Found = ();
    type Error = Infallible;

    fn longest(&self, first: &str) -> Result<usize, Infallible> {
        Ok(self.longest.get(first).copied().unwrap_or(0))
    }

    fn find(&self, key: &str) -> Result<Option<()>, Infallible> {
        Ok(self.keys.contains(key).then_some(()))
    }
}

fuzz_target!(|input: &str| {
    if input.len() > 4000 {
        return;
    }
    let mut pieces = Pieces(input.split('\n'));
    let text = pieces.text();
    let entries: BTreeMap<_, _> = (0..pieces.below(6))
        .map(|_| pieces.entry())
        .map(|entry| (entry.oid.clone(), Arc::new(entry)))
        .collect();
    let entries: Vec<_> = entries.into_values().collect();
    let (names, oid) = (["a.yaml", "b/ä.json"].map(Arc::from), "1.4".parse().unwrap());
    let head = Head {
        name: "fuzz",
        oid: &oid,
        version: "1.0.0",
        language: "en",
        documents: &[],
        sources: &names,
        rules: None,
    };
    let image = || to_cache::runtime(&head, &entries).unwrap().to_bytes();
    let file = image();
    assert_eq!(file, image(), "writing is deterministic");
    let pack = Pack::from_bytes(file).unwrap();
    pack.verify(1).unwrap();
    let mut reader = Reader::new(&pack, None, Vec::new());
    let mut read = Vec::new();
    for entry in pack.entries() {
        let Statement::Define(entry) = reader.statement(entry.unwrap()).unwrap() else { panic!() };
        read.push(entry);
    }
    let read: Vec<_> = read.iter().map(|entry| told(entry, &reader.names)).collect();
    let written: Vec<_> = entries.iter().map(|entry| told(entry, &names)).collect();
    assert_eq!(read, written);
    let mut set = Set::default();
    for entry in &entries {
        assert_eq!(pack.find(&entry.oid).unwrap().unwrap().oid().unwrap(), entry.oid);
        let Body::Lexicon(lexicon) = &entry.body else { continue };
        for term in &lexicon.terms {
            for name in term.aliases().iter().chain([&term.term]) {
                let senses = pack.lookup(name).unwrap().expect("a term leads somewhere");
                let mut meanings = senses.iter().map(|sense| sense.unwrap().meaning().unwrap());
                assert!(meanings.any(|meaning| meaning == term.meaning));
                let key = term_key(name).into_owned();
                if let Some((first, count)) = first_word(&key) {
                    let longest = set.longest.entry(first.into_owned()).or_default();
                    *longest = count.max(*longest);
                    set.keys.insert(key);
                }
            }
        }
    }
    let Ok(expected) = scan(&Words::new(text), &set);
    let found = pack.scan(text).unwrap();
    let found: Vec<_> = found.into_iter().map(|hit| hit.range).collect();
    let expected: Vec<_> = expected.into_iter().map(|hit| hit.range).collect();
    assert_eq!(found, expected);
    for word in text.split_whitespace() {
        assert_eq!(
            pack.lookup(word).unwrap().is_some(),
            set.keys.contains(&*term_key(word)) || is_key(&entries, word)
        );
    }
});

/// Keys that are no word, like the empty one, are in no scan, but lead to their terms.
fn is_key(entries: &[Arc<Entry<'_>>], word: &str) -> bool {
    let key = term_key(word);
    entries.iter().any(|entry| match &entry.body {
        Body::Lexicon(lexicon) => lexicon
            .terms
            .iter()
            .any(|term| term.aliases().iter().chain([&term.term]).any(|name| term_key(name) == key)),
        _ => false,
    })
}

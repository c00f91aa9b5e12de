//! Entries: the fields that they share, and which belong to which kind.

use std::ops::Range;
use std::sync::Arc;

use semver::Version;

use crate::oid::Oid;
use crate::pack::decode::TextLimits;
use crate::pack::model::{
    Body, Entry, Escalation, Lexicon, Origin, Policy, Priority, Register, Rule, Stated, Statement, Term,
    Tombstone,
};
use crate::syntax::Pull;

use super::body::{Examples, Slots, escalation, example, slots, template, text};
use super::term::TermReader;
use super::{Part, Scope};

/// A field of an entry, one bit each.
mod bit {
    pub(super) const OID: u32 = 1;
    pub(super) const KIND: u32 = 1 << 1;
    pub(super) const TITLE: u32 = 1 << 2;
    pub(super) const VERSION: u32 = 1 << 3;
    pub(super) const REFS: u32 = 1 << 4;
    pub(super) const TAGS: u32 = 1 << 5;
    pub(super) const FINAL: u32 = 1 << 6;
    pub(super) const REMOVED: u32 = 1 << 7;
    pub(super) const TERMS: u32 = 1 << 8;
    pub(super) const EVENT: u32 = 1 << 9;
    pub(super) const PRIORITY: u32 = 1 << 10;
    pub(super) const SAY: u32 = 1 << 11;
    pub(super) const ACKNOWLEDGE: u32 = 1 << 12;
    pub(super) const ESCALATE: u32 = 1 << 13;
    pub(super) const TEXT: u32 = 1 << 14;
    pub(super) const SLOTS: u32 = 1 << 15;
    pub(super) const EXAMPLES: u32 = 1 << 16;
    pub(super) const APPLIES_TO: u32 = 1 << 17;
    pub(super) const REGISTERS: u32 = 1 << 18;
    pub(super) const TARGET: u32 = 1 << 19;
    pub(super) const COMMON: u32 = OID | KIND | TITLE | VERSION | REFS | TAGS | FINAL;
}

/// The fields that were read.
#[derive(Default)]
struct Fields<'a> {
    /// Which, as in [`bit`].
    seen: u32,
    oid: Option<Oid>,
    kind: Option<u8>,
    title: Option<&'a str>,
    version: Option<Version>,
    refs: Option<Vec<Oid>>,
    tags: Option<Vec<&'a str>>,
    is_final: bool,
    terms: Vec<Term<'a>>,
    event: Option<&'a str>,
    priority: Option<Priority>,
    say: Option<&'a str>,
    acknowledge: Vec<&'a str>,
    escalate: Vec<Escalation<'a>>,
    text: Option<&'a str>,
    slots: Slots<'a>,
    examples: Examples<'a>,
    applies_to: Vec<Oid>,
    registers: Vec<Register>,
    target: Option<Oid>,
}

/// How many bytes may always be read in vain, looking for an entry.
const FREE: usize = 64 << 10;

/// Reads entries.
pub(super) struct Reader<'s, 'a> {
    pub(super) scope: &'s Scope<'a>,
    terms: TermReader<'a>,
}

impl<'s, 'a> Reader<'s, 'a> {
    pub(super) fn new(scope: &'s Scope<'a>) -> Self {
        Self { scope, terms: TermReader::new(scope.limits) }
    }

    /// Reads the entries that begin in a range.
    pub(super) fn part(
        &mut self,
        pull: Pull<'a>,
        text: &str,
        range: Range<usize>,
        is_first: bool,
    ) -> Option<Part<'a>> {
        let mut statements = Vec::new();
        let mut pull = pull;
        let start = range.start;
        let (start, mut more) = if is_first {
            (start, pull.peek()? != b']')
        } else {
            let Some(found) = self.first(pull, text, &range)? else {
                return Some(Part { start: None, end: range.end, statements });
            };
            let start = found.0;
            pull = found.1;
            statements.push(found.2);
            (start, pull.more(b']')?)
        };
        let mut end = pull.at();
        while more && end < range.end {
            statements.push(self.statement(&mut pull, statements.len() as u32)?);
            more = pull.more(b']')?;
            end = pull.at();
        }
        // The bracket that ends the list was taken.
        let closed = !more && !statements.is_empty();
        Some(Part { start: Some(start), end: end - usize::from(closed), statements })
    }

    /// The first object in a range that is an entry, with the place behind it.
    fn first(
        &mut self,
        pull: Pull<'a>,
        text: &str,
        range: &Range<usize>,
    ) -> Option<Option<(usize, Pull<'a>, Statement<'a>)>> {
        let bytes = text.as_bytes();
        let mut spent = 0;
        let (mut counted, mut line) = (range.start, pull.line());
        for at in memchr::memchr_iter(b'{', &bytes[range.clone()]).map(|at| range.start + at) {
            let before = bytes[..at].trim_ascii_end().last();
            if before != Some(&b',') {
                continue;
            }
            line += memchr::memchr_iter(b'\n', &bytes[counted..at]).count() as u32;
            counted = at;
            let mut attempt = pull.moved(at, line);
            if let Some(statement) = self.statement(&mut attempt, 0) {
                return Some(Some((at, attempt, statement)));
            }
            // What is read in vain stays in proportion.
            spent += attempt.at() - at;
            if spent > 2 * range.len() + FREE {
                return None;
            }
        }
        Some(None)
    }

    /// An entry or a tombstone.
    fn statement(&mut self, pull: &mut Pull<'a>, index: u32) -> Option<Statement<'a>> {
        let mut more = pull.open(b'{', b'}')?;
        let (layer, source, line) = (self.scope.layer, self.scope.source, pull.line());
        let origin = Origin { layer, source, line, index, overrode: Vec::new(), preferred: false };
        let mut fields = Fields::default();
        while more {
            let key = pull.key()?;
            let bit = self.field(key, pull, &mut fields)?;
            if fields.seen & bit != 0 {
                return None;
            }
            fields.seen |= bit;
            more = pull.more(b'}')?;
        }
        self.finish(fields, origin)
    }

    /// Reads a field's value; which field it was.
    fn field(&mut self, key: &str, pull: &mut Pull<'a>, fields: &mut Fields<'a>) -> Option<u32> {
        let limits = self.scope.limits;
        Some(match key {
            "oid" => {
                fields.oid = Some(pull.string()?.parse().ok().filter(|oid: &Oid| oid.depth() >= 2)?);
                bit::OID
            }
            "kind" => {
                let word = pull.string()?;
                fields.kind = Some(Body::KINDS.iter().position(|kind| *kind == word)? as u8);
                bit::KIND
            }
            "title" => {
                fields.title = Some(text(pull, limits)?);
                bit::TITLE
            }
            "version" => {
                fields.version = Some(Version::parse(pull.string()?).ok()?);
                bit::VERSION
            }
            "refs" => {
                fields.refs = Some(list(pull, oid)?);
                bit::REFS
            }
            "tags" => {
                fields.tags = Some(texts(pull, limits)?);
                bit::TAGS
            }
            "final" => {
                fields.is_final = pull.boolean()?;
                bit::FINAL
            }
            "removed" => {
                pull.boolean()?.then_some(())?;
                bit::REMOVED
            }
            "terms" => {
                fields.terms = self.terms.lexicon(pull)?;
                bit::TERMS
            }
            _ => return rest(key, pull, limits, fields),
        })
    }

    /// What the fields are together.
    fn finish(&self, fields: Fields<'a>, origin: Origin) -> Option<Statement<'a>> {
        let version = fields.version.unwrap_or_else(|| self.scope.version.clone());
        let oid = fields.oid?;
        let has_only = |bits: u32| (fields.seen & !bits == 0).then_some(());
        let has = |bits: u32| (fields.seen & bits == bits).then_some(());
        if fields.seen & bit::REMOVED != 0 {
            has_only(bit::OID | bit::REMOVED | bit::VERSION)?;
            return Some(Statement::Remove(Box::new(Tombstone { oid, version, origin })));
        }
        let kind = fields.kind?;
        let own = match kind {
            0 => bit::TERMS,
            1 => bit::EVENT | bit::PRIORITY | bit::SAY | bit::ACKNOWLEDGE | bit::ESCALATE,
            2 => bit::TEXT | bit::SLOTS | bit::EXAMPLES,
            3 => bit::APPLIES_TO | bit::REGISTERS,
            _ => bit::TARGET,
        };
        has_only(bit::COMMON | own)?;
        let body = match kind {
            0 => {
                has(bit::TERMS)?;
                let Origin { layer, source, index, .. } = origin;
                let stated = Stated { layer, source, version: version.clone(), index };
                Body::Lexicon(Lexicon { terms: fields.terms, stated: vec![stated] })
            }
            1 => Body::Rule(Rule {
                event: fields.event?,
                priority: fields.priority.unwrap_or(Priority::Routine),
                say: fields.say?,
                acknowledge: fields.acknowledge,
                escalate: fields.escalate,
            }),
            2 => Body::Template(template(fields.text?, fields.slots, fields.examples)?),
            3 => {
                has(own)?;
                (!fields.registers.is_empty()).then_some(())?;
                Body::Policy(Policy { applies_to: fields.applies_to, registers: fields.registers })
            }
            _ => Body::Alias(fields.target?),
        };
        if fields.title.is_none() && !matches!(body, Body::Alias(_)) {
            return None;
        }
        Some(Statement::Define(Arc::new(Entry {
            oid,
            title: fields.title,
            version,
            refs: fields.refs,
            refs_from: None,
            tags: fields.tags,
            language: self.scope.language,
            is_final: fields.is_final,
            origin,
            body,
        })))
    }
}

/// The fields of rules, templates, policies and aliases.
fn rest<'a>(
    key: &str,
    pull: &mut Pull<'a>,
    limits: Option<TextLimits>,
    fields: &mut Fields<'a>,
) -> Option<u32> {
    Some(match key {
        "event" => {
            fields.event = Some(text(pull, limits)?);
            bit::EVENT
        }
        "priority" => {
            fields.priority = Some(word(pull, &Priority::WORDS)?);
            bit::PRIORITY
        }
        "say" => {
            fields.say = Some(text(pull, limits)?);
            bit::SAY
        }
        "acknowledge" => {
            fields.acknowledge = texts(pull, limits)?;
            bit::ACKNOWLEDGE
        }
        "escalate" => {
            fields.escalate = list(pull, |pull| escalation(pull, limits))?;
            bit::ESCALATE
        }
        "text" => {
            fields.text = Some(text(pull, limits)?);
            bit::TEXT
        }
        "slots" => {
            fields.slots = slots(pull, limits)?;
            bit::SLOTS
        }
        "examples" => {
            fields.examples = list(pull, |pull| example(pull, limits))?;
            bit::EXAMPLES
        }
        "applies_to" => {
            fields.applies_to = list(pull, oid)?;
            bit::APPLIES_TO
        }
        "registers" => {
            fields.registers = list(pull, |pull| word(pull, &Register::WORDS))?;
            bit::REGISTERS
        }
        "target" => {
            fields.target = Some(oid(pull)?);
            bit::TARGET
        }
        _ => return None,
    })
}

fn texts<'a>(pull: &mut Pull<'a>, limits: Option<TextLimits>) -> Option<Vec<&'a str>> {
    list(pull, |pull| text(pull, limits))
}

/// A list, each item read alike.
pub(super) fn list<'a, T>(
    pull: &mut Pull<'a>,
    mut item: impl FnMut(&mut Pull<'a>) -> Option<T>,
) -> Option<Vec<T>> {
    let mut items = Vec::new();
    let mut more = pull.open(b'[', b']')?;
    while more {
        items.push(item(pull)?);
        more = pull.more(b']')?;
    }
    Some(items)
}

fn oid(pull: &mut Pull<'_>) -> Option<Oid> {
    pull.string()?.parse().ok()
}

/// One of several words.
pub(super) fn word<T: Copy>(pull: &mut Pull<'_>, words: &[(&str, T)]) -> Option<T> {
    let text = pull.string()?;
    words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value)
}

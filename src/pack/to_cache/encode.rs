//! Items as records.

use crate::cache::layout::{TOMBSTONE, flag};
use crate::cache::writer::{Encode, Entries, EntryFields, Record, Shared, Task, TermFields, Terms};
use crate::pack::model::{
    Body, Entry, Layer, Lexicon, Origin, SlotKind, SlotValue, Stated, Template, Tombstone,
};

use super::items::{Item, Origins};

/// The layers that lost, one bit each.
fn overrode(origin: &Origin) -> u8 {
    origin.overrode.iter().fold(0, |bits, layer| bits | 1 << *layer as u8)
}

/// Items, with what is known of all of them.
pub(super) struct Encoder<'p, 'e, 'a> {
    pub(super) items: &'p [Item<'e, 'a>],
    /// How many stand below each.
    pub(super) below: Vec<u32>,
    pub(super) shared: &'p Shared<'p>,
    pub(super) origins: &'p Origins<'e>,
}

impl Encode for Encoder<'_, '_, '_> {
    fn entries(&self, task: &Task, out: &mut Entries) {
        let mut first_term = task.first_term;
        for index in task.items.clone() {
            let item = &self.items[index];
            match item {
                Item::Define(entry) => self.entry(index as u32, entry, first_term, out),
                Item::Remove(Tombstone { oid, version, origin }) => {
                    let number = self.origins.number(origin.source, version, origin.layer);
                    let fields = EntryFields {
                        kind: TOMBSTONE,
                        flags: 0,
                        overrode: overrode(origin),
                        index: index as u32,
                        oid,
                        below: self.below[index],
                        origin: number,
                        line: origin.line,
                    };
                    out.entry(&fields, |_| {});
                }
            }
            first_term += item.lexicon().map_or(0, |lexicon| lexicon.terms.len() as u32);
        }
    }

    fn terms(&self, task: &Task, out: &mut Terms<'_>) {
        for index in task.items.clone() {
            if let Some(lexicon) = self.items[index].lexicon() {
                self.lexicon(index as u32, lexicon, out);
            }
        }
    }
}

/// How many terms ahead the memory is asked for texts, which lie wherever a source has them.
const AHEAD: usize = 2;

impl Encoder<'_, '_, '_> {
    fn entry(&self, index: u32, entry: &Entry<'_>, first_term: u32, out: &mut Entries) {
        let bit = |condition: bool, bit: u8| if condition { bit } else { 0 };
        let fields = EntryFields {
            kind: entry.body.number(),
            flags: bit(entry.is_final, flag::FINAL)
                | bit(entry.origin.preferred, flag::PREFERRED)
                | bit(entry.refs.is_some(), flag::REFS)
                | bit(entry.tags.is_some(), flag::TAGS)
                | bit(entry.title.is_some(), flag::TITLE)
                | bit(entry.language.is_some(), flag::LANGUAGE),
            overrode: overrode(&entry.origin),
            index,
            oid: &entry.oid,
            below: self.below[index as usize],
            origin: self.origins.number(entry.origin.source, &entry.version, entry.origin.layer),
            line: entry.origin.line,
        };
        let shared = self.shared;
        out.entry(&fields, |record| {
            if let Some(title) = entry.title {
                record.string(title);
            }
            if let Some(language) = entry.language {
                record.shared(shared, language);
            }
            if let Some(refs) = &entry.refs {
                record.oids(refs);
            }
            if let Some(tags) = &entry.tags {
                record.count(tags.len());
                tags.iter().for_each(|tag| record.shared(shared, tag));
            }
            body(&entry.body, first_term, shared, record);
        });
    }

    fn lexicon(&self, entry: u32, lexicon: &Lexicon<'_>, out: &mut Terms<'_>) {
        let origin = |s: &Stated| (self.origins.number(s.source, &s.version, s.layer), s.layer);
        let origins: Vec<_> = lexicon.stated.iter().map(origin).collect();
        for (number, term) in lexicon.terms.iter().enumerate() {
            if let Some(soon) = lexicon.terms.get(number + AHEAD) {
                out.soon([soon.term, &soon.key]);
            }
            let (origin, layer) = origins.get(term.stated as usize).copied().unwrap_or((0, Layer::Global));
            out.term(&TermFields {
                term: term.term,
                key: &term.key,
                meaning: term.meaning,
                aliases: term.aliases(),
                examples: term.examples(),
                register: term.register as u8,
                entry,
                origin,
                layer: layer as u8,
                line: term.line,
            });
        }
    }
}

fn body(body: &Body<'_>, first_term: u32, shared: &Shared<'_>, record: &mut Record) {
    match body {
        Body::Lexicon(lexicon) => {
            record.number(first_term);
            record.count(lexicon.terms.len());
        }
        Body::Rule(rule) => {
            record.shared(shared, rule.event);
            record.number(rule.priority as u32);
            record.string(rule.say);
            record.texts(&rule.acknowledge);
            record.count(rule.escalate.len());
            for step in &rule.escalate {
                record.long(step.after_s);
                record.shared(shared, step.to);
                record.string(step.say);
            }
        }
        Body::Template(template) => template_body(template, shared, record),
        Body::Policy(policy) => {
            record.oids(&policy.applies_to);
            record.count(policy.registers.len());
            policy.registers.iter().for_each(|register| record.number(*register as u32));
        }
        Body::Alias(target) => record.oid(target),
    }
}

fn template_body(template: &Template<'_>, shared: &Shared<'_>, record: &mut Record) {
    record.string(template.text);
    record.count(template.slots.len());
    for (name, kind) in &template.slots {
        record.shared(shared, name);
        let (number, values) = match kind {
            SlotKind::String => (0, &[][..]),
            SlotKind::Integer => (1, &[][..]),
            SlotKind::Enum(values) => (2, &values[..]),
        };
        record.number(number);
        record.texts(values);
    }
    record.count(template.examples.len());
    for example in &template.examples {
        record.string(example.text);
        record.count(example.slots.len());
        for (name, value) in &example.slots {
            record.shared(shared, name);
            match value {
                SlotValue::Text(text) => {
                    record.number(0);
                    record.string(text);
                }
                SlotValue::Integer(value) => {
                    record.number(1);
                    record.signed(*value);
                }
            }
        }
    }
}
